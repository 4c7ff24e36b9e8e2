"""The command that predicts all pairs: from a saved predictor to files."""

import pandas as pd
import pytest
from click.testing import CliRunner

from appmodel import AnchoredAPP, save_predictor
from appmodel.pipeline.command import main


@pytest.fixture
def run(tiny_effects, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_predictor(AnchoredAPP().fit(tiny_effects), "model")
    targets = sorted(tiny_effects.uns["targets"])
    (tmp_path / "genes.txt").write_text("\n".join(targets[:4]) + "\n")
    return lambda *arguments: CliRunner().invoke(main, ["screen-pairs", *arguments, "--workers", "1", "-q"])


def test_all_pairs_of_a_file_or_of_the_model(run):
    said = run("model", "genes.txt", "-o", "few", "--criterion", "deviation", "--top", "3", "--values")
    assert said.exit_code == 0, said.output
    assert "6 pairs; the first 3 by deviation: few/top.csv" in said.output
    assert len(pd.read_csv("few/top.csv")) == 3
    assert len(pd.read_parquet("few/values")) == 6
    assert "66 pairs; the first 66 by size" in run("model", "all", "-o", "every").output


def test_a_users_error_is_a_sentence(run):
    for arguments, says in (
        (("nowhere", "all", "-o", "out"), "nowhere/model.json does not exist"),
        (("model", "nowhere.txt", "-o", "out"), "nowhere.txt"),
        (("model", "all", "-o", "out", "-c", "likeness"), "no wanted state was given"),
    ):
        said = run(*arguments)
        assert said.exit_code == 1
        assert says in said.stderr
        assert len(said.stderr.strip().splitlines()) == 1
