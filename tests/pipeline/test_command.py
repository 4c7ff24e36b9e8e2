"""The command line: from a file to predictions, and a sentence instead of a trace-back."""

import json
import subprocess
import sys

import anndata
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import appmodel
from appmodel.pipeline.command import main
from appmodel.pipeline.reading_options import _OPTIONS
from appmodel.screens.reading.decisions import Choices


@pytest.fixture(scope="module")
def files(tmp_path_factory, _tiny_screen):
    folder = tmp_path_factory.mktemp("mine")
    _tiny_screen.write_h5ad(folder / "mine.h5ad")
    renamed = _tiny_screen.copy()
    renamed.obs["condition"] = renamed.obs["condition"].astype(str).replace("control", "blank")
    renamed.write_h5ad(folder / "blank.h5ad")
    genes = sorted({gene for name in set(_tiny_screen.obs["condition"]) - {"control"} for gene in name.split("+")})
    edges = pd.DataFrame({"source": genes, "target": [*genes[1:], "NEW1"]})
    edges.to_csv(folder / "edges.tsv", sep="\t", index=False)
    return folder


@pytest.fixture
def run(files, monkeypatch):
    def called(*arguments):
        monkeypatch.chdir(files)
        return CliRunner().invoke(main, [str(each) for each in arguments])

    return called


def test_a_file_is_validated(run):
    result = run("validate", "mine.h5ad", "-n", "edges.tsv")
    assert result.exit_code == 0, result.output
    for said in ("--condition-key", "whole numbers", "edges", "it can be asked about: doubles, unseen."):
        assert said in result.output


def test_a_question_is_asked_and_answered(run):
    result = run("validate", "blank.h5ad")
    assert result.exit_code == 1
    assert "control" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert run("validate", "blank.h5ad", "--control", "blank", "-n", "edges.tsv").exit_code == 0


def test_effects_are_written(run, files, tiny_effects):
    assert run("effects", "mine.h5ad", "effects.h5ad").exit_code == 0
    np.testing.assert_allclose(anndata.read_h5ad(files / "effects.h5ad").X, tiny_effects.X)
    assert run("effects", "mine.h5ad", "effects.csv").exit_code == 0
    table = pd.read_csv(files / "effects.csv", index_col="condition")
    np.testing.assert_allclose(table.loc[tiny_effects.obs_names], tiny_effects.X, atol=1e-5)
    wrong = run("effects", "mine.h5ad", "effects.xls")
    assert wrong.exit_code == 2
    assert "ends in .h5ad or .csv" in wrong.stderr


def test_a_verdict_then_predictions(run, files):
    judged = run("benchmark", "mine.h5ad", "-n", "edges.tsv", "--seeds", 2, "-o", "verdict", "-q")
    assert judged.exit_code == 0, judged.output
    assert "On pairs of genes that were measured alone" in judged.output
    assert set(pd.read_csv(files / "verdict" / "verdict.csv")["task"]) == {"doubles", "unseen"}
    asked = ("predict", "mine.h5ad", "-n", "edges.tsv", "--seeds", 2, "-q", "-o", "out")
    predicted = run(*asked, "NEW1")
    assert predicted.exit_code == 0, predicted.output
    assert list(anndata.read_h5ad(files / "out" / "predictions.h5ad").obs_names) == ["NEW1"]
    assert "On genes that nothing measured perturbs" in predicted.output
    (files / "list.txt").write_text("NEW1\n")
    assert run(*asked, "--from", "list.txt").exit_code == 0
    assert run(*asked, "--all", "pairs").exit_code == 0
    assert anndata.read_h5ad(files / "out" / "predictions.h5ad").n_obs == 12 * 11 // 2 - 10
    for arguments in ((), ("NEW1", "--all", "pairs")):
        assert "in one way" in run(*asked, *arguments).stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("validate", "nowhere.h5ad"), "There is no file nowhere.h5ad"),
        (("effects", "nowhere.h5ad", "out.csv"), "There is no file nowhere.h5ad"),
        (("predict", "mine.h5ad", "NEW1", "-n", "nowhere.tsv", "-o", "out"), "nowhere.tsv"),
        (("predict", "mine.h5ad", "A++B", "-n", "edges.tsv", "-o", "out", "-q"), "empty gene name"),
        (("predict", "mine.h5ad", "NEW1", "-o", "mine.h5ad", "-n", "edges.tsv", "-q"), "mine.h5ad"),
        (("fetch", "nowhere"), "There is no screen 'nowhere': appmodel fetch lists them."),
        (("chapter", "nowhere"), "There is no chapter 'nowhere' here: choose one of ablation"),
        (("chapter", "own_screen", "-o", "x.pdf"), "x.pdf should end in .ipynb or .html"),
        (("chapter", "own_screen", "-p", "seeds"), "-p seeds is no parameter: write NAME=VALUE"),
        (("chapter", "own_screen", "-p", "seeds=many"), "Parameter 'seeds'"),
        (("chapter", "own_screen", "-p", "seed=1"), "has no parameter 'seed'"),
        (("validate", "mine.h5ad", "--only", "lane"), "--only lane names no group: write --only COLUMN=GROUP"),
    ],
)
def test_a_users_error_is_a_sentence(run, arguments, says):
    result = run(*arguments)
    assert result.exit_code in (1, 2)
    assert says in result.stderr
    assert "Traceback" not in result.output
    assert isinstance(result.exception, SystemExit)


def test_screens_are_listed(run):
    assert "norman19" in run("fetch").output


def test_every_command_explains_itself_with_an_example(run):
    assert run("--help").exit_code == 0
    for name, command in main.commands.items():
        said = run(name, "--help").output
        assert f"appmodel {name}" in said
        assert command.help


def test_every_decision_of_a_reading_is_an_option():
    assert set(_OPTIONS) == {*Choices.__dataclass_fields__, "min_cells"}


def test_options_reach_the_reading(run, files, tiny_cells):
    lanes = tiny_cells
    lanes.obs["lane"] = ["one", "two"] * (lanes.n_obs // 2) + ["one"] * (lanes.n_obs % 2)
    lanes.write_h5ad(files / "lanes.h5ad")
    assert run("effects", "lanes.h5ad", "one.h5ad", "--only", "lane=one", "--within", "lane").exit_code == 0
    expected = appmodel.load_effects(files / "lanes.h5ad", only={"lane": ["one"]}, within=["lane"])
    np.testing.assert_array_equal(anndata.read_h5ad(files / "one.h5ad").X, expected.X)


@pytest.mark.slow
def test_from_a_file_to_a_page_in_one_command(files):
    command = [sys.executable, "-m", "appmodel", "chapter", "own_screen", "--screen", "mine.h5ad"]
    more = ["-n", "edges.tsv", "-p", "seeds=2", "-p", "output=mine", "-p", "predict=pairs"]
    subprocess.run([*command, *more], cwd=files, check=True, capture_output=True)
    page = (files / "own_screen.html").read_text()
    assert "The verdict on this screen" in page
    assert 'src="http' not in page
    model = appmodel.load_predictor(files / "mine" / "model_unseen")
    assert model.predict(["NEW1"]).n_obs == 1
    notebook = json.loads((files / "own_screen.ipynb").read_text())
    assert sum("image/png" in out.get("data", {}) for cell in notebook["cells"] for out in cell.get("outputs", ())) == 5
