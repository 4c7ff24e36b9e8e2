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
# # Your own screen
#
# **Aims:** see how a file is understood, learn whether a model is worth anything on *this* screen, and only then look at
# predictions.  **You need:** a file.  **Level:** first course.  **Reading:** 6 minutes.  **Run time:** a minute for a screen
# of a hundred conditions.
#
# `screen` is the path of your file or a name of the registry, `reading` holds what you want to decide yourself
# (`{"control": "NT", "condition_key": "guide"}`).  `networks` are names or paths; left empty, the
# open ones are taken.  `predict` is a list of conditions, a file of them, `"pairs"` (all
# pairs of the perturbed genes), `"genes"` (all genes of the network) or `"neighbours"` (the 500 of them that are best
# connected to the perturbed ones); left empty, the pairs of a screen that has pairs, else the neighbours.  `readout` is a
# gene whose movers you look for.  With `output`, a folder, all tables, predictions and the fitted {term}`predictors <predictor>` are written
# there.

# %% tags=["parameters"]
screen = "demo"
networks = None
reading = {}
predict = None
readout = ""
output = None
seeds = 5
min_cells = None

# %% tags=["remove-input"]
from pathlib import Path

from IPython.display import Markdown, display

import appmodel
from appmodel.pages import intervals_in_words, named, neat_tables, style
from appmodel.pages.own_screen import (
    plot_heat_map,
    plot_hidden,
    plot_movers,
    plot_places,
    plot_verdicts,
)
from appmodel.pages.own_words import verdict_in_words
from appmodel.studies.own_screen import (
    conditions_asked,
    default_asked,
    default_question,
    differ,
    forecast,
    forecast_table,
    judge_screen,
    mover_recall,
    movers,
    network_for,
    next_tests,
    strongest,
    verdict_table,
    winners,
    write_own,
)

neat_tables()

# %% [markdown]
# ## How the file was understood
#
# Each row is a decision, what it rests on, and the argument that overrides it.

# %%
effects = appmodel.load_effects(screen, min_cells=min_cells, **reading)
network, without = network_for(effects, networks)
table = appmodel.reading_of(effects)
table[["decision", "reading", "evidence", "argument"]]

# %% tags=["remove-input"]
lost = appmodel.changes(effects)
lost if len(lost) else Markdown("Nothing was dropped, merged or renamed.")

# %% tags=["remove-input"]
network.coverage(effects.uns["targets"]) if network else Markdown(without)

# %% [markdown]
# ## The verdict on this screen
#
# Parts of the screen are hidden, predicted from the rest and compared with what was measured there.  The simple answers are
# constants (no change, means, the median) and sums; kernel ridge and its like ([](baselines.ipynb)) are not asked here.  A *second
# measurement* is the {term}`ceiling`.

# %% tags=["remove-input"]
verdicts = judge_screen(effects, network, range(seeds))
Markdown(
    "\n\n".join(verdict_in_words(verdict) for verdict in verdicts.values())
)

# %% tags=["remove-input"] mystnb={"figure": {"caption": "Mean error of each predictor on hidden conditions, divided by that of the best simple one; 95 % intervals over genes and splits.", "name": "fig-own-verdict"}, "image": {"alt": "Dot plots of error ratios with intervals, one panel for each question, a dashed line at one"}}
with style():
    plot_verdicts(verdicts)

# %%
intervals_in_words(named(verdict_table(verdicts)))

# %% [markdown]
# What single predictions look like, hidden from the predictor that won:

# %% tags=["remove-input"] mystnb={"figure": {"caption": "Left: error of each hidden condition against the size of its effect; on the line a prediction is no better than no change. Right: all readouts of the condition whose error is the median.", "name": "fig-own-hidden"}, "image": {"alt": "Two scatter plots: error against effect size for hidden conditions, and predicted against measured readouts of one condition"}}
with style():
    plot_hidden(verdicts[default_question(verdicts)], effects)

# %% [markdown]
# ## Predictions
#
# Each is made by the predictor that won its question.  `size` is the L2 norm of the predicted effect, `predicted_error` the L2 error
# to expect, `deviation` the distance of a pair from {term}`addition`, and `covers` the share of hidden effects that lay within the
# {term}`intervals <interval>` that come with the predictions.

# %%
asked = conditions_asked(
    predict or default_asked(effects, network), effects, network
)
forecasts = forecast(effects, asked.conditions, verdicts, network)
named(forecast_table(strongest(forecasts, 10))).round(3)

# %% tags=["remove-input"]
Markdown(
    f"{forecasts.n_obs} conditions are predicted; the ten strongest are shown.  Left out: "
    + (
        "; ".join(
            f"{n} {reason}"
            for reason, n in asked.left_out["reason"].value_counts().items()
        )
        or "none"
    )
    + "."
)

# %% tags=["remove-input"] mystnb={"figure": {"caption": "The strongest effects in the readouts that differ most among them: predicted ones, or measured ones where all predictions are the same.", "name": "fig-own-heat"}, "image": {"alt": "Heat map of effects, conditions in rows, readouts in columns, red up and blue down"}}
with style():
    plot_heat_map(forecasts if differ(forecasts) else effects)

# %% tags=["remove-input"] mystnb={"figure": {"caption": "Where pairs lie (on the dashed line a pair is as strong as the sum of its singles; without pairs, how large effects are), and a volcano of the strongest measured condition: each readout against how far beyond noise it is.", "name": "fig-own-pairs"}, "image": {"alt": "Scatter plot of pair strength against the sum of singles, and a volcano plot of one condition"}}
with style():
    plot_places(effects, forecasts)

# %% [markdown]
# ## Who moves a gene?
#
# Measured and predicted conditions in one ranking.  How far such a ranking can be trusted was measured on hidden
# conditions: the share of the true movers (the strongest 5 %) among the strongest 5, 10 and 20 % of the predictions.

# %%
readout = readout or effects.var_names[effects.X.std(axis=0).argmax()]
ranking = movers(effects, forecasts, readout)
ranking.head(10).round(3)

# %% tags=["remove-input"] mystnb={"figure": {"caption": "The strongest movers of the readout: measured (filled) and predicted (open), with intervals.", "name": "fig-own-movers"}, "image": {"alt": "Dot plot of the effects of the strongest movers of one readout with intervals"}}
with style():
    plot_movers(ranking, readout)

# %%
verdict = verdicts[default_question(verdicts)]
recall = mover_recall(verdict, effects)
recall[recall["method"].isin([verdict.winner, verdict.best_simple])].pipe(
    named
)[["method", "bin", "value", "low", "high", "n"]].round(3)

# %% [markdown]
# Over all {term}`readouts <readout>`, mean and range of the {term}`splits <split>`; chance is the share that is tested.  The same for this readout alone:

# %%
alone = mover_recall(verdict, effects, readout)
alone[alone["method"] == verdict.winner].pipe(named)[
    ["method", "bin", "value", "low", "high", "n"]
].round(3)

# %% [markdown]
# ## What to test next
#
# Predictions that stand out most from what one would expect, in units of the error to expect: pairs by how far they
# are from {term}`addition`, genes by the size of their effect.

# %%
standing_out = next_tests(forecasts)
named(standing_out).round(3) if len(standing_out) else Markdown(
    "Nothing stands out: the predictors that won here expect addition of all "
    "pairs, or the same of all genes."
)

# %% tags=["remove-input"]
if output:
    for task, model in winners(effects, verdicts, network).items():
        appmodel.save_predictor(
            model,
            Path(output) / f"model_{task}",
            verdict=verdict_in_words(verdicts[task]),
        )
    display(write_own(output, effects, verdicts, forecasts))
else:
    display(Markdown("Nothing was written: no `output` was given."))

# %% [markdown]
# ## Take away
#
# - First the reading of the file, then the verdict, then predictions, each with the error to expect.
# - A prediction is worth what the verdict on this screen says, and no more.
