"""What to test next: predictions that would tell most, by how sure they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
from anndata import AnnData


def next_tests(forecasts: AnnData, n: int = 10) -> pd.DataFrame:
    """The ``n`` predictions that stand out most from what one would expect, in units of their expected error.

    For combinations of measured genes that is the deviation from the sum of their effects, for others the size of the
    effect.  Columns: condition, task, what ('deviation' or 'size'), value, predicted_error, ratio (value divided by
    predicted_error), predictor.  Left out are predictions that no verdict tests, those whose error is not known, and
    those of a predictor that expects nothing (addition of pairs) or the same of all: there nothing stands out.
    """
    obs = forecasts.obs[(forecasts.obs["task"] != "") & (forecasts.obs["predicted_error"] > 0)]
    by_deviation = obs["task"] == "doubles"
    value = obs["deviation"].where(by_deviation, obs["size"])
    says_something = value.groupby(obs["task"]).transform(np.ptp) > 1e-9
    obs, by_deviation = obs[says_something], by_deviation[says_something]
    table = pd.DataFrame(
        {
            "condition": obs.index,
            "task": obs["task"].to_numpy(),
            "what": np.where(by_deviation, "deviation", "size"),
            "value": np.where(by_deviation, obs["deviation"], obs["size"]),
            "predicted_error": obs["predicted_error"].to_numpy(),
            "predictor": obs["predictor"].to_numpy(),
        }
    )
    table.insert(5, "ratio", table["value"] / table["predicted_error"])
    return table.sort_values("ratio", ascending=False, kind="stable").head(n).reset_index(drop=True)
