"""Scores of made-up methods."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def scores():
    """L2 of 40 conditions and 2 seeds: a common part (about 3) plus each method's shift."""

    def made(shifts, dataset="d", task="doubles"):
        rng = np.random.default_rng(0)
        base = rng.uniform(2, 4, size=(2, 40))
        rows = [
            (dataset, task, seed, method, f"C{i}", "l2", base[seed, i] + shift + rng.normal(0, 0.01), "")
            for method, shift in shifts.items()
            for seed in range(2)
            for i in range(40)
        ]
        columns = ["dataset", "task", "seed", "method", "condition", "metric", "value", "reason"]
        return pd.DataFrame(rows, columns=columns)

    return made
