"""The code of a number is what made it and all that this imports: every module is found, changed, and must show."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import appmodel
from appmodel import APP, Additive, PermutedConditions, as_effects
from appmodel.closure import PACKAGE, closure, code_digest
from appmodel.provenance import code_version
from appmodel.trials.predictions import setting

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_data" not in path.parts)
# What makes numbers: predictions of a model and of a baseline, scores, tables, and the numbers of the chapters.
MADE_BY = [
    "predictors.app.predictor",
    "predictors.baselines",
    "trials.predictions",
    "scoring.benchmarking",
    "studies.tables",
    "studies.attention.seeds",
    "studies.interactions.report",
    "studies.extrapolation.gains",
    "studies.efficiency.timing",
    "studies.tuning.tables",
]


def name_of(path, root=PACKAGE):
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    root = tmp_path_factory.mktemp("copy") / "appmodel"
    shutil.copytree(PACKAGE, root, ignore=shutil.ignore_patterns("__pycache__", "_data"))
    return root


def test_every_edit_shows_in_exactly_the_digests_of_what_imports_it(copy):
    whole = {made: {path.relative_to(PACKAGE) for path in closure([f"appmodel.{made}"])} for made in MADE_BY}
    before = {made: code_digest([f"appmodel.{made}"], copy) for made in MADE_BY}
    assert before == {made: code_digest([f"appmodel.{made}"]) for made in MADE_BY}  # the same wherever it lies
    assert len(MODULES) > 100
    for path in MODULES:
        name = path.relative_to(PACKAGE)
        text = (copy / name).read_text()
        (copy / name).write_text(text + "\n# edited\n")
        changed = {made for made in MADE_BY if code_digest([f"appmodel.{made}"], copy) != before[made]}
        (copy / name).write_text(text)
        assert changed == {made for made in MADE_BY if name in whole[made]}, name


@pytest.mark.slow
def test_nothing_that_runs_is_left_out():
    """What python says it ran, beside what was read off the text: all functions that a module's names come from."""
    code = (
        "import sys, importlib, json\n"
        "def of(module):\n"
        "    return {m for v in vars(module).values() for m in [getattr(v, '__module__', '') or '']\n"
        "            if m.startswith('appmodel')}\n"
        "def ran(made):\n"
        "    importlib.import_module(made); seen, waiting = set(), {made}\n"
        "    while waiting:\n"
        "        name = waiting.pop(); seen.add(name); waiting |= of(sys.modules[name]) - seen\n"
        "    return sorted(sys.modules[name].__file__ for name in seen)\n"
        f"print(json.dumps({{made: ran(f'appmodel.{{made}}') for made in {MADE_BY!r}}}))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for made, ran in json.loads(said).items():
        assert len(ran) > 1, made
        assert {Path(path) for path in ran} <= set(closure([f"appmodel.{made}"])), made


def test_pages_and_pipeline_count_nowhere():
    for made in MADE_BY:
        rooms = {path.relative_to(PACKAGE).parts[0] for path in closure([f"appmodel.{made}"])}
        assert not rooms & {"pages", "pipeline"}, made


def test_no_room_imports_one_above_it():
    ground = ["arguments", "names", "files", "closure", "provenance", "record", "splits", "symbols"]
    order = [
        *ground,
        "screens",
        "effects",
        "networks",
        "predictors",
        "trials",
        "scoring",
        "studies",
        "pages",
        "pipeline",
        "__main__",
    ]
    for path in MODULES:
        room = path.relative_to(PACKAGE).with_suffix("").parts[0]
        if room == "__init__":
            continue
        for other in closure([name_of(path)]):
            below = other.relative_to(PACKAGE).with_suffix("").parts[0]
            assert order.index(below) <= order.index(room) or {room, below} <= set(ground), f"{path} imports {other}"


def test_no_two_modules_import_each_other():
    from appmodel.closure import imported

    def visit(path, above):
        assert path not in above, f"{' -> '.join(p.name for p in [*above, path])} is a circle"
        if path not in done:
            for other in imported(path) - {path}:
                visit(other, (*above, path))
            done.add(path)

    done = set()
    for path in MODULES:
        visit(path, ())


def test_a_comment_in_one_predictor_voids_no_fit_of_another(tiny_effects, tiny_network, monkeypatch):
    splits = [appmodel.split_doubles(tiny_effects, seed=0)]
    code = {
        name: setting({name: predictor}, tiny_effects, splits, tiny_network)["code_version"]
        for name, predictor in {"app": APP(), "additive": Additive(), "permuted": PermutedConditions(APP())}.items()
    }
    assert len(set(code.values())) == 3
    version = code["app"].partition("+")[0]
    assert (
        code["additive"] == f"{version}+{code_digest(['appmodel.trials.predictions', 'appmodel.predictors.baselines'])}"
    )
    assert code["permuted"] == code_version(
        "appmodel.trials.predictions", "appmodel.predictors.controls", "appmodel.predictors.app.predictor"
    )


def test_a_predictor_of_somebody_else_has_no_code_of_ours(tiny_effects):
    class Mine:
        def fit(self, effects, network=None):
            return self

        def predict(self, conditions):
            return as_effects([], [], [])

    splits = [appmodel.split_doubles(tiny_effects, seed=0)]
    assert setting({"mine": Mine()}, tiny_effects, splits)["code_version"] == code_version(
        "appmodel.trials.predictions"
    )


def test_packages_hand_names_on_and_hold_no_code():
    for path in MODULES:
        if path.name == "__init__.py" and path.parent.name != "metrics":
            kinds = {type(node) for node in ast.parse(path.read_text()).body}
            assert kinds <= {ast.Expr, ast.Import, ast.ImportFrom, ast.Assign, ast.If, ast.FunctionDef}, path
