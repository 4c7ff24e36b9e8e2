"""Stage 1 of APP: gene embeddings from the biological network (section 3.2 of the paper)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch_geometric.nn import MessagePassing

ACTIVATIONS = {"relu": nn.functional.relu, "leaky_relu": nn.functional.leaky_relu}
AGGREGATIONS = ("sum", "mean", "max")


class GraphLayer(MessagePassing):
    """h_i' = act(W [h_i || AGG_{j in N(i)} h_j] + b): (n_genes, n_in) to (n_genes, n_out).

    A gene without neighbours aggregates to zero.
    """

    def __init__(self, n_in: int, n_out: int, aggregation: str = "mean", activation: str = "relu") -> None:
        super().__init__(aggr=aggregation)
        self.linear = nn.Linear(2 * n_in, n_out)  # W^(l) and b^(l)
        self.activation = ACTIVATIONS[activation]

    def forward(self, h: Tensor, edge_index: Tensor) -> Tensor:
        aggregated = self.propagate(edge_index, x=h)  # AGG over j in N(i)
        return self.activation(self.linear(torch.cat([h, aggregated], dim=-1)))


class GraphEncoder(nn.Module):
    """``n_layers`` graph layers in a row: input features x (n_genes, n_in) to embeddings h (n_genes, n_hidden).

    Without layers the embeddings are the input features.
    """

    def __init__(self, n_in: int, n_hidden: int, n_layers: int = 2, aggregation: str = "mean",
                 activation: str = "relu") -> None:
        super().__init__()
        widths = [n_in] + [n_hidden] * n_layers
        self.layers = nn.ModuleList(
            GraphLayer(a, b, aggregation, activation) for a, b in zip(widths[:-1], widths[1:], strict=True)
        )
        self.n_out = widths[-1]

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x, edge_index)
        return x
