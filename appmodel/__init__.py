"""appmodel: the AdaptivePerturbPredictor and the company it is judged in.

cells -> effects -> split -> fit -> predict -> scores -> tables and figures
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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
from .screens import ReadingError, ReadingWarning, load_cells, reading_of
from .splits import Split, possible_tasks, split_by_seen, split_doubles, split_seen, split_unseen
from .trials.exports import export_predictions

if TYPE_CHECKING:
    from .predictors import APP, AnchoredAPP, AnchoredWithScreens
    from .predictors.saving import load_predictor, save_predictor
    from .studies.all_pairs import screen_pairs

__all__ = [
    "APP",
    "Additive",
    "AnchoredAPP",
    "AnchoredWithScreens",
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
    "ReadingError",
    "ReadingWarning",
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
    "export_predictions",
    "leaderboard",
    "load_cells",
    "load_effects",
    "load_network",
    "load_predictions",
    "load_predictor",
    "load_scores",
    "paired_difference",
    "possible_tasks",
    "predict_splits",
    "ratio_table",
    "read_embedding",
    "reading_of",
    "save_predictions",
    "save_predictor",
    "save_scores",
    "score_predictions",
    "screen_pairs",
    "split_by_seen",
    "split_doubles",
    "split_seen",
    "split_unseen",
    "suspected_leaks",
]

_WITH_TORCH = {
    "load_predictor": ".predictors.saving",
    "save_predictor": ".predictors.saving",
    "screen_pairs": ".studies.all_pairs",
}


def __getattr__(name: str) -> Any:
    """What needs torch, on first use (see ``appmodel.predictors``)."""
    if name in _WITH_TORCH:
        return getattr(import_module(_WITH_TORCH[name], __name__), name)
    if name in __all__:
        return getattr(predictors, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
