"""Studies: what studies.yml says is what runs."""

import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import yaml

from appmodel import as_effects
from appmodel.predictors import PermutedConditions
from appmodel.splits import split_by_seen
from appmodel.studies.study import Study, load_studies

ROOT = Path(__file__).resolve().parents[2]
ENTRY = {
    "about": "",
    "seeds": 2,
    "network": ["demo"],
    "screens": {"x": ["doubles"]},
    "methods": {"additive": {"class": "Additive"}, "app": {"class": "APP", "n_hidden": 4}},
}
UNSEEN = {"screens": {"x": ["unseen"]}}


def study(**changes):
    return Study("s", **{**ENTRY, **changes})


def test_the_committed_studies_are_valid():
    studies = load_studies(ROOT / "studies.yml")
    assert set(studies["real"].screens) == {"norman19", "adamson16", "replogle22_k562", "replogle22_rpe1"}


def test_options_of_a_method_reach_the_predictor():
    assert study().predictor("app").n_hidden == 4


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seeds": 0}, "seeds: 0"),
        ({"screens": {"x": ["triples"]}}, "'triples'"),
        ({"per_condition": ["l3"]}, "keeps metric 'l3'"),
        ({"against": "luck"}, "'luck'"),
        ({"made_by": "magic"}, "made_by: 'magic'; say one of real, studies, local"),
        ({"split": "by_luck"}, "split: 'by_luck'"),
        ({"test_fraction": 1.5, **UNSEEN}, "test_fraction: 1.5; give a share between 0 and 1"),
        ({"split": "by_seen", **UNSEEN}, "'split: by_seen|has split: by_seen, which is for the task 'doubles' alone"),
        ({"test_fraction": 0.5}, "test_fraction, which is for the task 'unseen'"),
        ({"test_fraction": 0.5, **UNSEEN, "splits": {"x": "s.json"}}, "not for ready-made splits"),
    ],
)
def test_a_mistake_in_a_study_is_named(changes, message):
    with pytest.raises(ValueError, match=message):
        study(**changes)


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ({"class": "Magic"}, "'Magic' is no predictor"),
        ({"class": "APP", "magic": 1}, "'m'.*magic"),
        (
            {"class": "Additive", "conditions": "sorted"},
            "method 'm', has conditions: 'sorted'; say 'permuted' or nothing",
        ),
    ],
)
def test_a_mistake_in_a_method_is_named(tmp_path, method, message):
    with pytest.raises(ValueError, match=message):
        study(methods={"m": method}).predictor("m")
    path = tmp_path / "studies.yml"
    path.write_text(yaml.safe_dump({"s": {**ENTRY, "methods": {"m": method}}}))
    with pytest.raises(ValueError, match=message):
        load_studies(path)


def test_a_job_of_a_simple_method_imports_no_torch():
    code = (
        "import sys; from appmodel.pipeline import jobs; from appmodel.studies.study import load_studies; "
        "load_studies('studies.yml', methods=False)['real'].predictor('additive'); "
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_an_entry_with_an_unknown_key_is_named(tmp_path):
    path = tmp_path / "studies.yml"
    path.write_text("real: {about: '', seeds: 1, network: [], screens: {}, methods: {}, colour: red}\n")
    with pytest.raises(ValueError, match="colour"):
        load_studies(path)


def test_a_degraded_network_is_drawn_anew_for_each_seed(tiny_effects):
    entry = study(methods={"app": {"class": "APP", "network": "shuffled"}, "plain": {"class": "APP"}})
    drawn = entry.network_of("app", "x", tiny_effects)
    assert drawn(0).digest != drawn(1).digest
    # Edges are damaged, nothing else: the genes of a graph stay.
    assert drawn(0).nodes(["G1"]) == entry.network_of("plain", "x", tiny_effects).nodes(["G1"])


def test_an_intact_network_is_read_once(tiny_effects):
    entry = study(methods={"plain": {"class": "APP"}})
    assert entry.network_of("plain", "x", tiny_effects) is entry.network_of("plain", "x", tiny_effects)


def test_permuted_conditions_wrap_the_method():
    entry = study(methods={"app": {"class": "APP", "n_hidden": 4, "conditions": "permuted"}})
    assert isinstance(entry.predictor("app"), PermutedConditions)
    assert entry.predictor("app").predictor.n_hidden == 4


def test_a_screen_may_have_a_network_of_its_own(tiny_effects):
    entry = study(network=["go_bp"], networks={"x": ["demo"]})
    assert list(entry.network_of("app", "x", tiny_effects).sources) == ["demo"]
    assert list(entry.network_of("app", "another", tiny_effects).sources) == ["go_bp"]


def test_a_study_asks_for_the_size_of_the_test_set_and_for_the_split():
    names = ["control", *"ABCDEFGH", *("+".join(pair) for pair in combinations("ABCDEFGH", 2))]
    effects = as_effects(np.zeros((len(names), 1)), names, ["r"])
    for share, size in ((None, 2), (0.75, 6)):
        splits = study(test_fraction=share, **UNSEEN).splits_of(effects, "x", "unseen")
        assert [len(split.test) for split in splits] == [size, size]
    by_seen = study(split="by_seen").splits_of(effects, "x", "doubles")
    assert by_seen == [split_by_seen(effects, seed) for seed in range(2)]
