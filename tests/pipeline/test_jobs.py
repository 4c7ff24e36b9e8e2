"""The command line of the jobs: each is ready with what studies.smk gives it."""

import re
from pathlib import Path

import pytest

from appmodel import load_scores
from appmodel.pipeline.jobs import parser
from appmodel.scoring import METRICS

ROOT = Path(__file__).resolve().parents[2]


def run(command):
    asked = parser().parse_args(command.split())
    asked.job(asked)


def test_every_job_of_the_studies_is_understood():
    text = re.sub(r'"\n\s+"', "", (ROOT / "studies.smk").read_text())
    calls = re.findall(r'JOB \+ " ([^"]+)"', text)
    assert len(calls) == 12
    for call in calls:
        parser().parse_args(re.sub(r"\{threads\}", "2", call).split())


@pytest.mark.slow
def test_a_table_is_fitted_scored_and_kept_and_the_leaderboard_follows(tmp_path, tiny_cells, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    tiny_cells.write_h5ad("tiny.h5ad")
    tiny_cells.uns["prior_network"].to_csv("prior.csv", index=False)
    (tmp_path / "studies.yml").write_text(
        "small: {about: '', seeds: 1, network: [prior.csv], screens: "
        "{tiny.h5ad: [doubles]}, methods: {additive: {class: Additive}}}"
    )
    run("estimate studies")
    assert capsys.readouterr().out.startswith("1 fits to do: about 1 minutes on 2 core(s)")
    table = "table --study small --screen tiny.h5ad --task doubles --cores 1 --quiet"
    run(f"{table} --scores scores/tiny_doubles.parquet --output small_tiny_doubles.parquet")
    assert set(load_scores("small_tiny_doubles.parquet")["metric"]) == {"l2"}
    assert set(load_scores("scores/tiny_doubles.parquet")["metric"]) == set(METRICS)
    run("leaderboard --study small --output small_leaderboard.csv scores/tiny_doubles.parquet")
    assert set(load_scores("small_leaderboard.csv")["method"]) == {"additive", "oracle", "split_halves"}
    run("estimate studies")
    assert capsys.readouterr().out.startswith("Every fit is done")


def test_a_mistake_is_refused_before_anything_runs(capsys):
    for wrong in (["table", "--study", "real"], ["estimate", "everything"], ["none"]):
        with pytest.raises(SystemExit):
            parser().parse_args(wrong)
