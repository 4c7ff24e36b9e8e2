"""Variants come from studies.yml: a new ablation is a line there and shows in its chapter."""

from pathlib import Path

import pytest
import yaml

from appmodel.studies.study import load_study
from appmodel.studies.variants import damage_steps

STUDIES = Path(__file__).resolve().parents[3] / "studies.yml"


def test_a_new_line_is_a_new_variant(tmp_path):
    path = tmp_path / "studies.yml"
    methods = {
        "mean": {"class": "TrainingMean"},
        "app": {"class": "APP"},
        "app_b": {"class": "APP", "n_layers": 0, "features": "random"},
        "ours": {"class": "AnchoredAPP"},
        "app_c": {"class": "APP", "network": ["a", "b"]},
        "app_d": {"class": "APP", "conditions": "permuted"},
    }
    study = {"about": "a", "seeds": 1, "network": [], "screens": {}, "methods": methods}
    path.write_text(yaml.safe_dump({"s": study}, sort_keys=False))
    assert load_study(path, "s").variants("app") == ["app_b", "app_c", "app_d"]
    assert load_study(path, "s").variants("ours") == []


@pytest.mark.parametrize(
    ("study", "reference", "says"),
    [("none", "app", "holds no study 'none'"), ("ablation", "none", "has no method 'none'")],
)
def test_what_is_not_there_is_named(study, reference, says):
    with pytest.raises(ValueError, match=says):
        load_study(STUDIES, study).variants(reference)


def test_the_shares_of_the_papers_table_and_of_the_issue_are_all_there():
    study = load_study(STUDIES, "network_quality")
    for model in ("app", "anchored_app"):
        removed, added = (damage_steps(study, model, verb) for verb in ("without", "plus"))
        assert set(removed) == {0, 0.1, 0.25, 0.5, 0.75, 0.9}
        assert set(added) == {0, 0.1, 0.25, 0.5, 1}
        assert removed[0] == model
        others = set(study.variants(model)) - {*removed.values(), *added.values()}
        assert others == {f"{model}_{how}" for how in ("rewired", "shuffled", "empty", "complete")}
