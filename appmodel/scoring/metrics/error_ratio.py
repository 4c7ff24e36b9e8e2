"""Calibration of stated uncertainties: the error divided by the error that was stated."""

from __future__ import annotations

import numpy as np

from .form import Case, Metric, Scored, missing


def error_ratio(case: Case) -> Scored:
    """|y' - y| / e, where e is the error the method states for the condition, an L2 norm over the scored readouts.

    Range 0 to infinity, as near to 1 as possible: above, a method is surer than it may be, below, less sure.  A
    perfect prediction with a stated error scores 0, not 1: its error was stated too large.  Undefined where the
    method states none, and where the stated error is 0, negative, infinite or NaN.
    """
    if case.stated_error is None:
        return missing(case, "the method states no error")
    usable = np.isfinite(case.stated_error) & (case.stated_error > 0)
    values = np.full(len(usable), np.nan)
    error = np.linalg.norm(case.predicted - case.observed, axis=1)
    values[usable] = error[usable] / case.stated_error[usable]
    return values, [
        ""
        if ok
        else "the method states no error"
        if np.isnan(stated)
        else f"the stated error is {stated:g}, not a positive number"
        for ok, stated in zip(usable, case.stated_error, strict=True)
    ]


ERROR_RATIO = Metric("error_ratio", error_ratio, "one", 0.0)
