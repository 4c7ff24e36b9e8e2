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
# # Baselines: what a model has to beat
#
# **Aims:** know the simplest predictors and a control, what each needs, and where each is undefined.  Run time: under a
# minute.
#
# | predictor | prediction | undefined where |
# |---|---|---|
# | `NoChange` | $\hat y = 0$ | never |
# | `TrainingMean` | mean of the training effects, doubles included | never |
# | `SinglesMean` | mean of the training singles: the fair mean for unseen genes, as doubles do more | never |
# | `TrainingMedian` | geometric median of the training effects, the centre for an unsquared distance | never |
# | `Additive` | $\hat y_{AB} = y_A + y_B$ | a single is missing |
# | `ScaledAdditive` | $\hat y_{AB} = s\,(y_A + y_B)$, one $s$ from the training doubles | a single is missing |
# | `MatchingMean` | $\hat y_{AB} = \tfrac12 (y_A + y_B)$ | a single is missing |
# | `MainEffects` | $\hat y_{AB} = s\,(y_A + y_B) + u_A + u_B$, the $u$ by ridge regression on the training doubles | never: a missing single is the median |
# | `LinearModel` | $\hat Y = G W P^\top + b$ {cite}`ahlmann2025deep` | a gene has no embedding |
# | `TunedLinearModel` | the same, its embedding and ridge chosen on training conditions | a gene has no embedding |
# | `NearestGenes` | mean of the training genes that are nearest on the network | never |
# | `KernelRidge` | ridge regression on cosines of gene sets (genes) or a kernel of sums (doubles), from median and scaled sum | never |
# | `EmbeddingLinear("random")` | ridge regression on random gene vectors: a control, it knows no biology | never |

# %% tags=["parameters"]
screen = "demo"
networks = ["demo"]
seeds = 3

# %%
from IPython.display import Markdown

import appmodel
from appmodel.pages import named, paper_table, plot_method_ratios, style

effects = appmodel.load_effects(screen)
network = appmodel.load_network(networks)
baselines = {
    "no_change": appmodel.NoChange(),
    "training_mean": appmodel.TrainingMean(),
    "singles_mean": appmodel.SinglesMean(),
    "training_median": appmodel.TrainingMedian(),
    "additive": appmodel.Additive(),
    "scaled_additive": appmodel.ScaledAdditive(),
    "matching_mean": appmodel.MatchingMean(),
    "main_effects": appmodel.MainEffects(),
    "linear": appmodel.LinearModel(),
    "linear_tuned": appmodel.TunedLinearModel(),
    "nearest_genes": appmodel.NearestGenes(),
    "kernel_ridge": appmodel.KernelRidge(),
    "random_embedding": appmodel.EmbeddingLinear("random"),
}

# %% [markdown]
# ## Unseen doubles

# %% mystnb={"figure": {"caption": "Unseen doubles: error of each baseline divided by that of the additive model; bars are 95 % bootstrap intervals over genes and seeds.", "name": "fig-baselines-doubles"}, "image": {"alt": "Dot plot of the error ratios of the baselines on unseen doubles"}}
doubles = appmodel.benchmark(baselines, effects, task="doubles", network=network, seeds=range(seeds))
with style():
    plot_method_ratios(doubles, "additive")

# %%
named(paper_table(doubles, "additive"))

# %%
scale = appmodel.ScaledAdditive().fit(effects[appmodel.split_doubles(effects).train]).scale_
Markdown(
    f"One number, s = {scale:.2f}, is all that `ScaledAdditive` learns: below one, doubles do less than the "
    f"sum of their singles."
)

# %% [markdown]
# ## Unseen singles
#
# Here no training condition perturbs the test gene, so addition has nothing to add: it is undefined, which is
# counted and never scored as zero.

# %% mystnb={"figure": {"caption": "Unseen singles: error of each baseline divided by that of the mean of the training singles.", "name": "fig-baselines-unseen"}, "image": {"alt": "Dot plot of the error ratios of the baselines on unseen singles"}}
unseen = appmodel.benchmark(baselines, effects, task="unseen", network=network, seeds=range(seeds))
with style():
    plot_method_ratios(unseen, "singles_mean")

# %%
named(paper_table(unseen, "singles_mean"))

# %%
named(unseen.loc[unseen["reason"] != "", ["method", "reason"]]).assign(reason=lambda t: t["reason"].str[:60]).groupby(
    "method"
).first()

# %% [markdown]
# **Recap.** The additive model is the bar for doubles and the mean of the training singles the bar for unseen ones.
# Kernel ridge shows how far a page of plain statistics gets with the same network.
