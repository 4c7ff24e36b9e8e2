"""What a fitted predictor says of many pairs: there only for speed, the same numbers as ``predict``."""

from .blocks import BLOCK, PairPredictions
from .choice import pair_predictions

__all__ = ["BLOCK", "PairPredictions", "pair_predictions"]
