"""Classes of genetic interactions: one rule each, and one class per double."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

# In order of precedence: the first rule that holds names the double.
CLASSES = ("additive", "neomorphism", "redundancy", "epistasis", "synergy", "suppression")
UNCLASSIFIED = "unclassified"


@dataclass(frozen=True)
class Thresholds:
    """Where the classes begin.

    As in the analysis code of GEARS (Roohani, Huang and Leskovec, Nature Biotechnology 2024), which set them on the
    pairs that Norman et al. had classified by eye: synergy (magnitude above), suppression (magnitude below),
    correlation (of fit and double, below: neomorphism), similarity_to_double (above: redundancy), equality (below:
    epistasis), dominance (above: epistasis; tried there in place of equality).  Ours: similarity (of the singles,
    above: redundancy).  Raises ``ValueError`` where a double could be synergistic and suppressed at once.
    """

    synergy: float = 1.15
    suppression: float = 1.0
    correlation: float = 0.88
    similarity_to_double: float = 0.85
    similarity: float = 0.85
    equality: float = 0.28
    dominance: float = 0.35

    def __post_init__(self) -> None:
        if self.suppression > self.synergy:
            raise ValueError(
                f"suppression ends at {self.suppression} and synergy begins at {self.synergy}: let "
                f"synergy begin where suppression ends, or later."
            )


def with_classes(table: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
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
    interacts = table["is_interaction"]
    rules = {
        "additive": ~interacts.fillna(True).astype(bool),
        "neomorphism": table["correlation"] < thresholds.correlation,
        "redundancy": (table["similarity"] > thresholds.similarity)
        & (table["similarity_to_double"] > thresholds.similarity_to_double),
        "epistasis": (table["equality"] < thresholds.equality) | (smaller < 10**-thresholds.dominance * larger),
        "synergy": (table["magnitude"] > thresholds.synergy) & (table["direction"] > 0),
        "suppression": (table["magnitude"] < thresholds.suppression) & (table["direction"] < 0),
    }
    chosen = np.select([rules[name] for name in CLASSES], CLASSES, UNCLASSIFIED).astype(object)
    chosen[interacts.isna()] = np.nan
    return table.assign(**rules, interaction=chosen)
