"""What every predictor shares: scikit-learn manners, checked input, one form of output."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
from anndata import AnnData
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError

from ..arguments import called, effects_given, listed
from ..effects import as_effects, perturbed, screen_targets
from ..names import CONTROL, repeated, shown, standard_name
from ..networks import Network
from .fitted_on import fitted_on

logger = logging.getLogger("appmodel")


class Predictor(BaseEstimator):
    """A predictor of effects: ``fit(effects, network=None)``, then ``predict(conditions)``.

    Subclasses set their parameters in ``__init__`` and define ``_fit(effects, network)`` and
    ``_predict(names)``; the names they get are standard (sorted pairs) and hold no control.  ``_predict``
    returns values (n, n_readouts), or values with a dict of further ``obs`` columns such as
    ``reason`` (why a row is NaN) and ``predicted_error`` (expected L2 norm of the error, same units).
    ``constant`` is true of predictors that say the same of every condition by design.  One that reads a network says
    which genes it looks up there (``_sought``): where one was given, ``coverage_`` keeps how many of them each source
    knows (``Network.coverage``), counted before anything is fitted.  ``fitted_on_`` says what it was fitted on.

    What a subclass learns can be saved (``save_predictor``) where it is of numbers, texts, arrays, tables, networks and
    the package's own objects.  A class may name attributes that a file leaves out in ``_unsaved``, and make those of
    them that follow from the others again in ``_restore()``.
    """

    @property
    def constant(self) -> bool:
        """Whether it says the same of every condition by design."""
        return False

    def fit(self, effects: AnnData, network: Network | None = None) -> Predictor:
        """Learn from ``effects`` (n_conditions, n_readouts); a control row is ignored.

        Raises ``ValueError`` for NaN or infinite effects, repeated conditions or an empty table, and where a network
        that is read shares no gene with the screen.
        """
        _check_given(effects, network)
        training = perturbed(effects)
        names = [standard_name(name) for name in training.obs_names]
        if twice := repeated(names):
            raise ValueError(f"Training condition {shown(twice)} occurs twice: give one row per condition.")
        training = training.copy()
        training.X = _dense(training.X)
        bad = ~np.isfinite(training.X).all(axis=1)
        if bad.any():
            raise ValueError(
                f"The effects of {shown(training.obs_names[bad])} hold NaN or infinite values: "
                f"leave the row out or mend it."
            )
        training.obs_names = names
        self.readouts_ = training.var.copy()
        self.training_conditions_ = names
        self.fitted_on_ = fitted_on(training, network)
        self._check_coverage(training, network)
        self._fit(training, network)
        return self

    def _check_coverage(self, effects: AnnData, network: Network | None) -> None:
        """Refuse a network that knows none of the genes sought in it; keep and log how many it knows."""
        self.coverage_ = None
        if network is not None and (sought := self._sought(effects, network)):
            network.check_overlap(sought)
            self.coverage_ = network.coverage(sought)
            known = ", ".join(f"{row.source} {row.known}" for row in self.coverage_.itertuples())
            logger.info("%s: of %d genes of the screen the network knows: %s", type(self).__name__, len(sought), known)

    def _sought(self, effects: AnnData, network: Network) -> list[str]:
        """The genes of the screen that this predictor looks up in a network: all its targets, or none."""
        return screen_targets(effects) if self._reads(network, effects) else []

    def _reads(self, network: Network, effects: AnnData) -> bool:
        """Whether a network makes any difference to what is learned from ``effects``."""
        return False

    def predict(self, conditions: Sequence[str]) -> AnnData:
        """Predicted effects (n_conditions, n_readouts), in the order and spelling asked for.

        Where a prediction is undefined the row is NaN and ``obs["reason"]`` says why.
        Raises ``ValueError`` for a malformed, repeated or control condition and for a plain string,
        ``NotFittedError`` before ``fit``.
        """
        asked, names = self._asked(conditions)
        predicted = self._predict(names)
        values, columns = predicted if isinstance(predicted, tuple) else (predicted, {})
        return as_effects(values, asked, self.readouts_, **{"reason": [""] * len(asked), **columns})

    def _asked(self, conditions: Sequence[str]) -> tuple[list[str], list[str]]:
        """The conditions as asked for and in standard form; raises what ``predict`` promises."""
        self._check_fitted()
        asked = [str(name) if isinstance(name, str) else name for name in listed("conditions", conditions, "['KLF1']")]
        if not asked:
            raise ValueError("No condition was asked for: give at least one, like ['KLF1'].")
        if twice := repeated(asked):
            raise ValueError(f"Condition {shown(twice)} was asked for twice: name each condition once.")
        names = [standard_name(name) for name in asked]
        if CONTROL in names:
            raise ValueError("The control has no effect to predict (it is zero by definition): leave it out.")
        return asked, names

    def _check_fitted(self) -> None:
        if not hasattr(self, "readouts_"):
            raise NotFittedError(f"{type(self).__name__} is not fitted yet: call fit(effects, network) first.")

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        raise NotImplementedError

    def _predict(self, names: list[str]) -> np.ndarray | tuple[np.ndarray, dict[str, Sequence]]:
        raise NotImplementedError


def _check_given(effects: object, network: object) -> None:
    """Raise ``TypeError`` for effects or a network of another kind: at every predictor, also where it reads none."""
    effects_given(effects)
    if not isinstance(network, Network | None):
        raise TypeError(f"network is {called(network)}: pass load_network(...) or nothing.")


def _dense(X: Any) -> np.ndarray:
    """Effects (n_conditions, n_readouts) as an array of numbers; ``ValueError`` where they are none."""
    X = X.toarray() if hasattr(X, "toarray") else X
    if X is None or np.asarray(X).dtype.kind not in "biuf":
        raise ValueError("The effects hold no numbers in X: pass what load_effects gives.")
    return np.asarray(X)
