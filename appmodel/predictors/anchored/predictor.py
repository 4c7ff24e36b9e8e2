"""AnchoredAPP: what is known already as an anchor, attention for what is left over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from anndata import AnnData

from ...arguments import called, truth
from ...effects import screen_targets
from ...names import condition_name, genes_of
from ...networks import Network, empty_network
from ..base import Predictor
from ..threads import one_thread
from .gene_views import GeneViews, views_of
from .many_genes import ManyGenes
from .pair_attention import PairAttention

_NOTHING = empty_network()


class AnchoredAPP(Predictor):
    """Prediction = anchor + attention-weighted residuals of measured conditions, in the paper's three stages.

    A graph encoder (``GeneViews``, fixed diffusion over every source of the network), perturbation attention over
    what was measured, and a linear decoder in closed form (``residual_attention``); hyperparameters minimise
    leave-one-out errors of training conditions.  By what is known of a condition's genes:
    measured in training: its measured effect; one unseen gene: the centre of the training singles plus attended
    residuals through the networks; a pair of measured genes: the scaled sum plus attended residuals through their
    effects; any other combination: the scaled sum of measured and predicted single effects.
    ``obs["predicted_error"]`` is the expected L2 norm of the error, calibrated on left-out training conditions.
    Switches take one part away: ``residual`` (False: the anchor alone), ``centre`` of the unseen genes (geometric
    ``median`` or ``mean``), ``robust_noise`` (False: all training singles are listened to alike),
    ``singles_in_bank`` and ``shared_genes`` of the pairs.
    The order of genes changes nothing; without a network, or for a gene it does not know, the anchor stands but
    for a small common shift (the constant kernel's).  The stated error is NaN for a measured condition without
    ``sampling_var``, and for sums of measured effects without a training double.
    Raises ``ValueError`` without at least two training singles, and where network and screen share no gene.
    """

    def __init__(
        self,
        residual: bool = True,
        centre: Literal["median", "mean"] = "median",
        robust_noise: bool = True,
        singles_in_bank: bool = True,
        shared_genes: bool = True,
    ) -> None:
        self.residual = residual
        self.centre = centre
        self.robust_noise = robust_noise
        self.singles_in_bank = singles_in_bank
        self.shared_genes = shared_genes

    @property
    def constant(self) -> bool:
        """Without a residual it says the same of every unseen gene, by design."""
        return not self.residual

    def _reads(self, network: Network, effects: AnnData) -> bool:
        return self.residual and not network.is_empty  # an empty one is as good as none

    @one_thread()
    def _fit(self, effects: AnnData, network: Network | None) -> None:
        for name in ("residual", "robust_noise", "singles_in_bank", "shared_genes"):
            truth(name, getattr(self, name))
        Y = np.asarray(effects.X, dtype=float)
        targets = [genes_of(name) for name in effects.obs_names]
        singles = [i for i, genes in enumerate(targets) if len(genes) == 1]
        if len(singles) < 2:
            raise ValueError(f"AnchoredAPP needs two or more training singles; there are {len(singles)}: add some.")
        genes = [targets[i][0] for i in singles]
        self.measured_ = dict(zip(effects.obs_names, Y, strict=True))
        # NaN where the screen does not state the sampling variance.
        variance = effects.obs.get("sampling_var", pd.Series(np.nan, effects.obs_names))
        self.sampling_error_ = np.sqrt(variance.astype(float)).to_dict()
        if self.centre not in ("median", "mean"):
            raise ValueError(f"centre={called(self.centre)} is not known: say 'median' or 'mean'.")
        views = self._views(effects, network)
        views.prepare(screen_targets(effects))  # all genes that may be asked for, now and not at prediction
        self.genes_ = ManyGenes(views, self.centre, self.robust_noise, self.residual).fit(genes, Y[singles])
        doubles = [i for i, pair in enumerate(targets) if len(pair) == 2 and set(pair) <= set(genes)]
        self.pairs_ = PairAttention(self.singles_in_bank, self.shared_genes, self.residual)
        self.pairs_.fit(genes, Y[singles], [targets[i] for i in doubles], Y[doubles])

    def _views(self, effects: AnnData, network: Network | None) -> GeneViews:
        return views_of(_NOTHING if network is None or not self.residual else network)

    def attention(self, conditions: Sequence[str]) -> pd.DataFrame:
        """alpha (n_conditions, n_measured): how much of each measured condition's residual enters a prediction.

        Zero for conditions that are not compared with it, and throughout for sums (of three genes, or with an
        unseen one); a measured condition attends to itself alone.
        Weights may be negative and need not sum to one: they are those of a regression.
        """
        asked, names = self._asked(conditions)
        table = pd.DataFrame(0.0, index=asked, columns=list(self.measured_))
        for row, name in zip(asked, names, strict=True):
            genes, kind = genes_of(name), self._kind(name)
            if kind == "measured":
                table.loc[row, name] = 1.0
            elif kind == "gene":
                table.loc[row, self.genes_.genes_] = self.genes_.attention(genes)[0]
            elif kind == "pair":
                alpha, bank = self.pairs_.attention([genes])
                table.loc[row, [condition_name(measured) for measured in bank]] = alpha[0]
        return table

    @one_thread()
    def _predict(self, names: list[str]) -> tuple[np.ndarray, dict]:
        values, errors = np.empty((len(names), len(self.readouts_))), np.empty(len(names))
        kinds = [self._kind(name) for name in names]
        for kind, predicted in (
            ("measured", self._as_measured),
            ("gene", self.genes_.predict),
            ("pair", self._from_effects),
            ("sum", self._from_sums),
        ):
            rows = [i for i, found in enumerate(kinds) if found == kind]
            if rows:
                values[rows], errors[rows] = predicted([names[i] for i in rows])
        return values, {"predicted_error": errors, "anchored_on": kinds}

    def _kind(self, name: str) -> str:
        genes = genes_of(name)
        if name in self.measured_:
            return "measured"
        if len(genes) == 1:
            return "gene"
        return "pair" if len(genes) == 2 and all(gene in self.measured_ for gene in genes) else "sum"

    def _as_measured(self, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
        return np.array([self.measured_[n] for n in names]), np.array([self.sampling_error_[n] for n in names])

    def _from_effects(self, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
        return self.pairs_.predict([genes_of(name) for name in names])

    def _from_sums(self, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """s (y_A + y_B + ...) with predicted effects where a gene was not measured; errors add as independent ones."""
        genes = sorted({gene for name in names for gene in genes_of(name)})
        values, about = self._predict(genes)
        effects = dict(zip(genes, values, strict=True))
        errors = {
            gene: error
            for gene, error in zip(genes, about["predicted_error"], strict=True)
            if gene not in self.measured_
        }
        scale, base = self.pairs_.anchor_scale_, self.pairs_.anchor_error_  # NaN: no double says how well sums do
        sums = np.array([scale * sum(effects[gene] for gene in genes_of(name)) for name in names])
        parts = [[scale * errors[gene] for gene in genes_of(name) if gene in errors] for name in names]
        return sums, np.array([np.linalg.norm([base if base >= 0 or not part else 0.0, *part]) for part in parts])
