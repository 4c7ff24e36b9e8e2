"""The card says what somebody who is given a predictor has to know."""

import re
from dataclasses import replace

import pytest

import appmodel
from appmodel import Network, TrainingMean, as_effects, save_predictor


@pytest.fixture
def card(tmp_path):
    def of(model, verdict=None):
        save_predictor(model, tmp_path / "given", verdict)
        return (tmp_path / "given" / "README.md").read_text()

    return of


def test_it_names_data_network_licences_code_and_date(card, effects, network):
    sources = {
        name: replace(source, version="12.0", licence="CC BY | 4.0", citation="Somebody\n2023")
        for name, source in network.sources.items()
    }
    model = appmodel.NearestGenes().fit(effects, Network(sources))
    text = card(model, "Errs 0.9 times as much as the mean (0.8 to 1.0).")
    assert text.startswith("# NearestGenes: predicted effects")
    assert "Predicts for an unseen gene the mean effect of the k measured genes" in text
    for row in (
        "| screen | demo (**simulated**) |",
        f"| hash of the screen | {effects.uns['dataset_hash']} |",
        "| training conditions | 16 (9 of one gene, 7 of several) |",
        "| readouts | 120, such as 'SIM0001', 'SIM0002', 'SIM0003' and 117 more |",
        f"| digest of the network | {Network(sources).digest} |",
        "| parameters | `NearestGenes()` |",
        r"| sets | sets | 12.0 | CC BY \| 4.0 | Somebody 2023 |",
    ):
        assert row in text.splitlines(), row
    assert re.search(r"^\| code \| \S+\+[0-9a-f]{12} \|$", text, re.MULTILINE)
    assert re.search(r"^\| saved on \| \d{4}-\d\d-\d\d \|$", text, re.MULTILINE)
    assert "\n## Verdict\n\nErrs 0.9 times as much" in text
    assert "**The screen is simulated" in text


def test_it_does_not_say_what_it_does_not_know(card):
    text = card(TrainingMean().fit(as_effects([[1.0, 2.0]], ["A"], ["axis 1", "axis 2"])))
    assert "| screen | unnamed (not stated whether simulated) |" in text
    assert "| hash of the screen | unknown |" in text
    assert "no network was given" in text
    assert "licence" not in text
    assert "None was passed" in text
    assert "the same of every condition, by design" in text
    assert "in the units of the effects that it was fitted on" in text


def test_a_real_screen_is_not_called_simulated_and_a_path_stays_private(card, effects):
    real = effects.copy()
    del real.uns["simulated"]
    real.uns["dataset"] = "somewhere/private/screen.h5ad"
    text = card(TrainingMean().fit(real))
    assert "| screen | screen.h5ad (not simulated) |" in text
    assert "private" not in text


def test_its_code_loads_the_predictor(card, effects, tmp_path, monkeypatch):
    model = TrainingMean().fit(effects)
    code = re.search(r"```python\n(.*?)```", card(model), re.DOTALL)[1]
    monkeypatch.chdir(tmp_path)
    there = {}
    exec(code, there)
    assert there["prediction"].X.tobytes() == model.predict(effects.obs_names[:1]).X.tobytes()
