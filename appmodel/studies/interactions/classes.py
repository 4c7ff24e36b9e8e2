"""Classes of genetic interactions: one rule each, and one class per double."""

from __future__ import annotations

import numpy as np
import pandas as pd

# In order of precedence: the first rule that holds names the double.
CLASSES = ("additive", "neomorphism", "redundancy", "epistasis", "synergy", "suppression")
UNCLASSIFIED = "unclassified"


# Where the classes begin, as in the analysis code of GEARS (Roohani, Huang and Leskovec, Nature Biotechnology 2024),
# which set them on the pairs that Norman et al. had classified by eye; the similarity of the singles is ours.
THRESHOLDS = {
    "synergy": 1.15,  # magnitude above
    "suppression": 1.0,  # magnitude below
    "correlation": 0.88,  # of fit and double, below: neomorphism
    "similarity_to_double": 0.85,  # above: redundancy
    "similarity": 0.85,  # of the singles, above: redundancy
    "equality": 0.28,  # below: epistasis
    "dominance": 0.35,  # above: epistasis; tried there in place of equality
}


def with_classes(table: pd.DataFrame) -> pd.DataFrame:
    """``table`` (of ``interaction_table``) with a true or false column per class and the column ``interaction``.

    additive: no deviation beyond noise (``is_interaction``).
    neomorphism: the singles do not explain the double, correlation of the fit below the threshold.
    redundancy: the singles are alike and the double is like them, both similarities above theirs.
    epistasis: one gene sets the outcome: equality below its threshold, or the smaller coefficient less than
    10^-dominance of the larger one (so also where it is zero or reversed and dominance itself is undefined).
    synergy: magnitude above its threshold, and the deviation along the sum (direction above 0).
    suppression: magnitude below its threshold, and the deviation against the sum (direction below 0).

    The directions are ours: magnitude is sqrt(2) for an exactly additive double, which the published threshold of
    1.15 alone would call synergy.  Rules may hold together; ``interaction`` is the first that holds in the order
    above, each stepping back before those that make its scores meaningless (coefficients say nothing where the fit
    is bad, nor apart from each other where the singles are alike).  A double that deviates but fits no rule is
    ``unclassified``; where ``is_interaction`` is missing, so is the class.
    """
    smaller, larger = np.sort(table[["c1", "c2"]].to_numpy(), axis=1).T
    interacts, limit = table["is_interaction"], THRESHOLDS
    rules = {
        "additive": ~interacts.fillna(True).astype(bool),
        "neomorphism": table["correlation"] < limit["correlation"],
        "redundancy": (table["similarity"] > limit["similarity"])
        & (table["similarity_to_double"] > limit["similarity_to_double"]),
        "epistasis": (table["equality"] < limit["equality"]) | (smaller < 10 ** -limit["dominance"] * larger),
        "synergy": (table["magnitude"] > limit["synergy"]) & (table["direction"] > 0),
        "suppression": (table["magnitude"] < limit["suppression"]) & (table["direction"] < 0),
    }
    chosen = np.select([rules[name] for name in CLASSES], CLASSES, UNCLASSIFIED).astype(object)
    chosen[interacts.isna()] = np.nan
    return table.assign(**rules, interaction=chosen)
