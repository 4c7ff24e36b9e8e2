"""Stage 2 of APP: what the perturbed genes attend to (section 3.3 of the paper)."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

_LARGEST = 20.0  # exp(2 * 20) exp(2 * 20) is well below the largest float32, 3e38


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
        query, key, w = self.query(context), self.key(h), self.score.weight[0]
        e = additive_scores(query, key, w)  # e_iP = w' tanh(W_q c_P + W_k h_i + b)
        alpha = torch.softmax(e, dim=1)  # alpha_iP = exp(e_iP) / sum_j exp(e_jP)
        return alpha @ h, alpha  # z_P = sum_i alpha_iP h_i


def additive_scores(query: Tensor, key: Tensor, w: Tensor) -> Tensor:
    """Scores e_ci = w' tanh(q_c + k_i) (n_conditions, n_genes) of queries (n_conditions, n) and keys (n_genes, n).

    On a processor the same numbers come from ``_AdditiveScores``, quicker and in little memory; they have first
    derivatives only.
    """
    if query.device.type == "cpu":
        return _AdditiveScores.apply(query, key, w)
    return torch.tanh(query[:, None, :] + key[None, :, :]) @ w


class _AdditiveScores(torch.autograd.Function):
    """``additive_scores`` one condition at a time, so that its (n_genes, n) numbers stay in cache.

    With s = sigmoid(2q + 2k), tanh(q + k) = 2s - 1 and its derivative is 4s(1 - s).  s is computed again on the way
    back, as that costs less than storing it.
    """

    @staticmethod
    def forward(ctx, query: Tensor, key: Tensor, w: Tensor) -> Tensor:
        ctx.save_for_backward(query, key, w)
        e = query.new_empty(len(query), len(key))
        for c, s in _sigmoids(query, key):
            torch.mv(s, w, out=e[c])
        return e.mul_(2).sub_(w.sum())  # w'(2s - 1)

    @staticmethod
    @once_differentiable
    def backward(ctx, of_e: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        query, key, w = ctx.saved_tensors
        of_e = of_e.contiguous()  # the gradient of a sum comes as one number, repeated
        of_query, of_key, of_w = torch.empty_like(query), torch.zeros_like(key), w.new_zeros(len(w))
        for c, s in _sigmoids(query, key):
            of_w.addmv_(s.t(), of_e[c])
            slope = s.addcmul_(s, s, value=-1)  # s(1 - s)
            torch.mv(slope.t(), of_e[c], out=of_query[c])
            of_key.addcmul_(slope, of_e[c, :, None])
        return of_query.mul_(4 * w), of_key.mul_(4 * w), of_w.mul_(2).sub_(of_e.sum())


def _sigmoids(query: Tensor, key: Tensor) -> Iterator[tuple[int, Tensor]]:
    """Each condition's number c and its sigmoid(2 q_c + 2 k_i) (n_genes, n), one buffer for all.

    sigmoid(2q + 2k) = 1 / (1 + exp(-2q) exp(-2k)): exponentials of genes and of conditions, none of their pairs, which
    takes a third of the time.
    """
    s, one = torch.empty_like(key), key.new_ones(())
    if max(query.abs().max(), key.abs().max()) < _LARGEST:
        of_key = torch.exp(-2 * key)
        for c, of_query in enumerate(torch.exp(-2 * query)):
            yield c, torch.addcmul(one, of_key, of_query, out=s).reciprocal_()
    else:  # the product might overflow
        twice = 2 * key
        for c, q in enumerate(2 * query):
            yield c, torch.add(twice, q, out=s).sigmoid_()
