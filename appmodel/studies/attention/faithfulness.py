"""Is attention faithful: does the prediction of APP rest on the genes that it attends to?

Two tests.  Deletion: genes are taken out of the mixture z_P = sum_i alpha_i h_i and the prediction is made again from
the rest.  Gradients: integrated gradients (Sundararajan, Taly and Yan, ICML 2017) say what each gene's vector adds to
the size of the prediction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...names import genes_of, shown, standard_name

if TYPE_CHECKING:
    from torch import Tensor

    from ...predictors import APP

SIZES = (1, 5, 20, 100)
# Which genes are deleted, in the words of the figures.
DELETED = {
    "attention": "most attended",
    "least_attended": "least attended",
    "random": "random",
    "mean_attention": "most attended by other perturbations",
    "attribution": "largest integrated gradients",
}


def deletion_changes(
    model: APP,
    conditions: Sequence[str],
    sizes: Sequence[int] = SIZES,
    others: Mapping[str, pd.DataFrame] | None = None,
    n_draws: int = 20,
    seed: int = 0,
) -> pd.DataFrame:
    """Change of the prediction where k genes are deleted from the mixture: the most or least attended, or random ones.

    Deleting a set D: alpha'_i = alpha_i / sum_{j not in D} alpha_j for the others and 0 within D, z' = sum alpha'_i
    h_i, y' = decoder(z').  The context c_P that asks stays as it was, so do all embeddings h_i.  The change is
    |y' - y| / |y|, without unit; ``random`` is its mean over ``n_draws`` sets.  ``others`` are further tables
    (n_conditions, n_genes) whose largest entries are deleted; equal entries go by the order of the genes.
    Columns: condition, ranking, measure (change_k for each k of ``sizes``), value, reason (why a value is NaN).
    Raises ``ValueError`` for a model without perturbation attention and where a k leaves no gene.
    """
    import torch

    rows_of, h = _prepared(model, conditions)
    n_genes = len(h)
    if not all(0 < k < n_genes for k in sizes):
        raise ValueError(f"sizes={tuple(sizes)} must lie between 1 and {n_genes - 1}: a gene must be left to look at.")
    rng, rows = np.random.default_rng(seed), []
    draws = np.array([rng.permutation(n_genes) for _ in range(n_draws)])
    with torch.no_grad():
        for name in conditions:
            alpha = model.module_.from_embeddings(rows_of[name], h)[1][0]
            attended = alpha.cpu().numpy()
            orders = {
                "attention": _descending(attended)[None],
                "least_attended": _descending(-attended)[None],
                "random": draws,
            }
            orders |= {
                key: _descending(table.loc[name, model.genes_].to_numpy())[None]
                for key, table in (others or {}).items()
            }
            for k in sizes:
                for ranking, order in orders.items():
                    value = float(_changes(model, alpha, h, torch.tensor(order[:, :k], device=h.device)).mean())
                    why = "" if np.isfinite(value) else "the prediction is zero: no change can be relative to it"
                    rows.append((name, ranking, f"change_{k}", value if not why else np.nan, why))
    return pd.DataFrame(rows, columns=["condition", "ranking", "measure", "value", "reason"])


def attributions(model: APP, conditions: Sequence[str], of: str = "x", n_steps: int = 16) -> pd.DataFrame:
    """Integrated gradients of the size |y_P| of each prediction (n_conditions, n_genes), summed over a gene's vector.

    ``of`` says which vectors: ``x``, the gene embeddings that enter the graph layers, or ``h``, those that leave them
    and are attended to.  The path runs straight from zero vectors in ``n_steps`` Gauss-Legendre steps, so a row sums
    to the size of the prediction minus that of a model with zero vectors.  The sign says whether a gene makes
    the prediction larger; its absolute value is how much it matters.
    Needs captum; raises ``ValueError`` where it is absent, for a model without perturbation attention, and for
    another ``of``.
    """
    import torch

    if of not in ("x", "h"):
        raise ValueError(f"of={of!r} is not known: say 'x' or 'h'.")
    integrated = _integrated_gradients()
    rows_of, h = _prepared(model, conditions)
    neighbours, module = _neighbours(model), model.module_
    start = module.x.detach() if of == "x" else h
    table = {}
    for name in conditions:

        def size(vectors: Tensor, row: Tensor = rows_of[name]) -> Tensor:
            one_by_one = (module.encoder(v, neighbours) if of == "x" else v for v in vectors)
            return torch.stack([module.from_embeddings(row, v)[0].norm() for v in one_by_one])

        found = integrated(size).attribute(
            start[None], baselines=torch.zeros_like(start)[None], n_steps=n_steps, internal_batch_size=1
        )
        table[name] = found[0].sum(dim=1).detach().cpu().numpy().astype(float)
    return pd.DataFrame.from_dict(table, orient="index", columns=model.genes_)


def _integrated_gradients() -> type:
    try:
        from captum.attr import IntegratedGradients
    except ModuleNotFoundError as error:
        raise ValueError("Integrated gradients need captum: install appmodel[book], or captum itself.") from error
    return IntegratedGradients


def _prepared(model: APP, conditions: Sequence[str]) -> tuple[dict[str, Tensor], Tensor]:
    """The perturbation row (1, n_genes) of each condition and the embeddings h (n_genes, n)."""
    import torch

    if model.pooling != "attention":
        raise ValueError(f"The model has pooling={model.pooling!r}, so nothing is attended to: use 'attention'.")
    position = {gene: i for i, gene in enumerate(model.genes_)}
    rows = {}
    for name in conditions:
        genes = genes_of(standard_name(name))
        if absent := [gene for gene in genes if gene not in position]:
            raise ValueError(f"Gene {shown(absent)} is not among the genes of the model's graph: ask for another.")
        rows[name] = torch.zeros((1, len(position)), device=model.module_.x.device)
        rows[name][0, [position[gene] for gene in genes]] = 1 / len(genes)
    with torch.no_grad():
        return rows, model.module_.encoder(model.module_.x, _neighbours(model))


def _neighbours(model: APP) -> Tensor:
    from ...predictors.app.fast import neighbour_matrix

    return neighbour_matrix(model.edge_index_, len(model.genes_))


def _descending(values: np.ndarray) -> np.ndarray:
    return np.argsort(-values, kind="stable")


def _changes(model: APP, alpha: Tensor, h: Tensor, deleted: Tensor) -> Tensor:
    """|y' - y| / |y| for each row of ``deleted`` (n_sets, k), places of genes; mixed in double precision."""
    alpha, h = alpha.double(), h.double()
    kept = alpha.repeat(len(deleted), 1).scatter_(1, deleted, 0.0)
    kept /= kept.sum(dim=1, keepdim=True)
    y, again = (model.module_.decoder((weights @ h).float()).double() for weights in (alpha, kept))
    return (again - y).norm(dim=1) / y.norm()
