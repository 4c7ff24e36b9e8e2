"""One pair worked by hand: its singles, their sum, what was measured, and the noise of each."""

from __future__ import annotations

import numpy as np
import pandas as pd
from anndata import AnnData

from ..names import CONTROL, genes_of, shown


def worked_pair(effects: AnnData, pair: str) -> pd.DataFrame:
    """For each readout the control mean, the effects of A and B, their sum, the measured pair and their difference.

    Columns: control, the two genes, sum, the pair, difference (sum - pair), then standard errors: ``sum_error``,
    ``pair_error``, ``difference_error``.  Log1p units.  The four means are of different cells, so that variances add;
    in the sum the control's mean is taken away twice, in the difference once.
    Raises ``ValueError`` where a condition is missing, or ``layers["sampling_var"]``.
    """
    first, second = genes_of(pair)
    names = [CONTROL, first, second, pair]
    if missing := [name for name in names if name not in effects.obs_names]:
        raise ValueError(f"The effects hold no {shown(missing)}: take a pair with both its singles.")
    if "sampling_var" not in effects.layers or "control_mean" not in effects.var:
        raise ValueError("The effects state no noise for each readout: make them of cells with condition_effects.")
    rows = effects[names]
    _, y_first, y_second, y_pair = np.asarray(rows.X, dtype=float)
    v_control, v_first, v_second, v_pair = np.asarray(rows.layers["sampling_var"], dtype=float)
    return pd.DataFrame(
        {
            "control": effects.var["control_mean"],
            first: y_first,
            second: y_second,
            "sum": y_first + y_second,
            pair: y_pair,
            "difference": y_first + y_second - y_pair,
            "sum_error": np.sqrt(v_first + v_second + 4 * v_control),
            "pair_error": np.sqrt(v_pair + v_control),
            "difference_error": np.sqrt(v_first + v_second + v_pair + v_control),
        },
        index=effects.var_names,
    )


def simple_answers(table: pd.DataFrame, pair: str) -> pd.DataFrame:
    """The L2 error, for one ``worked_pair``, of what can be said without any fit: method, prediction, error.

    No change, either single alone, the mean of both, and their sum.
    """
    first, second = genes_of(pair)
    answers = {
        ("no change", "0"): 0 * table["sum"],
        (f"{second} alone", f"effect of {second}"): table[second],
        ("mean of the two", f"({first} + {second}) / 2"): table["sum"] / 2,
        (f"{first} alone", f"effect of {first}"): table[first],
        ("addition", f"{first} + {second}"): table["sum"],
    }
    rows = [(*names, float(np.linalg.norm(answer - table[pair]))) for names, answer in answers.items()]
    return pd.DataFrame(rows, columns=["method", "prediction", "error"])
