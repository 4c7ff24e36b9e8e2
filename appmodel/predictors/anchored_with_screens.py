"""AnchoredAPP with extra data: what other screens say of a gene, measured there or predicted by a model of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from anndata import AnnData

from ..arguments import listed, truth
from ..effects import load_effects, perturbed
from ..names import genes_of
from ..networks import Network
from ..screens import content_hash
from .anchored import AnchoredAPP
from .anchored.gene_views import GeneViews, Rows
from .anchored.many_genes import ManyGenes
from .base import logger


class AnchoredWithScreens(AnchoredAPP):
    """``AnchoredAPP`` that knows ``other_screens`` too: names, paths or effects, each one more view of the genes.

    For a gene that was not measured, relatives are sought through the networks and through what each other screen says
    of it (``WithOtherScreens``).  It is told more than a predictor of one screen, and is to be compared with others
    that are.  The screen itself is left out where it is named (``others_`` are those that were used), known by name, by
    hash, or by any row that is the same; in another form, as cells or over other readouts, it would tell the answers.
    ``shuffled`` gives the effects of the others to other genes, which is the control.
    Raises ``ValueError`` for a screen with fewer than two singles, and as ``AnchoredAPP`` and ``load_effects`` do.
    """

    # What they said is learned; tables are not given away with it.  A loaded model is told again which to fit with.
    _unsaved = ("other_screens",)

    def __init__(self, other_screens: Sequence[str | Path | AnnData] = (), shuffled: bool = False) -> None:
        super().__init__()
        self.other_screens = other_screens
        self.shuffled = shuffled

    def __repr__(self, N_CHAR_MAX: int = 700) -> str:
        if not any(isinstance(each, AnnData) for each in self.other_screens):
            return super().__repr__(N_CHAR_MAX)
        # What provenance keeps of a table: enough to tell it from another.
        told = [f"hash {content_hash(each)}" if isinstance(each, AnnData) else each for each in self.other_screens]
        return repr(type(self)(told, self.shuffled))

    def _views(self, effects: AnnData, network: Network | None) -> GeneViews:
        truth("shuffled", self.shuffled)
        named = listed("other_screens", self.other_screens, "['replogle22_rpe1']")
        loaded = [each if isinstance(each, AnnData) else load_effects(each) for each in named]
        others = [each for each in loaded if not _same(each, effects)]
        if len(others) < len(loaded):
            logger.info("The screen itself is left out of other_screens: it would tell the answers.")
        self.others_ = [str(screen.uns.get("dataset", "a table")) for screen in others]
        return WithOtherScreens(super()._views(effects, network), others, self.shuffled)


class WithOtherScreens(GeneViews):
    """The views of the networks, and one more for each other screen.

    A gene's row in it is its residual r from the centre of that screen, measured there or, where the gene was not
    perturbed there, predicted by ``AnchoredAPP``'s attention over genes, fitted there on the same networks; its length
    is tanh(|r| / mean |r|), so that strong effects are alike or not and weak ones say little.
    """

    def __init__(self, views: GeneViews, screens: Sequence[AnnData], shuffled: bool = False) -> None:
        self.views = views
        self.screens = [OtherScreen(views, screen, shuffled) for screen in screens]

    def __call__(self, genes: Sequence[str]) -> list[Rows]:
        """One matrix (n_genes, n_features) per view; a gene of which a screen knows nothing has a short row there."""
        return [*self.views(genes), *(screen(genes) for screen in self.screens)]

    def prepare(self, genes: Sequence[str]) -> None:
        """Walk from ``genes`` now, so that a later call does not have to."""
        self.views.prepare(genes)


class OtherScreen:
    """One other screen: what it measured of genes, and a model of it for those that it did not perturb."""

    def __init__(self, views: GeneViews, screen: AnnData, shuffled: bool) -> None:
        singles = [name for name in perturbed(screen).obs_names if len(genes_of(name)) == 1]
        if len(singles) < 2:
            raise ValueError(
                f"The other screen {screen.uns.get('dataset', '')!s} has {len(singles)} singles, and two or more are "
                f"needed to learn from: leave it out of other_screens."
            )
        genes = [singles[i] for i in np.random.default_rng(0).permutation(len(singles))] if shuffled else singles
        views.prepare(genes)
        self.model = ManyGenes(views).fit(genes, np.asarray(screen[singles].X, dtype=float))
        self.measured = {gene: i for i, gene in enumerate(genes)}

    def __call__(self, genes: Sequence[str]) -> np.ndarray:
        """Rows (n_genes, n_readouts of that screen), none longer than one."""
        others = [gene for gene in genes if gene not in self.measured]
        predicted = dict(zip(others, self.model.predict(others)[0] - self.model.anchor_, strict=True)) if others else {}
        rows = np.array([self._residual(gene, predicted) for gene in genes])
        size = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows * np.tanh(size / self.model.scale_) / np.where(size > 0, size, 1.0)

    def _residual(self, gene: str, predicted: dict[str, np.ndarray]) -> np.ndarray:
        return self.model.residuals_[self.measured[gene]] if gene in self.measured else predicted[gene]


def _same(screen: AnnData, own: AnnData) -> bool:
    """Whether it is the screen that is trained on, by name or hash where they are told, and by what it measured."""
    keys = [key for key in ("dataset", "dataset_hash") if key in screen.uns and key in own.uns]
    if any(str(screen.uns[key]) == str(own.uns[key]) for key in keys):
        return True
    shared = [name for name in own.obs_names if name in screen.obs_names]
    if screen.n_vars != own.n_vars or not shared:
        return False
    one, other = (np.asarray(table[shared].X, dtype=float) for table in (screen, own))
    return bool(np.isclose(one, other, rtol=1e-4, atol=1e-6).all(axis=1).any())
