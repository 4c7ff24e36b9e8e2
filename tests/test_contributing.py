"""The exercises of CONTRIBUTING.md, done in a copy: what they say is enough is enough."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
SMALL = {
    "about": "small",
    "seeds": 1,
    "network": ["prior.csv"],
    "screens": {"tiny.h5ad": ["doubles"]},
    "methods": {"additive": {"class": "Additive"}},
}


@pytest.fixture
def project(tmp_path, tiny_cells):
    """A copy of what an exercise touches, with a small study."""
    for folder in ("appmodel", "data/networks", "book"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("data/registry.csv", "_toc.yml", "Snakefile"):
        shutil.copy2(ROOT / name, tmp_path / name)
    (tmp_path / "notebooks").mkdir()
    tiny_cells.write_h5ad(tmp_path / "tiny.h5ad")
    tiny_cells.uns["prior_network"].to_csv(tmp_path / "prior.csv", index=False)
    (tmp_path / "studies.yml").write_text(yaml.safe_dump({"small": SMALL}))
    return tmp_path


def run(project, *command):
    result = subprocess.run(
        [sys.executable, *command],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
        env={
            "PYTHONPATH": str(project),
            "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
            "APPMODEL_CACHE": os.environ["APPMODEL_CACHE"],
            "APPMODEL_DATA": str(project / "data"),
        },
    )
    assert result.returncode == 0, result.stderr[-3000:]
    return result.stdout


def table(project):
    command = "appmodel.pipeline.jobs table --study small --screen tiny.h5ad --task doubles --quiet"
    run(project, "-m", *command.split(), "--scores", "scores/tiny.h5ad_doubles.parquet", "--output", "small.parquet")
    return pd.read_parquet(project / "small.parquet")


def test_each_exercise_has_five_lines():
    parts = TEXT.split("\n## ")[1:]
    assert [part.split("\n")[0] for part in parts] == [
        f"Add a {what}" for what in ("predictor", "metric", "screen", "study", "chapter")
    ]
    for part in parts:
        assert re.findall(r"^(\d)\. ", part, re.MULTILINE) == list("12345")


def test_a_predictor_is_its_file_and_a_line(project):
    (project / "appmodel/predictors/half_sum.py").write_text(
        "from .baselines import Additive\n\n\nclass HalfSum(Additive):\n    def _predict(self, names):\n"
        "        values, reasons = super()._predict(names)\n        return values / 2, reasons\n"
    )
    methods = {**SMALL["methods"], "half_sum": {"class": "HalfSum"}}
    (project / "studies.yml").write_text(yaml.safe_dump({"small": {**SMALL, "methods": methods}}))
    assert set(table(project)["method"]) == {"additive", "half_sum", "oracle", "split_halves"}
    said = run(
        project,
        "-c",
        "from appmodel.pages import readable; from appmodel.studies.study import load_study; "
        "print(readable('half_sum'), list(load_study('studies.yml', 'small').methods))",
    )
    assert said.split() == ["half", "sum", "['additive',", "'half_sum']"]


def test_a_metric_is_its_file_and_its_name_in_the_list(project):
    folder = project / "appmodel/scoring/metrics"
    (folder / "largest_error.py").write_text(
        "import numpy as np\n\nfrom .form import Case, Metric, Scored, defined\n\n\n"
        "def largest_error(case: Case) -> Scored:\n"
        "    return defined(np.abs(case.predicted - case.observed).max(axis=1))\n\n\n"
        "LARGEST = Metric('largest_error', largest_error, 'lower', 0.0)\n"
    )
    listed = (folder / "__init__.py").read_text()
    listed = listed.replace("from .mae import MAE\n", "from .largest_error import LARGEST\nfrom .mae import MAE\n")
    (folder / "__init__.py").write_text(listed.replace("        MAE,\n", "        MAE,\n        LARGEST,\n"))
    table(project)
    scores = pd.read_parquet(project / "scores/tiny.h5ad_doubles.parquet").query("method == 'additive'")
    worst, mean = (scores.query("metric == @name")["value"].to_numpy() for name in ("largest_error", "mae"))
    assert len(worst) == len(mean) > 0
    assert (worst > mean).all()


def test_a_screen_is_a_line_of_the_registry(project):
    shutil.copy2(project / "tiny.h5ad", project / "data/tiny.h5ad")
    digest = hashlib.sha256((project / "data/tiny.h5ad").read_bytes()).hexdigest()
    line = f"mine,cells,,,,tiny.h5ad,sha256:{digest},simulated,MIT,none\n"
    with (project / "data/registry.csv").open("a") as registry:
        registry.write(line)
    ask = "import appmodel; print(appmodel.load_cells('mine').n_obs)"
    assert int(run(project, "-c", ask)) > 100


def test_a_study_is_an_entry(project):
    second = {**SMALL, "about": "another", "made_by": "local"}
    (project / "studies.yml").write_text(yaml.safe_dump({"small": SMALL, "second": second}))
    said = run(project, "-m", "appmodel.pipeline.jobs", "estimate", "local")
    assert said.startswith("1 fits to do")


def test_a_chapter_is_a_notebook_and_a_line_of_the_order(project):
    (project / "notebooks/my_topic.py").write_text('# %% [markdown]\n# # My topic\n\n# %% tags=["parameters"]\nn = 1\n')
    toc = yaml.safe_load((project / "_toc.yml").read_text())
    toc["parts"][0]["chapters"].append({"file": "notebooks/my_topic"})
    (project / "_toc.yml").write_text(yaml.safe_dump(toc))
    (project / "_config.yml").write_text("title: x\n")
    said = run(project, "-m", "snakemake", "--dry-run", "--cores", "1", "--", "notebooks/my_topic.ipynb")
    assert "Executing notebooks/my_topic.py" in said
    assert "{tableofcontents}" in (ROOT / "book/index.md").read_text()
