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
# # Extrapolation: who gains, and where?

# %% tags=["parameters", "hide-input"]
screen = "demo"
networks = ["demo"]
seed = 0
max_epochs = 40
results = "../data/results"
published = "../data/published.csv"

# %% tags=["remove-input"]
from pathlib import Path

import pandas as pd
from IPython.display import Markdown, display

import appmodel
from appmodel.pages import BASELINES, load_published, named, panels, readable, style
from appmodel.pages.extrapolation import plot_grid, plot_ratios, titled
from appmodel.pages.extrapolation_words import (
    gain_sentence,
    gains,
    growth_sentence,
    load_extrapolation,
    place_sentence,
    range_sentence,
)
from appmodel.splits import seen_genes, split_by_seen, split_unseen
from appmodel.studies.extrapolation.covariates import condition_covariates
from appmodel.studies.extrapolation.summary import MODELS, error_rows, extrapolation_summary

effects = appmodel.load_effects(screen)
network = appmodel.load_network(networks)
simulated = bool(effects.uns.get("simulated", False))
simple = {
    "no_change": appmodel.NoChange(),
    "training_mean": appmodel.TrainingMean(),
    "singles_mean": appmodel.SinglesMean(),
    "training_median": appmodel.TrainingMedian(),
    "additive": appmodel.Additive(),
    "scaled_additive": appmodel.ScaledAdditive(),
    "linear": appmodel.LinearModel(),
    "kernel_ridge": appmodel.KernelRidge(),
    "anchored_app": appmodel.AnchoredAPP(),
}
with_app = {**simple, "app": appmodel.APP(max_epochs=max_epochs)}
shuffled = {"anchored_app_shuffled": appmodel.AnchoredAPP()}


def scored(split, methods, share, by_seen=False):
    """Errors of the methods on one split, beside what is known of its test conditions."""
    asked = {"splits": [split], "metrics": ["l2"]}
    scores = pd.concat(
        [
            appmodel.benchmark(methods, effects, network=network, **asked),
            appmodel.benchmark(shuffled, effects, network=network.shuffled(seed), **asked),
        ]
    )
    return error_rows(
        scores,
        condition_covariates(effects, network, [split]),
        BASELINES[split.task],
        test_share=share,
        by_seen=by_seen,
        simulated=simulated,
    )


by_seen = split_by_seen(effects, seed)
live = extrapolation_summary(
    pd.concat(
        [
            *(
                scored(split_unseen(effects, seed, share), with_app if share == 0.25 else simple, share)
                for share in (0.1, 0.25, 0.5, 0.75)
            ),
            scored(appmodel.split_doubles(effects, seed), with_app, 0.25),
            scored(by_seen, with_app, 0.25, by_seen=True),
        ],
        ignore_index=True,
    )
)

committed = Path(results) / "extrapolation.csv"
table = load_extrapolation(committed) if committed.is_file() else live
shown = table[~table["simulated"]] if not table["simulated"].all() else table
about = "the real screens" if not shown["simulated"].any() else f"the simulated screen `{screen}`, one split"
lines = [
    " ".join(
        [gain_sentence(shown, model), place_sentence(shown, model), place_sentence(shown, model, f"{model}_shuffled")]
    )
    for model in MODELS
]
Markdown(
    f"**What came out on {about}.**\n\n"
    + "\n".join(f"- {line}" for line in lines)
    + "\n\nThe baseline is the mean of the training singles for unseen genes and the additive model for doubles. Relatively better "
    "is where the error, divided by that of the other, is smaller (it may still be larger than one); a screen and "
    "task counts where the 95 % interval of the rank correlation excludes zero."
)

# %% [markdown]
# **Aims:** the paper says that APP extrapolates to genes and to pairs that were never perturbed, because its embeddings
# know the network and its attention learns interactions.  So ask of every test condition how far away it is, and see
# who gains there: with ever fewer training genes, near to and far from training genes, for weak and strong effects,
# for doubles of which two, one or no gene was seen, for small and large interactions.  The simulated screen is computed
# here, one split; the five-seed tables of all screens are read from a file that a run wrote.  Run time: a minute and
# a half.

# %% tags=["remove-input"]
if committed.is_file():
    splits = sorted({len(seeds) for seeds in table.attrs["provenance"]["seeds"].values()})
    display(
        Markdown(
            f"The figures show `{committed.name}`: {table['dataset'].nunique()} screens, "
            f"{' or '.join(map(str, splits))} splits each."
        )
    )
else:
    display(
        Markdown(
            f"The file `{committed.name}` is not there: every figure shows the simulated screen `{screen}` and "
            f"one split, computed here, APP with at most {max_epochs} epochs."
        )
    )

# %% [markdown]
# ## What the paper claims

# %%
named(load_published(published).query("claim in ['F3', 'T3']").drop(columns="screen"))

# %% [markdown]
# The sizes in the quoted rows are those of Ahlmann-Eltze, Huber and Anders {cite}`ahlmann2025deep`, pooled over two
# splits and without conditions that one of their methods could not predict; which size belongs to which screen follows
# from the sizes of the screens.  On compact screens we hold out the same *shares*, taken of the perturbations that
# GEARS {cite}`roohani2024gears` prepares: 1,092 (K562), 1,543 (RPE1) and 87 (Adamson).  How many of these all of their
# methods could predict is not known to us.
#
# ## Fewer and fewer training genes

# %% mystnb={"figure": {"caption": "Error divided by that of the mean of the training singles (dashed line) as a growing share of genes is held out and the rest trains; mean over all test conditions, 95 % bootstrap intervals over genes and seeds.", "name": "fig-test-share"}, "image": {"alt": "Line plots, one panel per screen: error ratio of the linear model, the training median, APP and AnchoredAPP against the share of genes held out"}}
unseen = table[table["task"] == "unseen"]
with style():
    plot_grid(
        unseen,
        ["test_share"],
        "singles_mean",
        ["training_median", "linear", "app", "anchored_app_shuffled", "anchored_app"],
    )

# %% tags=["remove-input"]
Markdown(
    "\n\n".join(growth_sentence(unseen, model) for model in MODELS)
    + "\n\n"
    + " ".join(range_sentence(unseen, model) for model in MODELS)
    + "\n\nThe training median knows neither genes nor network: a model that does not come below its line has "
    "learned no more than where the centre of the training effects lies."
)

# %% [markdown]
# ## Near and far, weak and strong
#
# - *Distance*: one minus the largest cosine between what the network says of the unseen gene and of any gene that was
#   perturbed in training.  0 means that some training gene has the same memberships.
# - *Neighbours*: degree in the graph that APP is given.
# - *Effect size*: $|y|$ as measured, noise included.
#
# Bins are quartiles of the test conditions of a screen, a quarter of the genes held out.

# %% mystnb={"figure": {"caption": "Error on unseen genes divided by that of the mean of the training singles (dashed line), by quartile of three properties of the test condition; 95 % bootstrap intervals over genes and seeds.", "name": "fig-near-and-far"}, "image": {"alt": "Grid of plots, one row per screen and one column for distance, degree and effect size: error ratios of APP, AnchoredAPP and AnchoredAPP with a shuffled network in four bins"}}
with style():
    plot_grid(
        unseen,
        ["distance", "degree", "effect_size"],
        "singles_mean",
        ["training_median", "app", "anchored_app_shuffled", "anchored_app"],
    )


# %% tags=["remove-input"]
def compared(rows, model, others):
    return " ".join(filter(None, [place_sentence(rows, model, other) for other in others]))


control = compared(shown[shown["task"] == "unseen"], "anchored_app_shuffled", [""])
Markdown(
    compared(shown[shown["task"] == "unseen"], "anchored_app", ["", "training_median", "anchored_app_shuffled"])
    + (f"\n\nThe control: {control}" if control else "")
    + "\n\nThe mean overshoots weak effects, so that any predictor with a more "
    "modest centre gains on it there.  What the *network* adds is the comparison with the shuffled network."
)

# %% [markdown]
# ## Doubles by how many of their genes were seen
#
# Hold out genes, not doubles: some pairs then lose one single, some both {cite}`roohani2024gears`.  Addition is
# undefined there, which is why the baseline of this figure is the training mean.

# %% tags=["remove-input"]
groups = pd.Series([seen_genes(by_seen, name) for name in by_seen.test]).value_counts().sort_index()
Markdown(
    f"On the simulated screen, seed {seed}, training keeps {len(by_seen.train)} conditions and tests "
    + ", ".join(f"{n} doubles with {seen} seen" for seen, n in groups.items())
    + "."
)

# %% mystnb={"figure": {"caption": "Error on doubles divided by that of the training mean (dashed line), by the number of their genes that training measured as singles; 95 % bootstrap intervals over genes and seeds.", "name": "fig-seen-genes"}, "image": {"alt": "Plots, one per screen: error ratios of additive, APP, AnchoredAPP and AnchoredAPP with a shuffled network for doubles of which no, one or two genes were seen"}}
doubles = table[table["task"] == "doubles"]
with style():
    plot_grid(
        doubles, ["n_seen"], "training_mean", ["additive", "linear", "app", "anchored_app_shuffled", "anchored_app"]
    )

# %% tags=["remove-input"]
rows = doubles[
    (doubles["by"] == "n_seen")
    & (doubles["statistic"] == "ratio")
    & (doubles["against"] == "training_mean")
    & doubles["method"].isin(MODELS)
]
Markdown(
    "  ".join(
        f"On {titled(part)}, `{method}` errs "
        + ", ".join(
            f"{row.value:.2f} ({row.low:.2f} to {row.high:.2f}) times as much with {row.bin}"
            for row in part.itertuples()
        )
        + "."
        for (_, method), part in rows.groupby(["dataset", "method"], sort=False)
    )
)

# %% [markdown]
# ## Small and large interactions
#
# The additive model errs by exactly the size of the interaction, $|y_{AB} - y_A - y_B|$, noise included.  Whoever does
# *anything* else gains on it where interactions are large, also a model that knows nothing of the pair:
# `training_mean` predicts the same for all pairs, and `scaled_additive` multiplies every sum by one number.  The
# figure on the right divides by the error of the latter.

# %% mystnb={"figure": {"caption": "Error on doubles of two measured genes by quartile of the measured interaction, divided by that of the additive model (left) and of the scaled additive model (right); 95 % bootstrap intervals over genes and seeds.", "name": "fig-interaction-size"}, "image": {"alt": "Plots in two columns, one row per screen: error ratios against the size of the interaction, divided by the additive model and by the scaled additive model"}}
screens = [part for _, part in doubles.groupby("dataset", sort=False) if (part["by"] == "interaction_size").any()]
with style():
    drawn = [(part, against) for part in screens for against in ("additive", "scaled_additive")]
    figure, axes = panels(len(drawn), size=(4.3, 3.0))
    for (part, against), ax in zip(drawn, axes, strict=True):
        plot_ratios(part, "interaction_size", against, ["training_mean", "scaled_additive", "app", "anchored_app"], ax)
        ax.set_title(titled(part))
    axes[0].legend(frameon=False, fontsize=8)

# %% tags=["remove-input"]
sizes = shown[(shown["task"] == "doubles") & (shown["by"] == "interaction_size")]
lines = [
    compared(sizes, method, others)
    for method, others in (
        ("training_mean", [""]),
        ("scaled_additive", [""]),
        *((model, ["", "scaled_additive"]) for model in MODELS),
    )
]
Markdown("\n\n".join(filter(None, lines)))

# %% [markdown]
# ## All comparisons
#
# Ratio of errors to the baseline over all test conditions of the usual splits.


# %%
def all_gains(table):
    found = pd.concat([gains(table, model).assign(method=model) for model in MODELS])
    return named(found.assign(against=found["against"].map(readable))).round(3)


all_gains(table)

# %% [markdown]
# ## Rank correlations
#
# Of a property of the test condition with the L2 of a method (`spearman_error`) and with the ratio of its L2 to that of
# the baseline (`spearman_ratio`); below zero, the method does better where the property is large.

# %%
correlations = table[
    table["statistic"].str.startswith("spearman")
    & table["method"].isin(MODELS)
    & ((table["against"] == "") | (table["against"] == table["task"].map(BASELINES)))
    & table["value"].notna()
].copy()
correlations["text"] = [f"{row.value:+.2f} ({row.low:+.2f} to {row.high:+.2f})" for row in correlations.itertuples()]
named(correlations).pivot_table(
    index=["dataset", "task", "method"], columns=["statistic", "by"], values="text", aggfunc="first", sort=False
).fillna("")

# %% [markdown]
# ## The simulated screen, here and now

# %% tags=["remove-input"]
Markdown(
    "\n".join(f"- {gain_sentence(live, model)} {place_sentence(live, model)}" for model in MODELS)
    + f"\n\nOne split, APP with at most {max_epochs} epochs."
)

# %%
all_gains(live)

# %% [markdown]
# ## Where the numbers come from

# %% tags=["remove-input"]
if committed.is_file():
    about = table.attrs["provenance"]
    display(
        pd.DataFrame(
            [
                {
                    "file": name,
                    "seeds": len(seeds),
                    "read by": committed.name,
                    "code version": about["code_version"],
                    "date": about["date"],
                }
                for name, seeds in about["seeds"].items()
            ]
        )
    )
else:
    display(Markdown(f"All of them from the simulated screen `{screen}`, here and now."))

# %% [markdown]
# **Recap.** A gain on the mean says little before it is known where it is made.  Compare with the model's own shuffled
# network to see what the network adds, and with a model that knows nothing of the pair to see what is known of
# interactions.
