"""Stage 1 of APP: gene embeddings from the biological network (section 3.2 of the paper)."""

from __future__ import annotations

import warnings
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.utils.weak import WeakTensorKeyDictionary
from torch_geometric.nn import MessagePassing
from torch_geometric.utils import spmm

ACTIVATIONS = {"relu": nn.functional.relu, "leaky_relu": nn.functional.leaky_relu}
AGGREGATIONS = ("sum", "mean", "max")
# Share of all pairs from which a plain matrix is used: at a fifth its product takes half the time of the sparse one
# (2,000 genes, 128 features, one thread), on a complete graph a tenth.
_DENSE = 0.2
_TRANSPOSED = WeakTensorKeyDictionary()  # of each neighbour matrix, as long as that lives


class GraphLayer(MessagePassing):
    """h_i' = act(W [h_i || AGG_{j in N(i)} h_j] + b): (n_genes, n_in) to (n_genes, n_out).

    The neighbours come as an ``edge_index`` (2, n_edges) or, three to five times as fast, as the matrix of
    ``neighbour_matrix``.  A gene without neighbours aggregates to zero.
    """

    def __init__(self, n_in: int, n_out: int, aggregation: str = "mean", activation: str = "relu") -> None:
        super().__init__(aggr=aggregation)
        self.linear = nn.Linear(2 * n_in, n_out)  # W^(l) and b^(l)
        self.activation = ACTIVATIONS[activation]

    def forward(self, h: Tensor, neighbours: Tensor) -> Tensor:
        """Embeddings of the next layer (n_genes, n_out)."""
        plain = neighbours.is_floating_point() and neighbours.layout == torch.strided  # an edge_index is of integers
        aggregate = self.message_and_aggregate if plain else self.propagate
        aggregated = aggregate(neighbours, x=h)  # AGG over j in N(i)
        return self.activation(self.linear(torch.cat([h, aggregated], dim=-1)))

    def message_and_aggregate(self, neighbours: Tensor, x: Tensor) -> Tensor:
        """What ``propagate`` calls for a sparse matrix: both steps in one product."""
        plain = neighbours.layout == torch.strided
        if self.aggr == "max":  # no matrix product
            return spmm(_sparse(neighbours) if plain else neighbours, x, "max")
        total = neighbours @ x if plain else _SparseProduct.apply(x, neighbours)
        if self.aggr == "sum":
            return total
        n_neighbours = neighbours.sum(dim=1) if plain else neighbours.crow_indices().diff()
        return total / n_neighbours.clamp(min=1)[:, None]


class _SparseProduct(torch.autograd.Function):
    """``matrix @ x`` of a CSR matrix, its transpose made once: torch's own sorts all edges on every way back."""

    @staticmethod
    def forward(ctx, x: Tensor, matrix: Tensor) -> Tensor:
        ctx.matrix = matrix
        return spmm(matrix, x, "sum")

    @staticmethod
    @once_differentiable
    def backward(ctx, of_product: Tensor) -> tuple[Tensor, None]:
        if ctx.matrix not in _TRANSPOSED:
            _TRANSPOSED[ctx.matrix] = _sparse(ctx.matrix.t())
        return spmm(_TRANSPOSED[ctx.matrix], of_product, "sum"), None


class GraphEncoder(nn.Module):
    """``n_layers`` graph layers in a row: input features x (n_genes, n_in) to embeddings h (n_genes, n_hidden).

    Without layers the embeddings are the input features.
    """

    def __init__(self, n_in: int, n_hidden: int, n_layers: int = 2, aggregation: str = "mean",
                 activation: str = "relu") -> None:
        super().__init__()
        widths = [n_in] + [n_hidden] * n_layers
        self.layers = nn.ModuleList(
            GraphLayer(a, b, aggregation, activation) for a, b in pairwise(widths)
        )
        self.n_out = widths[-1]

    def forward(self, x: Tensor, neighbours: Tensor) -> Tensor:
        """Embeddings after the last layer (n_genes, n_out)."""
        for layer in self.layers:
            x = layer(x, neighbours)
        return x


def neighbour_matrix(edge_index: Tensor, n_genes: int) -> Tensor:
    """Matrix (n_genes, n_genes) with a one at (i, j) for each edge from j to i.

    Sparse (CSR), but plain where a fifth of all pairs or more are joined, as in a complete graph.
    """
    source, target = edge_index
    ones = torch.ones(edge_index.shape[1], device=edge_index.device)
    if edge_index.shape[1] >= _DENSE * n_genes**2 > 0:
        matrix = torch.zeros((n_genes, n_genes), device=edge_index.device)
        return matrix.index_put_((target, source), ones, accumulate=True)
    return _sparse(torch.sparse_coo_tensor(torch.stack([target, source]), ones, (n_genes, n_genes),
                                           check_invariants=True).coalesce())


def _sparse(matrix: Tensor) -> Tensor:
    """The same matrix in CSR format."""
    with warnings.catch_warnings():  # torch calls its CSR format beta at every first use
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta", category=UserWarning)
        return matrix.to_sparse_csr()
