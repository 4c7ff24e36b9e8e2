"""The real Norman screen: the simple predictors give the errors that the issue states."""

import pytest

from appmodel import Additive, NoChange, ScaledAdditive, benchmark, load_effects
from appmodel.files import data_dir

# mean L2 in the 50 axes, and two standard deviations of a five-seed mean over random halves
STATED = {"no change": (4.93, 0.16), "additive": (2.11, 0.08), "scaled additive": (1.93, 0.08)}


@pytest.fixture(scope="module")
def scores():
    if data_dir() is None:
        pytest.skip("the data folder is absent (APPMODEL_DATA)")
    methods = {"no change": NoChange(), "additive": Additive(), "scaled additive": ScaledAdditive()}
    return benchmark(methods, load_effects("norman19"), "doubles", seeds=range(5))


@pytest.mark.parametrize("method", STATED)
def test_mean_l2_of_five_seeds(scores, method):
    rows = scores[(scores["metric"] == "l2") & (scores["method"] == method)]
    per_seed = rows.groupby("seed")["value"].mean()
    mean, twice_sd = STATED[method]
    assert len(per_seed) == 5
    assert per_seed.mean() == pytest.approx(mean, abs=twice_sd)


def test_half_of_the_131_doubles_are_tested_and_none_is_undefined(scores):
    assert scores.groupby(["seed", "method", "metric"]).size().unique().tolist() == [66]
    assert not scores[scores["metric"] == "l2"]["value"].isna().any()
    assert scores.attrs["provenance"]["dataset"] == "norman19"
