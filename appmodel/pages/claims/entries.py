"""Claims as ``data/claims.yml`` writes them: what is claimed, which numbers are quoted, how it is measured."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import yaml

from ...names import shown
from ...scoring.ceilings import ORACLE, SPLIT_HALVES
from ...studies.attention.summary import DECISIVE
from ...studies.study import Study, load_studies

MODELS = ("app", "anchored_app")
BOTH = "both"  # what cannot be tested, cannot be for either model
TABLES = ("efficiency", "interpretability", "interactions")  # those that are no scores of a study
QUOTED, CHANCE = "quoted", "chance"
CLAIM, REPEAT, STAND_IN, CELL = "claim", "repeat", "stand-in", "cell"
_QUESTION = re.compile(r"(\w+)(?: / (\w+))?(?: (<=|<|>) (\w+))?")
_KEYS = {"says", "theirs", "where", "cannot", "kind", "repeats", *MODELS}


class Question(NamedTuple):
    """What has to be true, from text: 'app < additive', 'a / b <= quoted', 'attention > chance'; or a value, 'app'.

    What is not named in the text is empty.
    """

    method: str
    divisor: str
    sign: str
    other: str

    @property
    def methods(self) -> list[str]:
        """The methods whose values are needed."""
        return [name for name in (self.method, self.divisor, self.other) if name and name not in (QUOTED, CHANCE)]


@dataclass(frozen=True)
class Test:
    """How a claim is measured for one model: a question to result files, or the reason why it cannot be."""

    __test__ = False  # no test of pytest's

    question: Question | None
    where: Mapping[str, object] = field(default_factory=dict)
    cannot: str = ""


@dataclass(frozen=True)
class Claim:
    """One claim of the paper, or (``kind``) a repeated one, or a stand-in of ours beside it.

    ``theirs`` names the methods whose quoted numbers stand in ``where`` (task, or measure).
    """

    name: str
    kind: str
    says: str
    theirs: str
    where: Mapping[str, object]
    tests: Mapping[str, Test]

    @property
    def table(self) -> str:
        """The table or figure that it stands in: T1 to T5, F2, F3."""
        return self.name.partition("-")[0]


@dataclass(frozen=True)
class Claims:
    """All claims, the screens they are tested on, which study measures the cells of a table, and the studies."""

    entries: tuple[Claim, ...]
    screens: tuple[str, ...]
    cells: Mapping[str, object]
    studies: Mapping[str, Study]


def load_claims(path: str | Path, studies: str | Path | None = None) -> Claims:
    """Read ``data/claims.yml``; ``studies`` is ``studies.yml``, by default in the folder above that of ``path``.

    Raises ``ValueError`` naming the claim and what is wrong: an unknown key, study, task, method or metric, a
    question that cannot be read, a claim without a measurement or a reason.
    """
    content = yaml.safe_load(Path(path).read_text())
    studies = Path(path).resolve().parents[1] / "studies.yml" if studies is None else studies
    known = load_studies(studies, methods=False)
    entries: dict[str, Claim] = {}
    for name, entry in content["claims"].items():
        try:
            entries[name] = _claim(name, entry, entries)
            for test in entries[name].tests.values():
                check_test(test, known)
        except ValueError as error:
            raise ValueError(f"{path}, {name}: {error}") from error
    return Claims(tuple(entries.values()), tuple(content["screens"]), content["cells"], known)


def question(text: str) -> Question:
    """A question from its text.  Raises ``ValueError`` where it cannot be read."""
    found = _QUESTION.fullmatch(str(text))
    if found is None or (found[3] == "<=") > (found[4] == QUOTED) or (found[2] and found[4] != QUOTED):
        raise ValueError(
            f"{text!r} is no question: write it like 'app < additive', 'app / additive <= quoted', "
            f"'app <= quoted', 'attention > chance', or 'app' for its value."
        )
    return Question(*(part or "" for part in found.groups()))


def check_test(test: Test, studies: Mapping[str, Study]) -> None:
    """Raise ``ValueError`` for a study, task, method, metric or chance that does not exist."""
    if test.question is None:
        return
    where = test.where
    if "table" in where:
        if where["table"] not in TABLES or "measure" not in where:
            raise ValueError(f"its table {where['table']!r} is none of {', '.join(TABLES)}, or names no measure.")
        if test.question.other == CHANCE and where["measure"] not in DECISIVE:
            raise ValueError(f"chance is known of {', '.join(DECISIVE)}, not of {where['measure']!r}.")
        return
    if set(where) != {"study", "task", "metric"}:
        raise ValueError(
            f"'where' has {', '.join(where) or 'nothing'}: it needs study, task and metric, or table and measure."
        )
    study = studies.get(where["study"])
    if study is None:
        raise ValueError(f"the study {where['study']!r} is not in studies.yml, which has {', '.join(studies)}.")
    if not screens_of(study, where["task"]):
        raise ValueError(f"the study {where['study']!r} has no task {where['task']!r}.")
    if unknown := set(test.question.methods) - {*study.methods, ORACLE, SPLIT_HALVES}:
        raise ValueError(f"the study {where['study']!r} has no method {shown(sorted(unknown))}.")
    if where["metric"] not in study.per_condition:
        raise ValueError(f"the study {where['study']!r} keeps no rows of the metric {where['metric']!r}.")


def screens_of(study: Study, task: str) -> list[str]:
    """The screens on which a study has a task."""
    return [screen for screen, tasks in study.screens.items() if task in tasks]


def _claim(name: str, entry: Mapping, earlier: Mapping[str, Claim]) -> Claim:
    if unknown := set(entry) - _KEYS:
        raise ValueError(f"it has the unknown key {shown(sorted(unknown))}: use {', '.join(sorted(_KEYS))}.")
    if repeated := entry.get("repeats"):
        if repeated not in earlier:
            raise ValueError(f"it repeats {repeated!r}, which does not stand above it.")
        same = earlier[repeated]
        return Claim(name, REPEAT, same.says, same.theirs, same.where, same.tests)
    if not entry.get("says"):
        raise ValueError("'says' is missing: say in a sentence what is claimed.")
    if (kind := entry.get("kind", CLAIM)) not in (CLAIM, STAND_IN):
        raise ValueError(f"its kind {kind!r} is neither {CLAIM!r} nor {STAND_IN!r}.")
    tests = {model: _test(entry, entry[model]) for model in MODELS if model in entry}
    if "cannot" in entry:
        if tests:
            raise ValueError("it says both 'cannot' and how it is measured: keep one.")
        tests = {BOTH: Test(None, cannot=entry["cannot"])}
    if not tests:
        raise ValueError("nothing is measured: give 'app' and 'anchored_app', or 'cannot' with the reason.")
    return Claim(name, kind, entry["says"], entry.get("theirs", ""), entry.get("where", {}), tests)


def _test(entry: Mapping, own: str | Mapping) -> Test:
    own = {"says": own} if isinstance(own, str) else own
    if unknown := set(own) - {"says", "where", "cannot"}:
        raise ValueError(f"a model's entry has the unknown key {shown(sorted(unknown))}.")
    if "cannot" in own:
        return Test(None, cannot=own["cannot"])
    return Test(question(own.get("says", "")), own.get("where", entry.get("where", {})))
