"""Claims as ``data/claims.yml`` writes them: what is claimed, which numbers are quoted, how it is measured."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ...names import shown
from ...scoring.ceilings import ORACLE, SPLIT_HALVES
from ...studies.attention.summary import DECISIVE
from ...studies.study import Study, load_studies

MODELS = ("app", "anchored_app")
BOTH = "both"  # what cannot be tested, cannot be for either model
OTHERS = "others"  # whose published scores are read by the same rule
TABLES = ("efficiency", "interpretability", "interactions")  # those that are no scores of a study
QUOTED, CHANCE, JOBS = "quoted", "chance", "jobs"
CLAIM, REPEAT, STAND_IN, CELL = "claim", "repeat", "stand-in", "cell"
_QUESTION = re.compile(r"(\w+)(?: / (\w+))?(?: (<=|<|>) (\w+))?")
_KEYS = {"says", "theirs", "where", "cannot", "kind", "repeats", OTHERS, *MODELS}


class Question(NamedTuple):
    """What has to be true, from text: 'app < additive', 'a / b <= quoted', 'attention > chance', 'app < jobs'.

    Without a sign it asks for a value ('app') or a ratio ('app / additive') and is not judged.  What is not named in
    the text is empty.
    """

    method: str
    divisor: str
    sign: str
    other: str

    @property
    def methods(self) -> list[str]:
        """The methods whose values are needed."""
        return [name for name in (self.method, self.divisor, self.other) if name and name not in (QUOTED, CHANCE, JOBS)]


@dataclass(frozen=True)
class Test:
    """How a claim is measured for one model: a question to result files, or the reason why it cannot be.

    With both, the answer is shown and not judged.  ``others`` is the work whose published scores answer.
    """

    __test__ = False  # no test of pytest's

    question: Question | None
    where: Mapping[str, Any] = field(default_factory=dict)
    cannot: str = ""
    others: str = ""


@dataclass(frozen=True)
class Claim:
    """One claim of the paper, or (``kind``) a repeated one, or a stand-in of ours beside it.

    ``theirs`` names the methods whose quoted numbers stand in ``where`` (task, or measure).  ``tests`` are named by
    the model they are about, those of others by the method asked for.
    """

    name: str
    kind: str
    says: str
    theirs: str
    where: Mapping[str, Any]
    tests: Mapping[str, Test]

    @property
    def table(self) -> str:
        """The table or figure that it stands in: T1 to T5, F2, F3."""
        return self.name.partition("-")[0]


@dataclass(frozen=True)
class Claims:
    """All claims, the screens they are tested on, which study measures the cells of a table, and the studies.

    Among these is that of the ``others``, whose ``about`` names the work.
    """

    entries: tuple[Claim, ...]
    screens: tuple[str, ...]
    cells: Mapping[str, Any]
    studies: Mapping[str, Study]
    others: Study


def load_claims(path: str | Path, studies: str | Path | None = None) -> Claims:
    """Read ``data/claims.yml``; ``studies`` is ``studies.yml``, by default in the folder above that of ``path``.

    Raises ``ValueError`` naming the claim and what is wrong: an unknown key, study, task, method or metric, a
    question that cannot be read, a claim without a measurement or a reason.
    """
    content = yaml.safe_load(Path(path).read_text())
    studies = Path(path).resolve().parents[1] / "studies.yml" if studies is None else studies
    others = _others(content[OTHERS])
    known = {**load_studies(studies, methods=False), others.name: others}
    entries: dict[str, Claim] = {}
    for name, entry in content["claims"].items():
        try:
            entries[name] = _claim(name, entry, entries, others)
            for test in entries[name].tests.values():
                check_test(test, known)
        except ValueError as error:
            raise ValueError(f"{path}, {name}: {error}") from error
    return Claims(tuple(entries.values()), tuple(content["screens"]), content["cells"], known, others)


def question(text: str) -> Question:
    """A question from its text.  Raises ``ValueError`` where it cannot be read."""
    found = _QUESTION.fullmatch(str(text))
    if found is None or (found[3] == "<=") > (found[4] == QUOTED) or (found[2] and found[4] not in (QUOTED, None)):
        raise ValueError(
            f"{text!r} is no question: write it like 'app < additive', 'app / additive <= quoted', 'app <= quoted', "
            f"'app < jobs', 'attention > chance', or 'app' and 'app / additive' for what is not judged."
        )
    return Question(*(part or "" for part in found.groups()))


def check_test(test: Test, studies: Mapping[str, Study]) -> None:
    """Raise ``ValueError`` for a study, task, method, metric or chance that does not exist."""
    if test.question is None:
        return
    where = test.where
    if (test.question.other == JOBS) != (JOBS in where):
        raise ValueError("'< jobs' goes with 'jobs' in 'where': the table, screen and methods of the jobs of others.")
    if "table" in where:
        if where["table"] not in TABLES or "measure" not in where:
            raise ValueError(f"its table {where['table']!r} names no measure, or is unknown: use {', '.join(TABLES)}.")
        if test.question.other == CHANCE and where["measure"] not in DECISIVE:
            raise ValueError(f"chance is not known of {where['measure']!r}: ask it of {', '.join(DECISIVE)}.")
        return
    if set(where) != {"study", "task", "metric"}:
        raise ValueError(
            f"'where' has {', '.join(where) or 'nothing'}: it needs study, task and metric, or table and measure."
        )
    study = studies.get(where["study"])
    if study is None:
        raise ValueError(f"the study {where['study']!r} is not in studies.yml: choose from {', '.join(studies)}.")
    if not screens_of(study, where["task"]):
        raise ValueError(f"the study {where['study']!r} has no task {where['task']!r}: name one of its tasks.")
    if unknown := set(test.question.methods) - {*study.methods, ORACLE, SPLIT_HALVES}:
        raise ValueError(f"the study {where['study']!r} has no method {shown(sorted(unknown))}: name one of its own.")
    if where["metric"] not in study.per_condition:
        raise ValueError(
            f"the study {where['study']!r} keeps no rows of the metric {where['metric']!r}: choose from "
            f"{', '.join(study.per_condition)}."
        )


def screens_of(study: Study, task: str) -> list[str]:
    """The screens on which a study has a task."""
    return [screen for screen, tasks in study.screens.items() if task in tasks]


def _others(entry: Mapping[str, Any]) -> Study:
    """Published scores as a study: nobody here ran it, so it has no seeds nor networks of its own to give."""
    methods: dict[str, dict] = {name: {} for name in entry["methods"]}
    return Study(entry["study"], entry["source"], 1, [], entry["screens"], methods, per_condition=("l2",))


def _claim(name: str, entry: Mapping, earlier: Mapping[str, Claim], others: Study) -> Claim:
    if unknown := set(entry) - _KEYS:
        raise ValueError(f"it has the unknown key {shown(sorted(unknown))}: use {', '.join(sorted(_KEYS))}.")
    if repeated := entry.get("repeats"):
        if repeated not in earlier:
            raise ValueError(f"it repeats {repeated!r}, which does not stand above it: move it below.")
        same = earlier[repeated]
        return Claim(name, REPEAT, same.says, same.theirs, same.where, same.tests)
    if not entry.get("says"):
        raise ValueError("'says' is missing: say in a sentence what is claimed.")
    if (kind := entry.get("kind", CLAIM)) not in (CLAIM, STAND_IN):
        raise ValueError(f"its kind {kind!r} is unknown: say {CLAIM!r} or {STAND_IN!r}.")
    tests = {model: _test(entry, entry[model]) for model in MODELS if model in entry}
    asked = entry.get(OTHERS, [])
    for text in [asked] if isinstance(asked, str) else asked:
        test = _test(entry, text, others)
        assert test.question is not None  # it has a text
        if test.question.method in tests:
            raise ValueError(f"it asks twice for {test.question.method!r}: make another claim of it.")
        tests[test.question.method] = test
    if not tests and "cannot" in entry:
        tests = {BOTH: Test(None, cannot=entry["cannot"])}
    if not tests:
        raise ValueError("nothing is measured: give 'app' and 'anchored_app', 'others', or 'cannot' with the reason.")
    return Claim(name, kind, entry["says"], entry.get("theirs", ""), entry.get("where", {}), tests)


def _test(entry: Mapping, own: str | Mapping, others: Study | None = None) -> Test:
    own = {"says": own} if isinstance(own, str) else own
    if unknown := set(own) - {"says", "where", "cannot"}:
        raise ValueError(f"a model's entry has the unknown key {shown(sorted(unknown))}: use says, where or cannot.")
    if "cannot" in own:
        return Test(None, cannot=own["cannot"])
    asked, cannot = question(own.get("says", "")), entry.get("cannot", "")
    if bool(asked.sign) == bool(cannot):
        raise ValueError(f"{own['says']!r} is {'judged, but' if cannot else 'not judged, and no'} 'cannot' says why.")
    where = own.get("where", entry.get("where", {}))
    if others is not None:
        where = {**where, "study": others.name}
    return Test(asked, where, cannot, "" if others is None else others.about)
