"""Scores of made-up methods."""

import numpy as np
import pytest


@pytest.fixture
def scores(made_scores):
    """L2 of 40 conditions and 2 seeds: a common part (about 3) plus each method's shift."""

    def made(shifts, dataset="d", task="doubles"):
        rng = np.random.default_rng(0)
        base = {(seed, f"C{i}"): rng.uniform(2, 4) for seed in range(2) for i in range(40)}
        cells = {
            method: {row: common + shift + rng.normal(0, 0.01) for row, common in base.items()}
            for method, shift in shifts.items()
        }
        return made_scores(cells, dataset, task)

    return made
