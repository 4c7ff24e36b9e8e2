"""Whether a model was trained at all."""

from __future__ import annotations

import numpy as np
import pandas as pd
from anndata import AnnData

from ..predictors import APP


def training_checks(model: APP, effects: AnnData) -> pd.Series:
    """What tells a trained ``APP`` from a constant; ``effects`` hold the conditions it was trained on.

    ``spread``: of the predictions for the training conditions, relative to their effects'.  ``training error``: mean L2
    there over that of their mean.  ``left-out error``: loss on the training conditions that were left out to stop in
    time over what the mean of the others loses there, at the epoch kept.  Both are 1 for a model that says the same of
    every condition.  ``attention``: mean correlation between the attention of two training conditions.
    """
    names = list(model.training_conditions_)
    Y = np.asarray(effects[names].X)
    own = np.linalg.norm(model.predict(names).X - Y, axis=1).mean()
    of_mean = np.linalg.norm(Y - Y.mean(axis=0), axis=1).mean()
    kept = model.history_[model.history_["member"] == 0]
    kept = kept.loc[kept["validation_loss"].idxmin()]
    alike = np.corrcoef(model.attention(names).to_numpy())[np.triu_indices(len(names), 1)].mean()
    return pd.Series(
        {
            "spread": model.spread_,
            "training error": own / of_mean,
            "left-out error": kept["validation_loss"] / kept["mean_loss"],
            "attention": alike,
        }
    )
