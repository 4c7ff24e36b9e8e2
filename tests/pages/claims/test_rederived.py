"""Every verdict of the claims page once more, from the committed rows, with pandas and NumPy and nothing of ours."""

import importlib.util
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from appmodel.pages import load_published
from appmodel.pages.claims.verdicts import claims_table, load_claims

pytestmark = pytest.mark.slow

DATA = Path(__file__).resolve().parents[3] / "data"
spec = importlib.util.spec_from_file_location("by_hand", Path(__file__).with_name("by_hand.py"))
by_hand = importlib.util.module_from_spec(spec)
spec.loader.exec_module(by_hand)


@pytest.fixture(scope="module")
def page():
    return claims_table(load_claims(DATA / "claims.yml"), load_published(DATA / "published.csv"), DATA / "results")


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
    """Method, divisor, sign, other and where of one claim."""
    own = entry[model]
    own = {"says": own} if isinstance(own, str) else own
    found = re.fullmatch(r"(\w+)(?: / (\w+))?(?: (<=|<|>) (\w+))?", own["says"])
    return *found.groups(), own.get("where", entry.get("where"))


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
        method, divisor, sign, other, where = asked(entry, line.model)
        theirs = [
            quoted[(quoted["claim"] == line.table) & (quoted["method"] == name)]
            for name in re.split(r" [</] ", entry.get("theirs", ""))
        ]
        n_seeds = 5
        if "study" in where:
            ratio = None
            if other == "quoted":
                of_task = [rows[rows["task"] == where["task"]].iloc[0]["value"] for rows in theirs]
                ratio = of_task[0] / of_task[1]
            value, drawn, reference, margin, n_seeds = by_hand.of_study(
                where, line.screen, method, divisor, other, ratio
            )
            low, high = np.nanpercentile(drawn, [2.5, 97.5])
        elif where["table"] == "interactions":
            value, drawn, reference, margin, n_seeds = by_hand.of_interactions(where, line.screen, method, other)
            low, high = np.nanpercentile(drawn, [2.5, 97.5])
        elif other == "jobs":
            value, low, high, reference, margin = by_hand.of_jobs(where, method)
        else:
            row = None
            if where["table"] == "efficiency":
                row = theirs[0][theirs[0]["metric"] == where["measure"]].iloc[0]
            value, low, high, reference, margin = by_hand.of_file(
                where, line.screen, method, other, line.model, row, sign
            )
        verdict = decided(low, high, reference, margin, sign, n_seeds)
        if line.table in ("T2", "T4", "F2") and where.get("table") != "efficiency":
            study, task = where.get("study"), where.get("task")
            if study is None:
                study = "demo" if line.screen == "demo" else "real"
                task = "doubles" if where.get("task") == "doubles" else "unseen"
            if constant(study, line.screen, task, line.model):
                verdict = "not testable: the model does not beat a constant"
        beyond, error = abs(value - reference) - margin, (high - low) / (2 * 1.959964)
        p = 1.0 if not beyond > 0 else math.erfc(beyond / error / math.sqrt(2)) if error > 0 else 0.0
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
                "key": (line.model, line.screen, method, divisor, sign, other, str(sorted(where.items()))),
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
        method, divisor, _, _, where = asked(entries[line.claim], line.model)
        value, drawn, *_ = by_hand.of_study(where, line.screen, method, divisor, None, math.nan)
        low, high = np.nanpercentile(drawn, [2.5, 97.5])
        assert line.interval == f"ratio {value:.3f} ({low:.3f} to {high:.3f})"
