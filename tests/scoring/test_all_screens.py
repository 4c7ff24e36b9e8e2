"""The benchmark as a reader runs it: all simple predictors, all real screens, five seeds, every metric."""

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
    save_scores,
)
from appmodel.files import data_dir
from appmodel.scoring import METRICS

TASKS = {
    "norman19": ["doubles", "unseen"],
    "adamson16": ["unseen"],
    "replogle22_k562": ["unseen"],
    "replogle22_rpe1": ["unseen"],
}
SIMPLE = {
    "no_change": NoChange(),
    "training_mean": TrainingMean(),
    "training_median": TrainingMedian(),
    "additive": Additive(),
    "scaled_additive": ScaledAdditive(),
    "linear": LinearModel(),
}


@pytest.fixture(scope="module")
def network():
    return load_network(["go_bp", "reactome"])


@pytest.mark.slow
def test_all_simple_predictors_on_all_real_screens(network):
    if data_dir() is None:
        pytest.skip("the data folder is absent (APPMODEL_DATA)")
    rows = 0
    for screen, tasks in TASKS.items():
        effects = load_effects(screen)
        for task in tasks:
            scores = benchmark(SIMPLE, effects, task, network, seeds=range(5), oracle=True)
            assert set(scores["metric"]) == set(METRICS)
            rows += len(scores)
    assert rows > 90_000


def test_the_same_seed_gives_the_same_file_to_the_byte(network, tmp_path):
    if data_dir() is None:
        pytest.skip("the data folder is absent (APPMODEL_DATA)")
    for name in ("first", "second"):
        scores = benchmark(SIMPLE, load_effects("adamson16"), "unseen", network, seeds=[3], oracle=True)
        save_scores(scores, tmp_path / f"{name}.csv")
    assert (tmp_path / "first.csv").read_bytes() == (tmp_path / "second.csv").read_bytes()
