"""Two screens made by hand: one pair of singles with its double, and eight singles with all their doubles."""

from itertools import combinations

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from appmodel import as_effects
from appmodel.studies.interactions.table import centred, distance_correlation

A, B, _ = np.random.default_rng(0).normal(size=(3, 60))


@pytest.fixture
def pair():
    """A screen of two singles and their double with a small known error."""

    def made(double, first=A, second=B, noise=1e-4, axes=False, **more):
        rows = {"control": np.zeros(len(first)), "A": first, "B": second, "A+B": double, **more}
        readouts = [f"g{i}" for i in range(len(first))]
        effects = as_effects(np.array(list(rows.values())), list(rows), readouts, sampling_var=[noise] * len(rows))
        if not axes:
            effects.var["control_mean"] = 1.0
        return effects

    return made


@pytest.fixture(scope="session")
def dcor_of():
    """Distance correlation of two profiles, or of several in columns."""

    def made(*sides):
        sides = (np.reshape(side, (len(side), -1)) for side in sides)
        return distance_correlation(*(centred(cdist(side, side)) for side in sides))

    return made


@pytest.fixture(scope="session")
def effects():
    """Eight singles and all 28 doubles of 30 axes: half of the doubles hold an interaction of their own."""
    rng, noise = np.random.default_rng(0), 0.05
    singles = rng.normal(size=(8, 30))
    pairs = list(combinations(range(8), 2))
    extra = rng.normal(size=(28, 30)) * (np.arange(28) % 2)[:, None]
    values = np.concatenate([singles, [singles[i] + singles[j] for i, j in pairs] + extra])
    values = np.concatenate([np.zeros((1, 30)), values + noise * rng.normal(size=values.shape)])
    names = ["control", *(f"G{i}" for i in range(8)), *(f"G{i}+G{j}" for i, j in pairs)]
    made = as_effects(values, names, [f"axis_{i}" for i in range(30)], sampling_var=[30 * noise**2] * len(names))
    made.uns["dataset"] = "handmade"
    return made


@pytest.fixture(scope="session")
def knowing(effects):
    """Predictions that know a share of the deviation of each double."""

    def made(share, conditions=None):
        conditions = conditions or [name for name in effects.obs_names if "+" in name]
        sums = np.array([effects[name.split("+")].X.sum(axis=0) for name in conditions])
        return as_effects(sums + share * (effects[conditions].X - sums), conditions, effects.var)

    return made
