"""The benchmark as a reader runs it on the real screens: the errors that the issue states, and every metric."""

import pytest

from appmodel import (
    Additive,
    LinearModel,
    NoChange,
    ScaledAdditive,
    TrainingMean,
    TrainingMedian,
    benchmark,
    load_effects,
    load_network,
)
from appmodel.files import data_dir
from appmodel.scoring import METRICS
from appmodel.screens import registry

pytestmark = pytest.mark.skipif(data_dir() is None, reason="the data folder is absent (APPMODEL_DATA)")
# mean L2 in the 50 axes, and two standard deviations of a five-seed mean over random halves
STATED = {"no change": (4.93, 0.16), "additive": (2.11, 0.08), "scaled additive": (1.93, 0.08)}
DOUBLES = {"no change": NoChange(), "additive": Additive(), "scaled additive": ScaledAdditive()}
SIMPLE = {**DOUBLES, "mean": TrainingMean(), "median": TrainingMedian(), "linear": LinearModel()}


@pytest.fixture(scope="module")
def scores():
    return benchmark(DOUBLES, load_effects("norman19"), "doubles", seeds=range(5))


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


@pytest.mark.parametrize(
    ("screen", "task"), [("norman19", "doubles"), *((name, "unseen") for name in registry.names("effects"))]
)
def test_all_simple_predictors_are_scored_by_every_metric(screen, task):
    network = load_network(["go_bp", "reactome"])
    scores = benchmark(SIMPLE, load_effects(screen), task, network, seeds=range(5), oracle=True)
    assert set(scores["metric"]) == set(METRICS)
    sizes = scores.groupby(["method", "metric"]).size()
    assert sizes.nunique() == 1
    assert sizes.index.unique("method").size == len(SIMPLE) + 1
