"""Metrics, one file each: formula, range, direction, tie and zero rules, source."""

from .centroid_accuracy import CENTROID_ACCURACY
from .centroid_rank import CENTROID_RANK
from .discrimination import DISCRIMINATION
from .discrimination_cosine import DISCRIMINATION_COSINE
from .error_ratio import ERROR_RATIO
from .form import Case, Metric, Scored
from .hits import HITS_5, HITS_10, HITS_20, hit_recall
from .l2 import L2, L2_WITHOUT_TARGETS
from .mae import MAE
from .pearson import PEARSON
from .pearson_perturbed import PEARSON_PERTURBED
from .top_k_overlap import TOP_K_OVERLAP
from .weighted_mse import WEIGHTED_MSE
from .weighted_r2 import WEIGHTED_R2

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        L2,
        L2_WITHOUT_TARGETS,
        MAE,
        PEARSON,
        PEARSON_PERTURBED,
        CENTROID_ACCURACY,
        CENTROID_RANK,
        DISCRIMINATION,
        DISCRIMINATION_COSINE,
        WEIGHTED_MSE,
        WEIGHTED_R2,
        TOP_K_OVERLAP,
        HITS_5,
        HITS_10,
        HITS_20,
        ERROR_RATIO,
    )
}

__all__ = ["METRICS", "Case", "Metric", "Scored", "hit_recall"]
