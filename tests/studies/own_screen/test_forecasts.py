"""What is asked for, predictions with their intervals, who moves a readout, and what to test next."""

import anndata
import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from appmodel import as_effects, load_scores
from appmodel.names import standard_name
from appmodel.studies.own_screen import asked as asked_module
from appmodel.studies.own_screen import (
    conditions_asked,
    default_asked,
    forecast,
    forecast_table,
    judge_screen,
    mover_recall,
    movers,
    network_for,
    next_tests,
    strongest,
    write_own,
)
from appmodel.studies.own_screen.forecasts import half_widths, interval_of

from .conftest import GENES, family_screen


@pytest.fixture(scope="module")
def screen():
    return family_screen(n_pairs=30)


@pytest.fixture(scope="module")
def verdicts(screen, network):
    return judge_screen(screen, network, range(4))


def test_what_is_asked_for(screen, network, tmp_path):
    measured = next(name for name in screen.obs_names if "+" in name)
    asked = conditions_asked(["NEW1", measured, "control", "NEW2+QQA0", "NEW1"], screen)
    assert asked.conditions == ["NEW1", "NEW2+QQA0"]
    assert dict(asked.left_out.to_numpy().tolist()) == {
        measured: "measured in this screen",
        "control": "the control has no effect to predict",
        "NEW1": "asked for twice",
    }
    assert len(conditions_asked("pairs", screen).conditions) == 24 * 23 // 2 - 30
    assert set(conditions_asked("genes", screen, network).conditions) == {"NEW1", "NEW2"}
    assert set(conditions_asked("neighbours", screen, network).conditions) == {"NEW1", "NEW2"}
    (tmp_path / "list.txt").write_text("NEW1\n\n QQA0+NEW1 \n")
    assert conditions_asked(tmp_path / "list.txt", screen).conditions == ["NEW1", "NEW1+QQA0"]
    pd.DataFrame({"condition": ["NEW2"], "why": ["x"]}).to_csv(tmp_path / "list.csv", index=False)
    assert conditions_asked(str(tmp_path / "list.csv"), screen).conditions == ["NEW2"]
    assert default_asked(screen, network) == "pairs"
    assert default_asked(family_screen(), network) == "neighbours"
    assert default_asked(family_screen(), None) == "pairs"


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (["QQA0"], "Nothing is left to predict .'measured in this screen'.: name other conditions"),
        ([], "no condition was named"),
        ("genes", "'genes' asks for genes of the network, but there is none that knows this screen: name one"),
        (["A++B"], "holds an empty gene name"),
    ],
)
def test_what_cannot_be_asked_for(screen, what, says):
    with pytest.raises(ValueError, match=says):
        conditions_asked(what, screen)


def test_too_many_pairs_for_a_table_are_pointed_to_files(screen, monkeypatch):
    monkeypatch.setattr(asked_module, "LARGEST", 24 * 23 // 2 * 12 - 1)
    with pytest.raises(ValueError, match=r"276 conditions of 12 readouts are .* \(appmodel.screen_pairs\)"):
        conditions_asked("pairs", screen)


def test_files_that_are_no_lists(screen, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere.txt is neither a file .*pairs, genes, neigh"):
        conditions_asked("nowhere.txt", screen)
    (tmp_path / "other.csv").write_text("gene\nNEW1\n")
    with pytest.raises(ValueError, match=r"other.csv has no column 'condition' .*'gene'.*: call the column"):
        conditions_asked(tmp_path / "other.csv", screen)


def test_predictions_are_those_of_the_winner_fitted_on_everything(screen, verdicts, network):
    asked = ["NEW1+QQA0", "NEW1", *conditions_asked("pairs", screen).conditions[:2]]
    made = forecast(screen, asked, verdicts, network)
    assert list(made.obs_names) == asked
    assert list(made.obs["task"]) == ["", "unseen", "doubles", "doubles"]
    for task in ("unseen", "doubles"):
        rows = list(made.obs_names[made.obs["task"] == task])
        alone = verdicts[task].predictor.fit(screen, network).predict(rows)
        np.testing.assert_array_equal(made[rows].X, alone.X)
        assert set(made.obs.loc[rows, "predictor"]) == {verdicts[task].winner}
        assert (made[rows].layers["low"] < made[rows].X).all()
        assert (made[rows].layers["high"] > made[rows].X).all()
    assert np.isnan(made["NEW1+QQA0"].layers["low"]).all()
    pair = made[asked[2]]
    genes = asked[2].split("+")
    assert pair.obs["deviation"].iloc[0] == pytest.approx(np.linalg.norm(pair.X - screen[genes].X.sum(axis=0)))
    assert made.obs["size"].to_numpy() == pytest.approx(np.linalg.norm(made.X, axis=1))
    assert list(forecast_table(made)["condition"]) == asked
    assert list(strongest(made, 2).obs_names) == list(made.obs["size"].nlargest(2).index)


def test_genes_that_nobody_knows_are_noted(screen, verdicts, network):
    made = forecast(screen, ["NEW1", "STRANGE"], verdicts, network)
    assert list(made.obs["note"]) == ["", "nothing is known of STRANGE: the answer for any gene"]


def test_intervals_hold_what_they_say(verdicts, screen):
    for verdict in verdicts.values():
        found = interval_of(verdict, screen)
        assert found.covers == pytest.approx(0.95, abs=0.06)
        hidden = verdict.hidden(verdict.winner, screen)
        scale = hidden.stated[:, None] if found.scaled else 1
        assert (np.abs(hidden.errors) <= scale * found.half_width).mean() >= 0.95


def test_half_widths_by_hand():
    errors, names = np.random.default_rng(0).permutation(np.arange(1.0, 41))[:, None], np.arange(40).astype(str)
    assert half_widths(errors[errors[:, 0] < 40], names[:39]) == [38.0]  # ceil(0.95 * 40) = 38 of 39
    assert half_widths(errors, names) == [39.0]  # ceil(0.95 * 41) = 39 of 40
    assert half_widths(errors, np.repeat(names[:10], 4)) == [40.0]  # ten conditions: the largest


def test_movers_by_hand():
    screen = as_effects(np.array([[1.0, 0], [-3, 0], [0, 0]]), ["A", "B", "control"], ["x", "y"])
    screen.layers["sampling_var"] = np.full((3, 2), 0.04)
    forecasts = as_effects(np.array([[2.0, 0]]), ["A+B"], ["x", "y"])
    forecasts.layers["low"], forecasts.layers["high"] = forecasts.X - 1, forecasts.X + 1
    table = movers(screen, forecasts, "x")
    assert table.to_numpy().tolist() == [
        ["B", "measured", -3.0, -3.4, -2.6],
        ["A+B", "predicted", 2.0, 1.0, 3.0],
        ["A", "measured", 1.0, 0.6, 1.4],
    ]
    assert list(movers(screen, forecasts, "x", "up")["condition"]) == ["A+B", "A", "B"]
    assert list(movers(screen, forecasts[[]], "x", "down")["condition"]) == ["B", "A"]
    with pytest.raises(ValueError, match="Readout 'z' is none of the 2"):
        movers(screen, forecasts, "z")


class Knows:
    """Looks the answer up."""

    def __init__(self, effects):
        self.effects = effects

    def fit(self, effects, network=None):
        return self

    def predict(self, conditions):
        return as_effects(self.effects[conditions].X, conditions, self.effects.var)


def test_who_knows_the_answer_finds_all_movers_and_a_constant_finds_chance(network):
    screen = family_screen()
    verdict = judge_screen(screen, network, range(3), {"knows": Knows(screen)})["unseen"]
    table = mover_recall(verdict, screen, "r0").set_index(["method", "bin"])["value"]
    assert (table["knows"] == 1).all()
    assert table["no_change"].tolist() == pytest.approx([1 / 6, 1 / 6, 2 / 6])  # of six hidden ones, whole ones tested
    everywhere = mover_recall(verdict, screen)
    assert set(everywhere["n"]) == {3}
    with pytest.raises(ValueError, match="Readout 'r99' is none"):
        mover_recall(verdict, screen, "r99")


def test_what_to_test_next_by_hand():
    obs = pd.DataFrame(
        {
            "task": ["doubles", "doubles", "unseen", "unseen", ""],
            "size": [9.0, 9.0, 4.0, 2.0, 99.0],
            "deviation": [2.0, 3.0, np.nan, np.nan, 99.0],
            "predicted_error": [1.0, 1.0, 1.0, 1.0, 1.0],
            "predictor": "anchored_app",
        },
        index=["A+B", "A+C", "X", "Y", "X+Y"],
    )
    table = next_tests(AnnData(np.zeros((5, 1)), obs=obs), 3)
    assert table[["condition", "what", "ratio"]].to_numpy().tolist() == [
        ["X", "size", 4.0],
        ["A+C", "deviation", 3.0],
        ["A+B", "deviation", 2.0],
    ]
    assert next_tests(AnnData(np.zeros((5, 1)), obs=obs.assign(size=1.0, deviation=0.0))).empty


def test_a_constant_winner_is_said_by_its_own_name(network):
    screen = family_screen(structured=False)
    made = forecast(screen, ["NEW1", "NEW2"], judge_screen(screen, network, range(3)), network)
    assert set(made.obs["predictor"]) <= {"no_change", "singles_mean", "training_median"}
    np.testing.assert_array_equal(made.X[0], made.X[1])
    assert np.isfinite(made.obs["predicted_error"]).all()


def test_all_is_written_and_read_back(screen, verdicts, network, tmp_path):
    made = forecast(screen, ["NEW1", "QQA0+NEW1"], verdicts, network)
    screen.uns["reading"] = pd.DataFrame({"decision": ["row"], "reading": ["effects"]}, index=["0"])
    files = write_own(tmp_path / "mine", screen, verdicts, made)
    there = {path.name for path in (tmp_path / "mine").iterdir()}
    notes = {name for name in there if name.endswith(".provenance.json")}
    assert there - notes == {file.rsplit("/", 1)[1] for file in files["file"]}
    scores = load_scores(tmp_path / "mine" / "scores_unseen.csv")
    assert len(scores) == len(verdicts["unseen"].scores)
    assert scores.attrs["provenance"]["network"]["digest"] == network.digest
    back = anndata.read_h5ad(tmp_path / "mine" / "predictions.h5ad")
    np.testing.assert_array_equal(back.layers["low"], made.layers["low"])
    table = pd.read_csv(tmp_path / "mine" / "predictions.csv", index_col="condition")
    np.testing.assert_allclose(table, made.X, rtol=1e-5)
    assert len(pd.read_csv(tmp_path / "mine" / "summary.csv")) == 2
    assert list(pd.read_csv(tmp_path / "mine" / "verdict.csv")["task"]) == ["doubles", "unseen"]


def test_which_network_is_taken(network, tmp_path):
    mouse = family_screen()
    assert network_for(mouse, [])[0] is None
    found, why = network_for(mouse)
    assert found is None
    assert "None of the open networks (go_bp, reactome, string) knows a perturbed gene" in why
    known = as_effects(np.zeros((2, 1)), ["KLF1", "GATA1"], ["x"])
    assert set(network_for(known)[0].sources) == {"go_bp", "reactome", "string"}
    with pytest.raises(ValueError, match="shares no gene with the screen"):
        network_for(mouse, ["go_bp"])
    assert standard_name("B+A") in {"A+B"}
    assert set(GENES) <= set(network.genes)
