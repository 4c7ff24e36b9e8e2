"""Panels of a figure, the legend that they share, and the arms of an error bar."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure


def panels(
    n: int, columns: int = 2, size: tuple[float, float] = (4.6, 2.9), **shared: bool
) -> tuple[Figure, list[Axes]]:
    """``n`` panels of ``size`` (width and height in inches), at most ``columns`` in a row; ``shared`` are axes."""
    columns = min(n, columns)
    rows = -(-n // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(size[0] * columns, size[1] * rows), squeeze=False, **shared)
    for ax in axes.flat[n:]:
        ax.set_visible(False)
    return figure, list(axes.flat[:n])


def shared_legend(figure: Figure, columns: int = 3) -> None:
    """One legend above all panels: what any of them shows, once."""
    handles = {name: handle for ax in figure.axes for handle, name in zip(*ax.get_legend_handles_labels(), strict=True)}
    figure.legend(
        handles.values(), handles.keys(), loc="outside upper center", ncols=columns, frameon=False, fontsize=9
    )


def reach(rows: pd.DataFrame | pd.Series, value: str = "value", low: str = "low", high: str = "high") -> np.ndarray:
    """Lengths (2, n) of the arms of error bars, from ``value`` to ``low`` and to ``high``; none without interval."""
    return np.nan_to_num(np.maximum([rows[value] - rows[low], rows[high] - rows[value]], 0).reshape(2, -1))
