# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Bring your predictor
#
# **Aims:** write a predictor in ten lines, let it be judged against everybody on the same splits, and bring
# predictions that were made elsewhere.  Run time: under a minute.

# %% tags=["parameters", "hide-input"]
screen = "demo"
networks = ["demo"]
seeds = 2
seed = 0
results = "../data/results"

# %% [markdown]
# ## Ten lines
#
# A predictor is anything with `fit(effects, network=None)` and `predict(conditions)`; no base class is needed.  What
# `fit` gets are the training rows alone.  This one says: a gene does what its neighbours in the network do, a measured
# gene does what was measured, and a pair is the sum of its genes.

# %%
import tempfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

import appmodel
from appmodel.pages import BASELINES, load_leaderboard, load_results, named, style
from appmodel.pages.claims.plots import plot_shares
from appmodel.scoring import (
    leaderboard,
    load_predictions,
    predict_splits,
    save_predictions,
    score_predictions,
    suspected_leaks,
)


class Mine:
    def fit(self, effects, network=None):
        self.singles, self.network = effects[effects.obs["n_targets"] == 1].copy(), network

    def predict(self, conditions):
        measured = list(self.singles.obs_names)
        genes = measured + sorted({gene for name in conditions for gene in name.split("+")} - set(measured))
        weights = self.network.adjacency(genes)[:, : len(measured)].toarray() + 1e-9
        weights[: len(measured)] = np.eye(len(measured))  # what was measured stands
        effect = dict(zip(genes, weights / weights.sum(axis=1, keepdims=True) @ self.singles.X, strict=True))
        return appmodel.as_effects(
            [sum(effect[gene] for gene in name.split("+")) for name in conditions], conditions, self.singles.var
        )


# %% [markdown]
# ## The verdict against everybody
#
# One call fits and scores all predictors on the same splits, under every metric.  The oracle, the right answer plus
# the noise of another measurement, is the ceiling.

# %%
effects = appmodel.load_effects(screen)
network = appmodel.load_network(networks)
everybody = {
    "no_change": appmodel.NoChange(),
    "training_mean": appmodel.TrainingMean(),
    "singles_mean": appmodel.SinglesMean(),
    "training_median": appmodel.TrainingMedian(),
    "additive": appmodel.Additive(),
    "scaled_additive": appmodel.ScaledAdditive(),
    "linear": appmodel.LinearModel(),
    "anchored_app": appmodel.AnchoredAPP(),
}
scores = {
    task: appmodel.benchmark(
        {**everybody, "mine": Mine()}, effects, task=task, network=network, seeds=range(seeds), oracle=True
    )
    for task in ("doubles", "unseen")
}
boards = {task: leaderboard(scores[task], BASELINES[task]) for task in scores}
board = pd.concat(boards.values(), ignore_index=True)
columns = [
    "task",
    "method",
    "mean",
    "low",
    "high",
    "ratio",
    "difference",
    "difference_low",
    "difference_high",
    "wins",
    "losses",
    "share",
    "undefined",
]
named(board.loc[board["metric"] == "l2", columns]).round(3).fillna("")

# %% [markdown]
# `ratio`, `difference` (with its interval), `wins` and `losses` are against the baseline of the task; `share` is the
# way from floor to ceiling.  The other metrics stand in the same table:

# %% mystnb={"figure": {"caption": "Unseen singles: share of the way from floor (0) to ceiling (1) per metric, with the 95 % bootstrap interval over genes and seeds.", "name": "fig-mine"}, "image": {"alt": "One panel per metric, each a dot plot of the share of the way from floor to ceiling of the own predictor and the others, with intervals"}}
with style():
    plot_shares(boards["unseen"], ["no_change", "training_mean", "training_median", "linear", "anchored_app", "mine"])

# %% [markdown]
# Where the interval of `mine` lies to the right of a dashed line at 0, it knows something of genes it never saw
# perturbed.  On doubles of measured genes it is the additive model.  Paired condition by condition:

# %%
named(
    pd.concat(
        [
            appmodel.difference_table(scores[task], other, ["mine"])
            for task in scores
            for other in (BASELINES[task], "anchored_app")
        ]
    )
).round(3)

# %% [markdown]
# `appmodel.APP()` goes into the same dictionary and takes minutes.  The pipeline has fitted it on the same splits of
# the simulated screen already, so its committed rows can stand beside the own ones:

# %%
committed = load_results(results, "demo").query("seed < @seeds")
committed = committed[(committed["dataset"] == screen) & committed["method"].isin(["app", "app_shuffled"])]
named(
    pd.concat(
        [
            appmodel.difference_table(pd.concat([scores[task], rows]), other, ["mine"])
            for task in scores
            for other, rows in committed[committed["task"] == task].groupby("method")
        ]
    )
).round(3)

# %% [markdown]
# ## Has it seen the answer?
#
# Training gets the training rows only.  A predictor that reached the test conditions by another way gives itself away
# by erring less than the measurement itself does.  Here is one that looks them up:

# %%
peeking = SimpleNamespace(fit=lambda effects, network=None: None, predict=lambda conditions: effects[conditions])
caught = appmodel.benchmark(
    {"mine": Mine(), "peeking": peeking}, effects, network=network, seeds=range(seeds), metrics=["l2"], oracle=True
)
suspected_leaks(caught)

# %% [markdown]
# ## Predictions made elsewhere
#
# GEARS, scGPT and others live in environments of their own.  Then only files travel: the split goes there, a table of
# predictions comes back (one row per condition, one column per readout, differences from control).  Here a few lines
# of pandas play the other environment.

# %%
folder = Path(tempfile.mkdtemp())
split = appmodel.split_doubles(effects, seed=seed)
split.to_json(folder / "split.json")
effects[split.train].to_df().to_csv(folder / "train.csv")  # no test condition leaves this environment

# there:
there, train = appmodel.Split.from_json(folder / "split.json"), pd.read_csv(folder / "train.csv", index_col=0)
made = pd.DataFrame({name: train.loc[name.split("+")].sum() for name in there.test}).T
made.to_csv(folder / "predicted.csv")

# here again:
table = pd.read_csv(folder / "predicted.csv", index_col=0)
given = appmodel.as_effects(table, list(table.index), effects.var)
elsewhere = SimpleNamespace(fit=lambda effects, network=None: None, predict=lambda conditions: given[conditions])
predictions = predict_splits({**everybody, "elsewhere": elsewhere}, effects, network=network, splits=[split])
save_predictions(predictions, folder / "predictions.h5ad")

# %% [markdown]
# The file holds all predictions with the split they were made on.  Whoever has it can score it again, with another
# metric or another year, without fitting anything:

# %%
again = score_predictions(load_predictions(folder / "predictions.h5ad"), effects, oracle=True)
named(appmodel.difference_table(again, "anchored_app", ["elsewhere"])).round(3)

# %% [markdown]
# ## Pretrained embeddings
#
# A model that gives a vector per gene needs no code: `EmbeddingLinear` reads the table (npz, parquet, csv,
# safetensors, h5ad, or a checkpoint folder) and fits a linear decoder by ridge regression.  The table here is
# **random**, a stand-in for weights that are not part of this book; it should do no better than the training mean.

# %%
genes = sorted({gene for name in effects.obs_names for gene in name.split("+")})
np.savez(folder / "embedding.npz", genes=genes, embedding=np.random.default_rng(seed).normal(size=(len(genes), 32)))
pretrained = appmodel.benchmark(
    {
        "training_mean": appmodel.TrainingMean(),
        "random_table": appmodel.EmbeddingLinear(embedding=str(folder / "embedding.npz")),
    },
    effects,
    task="unseen",
    seeds=range(seeds),
)
named(appmodel.difference_table(pretrained, "training_mean", ["random_table"])).round(3)

# %% [markdown]
# ## The committed leaderboard
#
# A predictor that becomes a class of `appmodel` is one line in `studies.yml`; the pipeline then judges it on the real
# screens.  This is the table that it writes, L2 on the four real screens:

# %%
real = load_leaderboard(results, "real")
named(real.loc[real["metric"] == "l2", ["dataset", *columns]]).dropna(subset="mean").round(3).fillna("")

# %% [markdown]
# **Recap.** Ten lines and one call: the same splits, every metric, intervals, floor, ceiling and the check for leaks.
