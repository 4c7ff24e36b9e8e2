"""Studies: what studies.yml says is what runs."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from appmodel.predictors import PermutedConditions
from appmodel.studies.study import Study, load_studies

ROOT = Path(__file__).resolve().parents[2]


def study(**changes):
    entry = {
        "name": "s",
        "about": "",
        "seeds": 2,
        "network": ["demo"],
        "screens": {"x": ["doubles"]},
        "methods": {"additive": {"class": "Additive"}, "app": {"class": "APP", "n_hidden": 4}},
    }
    return Study(**{**entry, **changes})


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
        ({"class": "Additive", "conditions": "sorted"}, "conditions can only be 'permuted'"),
    ],
)
def test_a_mistake_in_a_method_is_named(tmp_path, method, message):
    with pytest.raises(ValueError, match=message):
        study(methods={"m": method}).predictor("m")
    path = tmp_path / "studies.yml"
    path.write_text(
        yaml.safe_dump(
            {
                "s": {
                    "about": "",
                    "seeds": 1,
                    "network": ["demo"],
                    "screens": {"x": ["doubles"]},
                    "methods": {"m": method},
                }
            }
        )
    )
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
