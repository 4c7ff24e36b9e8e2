"""Stage 2 of APP: what the perturbed genes attend to (section 3.3 of the paper)."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class PerturbationAttention(nn.Module):
    """Additive attention of a perturbation over ALL genes of the network.

    Queries: perturbation contexts c_P (n_conditions, n); keys and values: gene embeddings h (n_genes, n).
    """

    def __init__(self, n_features: int, n_attention: int) -> None:
        super().__init__()
        self.query = nn.Linear(n_features, n_attention, bias=False)  # W_q
        self.key = nn.Linear(n_features, n_attention)  # W_k and b
        self.score = nn.Linear(n_attention, 1, bias=False)  # w

    def forward(self, context: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        """Cell states z (n_conditions, n) and attention alpha (n_conditions, n_genes), rows summing to one."""
        pairs = self.query(context)[:, None, :] + self.key(h)[None, :, :]  # (n_conditions, n_genes, n_attention)
        e = self.score(torch.tanh(pairs)).squeeze(-1)  # e_iP = w' tanh(W_q c_P + W_k h_i + b)
        alpha = torch.softmax(e, dim=1)  # alpha_iP = exp(e_iP) / sum_j exp(e_jP)
        return alpha @ h, alpha  # z_P = sum_i alpha_iP h_i
