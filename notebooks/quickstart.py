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
# # Quickstart
#
# **What you will do:** take a screen, hide half of its double perturbations, predict them, and score the
# predictions, in ten lines.  Run time: about two minutes on two cores.
#
# The default screen is the **simulated** `demo`.  Give `screen` the path of your own `.h5ad` file, or a name
# from the registry, and `networks` the names or paths of gene sets or edge lists.

# %% tags=["parameters"]
screen = "demo"
networks = ["demo"]
seed = 0
max_epochs = 40

# %%

import appmodel
from appmodel.pages import named, paper_table, plot_method_ratios, style

# %% [markdown]
# ## From a screen to effects
#
# An *effect* is the mean log-normalised expression of the cells with one perturbation minus that of the
# control cells: one row per condition, one column per gene.

# %%
effects = appmodel.load_effects(screen)
effects

# %% [markdown]
# Nothing is dropped or renamed in silence: this table counts what was.

# %%
appmodel.changes(effects)

# %% [markdown]
# ## Split, fit, predict
#
# All single perturbations and half of the doubles train; the other half is hidden.

# %%
network = appmodel.load_network(networks)
split = appmodel.split_doubles(effects, seed=seed)
model = appmodel.APP(max_epochs=max_epochs, seed=seed).fit(effects[split.train], network)
prediction = model.predict(split.test)
prediction.to_df().iloc[:3, :6].round(3)

# %% [markdown]
# ## Judge it beside the simple models
#
# `benchmark` does all of the above for several predictors on the same splits.

# %% mystnb={"figure": {"caption": "Error of each method divided by the error of the additive model, one split; left is better.", "name": "fig-quickstart"}, "image": {"alt": "Dot plot of error ratios per method with a dashed line at one, the additive model"}}
scores = appmodel.benchmark(
    {
        "no_change": appmodel.NoChange(),
        "training_mean": appmodel.TrainingMean(),
        "additive": appmodel.Additive(),
        "scaled_additive": appmodel.ScaledAdditive(),
        "app": appmodel.APP(max_epochs=max_epochs),
        "anchored_app": appmodel.AnchoredAPP(),
    },
    effects,
    task="doubles",
    network=network,
    seeds=[seed],
)
with style():
    plot_method_ratios(scores, "additive")

# %%
named(paper_table(scores, "additive"))

# %%
named(appmodel.difference_table(scores, "additive", ["app", "anchored_app"])).round(3)

# %% [markdown]
# What the published model, and the one that this book arrives at, change in the error of addition.  One split says
# nothing about others, so nothing is told apart here: the [results](results.ipynb) have five and more.

# %% [markdown]
# **Recap.** Screen, effects, split, fit, predict, scores: every chapter that follows is one of these steps seen
# closely.
