"""Stage 1 of APP: gene embeddings from the biological network (section 3.2 of the paper)."""

from __future__ import annotations

import warnings
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch_geometric.nn import MessagePassing
from torch_geometric.utils import spmm

ACTIVATIONS = {"relu": nn.functional.relu, "leaky_relu": nn.functional.leaky_relu}
AGGREGATIONS = ("sum", "mean", "max")


class GraphLayer(MessagePassing):
    """h_i' = act(W [h_i || AGG_{j in N(i)} h_j] + b): (n_genes, n_in) to (n_genes, n_out).

    The neighbours come as an ``edge_index`` (2, n_edges) or, three to five times as fast, as the sparse matrix
    of ``neighbour_matrix``.  A gene without neighbours aggregates to zero.
    """

    def __init__(self, n_in: int, n_out: int, aggregation: str = "mean", activation: str = "relu") -> None:
        super().__init__(aggr=aggregation)
        self.linear = nn.Linear(2 * n_in, n_out)  # W^(l) and b^(l)
        self.activation = ACTIVATIONS[activation]

    def forward(self, h: Tensor, neighbours: Tensor) -> Tensor:
        """Embeddings of the next layer (n_genes, n_out)."""
        aggregated = self.propagate(neighbours, x=h)  # AGG over j in N(i)
        return self.activation(self.linear(torch.cat([h, aggregated], dim=-1)))

    def message_and_aggregate(self, neighbours: Tensor, x: Tensor) -> Tensor:
        """What ``propagate`` calls for a sparse matrix: both steps in one product."""
        return spmm(neighbours, x, self.aggr)


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
    """Sparse CSR matrix (n_genes, n_genes) with a one at (i, j) for each edge from j to i."""
    source, target = edge_index
    ones = torch.ones(edge_index.shape[1], device=edge_index.device)
    with warnings.catch_warnings():  # torch calls its CSR format beta at every first use
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta", category=UserWarning)
        matrix = torch.sparse_coo_tensor(torch.stack([target, source]), ones, (n_genes, n_genes), check_invariants=True)
        return matrix.coalesce().to_sparse_csr()
