"""APP from top to bottom (section 3 of the paper): graph encoder, perturbation attention, decoder, all three as one.

n_genes genes of the graph, n_conditions perturbations, n features of a gene or embedding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch_geometric.nn import SAGEConv

from ...arguments import called
from .fast import additive_scores

ACTIVATIONS: dict[str, Callable[..., Tensor]] = {"relu": nn.functional.relu, "leaky_relu": nn.functional.leaky_relu}
AGGREGATIONS = ("sum", "mean", "max")
POOLINGS = ("attention", "mean", "context")
DECODERS = ("linear", "mlp")


class GraphEncoder(nn.Module):
    """Stage 1, section 3.2: input features x (n_genes, n_in) to embeddings h (n_genes, n_hidden).

    ``n_layers`` times h_i' = act(W [h_i || AGG_{j in N(i)} h_j] + b), PyTorch Geometric's ``SAGEConv`` and an
    activation: its ``lin_r`` and ``lin_l`` are the left and the right half of W.  A gene without neighbours
    aggregates to zero; without layers the embeddings are the input features.
    """

    def __init__(
        self, n_in: int, n_hidden: int, n_layers: int = 2, aggregation: str = "mean", activation: str = "relu"
    ) -> None:
        super().__init__()
        widths = [n_in] + [n_hidden] * n_layers
        self.layers = nn.ModuleList(_graph_layer(a, b, aggregation) for a, b in pairwise(widths))
        self.activation = ACTIVATIONS[activation]
        self.n_out = widths[-1]

    def forward(self, x: Tensor, neighbours: Tensor) -> Tensor:
        """Embeddings of the last layer; ``neighbours`` is an ``edge_index`` (2, n_edges) or a ``neighbour_matrix``."""
        for layer in self.layers:
            x = self.activation(layer(x, neighbours))
        return x


def _graph_layer(n_in: int, n_out: int, aggregation: str) -> SAGEConv:
    """A layer whose W is drawn as the one matrix (n_out, 2 n_in) that it is: each half alone would be too large."""
    with torch.random.fork_rng(devices=[]):  # what the two halves would have drawn
        layer = SAGEConv(n_in, n_out, aggr=aggregation)
    _set_halves(layer, nn.Linear(2 * n_in, n_out))
    return layer


@torch.no_grad()
def _set_halves(layer: SAGEConv, whole: nn.Linear) -> None:
    n_in = whole.in_features // 2
    layer.lin_r.weight.copy_(whole.weight[:, :n_in])  # of h_i
    layer.lin_l.weight.copy_(whole.weight[:, n_in:])  # of AGG h_j
    layer.lin_l.bias.copy_(whole.bias)


class PerturbationAttention(nn.Module):
    """Stage 2, section 3.3: additive attention of a perturbation over ALL genes of the network.

    Queries: perturbation contexts c_P (n_conditions, n); keys and values: gene embeddings h (n_genes, n).
    """

    def __init__(self, n_features: int, n_attention: int) -> None:
        super().__init__()
        self.query = nn.Linear(n_features, n_attention, bias=False)  # W_q
        self.key = nn.Linear(n_features, n_attention)  # W_k and b
        self.score = nn.Linear(n_attention, 1, bias=False)  # w

    def forward(self, context: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        """Cell states z (n_conditions, n) and attention alpha (n_conditions, n_genes), rows summing to one."""
        query, key, w = self.query(context), self.key(h), self.score.weight[0]
        e = additive_scores(query, key, w)  # e_iP = w' tanh(W_q c_P + W_k h_i + b)
        alpha = torch.softmax(e, dim=1)  # alpha_iP = exp(e_iP) / sum_j exp(e_jP)
        return alpha @ h, alpha  # z_P = sum_i alpha_iP h_i


class MLPDecoder(nn.Module):
    """Stage 3 with a hidden layer, y_P = W_2 act(W_1 z_P + b_1) + b_2: cell states (n_conditions, n_in) to effects."""

    def __init__(self, n_in: int, n_hidden: int, n_readouts: int, activation: str = "relu") -> None:
        super().__init__()
        self.hidden = nn.Linear(n_in, n_hidden)  # W_1 and b_1
        self.out = nn.Linear(n_hidden, n_readouts)  # W_2 and b_2
        self.activation = ACTIVATIONS[activation]

    def forward(self, z: Tensor) -> Tensor:
        """Effects (n_conditions, n_readouts)."""
        return self.out(self.activation(self.hidden(z)))


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

    def __init__(
        self,
        n_genes: int,
        n_readouts: int,
        features: Tensor | None = None,
        n_hidden: int = 128,
        n_layers: int = 2,
        aggregation: str = "mean",
        activation: str = "relu",
        pooling: str = "attention",
        decoder: str = "linear",
        learn_features: bool = False,
        dropout: float = 0.0,
    ) -> None:
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
        self.decoder: nn.Linear | MLPDecoder
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
        for layer in cast(Iterable[SAGEConv], self.encoder.layers):
            whole = nn.utils.skip_init(nn.Linear, 2 * layer.in_channels, layer.out_channels)
            nn.init.kaiming_normal_(whole.weight, nonlinearity="relu")
            nn.init.zeros_(whole.bias)
            _set_halves(layer, whole)
        if self.pooling == "attention":
            for linear in (self.attention.query, self.attention.key):
                nn.init.xavier_normal_(linear.weight, gain=nn.init.calculate_gain("tanh"))
            nn.init.zeros_(self.attention.key.bias)
            nn.init.normal_(self.attention.score.weight, std=self.attention.score.in_features**-0.5)
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
        """Give ``scale`` times what it gives now plus ``centre`` (n_readouts,): W_d and b_d take it in."""
        self.output.weight.mul_(scale)
        self.output.bias.mul_(scale).add_(centre)


def check_choice(name: str, value: str, allowed: Iterable[str]) -> None:
    """Raise ``ValueError`` where a parameter is none of its allowed values."""
    if value not in allowed:
        raise ValueError(f"{name}={called(value)} is not known: use one of {', '.join(allowed)}.")


def check_device(device: Any) -> None:
    """Raise ``ValueError`` where torch knows no such device or finds none here."""
    try:
        torch.empty(0, device=torch.device(device))
    except (RuntimeError, AssertionError, TypeError) as error:
        raise ValueError(f"device={called(device)} is not to be had here: use 'cpu'.") from error


def count_parameters(module: nn.Module) -> int:
    """Number of learned numbers in a module."""
    return sum(parameter.numel() for parameter in module.parameters() if parameter.requires_grad)
