"""appmodel: the AdaptivePerturbPredictor and the company it is judged in.

cells -> effects -> split -> fit -> predict -> scores -> tables and figures
"""

from .changes import changes
from .effects import as_effects, condition_effects, load_effects
from .networks import Network, load_network
from .predictors import APP, Additive, LinearModel, NoChange, Predictor, ScaledAdditive, TrainingMean
from .provenance import load_scores, save_scores
from .scoring import benchmark, paired_difference, ratio_table
from .screens import load_cells
from .splits import Split, split_doubles, split_seen, split_unseen

__all__ = [
    "APP",
    "Additive",
    "LinearModel",
    "Network",
    "NoChange",
    "Predictor",
    "ScaledAdditive",
    "Split",
    "TrainingMean",
    "as_effects",
    "benchmark",
    "changes",
    "condition_effects",
    "load_cells",
    "load_effects",
    "load_network",
    "load_scores",
    "paired_difference",
    "ratio_table",
    "save_scores",
    "split_doubles",
    "split_seen",
    "split_unseen",
]
