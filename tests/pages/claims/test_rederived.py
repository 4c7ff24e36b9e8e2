"""Every verdict of the claims page once more, from the committed rows, with pandas and NumPy and nothing of ours."""

import json
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
RESULTS = DATA / "results"
N, MARGIN = 2000, 0.01


@pytest.fixture(scope="module")
def page():
    return claims_table(load_claims(DATA / "claims.yml"), load_published(DATA / "published.csv"), RESULTS)


@pytest.fixture(scope="module")
def entries():
    content = yaml.safe_load((DATA / "claims.yml").read_text())["claims"]
    return {name: content[entry["repeats"]] if "repeats" in entry else entry for name, entry in content.items()}


def asked(entry, model):
    """Method, divisor, sign, other and where of one claim."""
    own = entry[model]
    own = {"says": own} if isinstance(own, str) else own
    found = re.fullmatch(r"(\w+)(?: / (\w+))?(?: (<=|<|>) (\w+))?", own["says"])
    return *found.groups(), own.get("where", entry.get("where"))


def counts(n, rng):
    return rng.multinomial(n, [1 / n] * n, size=N)


def draws(conditions, seeds):
    """Weight of every row in every draw: genes and seeds with replacement, a pair as often as both of its genes."""
    rng = np.random.default_rng(0)
    genes = sorted({gene for name in conditions for gene in name.split("+")})
    of_gene = dict(zip(genes, counts(len(genes), rng).T, strict=True))
    weights = np.array([np.prod([of_gene[gene] for gene in name.split("+")], axis=0) for name in conditions], float).T
    different = sorted(set(seeds))
    if len(different) > 1:
        of_seed = dict(zip(different, counts(len(different), rng).T, strict=True))
        weights *= np.array([of_seed[seed] for seed in seeds]).T
    return weights


def rows_of(study, screen, task, metric, methods):
    table = pd.read_csv(RESULTS / f"{study}_{screen}_{task}.csv", keep_default_na=False, na_values=[""])
    table = table[(table["metric"] == metric) & table["method"].isin(methods)]
    wide = table.pivot(index=["condition", "seed"], columns="method", values="value")[methods].dropna()
    return wide.sort_index()


def of_study(where, screen, method, divisor, other, theirs):
    names = list(dict.fromkeys(name for name in (method, divisor, other) if name and name != "quoted"))
    wide = rows_of(where["study"], screen, where["task"], where["metric"], names)
    weights = draws(list(wide.index.get_level_values(0)), list(wide.index.get_level_values(1)))
    means = (weights @ wide.to_numpy()) / weights.sum(axis=1, keepdims=True)
    n_seeds = wide.index.get_level_values(1).nunique()
    second = names.index(divisor or other)
    if divisor:
        per_seed = wide.groupby(level=1).mean()
        return (
            (per_seed[names[0]] / per_seed[names[second]]).mean(),
            means[:, 0] / means[:, second],
            theirs,
            MARGIN * theirs,
            n_seeds,
        )
    drawn = means[:, 0] - means[:, second]
    return wide[names[0]].mean() - wide[names[second]].mean(), drawn, 0.0, MARGIN * wide[names[second]].mean(), n_seeds


def auroc(score, truth, weights):
    above = np.sign(score[truth][:, None] - score[~truth][None]) / 2 + 0.5
    true, false = weights[:, truth], weights[:, ~truth]
    total = true.sum(axis=1) * false.sum(axis=1)
    return np.where(total > 0, np.einsum("bi,ij,bj->b", true, above, false) / np.where(total > 0, total, 1), np.nan)


def of_interactions(where, screen, method, other):
    table = pd.read_csv(RESULTS / f"interactions_{screen}.csv", keep_default_na=False)
    column = "predicted_deviation" if where["measure"] == "auroc" else "cosine"
    table = table[(table[column] != "") & (table["is_interaction"] != "")].assign(
        **{column: pd.to_numeric(table[column].replace("", np.nan))}
    )
    sides = [table[table["method"] == name] for name in (method, other)]
    keys = [set(zip(side["seed"], side["condition"], strict=True)) for side in sides]
    both, values = keys[0] & keys[1], []
    for side in sides:
        side = side[[key in both for key in zip(side["seed"], side["condition"], strict=True)]]
        rng = np.random.default_rng(0)
        genes = sorted({gene for name in side["condition"] for gene in name.split("+")})
        of_gene = dict(zip(genes, counts(len(genes), rng).T, strict=True))
        weights = np.array(
            [np.prod([of_gene[g] for g in name.split("+")], axis=0) for name in side["condition"]], float
        ).T
        weights = np.vstack([np.ones(len(side)), weights])
        splits, score = sorted(set(side["seed"])), side[column].to_numpy(float)
        truth, seed = (side["is_interaction"].astype(str) == "True").to_numpy(), side["seed"].to_numpy()
        statistic = []
        for split in splits:
            part = seed == split
            if where["measure"] == "auroc":
                statistic.append(auroc(score[part], truth[part], weights[:, part]))
            else:
                total = weights[:, part].sum(axis=1)
                statistic.append(
                    np.where(total > 0, weights[:, part] @ score[part] / np.where(total > 0, total, 1), np.nan)
                )
        times = np.vstack([np.ones(len(splits)), counts(len(splits), np.random.default_rng(1))])
        statistic = np.array(statistic).T
        known = np.isfinite(statistic)
        values.append((np.where(known, statistic, 0) * times).sum(axis=1) / (known * times).sum(axis=1))
    difference = values[0] - values[1]
    return difference[0], difference[1:], 0.0, MARGIN * abs(values[1][0]), len(splits)


def of_file(where, screen, method, other, model, theirs, sign):
    """Value, ends, reference and margin of a table that carries its own intervals."""
    table = pd.read_csv(RESULTS / f"{where['table']}.csv", keep_default_na=False, na_values={"value": "", "low": ""})
    rows = table[(table["by"] == where["by"]) & (table["measure"] == where["measure"])]
    if where["table"] == "efficiency":
        row = rows[rows["method"] == method].iloc[0]
        scale = {"ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}
        unit = json.loads((RESULTS / "efficiency.provenance.json").read_text())["units"][where["measure"]]
        factor = 1.0 if unit == theirs["unit"] else scale[unit] / scale[theirs["unit"]]
        bound = theirs["value"] if np.isfinite(theirs["value"]) else theirs["high" if sign == "<=" else "low"]
        return *(factor * float(row[name]) for name in ("value", "low", "high")), bound, 0.0
    rows = rows[(rows["bin"] == model) & (rows["screen"] == screen) & (rows["task"] == where["task"])]
    row = rows[(rows["method"] == method) & (rows["against"] == other)].iloc[0]
    alone = rows[(rows["method"] == other) & (rows["against"] == "")].iloc[0]
    return *(float(row[name]) for name in ("value", "low", "high")), 0.0, MARGIN * abs(float(alone["value"]))


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
            found = of_study({"study": study, "task": task, "metric": "l2"}, screen, model, None, rival, None)
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
            value, drawn, reference, margin, n_seeds = of_study(where, line.screen, method, divisor, other, ratio)
            low, high = np.nanpercentile(drawn, [2.5, 97.5])
        elif where["table"] == "interactions":
            value, drawn, reference, margin, n_seeds = of_interactions(where, line.screen, method, other)
            low, high = np.nanpercentile(drawn, [2.5, 97.5])
        else:
            row = None
            if where["table"] == "efficiency":
                row = theirs[0][theirs[0]["metric"] == where["measure"]].iloc[0]
            value, low, high, reference, margin = of_file(where, line.screen, method, other, line.model, row, sign)
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
                "model": line.model,
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
    for _, part in counted.groupby("model"):
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
