"""Running studies: the estimate that is said before, the fits, what is left to Snakemake."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from appmodel.pipeline.run import estimate, expected, seconds_of
from appmodel.pipeline.workers import Fit

ROOT = Path(__file__).resolve().parents[2]
FITS = [Fit("app", "norman19", "doubles", "real"), Fit("linear", "norman19", "doubles", "real"),
        Fit("app", "norman19", "doubles", "new")]


def test_the_estimate_adds_what_the_committed_fits_took(tmp_path):
    about = {"methods": {"app": {"seconds": 593.0}, "linear": {"seconds": 53.0}, "oracle": "made in scoring"}}
    (tmp_path / "real_norman19_doubles.provenance.json").write_text(json.dumps(about))
    seconds = seconds_of(FITS, tmp_path)
    assert seconds == [593.0, 53.0, None]
    assert seconds_of([Fit("oracle", "norman19", "doubles", "real")], tmp_path) == [None]
    said = estimate(seconds, cores=2)
    assert said.startswith("3 fits to do: about 5 minutes on 2 core(s)")  # 646 s on two cores
    assert "and 1 whose time is not known" in said


def test_a_fit_of_unknown_length_moves_the_bar_as_far_as_the_others_do():
    assert expected([10.0, None, 30.0]) == [10.0, 20.0, 30.0]
    assert expected([None, None]) == [1.0, 1.0]


def test_nothing_to_fit_is_said():
    assert estimate([], 2).startswith("Every fit is done")


@pytest.fixture
def checkout(tmp_path):
    """What a study needs of a checkout."""
    for name in ("studies.smk", "studies.yml", "appmodel", "data"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "studies.yml").unlink()
    (tmp_path / "studies.yml").write_text((ROOT / "studies.yml").read_text())
    return tmp_path


def test_fits_are_kept_known_to_snakemake_and_made_again_when_their_line_changes(checkout):
    target = "_build/predictions/unseen_10/demo/unseen/no_change.h5ad"

    def run(*options):
        command = [sys.executable, "-m", "appmodel.pipeline.run", target, "--cores", "1", *options]
        result = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout + result.stderr

    said = run()
    assert "1 fits to do" in said
    assert "1 of 1 fits, last no_change on demo, unseen (unseen_10)" in said
    assert (checkout / target).is_file()
    assert "Every fit is done" in run("--dry-run")
    studies = checkout / "studies.yml"
    studies.write_text(studies.read_text().replace("no_change: {class: NoChange}", "no_change: {class: TrainingMean}"))
    assert "1 fits to do" in run("--dry-run")
