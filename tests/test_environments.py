"""What the project needs, for pip, conda and the workflow alike; importing it does nothing else."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]


def test_conda_and_pip_users_get_the_same_packages():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(name for extra in ("book", "test") for name in project["optional-dependencies"][extra]),
    ]
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    pip = next(entry for entry in conda if isinstance(entry, dict))["pip"]
    assert sorted(pip) == sorted([*wanted, "-e ."])
    assert f"python{project['requires-python']}" in conda


def test_every_needed_package_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "requirements.lock").read_text().splitlines()
        if "==" in line
    }
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(name for extra in extras for name in extra)]
    for requirement in wanted:
        assert re.match(r"[\w-]+", requirement).group().lower() in locked, requirement


@pytest.mark.slow
def test_importing_the_package_is_quiet():
    code = (
        "import sys, random, appmodel; import numpy as np; assert 'torch' not in sys.modules; "
        "random.seed(1); np.random.seed(1); a = (random.random(), np.random.rand()); "
        "random.seed(1); np.random.seed(1); import appmodel.predictors.app.predictor, appmodel.pages; "
        "assert a == (random.random(), np.random.rand())"
    )
    result = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=False, cwd=ROOT)
    assert (result.returncode, result.stdout) == (0, ""), result.stderr


def test_the_workflow_tests_builds_and_publishes_the_book():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "book.yml").read_text())
    steps = workflow["jobs"]["test-and-build"]["steps"]
    tested, built, published = [step["run"] for step in steps if "run" in step]
    assert [tested, built] == ["make test", "make book"]
    assert published.endswith("git push --force origin published\n")
    assert any(step.get("with", {}).get("path") == "_build/html" for step in steps)
    assert workflow["jobs"]["publish"]["needs"] == "test-and-build"
