"""The three stages of APP in one torch module (section 3 of the paper)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .graph_encoder import GraphEncoder
from .perturbation_attention import PerturbationAttention


class APPModule(nn.Module):
    """Graph encoder, perturbation attention, linear decoder: perturbed genes to log-fold-changes.

    ``features`` (n_genes, n_in) are fixed input features x_i; None learns one vector of ``n_hidden`` per gene
    (a linear map of its one-hot identity).
    """

    def __init__(self, n_genes: int, n_readouts: int, features: Tensor | None = None, n_hidden: int = 128,
                 n_layers: int = 2, aggregation: str = "mean", activation: str = "relu") -> None:
        super().__init__()
        if features is None:
            self.x = nn.Parameter(torch.randn(n_genes, n_hidden))
        else:
            self.register_buffer("x", features)
        self.encoder = GraphEncoder(self.x.shape[1], n_hidden, n_layers, aggregation, activation)
        self.attention = PerturbationAttention(self.encoder.n_out, n_hidden)
        self.decoder = nn.Linear(self.encoder.n_out, n_readouts)  # W_d and b_d

    def forward(self, perturbed: Tensor, neighbours: Tensor) -> tuple[Tensor, Tensor]:
        """Effects y (n_conditions, n_readouts) and attention alpha (n_conditions, n_genes).

        ``perturbed`` (n_conditions, n_genes) holds 1/|P| at the perturbed genes of each condition, else 0;
        ``neighbours`` is an ``edge_index`` (2, n_edges) or a ``neighbour_matrix``.
        """
        h = self.encoder(self.x, neighbours)  # h_i^(L)
        context = perturbed @ h  # c_P = mean of h_i over the perturbed genes
        z, alpha = self.attention(context, h)
        return self.decoder(z), alpha  # y_P = W_d z_P + b_d


def count_parameters(module: nn.Module) -> int:
    """Number of learned numbers in a module."""
    return sum(parameter.numel() for parameter in module.parameters() if parameter.requires_grad)
