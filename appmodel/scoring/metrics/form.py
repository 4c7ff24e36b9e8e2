"""What every metric shares: what it sees, what it says of itself, and how undefined rows are treated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

# (values per condition, reason per condition: empty where the value is defined)
Scored = tuple[np.ndarray, list[str]]


@dataclass(frozen=True)
class Case:
    """What one method predicted for the test conditions of one split, and what was observed; scored readouts only.

    ``predicted`` and ``observed`` (n_conditions, n_readouts) are differences from control, log1p units.  The rest
    is None where the screen, the split or the method does not state it: ``training_mean`` (n_readouts,) of the
    perturbed training conditions, ``significance`` (n_conditions, n_readouts), each observed effect divided by its
    standard error, ``stated_error`` (n_conditions,), the L2 norm of the error that the method expects, and ``targets``
    (n_conditions, n_readouts), whether a readout is a gene that the condition perturbs.
    """

    predicted: np.ndarray
    observed: np.ndarray
    training_mean: np.ndarray | None = None
    significance: np.ndarray | None = None
    stated_error: np.ndarray | None = None
    targets: np.ndarray | None = None

    def undefined(self) -> list[str]:
        """The reason for each row that holds NaN or infinite values, empty for the others."""
        p_bad, o_bad = (~np.isfinite(side).all(axis=1) for side in (self.predicted, self.observed))
        return [
            "the prediction is undefined" if p else "the observed effect is undefined" if o else ""
            for p, o in zip(p_bad, o_bad, strict=True)
        ]


@dataclass(frozen=True)
class Metric:
    """A metric by its name: called with a ``Case`` it gives one value per condition, or NaN with the reason.

    ``function`` scores all rows; rows whose prediction or observation is undefined are made NaN here, whatever it
    says of them.  ``better`` says which way is better ('one': as near to 1 as possible), ``perfect`` what a
    prediction equal to the observation scores.
    """

    name: str
    function: Callable[[Case], Scored]
    better: Literal["lower", "higher", "one"]
    perfect: float

    def __call__(self, case: Case) -> Scored:
        """One value per condition, NaN where it is undefined, and the reason, empty where it is defined."""
        with np.errstate(invalid="ignore"):  # rows of NaN are expected here; they are replaced below
            values, reasons = self.function(case)
        undefined = case.undefined()
        values = np.where([bool(reason) for reason in undefined], np.nan, values)
        return values, [first or own for first, own in zip(undefined, reasons, strict=True)]


def missing(case: Case, reason: str) -> Scored:
    """Every row undefined for one reason: what the metric needs was not measured."""
    return np.full(len(case.predicted), np.nan), [reason] * len(case.predicted)


def defined(values: np.ndarray) -> Scored:
    """Every value with an empty reason."""
    return values, [""] * len(values)
