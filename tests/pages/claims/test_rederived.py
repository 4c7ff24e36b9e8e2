"""Every verdict of the claims page once more, from the committed rows, with pandas and NumPy and nothing of ours."""

import importlib.util
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

pytestmark = pytest.mark.slow

DATA = Path(__file__).resolve().parents[3] / "data"
spec = importlib.util.spec_from_file_location("by_hand", Path(__file__).with_name("by_hand.py"))
by_hand = importlib.util.module_from_spec(spec)
spec.loader.exec_module(by_hand)


@pytest.fixture(scope="module")
def entries():
    """Every claim with its questions by model; those to others are named by the method asked for."""
    content = yaml.safe_load((DATA / "claims.yml").read_text())
    named, found = content["claims"], {}
    for name, entry in named.items():
        entry = dict(named[entry["repeats"]] if "repeats" in entry else entry)
        others = entry.get("others", [])
        for text in [others] if isinstance(others, str) else others:
            where = {**entry["where"], "study": content["others"]["study"]}
            entry[text.split()[0]] = {"says": text, "where": where}
        found[name] = entry
    return found


def asked(entry, model):
    """Method, divisor, sign, other and where of each question of a claim."""
    own = entry[model]
    own = {"says": own} if isinstance(own, str | list) else own
    where = own.get("where", entry.get("where"))
    texts = own["says"] if isinstance(own["says"], list) else [own["says"]]
    return [(*re.fullmatch(r"(\w+)(?: / (\w+))?(?: (<=|<|>) (\w+))?", text).groups(), where) for text in texts]


def decided(low, high, reference, margin, sign, n_seeds):
    below, above = high - reference, low - reference
    if n_seeds < 2:
        return "cannot be told apart"
    if sign == "<=" and below <= 0:
        return "holds"
    if below < -margin:
        return "holds" if sign != ">" else "does not hold"
    if above > margin:
        return "does not hold" if sign != ">" else "holds"
    return "cannot be told apart"


def constant(study, screen, task, model):
    """Whether a model is not shown to beat the training mean and the training median."""
    for rival in ("training_mean", "training_median"):
        try:
            found = by_hand.of_study({"study": study, "task": task, "metric": "l2"}, screen, model, None, rival, None)
        except (KeyError, FileNotFoundError):
            continue
        low, high = np.nanpercentile(found[1], [2.5, 97.5])
        if decided(low, high, 0.0, found[3], "<", found[4]) != "holds":
            return True
    return False


def answered(line, question, theirs):
    """Value, ends, reference, margin and number of seeds of one question of a claim, on the screen of its line."""
    method, divisor, sign, other, where = question
    if "study" in where:
        of_task = [rows[rows["task"] == where["task"]].iloc[0]["value"] for rows in theirs if other == "quoted"]
        ratio = of_task[0] / of_task[1] if of_task else None
        found = by_hand.of_study(where, line.screen, method, divisor, other, ratio)
    elif where["table"] == "interactions":
        found = by_hand.of_interactions(where, line.screen, method, other)
    elif other == "jobs":
        return *by_hand.of_jobs(where, method), 5
    else:
        of_measure = [rows[rows["metric"] == where["measure"]] for rows in theirs if where["table"] == "efficiency"]
        row = of_measure[0].iloc[0] if of_measure else None
        return *by_hand.of_file(where, line.screen, method, other, line.model, row, sign), 5
    value, drawn, *more = found
    return value, *np.nanpercentile(drawn, [2.5, 97.5]), *more


def p_of(value, low, high, reference, margin):
    beyond, error = abs(value - reference) - margin, (high - low) / (2 * 1.959964)
    return 1.0 if not beyond > 0 else math.erfc(beyond / error / math.sqrt(2)) if error > 0 else 0.0


def test_every_verdict_follows_from_the_committed_rows(page, entries):
    quoted = pd.read_csv(DATA / "published.csv")
    lines = page[
        page["verdict"].isin(
            ["holds", "does not hold", "cannot be told apart", "not testable: the model does not beat a constant"]
        )
    ]
    assert len(lines) > 100
    found = []
    for line in lines.itertuples():
        entry = entries[line.claim]
        theirs = [
            quoted[(quoted["claim"] == line.table) & (quoted["method"] == name)]
            for name in re.split(r" [</] ", entry.get("theirs", ""))
        ]
        questions = asked(entry, line.model)
        answers = []
        for question in questions:
            value, low, high, reference, margin, n_seeds = answered(line, question, theirs)
            verdict = decided(low, high, reference, margin, question[2], n_seeds)
            answers.append((verdict, p_of(value, low, high, reference, margin)))
        # Of several questions the one that stands least.
        verdicts = ["does not hold", "cannot be told apart", "holds"]
        verdict, p = min(answers, key=lambda answer: (verdicts.index(answer[0]), -answer[1]))
        assert verdict == line.alone
        where = questions[0][-1]
        if line.table in ("T2", "T4", "F2"):
            study, task = where.get("study"), where.get("task")
            if study is None:
                study = "demo" if line.screen == "demo" else "real"
                task = "doubles" if where.get("task") == "doubles" else "unseen"
            if constant(study, line.screen, task, line.model):
                verdict = "not testable: the model does not beat a constant"
        found.append(
            {
                "claim": line.claim,
                "family": line.model if line.model in ("app", "anchored_app") else "others",
                "screen": line.screen,
                "kind": line.kind,
                "p": p,
                "verdict": verdict,
                "page": line.verdict,
                "q on page": line.q,
                "key": (line.model, line.screen, str(questions)),
            }
        )
    table = pd.DataFrame(found)
    counted = table[(table["kind"] != "repeat") & ~table["verdict"].str.startswith("not testable")]
    adjusted = {}
    for _, part in counted.groupby("family"):
        order = part["p"].sort_values(ascending=False)
        steps = order * len(part) / np.arange(len(part), 0, -1)
        adjusted |= dict(zip(table.loc[order.index, "key"], np.minimum.accumulate(np.minimum(steps, 1)), strict=True))
    q = table["key"].map(adjusted)
    table["verdict"] = table["verdict"].where(
        (q <= 0.05) | table["verdict"].str.startswith("not"), "cannot be told apart"
    )
    different = table[table["verdict"] != table["page"]]
    assert different.empty, different.to_string()
    known = table["q on page"].notna()
    np.testing.assert_allclose(q[known].astype(float), table.loc[known, "q on page"], rtol=1e-4)


def test_every_ratio_that_is_shown_and_not_judged_follows_from_the_committed_rows(page, entries):
    lines = page[page["verdict"].str.startswith("cannot be tested here: nobody")]
    assert len(lines) > 30
    for line in lines.itertuples():
        ((method, divisor, _, _, where),) = asked(entries[line.claim], line.model)
        value, drawn, *_ = by_hand.of_study(where, line.screen, method, divisor, None, math.nan)
        low, high = np.nanpercentile(drawn, [2.5, 97.5])
        assert [line.value, line.low, line.high] == pytest.approx([value, low, high], rel=1e-6)
        said = [float(number) for number in re.findall(r"\d+\.\d+", line.interval)]
        assert said == pytest.approx([value, low, high], rel=0.01)
