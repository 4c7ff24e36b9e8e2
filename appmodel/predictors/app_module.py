"""The three stages of APP in one torch module (section 3 of the paper)."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from .graph_encoder import ACTIVATIONS, GraphEncoder
from .perturbation_attention import PerturbationAttention

POOLINGS = ("attention", "mean", "context")
DECODERS = ("linear", "mlp")


class APPModule(nn.Module):
    """Graph encoder, perturbation attention, linear decoder: perturbed genes to log-fold-changes.

    ``features`` (n_genes, n_in) are fixed input features x_i; None learns one vector of ``n_hidden`` per gene
    (a linear map of its one-hot identity).  ``pooling`` makes one cell state of all gene embeddings: by
    perturbation ``attention``, or, to see what that adds, as their plain ``mean`` or as the ``context`` alone.
    ``decoder`` is ``linear`` or an ``mlp`` with one hidden layer of ``n_hidden``.  What a choice does not use
    does not exist.  Raises ``ValueError`` for another ``pooling`` or ``decoder``.
    """

    def __init__(self, n_genes: int, n_readouts: int, features: Tensor | None = None, n_hidden: int = 128,
                 n_layers: int = 2, aggregation: str = "mean", activation: str = "relu",
                 pooling: str = "attention", decoder: str = "linear") -> None:
        super().__init__()
        check_choice("pooling", pooling, POOLINGS)
        check_choice("decoder", decoder, DECODERS)
        if features is None:
            self.x = nn.Parameter(torch.randn(n_genes, n_hidden))
        else:
            self.register_buffer("x", features)
        self.encoder = GraphEncoder(self.x.shape[1], n_hidden, n_layers, aggregation, activation)
        self.pooling = pooling
        if pooling == "attention":
            self.attention = PerturbationAttention(self.encoder.n_out, n_hidden)
        if decoder == "mlp":
            self.decoder = MLPDecoder(self.encoder.n_out, n_hidden, n_readouts, activation)
        else:
            self.decoder = nn.Linear(self.encoder.n_out, n_readouts)  # W_d and b_d

    def forward(self, perturbed: Tensor, neighbours: Tensor) -> tuple[Tensor, Tensor]:
        """Effects y (n_conditions, n_readouts) and attention alpha (n_conditions, n_genes).

        ``perturbed`` (n_conditions, n_genes) holds 1/|P| at the perturbed genes of each condition, else 0;
        ``neighbours`` is an ``edge_index`` (2, n_edges) or a ``neighbour_matrix``.
        """
        return self.from_embeddings(perturbed, self.encoder(self.x, neighbours))  # h_i^(L)

    def from_embeddings(self, perturbed: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        """The same from gene embeddings h (n_genes, n) at hand: stages 2 and 3."""
        if self.pooling == "attention":
            context = perturbed @ h  # c_P = mean of h_i over the perturbed genes
            z, alpha = self.attention(context, h)
        else:  # nothing to learn: every gene alike, or the perturbed genes alone
            alpha = torch.full_like(perturbed, 1 / len(h)) if self.pooling == "mean" else perturbed
            z = alpha @ h
        return self.decoder(z), alpha  # y_P = W_d z_P + b_d


class MLPDecoder(nn.Module):
    """y_P = W_2 act(W_1 z_P + b_1) + b_2: cell states (n_conditions, n_in) to effects (n_conditions, n_readouts)."""

    def __init__(self, n_in: int, n_hidden: int, n_readouts: int, activation: str = "relu") -> None:
        super().__init__()
        self.hidden = nn.Linear(n_in, n_hidden)  # W_1 and b_1
        self.out = nn.Linear(n_hidden, n_readouts)  # W_2 and b_2
        self.activation = ACTIVATIONS[activation]

    def forward(self, z: Tensor) -> Tensor:
        """Effects (n_conditions, n_readouts)."""
        return self.out(self.activation(self.hidden(z)))


def check_choice(name: str, value: str, allowed: Iterable[str]) -> None:
    """Raise ``ValueError`` where a parameter is none of its allowed values."""
    if value not in allowed:
        raise ValueError(f"{name}={value!r} is not known: use one of {', '.join(allowed)}.")


def count_parameters(module: nn.Module) -> int:
    """Number of learned numbers in a module."""
    return sum(parameter.numel() for parameter in module.parameters() if parameter.requires_grad)
