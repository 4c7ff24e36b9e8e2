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

    ``features`` (n_genes, n_in) are input features x_i, fixed or, with ``learn_features``, the start of what is
    learned (a linear map of the gene's one-hot identity is added to them); None starts one vector of ``n_hidden`` per
    gene at random and learns it.  ``dropout`` is the share of the embeddings' entries that training leaves out.
    ``pooling`` makes one cell state of all gene embeddings: by
    perturbation ``attention``, or, to see what that adds, as their plain ``mean`` or as the ``context`` alone.
    ``decoder`` is ``linear`` or an ``mlp`` with one hidden layer of ``n_hidden``.  What a choice does not use
    does not exist.  Raises ``ValueError`` for another ``pooling`` or ``decoder``.
    """

    def __init__(self, n_genes: int, n_readouts: int, features: Tensor | None = None, n_hidden: int = 128,
                 n_layers: int = 2, aggregation: str = "mean", activation: str = "relu",
                 pooling: str = "attention", decoder: str = "linear", learn_features: bool = False,
                 dropout: float = 0.0) -> None:
        super().__init__()
        check_choice("pooling", pooling, POOLINGS)
        check_choice("decoder", decoder, DECODERS)
        if features is None:
            self.x = nn.Parameter(torch.randn(n_genes, n_hidden))
        elif learn_features:
            self.x = nn.Parameter(features.clone())
        else:
            self.register_buffer("x", features)
        self.encoder = GraphEncoder(self.x.shape[1], n_hidden, n_layers, aggregation, activation)
        self.dropout = nn.Dropout(dropout)
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
        return self.from_embeddings(perturbed, self.dropout(self.encoder(self.x, neighbours)))  # h_i^(L)

    def from_embeddings(self, perturbed: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        """The same from gene embeddings h (n_genes, n) at hand: stages 2 and 3."""
        if self.pooling == "attention":
            context = perturbed @ h  # c_P = mean of h_i over the perturbed genes
            z, alpha = self.attention(context, h)
        else:  # nothing to learn: every gene alike, or the perturbed genes alone
            alpha = torch.full_like(perturbed, 1 / len(h)) if self.pooling == "mean" else perturbed
            z = alpha @ h
        return self.decoder(z), alpha  # y_P = W_d z_P + b_d

    @torch.no_grad()
    def initialise(self) -> None:
        """Draw weights anew that keep the size of numbers from stage to stage; torch's own shrink them.

        What attention knows of a perturbation goes through the bend of the tanh: where w' tanh(W_q c + W_k h + b) is
        nearly linear, W_q c adds the same to the scores of all genes, and the softmax takes it away.  So queries and
        keys have to be large enough to bend it.  He's weights for the graph layers, Glorot's for the rest.
        """
        for layer in self.encoder.layers:
            nn.init.kaiming_normal_(layer.linear.weight, nonlinearity="relu")
            nn.init.zeros_(layer.linear.bias)
        if self.pooling == "attention":
            for linear in (self.attention.query, self.attention.key):
                nn.init.xavier_normal_(linear.weight, gain=nn.init.calculate_gain("tanh"))
            nn.init.zeros_(self.attention.key.bias)
            nn.init.normal_(self.attention.score.weight, std=self.attention.score.in_features ** -0.5)
        if isinstance(self.decoder, MLPDecoder):
            nn.init.kaiming_normal_(self.decoder.hidden.weight, nonlinearity="relu")
            nn.init.zeros_(self.decoder.hidden.bias)
        nn.init.xavier_normal_(self.output.weight)
        nn.init.zeros_(self.output.bias)

    @property
    def output(self) -> nn.Linear:
        """The last linear map of the decoder."""
        return self.decoder.out if isinstance(self.decoder, MLPDecoder) else self.decoder

    @torch.no_grad()
    def rescale(self, scale: float, centre: Tensor) -> None:
        """Let the module give ``scale`` times what it gives now plus ``centre`` (n_readouts,): W_d and b_d take it in."""
        self.output.weight.mul_(scale)
        self.output.bias.mul_(scale).add_(centre)


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
