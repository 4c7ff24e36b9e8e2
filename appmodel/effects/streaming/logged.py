"""Log-normalised values of some cells, as ``preprocess`` makes them, from how much each cell holds in all."""

from __future__ import annotations

import numpy as np

from ...screens.reading.values import Settled


class Logged:
    """Natural log1p values of cells whose ``totals`` (n_cells,) are known, for values of the kind ``settled``.

    Counts are brought to ``target_sum``, by default the median total of the cells that are not empty.
    """

    def __init__(self, settled: Settled, totals: np.ndarray, target_sum: float | None = None) -> None:
        self._settled = settled
        held = totals[totals > 0]
        middle = np.median(held) if len(held) else 1.0
        self._factor: np.ndarray | None = None
        if settled.kind == "counts":
            self._divisor = totals / (target_sum or middle)
        elif settled.same_total:
            self._factor = middle / np.where(totals > 0, totals, np.inf)

    def __call__(self, values: np.ndarray, cells: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """The values of ``cells``, each of which has as many as ``lengths`` says, one cell after the other."""
        if self._settled.kind == "counts":
            logged = values / np.repeat(self._divisor[cells], lengths)
            return np.log1p(logged, out=logged)
        if self._factor is not None:
            values = values * np.repeat(self._factor[cells], lengths)
        return values if self._settled.change is None else self._settled.change(values.astype(np.float64))
