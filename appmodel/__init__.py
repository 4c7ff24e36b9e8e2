"""appmodel: the AdaptivePerturbPredictor and the company it is judged in.

cells -> effects -> split -> fit -> predict -> scores -> tables and figures
"""

from typing import TYPE_CHECKING

from . import predictors
from .effects import as_effects, condition_effects, load_effects
from .networks import Network, load_network
from .predictors import (
    Additive,
    EmbeddingLinear,
    KernelRidge,
    LinearModel,
    MainEffects,
    MatchingMean,
    NearestGenes,
    NoChange,
    PermutedConditions,
    Predictor,
    ScaledAdditive,
    SinglesMean,
    TrainingMean,
    TrainingMedian,
    TunedLinearModel,
    read_embedding,
)
from .provenance import load_scores, save_scores
from .record import changes
from .scoring import (
    benchmark,
    difference_table,
    leaderboard,
    load_predictions,
    paired_difference,
    predict_splits,
    ratio_table,
    save_predictions,
    score_predictions,
    suspected_leaks,
)
from .screens import load_cells
from .splits import Split, split_by_seen, split_doubles, split_seen, split_unseen

if TYPE_CHECKING:
    from .predictors import APP, AnchoredAPP

__all__ = [
    "APP",
    "Additive",
    "AnchoredAPP",
    "EmbeddingLinear",
    "KernelRidge",
    "LinearModel",
    "MainEffects",
    "MatchingMean",
    "NearestGenes",
    "Network",
    "NoChange",
    "PermutedConditions",
    "Predictor",
    "ScaledAdditive",
    "SinglesMean",
    "Split",
    "TrainingMean",
    "TrainingMedian",
    "TunedLinearModel",
    "as_effects",
    "benchmark",
    "changes",
    "condition_effects",
    "difference_table",
    "leaderboard",
    "load_cells",
    "load_effects",
    "load_network",
    "load_predictions",
    "load_scores",
    "paired_difference",
    "predict_splits",
    "ratio_table",
    "read_embedding",
    "save_predictions",
    "save_scores",
    "score_predictions",
    "split_by_seen",
    "split_doubles",
    "split_seen",
    "split_unseen",
    "suspected_leaks",
]


def __getattr__(name: str) -> type:
    """Predictors that need torch, on first use (see ``appmodel.predictors``)."""
    if name in __all__:
        return getattr(predictors, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
