"""What make book and the studies say while they run: one line for each step, errors, and nothing else."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
RULES = """
rule all:
    input: "a.txt", "b.txt"
rule one:
    output: "{name}.txt"
    message: "Making {wildcards.name}"
    shell: "touch {output}"
rule fails:
    output: "bad.out"
    message: "Failing"
    shell: "echo the reason >&2; false"
"""


@pytest.fixture
def run(tmp_path):
    (tmp_path / "Snakefile").write_text(RULES)

    def called(target):
        return subprocess.run(
            ["snakemake", "--logger", "steps", "--cores", "1", target],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT / "profiles")},
            capture_output=True,
            text=True,
            check=False,
        )

    return called


@pytest.mark.slow
def test_a_line_for_each_step_and_errors_whole(run):
    lines = run("all").stderr.strip().splitlines()
    assert sorted(re.sub(r"\d+ s", "0 s", line)[:14] for line in lines) == ["Making a: 0 s ", "Making b: 0 s "]
    assert [line[-9:] for line in lines] == [" (1 left)", " (0 left)"]
    assert run("all").stderr.startswith("Nothing to be done")
    failed = run("bad.out")
    assert failed.returncode
    assert "the reason" in failed.stderr
    assert "Error in rule fails" in failed.stderr
