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
#
# **What a network adds to `AnchoredAPP` on unseen genes grows with nearness to a training gene and with the size of the effect, on
# all four real screens; on weak effects it can cost.**  In the quarter nearest to training genes, and in that of the strongest
# effects, it errs less than its twin with a {term}`shuffled network` on every one, on Norman 2019 by too little to count.  On the
# weaker half of K562, and on one quarter of RPE1, it errs about a fifth more than the twin, in part by too little to count.  APP's
# gain on its own twin follows either property on one screen of four.  What the published model gains on the mean
# follows none of these properties on every screen.
#
# With a tenth of the genes {term}`held out` APP errs {glue:text}`app 0.1` times as much as the mean of the training singles
# on the four real screens, three {term}`splits <split>` each, with three quarters {glue:text}`app 0.75`; `AnchoredAPP` {glue:text}`anchored_app 0.1` and
# {glue:text}`anchored_app 0.75`.
#
# On doubles what counts is whether the two singles were measured: with both seen `AnchoredAPP` errs {glue:text}`seen 2`
# times as much as the training mean, with none seen {glue:text}`seen 0`.  With both seen {term}`addition` does most of that by itself
# ({glue:text}`addition seen 2`), and kernel ridge nearly all ({glue:text}`ridge seen 2`).  APP, which describes a gene by the network alone
# where genes are held out, cannot be told apart from that mean even with both seen ({glue:text}`app seen 2`).

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
from myst_nb import glue

import appmodel
from appmodel.pages import (
    BASELINES,
    load_published,
    named,
    neat_tables,
    panels,
    readable,
    screen_title,
    screen_titles,
    style,
    with_interval,
    without_pairs,
)
from appmodel.pages.extrapolation import (
    LABELS,
    gains,
    plot_grid,
    plot_ratios,
    trends,
)
from appmodel.scoring.findings import chosen, found, load_findings
from appmodel.splits import seen_genes
from appmodel.studies.extrapolation.covariates import condition_covariates
from appmodel.studies.extrapolation.splits import splits_of
from appmodel.studies.extrapolation.summary import (
    MODELS,
    USUAL_SHARE,
    error_rows,
    extrapolation_summary,
)

neat_tables()

effects = appmodel.load_effects(screen)
network = appmodel.load_network(networks)
name, kind = (
    effects.uns["dataset"],
    "simulated" if effects.uns.get("simulated", False) else "real",
)
titles = {name: screen_title(effects)}
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
            appmodel.benchmark(
                shuffled, effects, network=network.shuffled(seed), **asked
            ),
        ]
    )
    return error_rows(
        scores, condition_covariates(effects, network, [split]), share, by_seen
    )


splits = splits_of(effects, seed)
rows = [
    scored(split, with_app if share == USUAL_SHARE else simple, share)
    for share, split in splits.usual
]
if splits.by_seen:
    rows.append(scored(splits.by_seen, with_app, USUAL_SHARE, by_seen=True))
live = extrapolation_summary(pd.concat(rows, ignore_index=True))

committed = Path(results) / "extrapolation.csv"
table = load_findings(committed) if committed.is_file() else live
if committed.is_file():
    titles |= screen_titles(results, "real") | screen_titles(results, "demo")
    real = table[
        ~table["screen"].isin(
            [name for name, title in titles.items() if "simulated" in title]
        )
    ]
    genes = real[real["task"] == "unseen"]
    # Each sentence of the headline, against the table.
    of_network = trends(
        genes, "anchored_app", "anchored_app_shuffled"
    ).set_index("by")
    assert (
        of_network.loc["distance", "larger_low"]
        == of_network.loc["distance", "of"]
    )
    assert (
        of_network.loc["effect_size", "larger_high"]
        == of_network.loc["effect_size", "of"]
    )
    assert (
        of_network["larger_high"]["distance"]
        == 0
        == of_network["larger_low"]["effect_size"]
    )
    twin = chosen(
        genes,
        method="anchored_app",
        against="anchored_app_shuffled",
        measure="ratio",
        by=["distance", "effect_size"],
    )
    twin = twin[twin["bin"] != "unknown"]
    ends = twin.groupby(["screen", "by"], sort=False)
    assert (ends["high"].first().xs("distance", level="by") < 1).all()
    assert (ends["high"].last().xs("effect_size", level="by") < 1).all()
    costs = twin[twin["low"] > 1]
    assert costs["screen"].value_counts().to_dict() == {
        "replogle22_k562": 2,
        "replogle22_rpe1": 1,
    }
    assert set(costs["by"]) == {"effect_size"}
    assert costs["value"].between(1.15, 1.25).all()
    quarters = chosen(
        table,
        screen="norman19",
        by="interaction_size",
        measure="ratio",
        against="scaled_additive",
    ).set_index("method")
    assert (quarters.loc["anchored_app", "value"] < 1).all()
    assert (quarters.loc["anchored_app", "high"] < 1).tolist() == [
        False,
        True,
        True,
        True,
    ]
    assert (quarters.loc["app", "high"] > 1).all()
    against_app = trends(genes, "app")
    assert (
        against_app["larger_low"] + against_app["larger_high"]
        < against_app["of"]
    ).all()
    for seen in ("0", "2"):
        row = found(
            table,
            screen="norman19",
            by="n_seen",
            bin=seen,
            method="anchored_app",
            against="training_mean",
        )
        glue(
            f"seen {seen}",
            f"{row['value']:.2f} [{row['low']:.2f}, {row['high']:.2f}]",
            display=False,
        )
    assert row["high"] < 1  # both genes seen
    of_app = found(
        table,
        screen="norman19",
        by="n_seen",
        bin="2",
        method="app",
        against="training_mean",
    )
    assert of_app["low"] < 1 < of_app["high"]
    glue(
        "app seen 2",
        f"{of_app['value']:.2f} [{of_app['low']:.2f}, {of_app['high']:.2f}]",
        display=False,
    )
    for name, method in (("addition", "additive"), ("ridge", "kernel_ridge")):
        row = found(
            table,
            screen="norman19",
            by="n_seen",
            bin="2",
            method=method,
            against="training_mean",
        )
        glue(f"{name} seen 2", f"{row['value']:.2f}", display=False)
    for model in MODELS:
        of_model = chosen(
            genes,
            measure="ratio",
            by="test_share",
            method=model,
            against="singles_mean",
        )
        for share in ("0.1", "0.75"):
            values = of_model.loc[of_model["bin"] == share, "value"]
            glue(
                f"{model} {share}",
                f"{values.min():.2f} to {values.max():.2f}",
                display=False,
            )

# %% [markdown]
# **Aims:** the paper says that APP extrapolates to genes and to pairs that were never perturbed, because its embeddings
# know the network and its {term}`attention` learns interactions.  So ask of every test condition how far away it is, and see
# who gains there: with ever fewer training genes, near to and far from training genes, for weak and strong effects,
# for doubles of which two, one or no gene was seen, for small and large interactions.  The simulated screen is computed
# here, one split; the tables of all screens, three or five splits, are read from a file that a run wrote.  **You need:** [the
# results](results.ipynb).  **Level:** second course.  **Reading:** 12 minutes.  **Run time:** a minute and a half.

# %% tags=["remove-input"]
if committed.is_file():
    seeds = sorted(
        {len(seeds) for seeds in table.attrs["provenance"]["seeds"].values()}
    )
    display(
        Markdown(
            f"The figures show `{committed.name}`: {table['screen'].nunique()} screens, "
            f"{' or '.join(map(str, seeds))} splits each."
        )
    )
else:
    display(
        Markdown(
            f"The file `{committed.name}` is not there: every figure shows the {kind} screen `{name}` and "
            f"one split, computed here, APP with at most {max_epochs} epochs."
        )
    )

# %% [markdown]
# ## What the paper claims

# %%
named(
    load_published(published)
    .query("claim in ['F3', 'T3']")
    .drop(columns="screen")
)

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
        [
            "training_median",
            "linear",
            "app",
            "anchored_app_shuffled",
            "anchored_app",
        ],
        titles,
    )

# %% [markdown]
# The training median knows neither genes nor network: a model that does not come below its line has learned no more than
# where the centre of the training effects lies.

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
        titles,
    )

# %% [markdown]
# On how many screens does the gain of one over another change with a property (the 95 % interval of the rank correlation
# leaves out zero)?  Larger where it is low, or where it is high:

# %%
pairs = [
    ("anchored_app", "anchored_app_shuffled"),
    ("anchored_app", ""),
    ("anchored_app_shuffled", ""),
    ("app", "app_shuffled"),
    ("app", ""),
]
shown = unseen[unseen["screen"] != "demo"] if committed.is_file() else unseen
pd.concat(
    {
        (one, other or "baseline"): trends(shown, one, other).set_index("by")
        for one, other in pairs
    },
    names=["model", "against"],
).rename(
    index=LABELS,
    columns={
        "larger_low": "more gain at small values",
        "larger_high": "more gain at large values",
        "of": "of screens",
    },
)

# %% [markdown]
# The mean overshoots weak effects, so that any predictor with a more modest centre gains on it there.  What the *network*
# adds is the comparison with the shuffled network.

# %% [markdown]
# ## Doubles by how many of their genes were seen
#
# Hold out genes, not doubles: some pairs then lose one single, some both {cite}`roohani2024gears`.  Addition is
# undefined there, which is why the baseline of this figure is the training mean.

# %% tags=["remove-input"]
if by_seen := splits.by_seen:
    groups = (
        pd.Series([seen_genes(by_seen, double) for double in by_seen.test])
        .value_counts()
        .sort_index()
    )
    said = (
        f"On the {kind} screen, seed {seed}, training keeps {len(by_seen.train)} conditions and tests "
        + ", ".join(
            f"{n} doubles with {seen} seen" for seen, n in groups.items()
        )
        + "."
    )
else:
    said = f"Screen `{name}`, seed {seed}, has too few pairs of seen genes, so that it is not asked here."
Markdown(said)

# %% mystnb={"figure": {"caption": "Error on doubles divided by that of the training mean (dashed line), by the number of their genes that training measured as singles; 95 % bootstrap intervals over genes and seeds.", "name": "fig-seen-genes"}, "image": {"alt": "Plots, one per screen: error ratios of additive, APP, AnchoredAPP and AnchoredAPP with a shuffled network for doubles of which no, one or two genes were seen"}}
doubles = table[table["task"] == "doubles"]
if "n_seen" in set(doubles["by"]):
    with style():
        plot_grid(
            doubles,
            ["n_seen"],
            "training_mean",
            [
                "additive",
                "linear",
                "app",
                "anchored_app_shuffled",
                "anchored_app",
            ],
            titles,
        )

# %%
rows = chosen(
    doubles,
    by="n_seen",
    measure="ratio",
    against="training_mean",
    method=MODELS,
)
rows.pivot_table(
    index=["screen", "method"],
    columns="bin",
    values=["value", "low", "high"],
    sort=False,
).round(2)

# %% [markdown]
# ## Small and large interactions
#
# On Norman 2019 `AnchoredAPP` errs less than scaled addition in every quarter, in the first not beyond chance; APP is shown to
# err less in none.
#
# The additive model errs by exactly the size of the interaction, $|y_{AB} - y_A - y_B|$, noise included.  Whoever does
# *anything* else gains on it where interactions are large, also a model that knows nothing of the pair:
# `training_mean` predicts the same for all pairs, and `scaled_additive` multiplies every sum by one number.  The
# figure on the right divides by the error of the latter.

# %% mystnb={"figure": {"caption": "Error on doubles of two measured genes by quartile of the measured interaction, divided by that of the additive model (left) and of the scaled additive model (right); 95 % bootstrap intervals over genes and seeds.", "name": "fig-interaction-size"}, "image": {"alt": "Plots in two columns, one row per screen: error ratios against the size of the interaction, divided by the additive model and by the scaled additive model"}}
screens = [
    part
    for _, part in doubles.groupby("screen", sort=False)
    if (part["by"] == "interaction_size").any()
]
if screens:
    with style():
        drawn = [
            (part, against)
            for part in screens
            for against in ("additive", "scaled_additive")
        ]
        methods = ["training_mean", "scaled_additive", "app", "anchored_app"]
        figure, axes = panels(len(drawn), size=(4.3, 3.0), sharey=True)
        for (part, against), ax in zip(drawn, axes, strict=True):
            plot_ratios(part, "interaction_size", against, methods, ax)
            ax.set_title(titles[part["screen"].iloc[0]])
        axes[0].legend(frameon=False, fontsize=8)
else:
    display(
        Markdown(without_pairs(effects, "no interaction can be asked about"))
    )

# %% [markdown]
# ## All comparisons
#
# Ratio of errors to the baseline over all test conditions of the usual splits.

# %%
named(gains(table, MODELS)).round(3)

# %% [markdown]
# ## Rank correlations
#
# Of a property of the test condition with the L2 of a method (`spearman_error`) and with the ratio of its L2 to that of
# the baseline (`spearman_ratio`); below zero, the method does better where the property is large.

# %% tags=["full-width"]
correlations = table[
    table["measure"].str.startswith("spearman")
    & table["method"].isin(MODELS)
    & (
        (table["against"] == "")
        | (table["against"] == table["task"].map(BASELINES))
    )
    & table["value"].notna()
].copy()
ends = correlations[["value", "low", "high"]].to_numpy()
correlations["text"] = [with_interval(*row, "{:+.2f}".format) for row in ends]
named(correlations).pivot_table(
    index=["screen", "task", "method", "measure"],
    columns="by",
    values="text",
    aggfunc="first",
    sort=False,
).rename(index=readable, columns=readable).fillna("")

# %% [markdown]
# ## The simulated screen, here and now

# %%
named(gains(live, MODELS)).round(3)

# %% [markdown]
# One split, and APP with few epochs: this shows how the numbers are made.

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
    display(
        Markdown(f"All of them from the {kind} screen `{name}`, here and now.")
    )

# %% [markdown]
# ## Take away
#
# - A gain on the mean says little before it is known where it is made.
# - Compare with the model's own shuffled network to see what the network adds.
# - Compare with a model that knows nothing of the pair to see what is known of interactions.
#
# ## Exercises
#
# **Exercise 1 (\*).** A predictor says half of the training mean for every gene.  Where does it gain on the mean, and where does it
# lose?  What has it learned of genes?
#
# ```{dropdown} Answer
# It gains on weak effects, which the mean overshoots, and loses on strong ones.  It has learned nothing of any gene.
# ```
#
# **Exercise 2 (\*\*).** Addition errs by exactly the size of the interaction.  Show that *any* other predictor therefore looks
# good on the pairs with the largest interactions, and say which comparison is free of that.
#
# ```{dropdown} Answer
# The error of addition is what the pairs are sorted by, so the last bin holds the pairs on which addition, noise included, was
# unlucky.  Another predictor's error was not sorted by and is nearer to its mean there.  Two predictors that are not
# addition can be compared in each bin: the scaled sum of singles beside the model.
# ```
