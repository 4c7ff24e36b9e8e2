"""AnchoredAPP learning from few genes: what it gains on its anchor, and whether to switch it off would be better.

Left-out errors choose its hyperparameters, so that they flatter it, the more so the fewer genes there are.  Two gates
that leave the anchor alone where the training genes show no gain are measured beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from anndata import AnnData
from tqdm import tqdm

from ..effects import load_effects
from ..names import genes_of
from ..networks import Network, load_network
from ..predictors import AnchoredAPP
from ..provenance import code_version
from ..scoring import benchmark
from ..scoring.comparison import paired_difference
from ..scoring.findings import findings
from ..splits import Split, split_unseen
from .own_screen.networks import OPEN

SCREENS = ("norman19", "adamson16", "replogle22_k562", "replogle22_rpe1")  # those that AnchoredAPP was made by
SIZES, SEEDS = (6, 10, 15, 20, 30, 40), range(20)
FOLDS = 5


class GatedByLeftOut(AnchoredAPP):
    """The anchor alone where the left-out gain of the residual is no larger than its standard error.

    Left-out errors are about the anchor of all training genes, so that the error without a residual is too.
    """

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        super()._fit(effects, network)
        gain = np.linalg.norm(self.genes_.residuals_, axis=1) - self.genes_.left_out_error_
        if gain.mean() <= gain.std(ddof=1) / np.sqrt(len(gain)):
            self.genes_.G_ = np.zeros_like(self.genes_.G_)


class GatedByFolds(AnchoredAPP):
    """The anchor alone where five inner folds of the training genes, each fitted anew, show no gain on it."""

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        order = np.random.default_rng(0).permutation(effects.n_obs)
        gain = 0.0
        for held in np.array_split(order, FOLDS):
            kept, asked = np.delete(np.arange(effects.n_obs), held), effects[np.sort(held)]
            for sign, residual in ((1, False), (-1, True)):
                inner = AnchoredAPP(residual=residual).fit(effects[kept].copy(), network)
                gain += sign * np.linalg.norm(inner.predict(list(asked.obs_names)).X - asked.X, axis=1).sum()
        super()._fit(effects, network)
        if gain <= 0:
            self.genes_.G_ = np.zeros_like(self.genes_.G_)


METHODS = {"anchored_app": AnchoredAPP, "gated_by_left_out": GatedByLeftOut, "gated_by_folds": GatedByFolds}


def splits_with(effects: AnnData, n: int, seeds: Sequence[int] = SEEDS) -> list[Split]:
    """The usual splits of unseen genes, with ``n`` training singles drawn at random; none where there are fewer."""
    made = []
    for seed in seeds:
        whole = split_unseen(effects, seed)
        singles = [name for name in whole.train if len(genes_of(name)) == 1]
        if n <= len(singles):
            drawn = np.random.default_rng(seed).permutation(len(singles))[:n]
            made.append(Split([singles[i] for i in sorted(drawn)], whole.test, "unseen", seed))
    return made


def few_genes_rows(effects: AnnData, network: Network, n: int, seeds: Sequence[int] = SEEDS) -> list[dict]:
    """What each of ``METHODS``, trained on ``n`` genes, errs relative to the anchor: findings.

    ``ratio``: over all splits, with its interval (genes and seeds drawn); ``worst``: in the worst of the splits.
    """
    splits = splits_with(effects, n, seeds)
    predictors = {"anchor_alone": AnchoredAPP(residual=False), **{name: made() for name, made in METHODS.items()}}
    scores = benchmark(predictors, effects, splits=splits, network=network, metrics=["l2"])
    per_split = scores.pivot_table(index="seed", columns="method", values="value")
    rows = []
    for method in METHODS:
        paired = paired_difference(scores, method, "anchor_alone")
        about = {"task": "unseen", "method": method, "against": "anchor_alone", "by": "n_training", "bin": str(n)}
        told = {"value": paired["ratio"], "low": paired["ratio_low"], "high": paired["ratio_high"]}
        worst = (per_split[method] / per_split["anchor_alone"]).max()
        rows.append({**about, "measure": "ratio", **told, "n": paired["conditions"]})
        rows.append({**about, "measure": "worst", "value": worst, "n": len(splits), "reason": "one split: no interval"})
    return rows


def few_genes_table(progress: bool = False) -> pd.DataFrame:
    """``few_genes_rows`` of the screens by which AnchoredAPP was made, for each of ``SIZES``, with provenance."""
    network, rows, hashes = load_network(list(OPEN)), [], {}
    with tqdm(total=len(SCREENS) * len(SIZES), disable=not progress, unit="size") as bar:
        for screen in SCREENS:
            effects = load_effects(screen)
            hashes[screen] = str(effects.uns["dataset_hash"])
            for n in SIZES:
                rows += [{"screen": screen, **row} for row in few_genes_rows(effects, network, n)]
                bar.update()
    table = findings(rows)
    table.attrs["provenance"] = {
        "study": "few_genes",
        "dataset": ", ".join(hashes),
        "dataset_hash": hashes,
        "network": {"sources": list(OPEN), "digest": network.digest},
        "seeds": list(SEEDS),
        "code_version": code_version(__name__),
    }
    return table
