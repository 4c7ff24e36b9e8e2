"""What a newcomer meets: the README's commands, the environments, the book."""

import json
import re
import subprocess
import sys
from pathlib import Path

import jupytext
import pytest
import yaml

from appmodel.pipeline.notebooks import notebook_parameters
from appmodel.studies.study import load_studies

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))
DRY = "snakemake --snakefile studies.smk --dry-run"
VENV = sys.prefix


def test_readme_names_the_three_commands(readme_commands):
    assert [line.split("#")[0].strip() for line in readme_commands] == ["make book", "make test", "make real"]


def test_make_book_builds_the_book(built):
    html = built / "_build" / "html"
    assert (html / "index.html").is_file()
    toc = yaml.safe_load((built / "_toc.yml").read_text())
    for part in toc["parts"]:
        for chapter in part["chapters"]:
            assert (html / f"{chapter['file']}.html").is_file(), chapter


def test_every_chapter_says_how_long_it_ran(built):
    page = (built / "_build" / "html" / "book" / "build.html").read_text()
    assert [path.stem for path in (ROOT / "notebooks").glob("*.py") if f"<p>{path.stem}</p>" not in page] == []


def test_every_figure_is_there_and_has_its_caption(built):
    for path in sorted((built / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text())["cells"]
        shown = [
            cell["metadata"].get("mystnb")
            for cell in cells
            if any({"image/png", "image/svg+xml"} & {*output.get("data", {})} for output in cell.get("outputs", []))
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


def test_the_claims_can_be_taken_away_with_their_provenance(built):
    html = built / "_build" / "html"
    page = (html / "notebooks" / "claims.html").read_text()
    for name in ("claims.csv", "claims.provenance.json"):
        (found,) = html.glob(f"_downloads/*/{name}")
        assert found.relative_to(html).as_posix() in page
        assert found.read_bytes() == (built / "notebooks" / name).read_bytes()


def test_a_second_make_book_does_nothing(built, make):
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


def test_code_is_narrow_enough_for_a_page():
    shown = []
    for path in NOTEBOOKS:
        cells = [cell for cell in jupytext.read(path).cells if cell.cell_type == "code"]
        shown += [
            cell.source for cell in cells if not {"remove-cell", "remove-input"} & {*cell.metadata.get("tags", [])}
        ]
    for path in (ROOT / "book").glob("*.md"):
        shown += re.findall(r"```\w+\n(.*?)```", path.read_text(), re.DOTALL)
    assert [line for code in shown for line in code.split("\n") if len(line) >= 80] == []


@pytest.mark.parametrize("command", ["test", "real", "studies", "tuning", "local", "screenshots", "help"])
def test_other_commands_are_ready_to_run(command, make):
    result = make("--dry-run", command)
    assert result.returncode == 0, result.stderr


@pytest.mark.slow
def test_make_real_plans_every_table_and_says_how_many_fits(checkout, make):
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
def test_the_studies_can_be_handed_to_slurm(checkout, make):
    """Every table is a job of its own for the cluster; nothing is submitted in a dry run."""
    result = make("studies", f"STUDIES={DRY} --profile profiles/slurm", cwd=checkout)
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]
    said = result.stdout + result.stderr
    assert "Fitting and scoring norman19, doubles (ablation)" in said


def test_make_help_lists_the_commands(make):
    said = make("help").stdout
    for command in ("book", "test", "real", "studies", "clean"):
        assert f"make {command}" in said


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
