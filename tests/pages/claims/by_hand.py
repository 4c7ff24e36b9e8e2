"""Numbers of claims from the committed rows, with pandas and NumPy and nothing of ours."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

RESULTS = Path(__file__).resolve().parents[3] / "data" / "results"
N, MARGIN = 2000, 0.01
SECONDS = {"ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}


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
    table = pd.read_parquet(RESULTS / f"{study}_{screen}_{task}.parquet")
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
    table = pd.read_parquet(RESULTS / f"interactions_{screen}.parquet")
    column = "predicted_deviation" if where["measure"] == "auroc" else "cosine"
    table = table[table[column].notna() & table["is_interaction"].notna()]
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
        truth, seed = side["is_interaction"].to_numpy(bool), side["seed"].to_numpy()
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
        unit = units_of_efficiency()[where["measure"]]
        factor = 1.0 if unit == theirs["unit"] else SECONDS[unit] / SECONDS[theirs["unit"]]
        bound = theirs["value"] if np.isfinite(theirs["value"]) else theirs["high" if sign == "<=" else "low"]
        return *(factor * float(row[name]) for name in ("value", "low", "high")), bound, 0.0
    rows = rows[(rows["bin"] == model) & (rows["screen"] == screen) & (rows["task"] == where["task"])]
    row = rows[(rows["method"] == method) & (rows["against"] == other)].iloc[0]
    alone = rows[(rows["method"] == other) & (rows["against"] == "")].iloc[0]
    return *(float(row[name]) for name in ("value", "low", "high")), 0.0, MARGIN * abs(float(alone["value"]))


def units_of_efficiency():
    return json.loads((RESULTS / "efficiency.provenance.json").read_text())["units"]


def of_jobs(where, method):
    """Our seconds with their ends, the quickest job of others (less the slowest of ``less``), and its margin."""
    table = pd.read_csv(RESULTS / "efficiency.csv", keep_default_na=False, na_values={"low": "", "high": ""})
    table = table[(table["by"] == where["by"]) & (table["method"] == method)].set_index("measure")
    seconds = np.zeros(3)
    for measure in filter(None, (where["measure"], where.get("plus"))):
        seconds += SECONDS[units_of_efficiency()[measure]] * table.loc[measure, ["value", "low", "high"]].astype(float)
    about, jobs = where["jobs"], pd.read_csv(RESULTS / f"{where['jobs']['table']}.csv")
    jobs = jobs[(jobs["screen"] == about["screen"]) & (jobs["measure"] == "elapsed")].set_index("method")
    bound = jobs.loc[about["methods"], "low"].min() - (jobs.loc[about["less"], "high"] if "less" in about else 0)
    return *seconds, bound, MARGIN * bound
