"""What a newcomer meets: the README's commands, the environments, the book."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from appmodel.pipeline.notebooks import notebook_parameters
from appmodel.studies.study import load_studies

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))
DRY = "snakemake --snakefile studies.smk --dry-run"
README = (ROOT / "README.md").read_text()
VENV = sys.prefix


def make(*arguments, cwd=ROOT):
    """Run make as the README says, in the environment of the tests, which is installed already."""
    command = ["make", *arguments, f"VENV={VENV}", f"--old-file={VENV}/.installed"]
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "MAKEFLAGS", "MAKELEVEL")}
    return subprocess.run(command, cwd=cwd, env=clean, text=True, capture_output=True, timeout=900, check=False)


def readme_commands():
    block = re.search(r"## Commands.*?```sh\n(.*?)```", README, re.DOTALL).group(1)
    return block.split("\n")[:-1]


@pytest.fixture(scope="session")
def checkout(tmp_path_factory):
    """A copy of the checkout as git would give it, with what is not committed yet."""
    copy = tmp_path_factory.mktemp("checkout") / "project"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    return copy


# Chapters that stay with the screen of the book; the others run on files as a user would bring them.
ON_DEMO = ("quickstart", "results")
QUICK = {
    "max_epochs": 2,
    "patience": 2,
    "n_hidden": 8,
    "seeds": 1,
    "n_nodes": 50,
    "n_top_genes": 80,
    "n_explained": 1,
    "aggregation": "max",
    "activation": "leaky_relu",
}


@pytest.fixture(scope="session")
def built(checkout, _tiny_screen):
    """The README's ``make book``, every chapter once and short."""
    _tiny_screen.write_h5ad(checkout / "tiny.h5ad")
    _tiny_screen.uns["prior_network"].to_csv(checkout / "prior.csv", index=False)
    own = {"screen": str(checkout / "tiny.h5ad"), "networks": [str(checkout / "prior.csv")]}
    profile = {}
    for path in NOTEBOOKS:
        given = QUICK if path.stem in ON_DEMO else {**QUICK, **own}
        profile[path.stem] = {key: value for key, value in given.items() if key in notebook_parameters(path)}
    (checkout / "profiles" / "own.yml").write_text(yaml.safe_dump({"notebooks": profile}))
    command = next(line for line in readme_commands() if line.startswith("make book"))
    result = make(*command.split()[1:], "PROFILE=own", cwd=checkout)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-5000:]
    return checkout


def test_readme_names_the_three_commands():
    assert [line.split("#")[0].strip() for line in readme_commands()] == ["make book", "make test", "make real"]


def test_make_book_builds_the_book(built):
    html = built / "_build" / "html"
    assert (html / "index.html").is_file()
    toc = yaml.safe_load((built / "_toc.yml").read_text())
    for part in toc["parts"]:
        for chapter in part["chapters"]:
            assert (html / f"{chapter['file']}.html").is_file(), chapter


def test_every_figure_is_there_and_has_its_caption(built):
    for path in sorted((built / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text())["cells"]
        shown = [
            cell["metadata"].get("mystnb")
            for cell in cells
            if any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))
        ]
        assert shown == [cell["metadata"]["mystnb"] for cell in cells if "mystnb" in cell["metadata"]], path


def test_the_profiles_name_parameters_that_the_chapters_have():
    for profile in (ROOT / "profiles").glob("*.yml"):
        for name, given in yaml.safe_load(profile.read_text())["notebooks"].items():
            assert set(given) <= set(notebook_parameters(ROOT / "notebooks" / f"{name}.py")), (profile, name)


def test_pages_need_no_network_for_formulas(built):
    page = (built / "_build" / "html" / "notebooks" / "model.html").read_text()
    scripts = re.findall(r'<script[^>]*src="([^"]*mathjax[^"]*)"', page, re.IGNORECASE)
    assert scripts
    for script in scripts:
        assert not script.startswith("http"), script
        assert (built / "_build" / "html" / "notebooks" / script.split("?")[0]).resolve().is_file()


def test_the_results_page_gives_the_verdict_first(built):
    page = (built / "_build" / "html" / "notebooks" / "results.html").read_text()
    body = page[page.index("Results: does the claim hold?") :]
    assert body.index("on the real screens") < body.index("Aims of this page")


def test_a_second_make_book_does_nothing(built):
    result = make("book", "PROFILE=own", cwd=built)
    assert result.returncode == 0
    assert "Nothing to be done" in result.stdout + result.stderr


def stale(checkout):
    """Which notebooks a dry run would execute again, and whether it would build the book."""
    command = [f"{VENV}/bin/snakemake", "--dry-run", "--cores", "1", "--configfile", "profiles/own.yml", "--", "book"]
    result = subprocess.run(command, cwd=checkout, text=True, capture_output=True, check=False)
    assert result.returncode == 0, result.stderr
    said = result.stdout + result.stderr
    return set(re.findall(r"Executing notebooks/(\w+)\.py", said)), "Building the book" in said


def test_an_edited_notebook_or_parameter_reruns_just_what_depends_on_it(built):
    assert stale(built) == (set(), False)
    profile, notebook = built / "profiles" / "own.yml", built / "notebooks" / "model.py"
    before = profile.read_text(), notebook.read_text()
    changed = yaml.safe_load(before[0])
    changed["notebooks"]["training"]["max_epochs"] += 1
    profile.write_text(yaml.safe_dump(changed))
    assert stale(built) == ({"training"}, True)
    profile.write_text(before[0])
    notebook.write_text(before[1] + "\n# one more remark\n")
    assert stale(built) == ({"model"}, True)
    notebook.write_text(before[1])


@pytest.mark.parametrize("command", ["test", "real", "studies", "tuning", "local", "help"])
def test_other_commands_are_ready_to_run(command):
    result = make("--dry-run", command)
    assert result.returncode == 0, result.stderr


@pytest.mark.slow
def test_make_real_plans_every_table_and_says_how_many_fits(checkout):
    result = make("real", f"STUDIES={DRY} --cores 1", cwd=checkout)
    assert result.returncode == 0, result.stderr
    said = result.stdout + result.stderr
    assert re.search(r"\d+ fits to do: about \d+ minutes on 2 core", said)
    jobs = set(re.findall(r"Fitting and scoring (\w+), (\w+) \((\w+)\)", said))
    assert jobs == {
        (*table, study.name)
        for study in load_studies(ROOT / "studies.yml", methods=False).values()
        if study.made_by == "real"
        for table in study.tables()
    }


@pytest.mark.slow
def test_the_studies_can_be_handed_to_slurm(checkout):
    """Every table is a job of its own for the cluster; nothing is submitted in a dry run."""
    result = make("studies", f"STUDIES={DRY} --profile profiles/slurm", cwd=checkout)
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]
    said = result.stdout + result.stderr
    assert "Fitting and scoring norman19, doubles (ablation)" in said


def test_make_help_lists_the_commands():
    said = make("help").stdout
    for command in ("book", "test", "real", "studies", "clean"):
        assert f"make {command}" in said


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


def test_no_path_of_a_machine_and_no_number_typed_into_the_results_page():
    text = "".join(
        path.read_text()
        for path in [
            *(ROOT / "notebooks").glob("*.py"),
            *(ROOT / "book").glob("*.md"),
            *(ROOT / "appmodel").rglob("*.py"),
            ROOT / "README.md",
        ]
    )
    assert not re.search(r"/(home|root|work|Users)/\w", text)
    page = (ROOT / "notebooks" / "results.py").read_text()
    prose = "\n".join(line for line in page.splitlines() if line.startswith("# ") and "%%" not in line)
    assert not re.search(r"\b\d+\.\d+\b", prose.replace("1.1", ""))


def test_the_workflow_tests_builds_and_publishes_the_book():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "book.yml").read_text())
    steps = workflow["jobs"]["test-and-build"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == ["make test", "make book"]
    assert any(step.get("with", {}).get("path") == "_build/html" for step in steps)
    assert workflow["jobs"]["publish"]["needs"] == "test-and-build"
