"""Which way a predictor is asked about many pairs."""

from __future__ import annotations

from collections.abc import Sequence

from ..anchored import AnchoredAPP
from ..base import Predictor
from ..controls import PermutedConditions
from .anchored import AnchoredPairs
from .blocks import PairPredictions


def pair_predictions(model: Predictor, genes: Sequence[str]) -> PairPredictions:
    """What a fitted predictor says of the pairs of ``genes`` (sorted, each once), in its quickest way."""
    if isinstance(model, PermutedConditions):
        return pair_predictions(model.predictor_, genes)
    return AnchoredPairs(model, genes) if isinstance(model, AnchoredAPP) else PairPredictions(model, genes)
