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
# # Genetic interactions: does a predictor find them?
#
# **Nobody is shown to find the interacting doubles of Norman 2019 better than the mere strength of their singles does;
# `AnchoredAPP`, kernel ridge and main effects say which way they deviate.**  Of {glue:text}`doubles` doubles that some split tested
# {glue:text}`interacting` deviate from {term}`addition` by more than noise explains.  Ranked by predicted deviation the area
# under the ROC curve is {glue:text}`app auroc` for APP and {glue:text}`anchored_app auroc` for `AnchoredAPP`, both better
# than addition, which predicts no deviation and is chance.  But the size of the singles alone (`no_change`) has
# {glue:text}`strength` (which is itself not told apart from chance), and neither can be told apart from it.
#
# The direction of the deviation is another matter: the cosine between predicted and measured deviation is
# {glue:text}`anchored_app cosine` for `AnchoredAPP`, more than one answer for all doubles would have, as kernel ridge and main
# effects have too, and
# {glue:text}`app cosine` for APP, which cannot be told apart from that.

# %% tags=["parameters", "hide-input"]
screen = "demo"
networks = ["demo"]
seed = 0
results = "../data/results"
real_screen = "norman19"

# %% tags=["remove-input"]
from pathlib import Path

import pandas as pd
from IPython.display import Markdown, display
from myst_nb import glue

import appmodel
from appmodel.pages import (
    named,
    neat_tables,
    panels,
    readable,
    screen_name,
    style,
    tasks_of,
    with_interval,
    without_pairs,
)
from appmodel.pages.interactions import (
    plot_coefficients,
    plot_deviations,
    plot_discoveries,
)
from appmodel.provenance import rows_name
from appmodel.scoring.findings import chosen, findings, found, load_findings
from appmodel.scoring.intervals import says
from appmodel.studies.interactions.classes import (
    CLASSES,
    THRESHOLDS,
    UNCLASSIFIED,
)
from appmodel.studies.interactions.discovery import interaction_scores
from appmodel.studies.interactions.report import load_interactions
from appmodel.studies.interactions.summary import interaction_findings
from appmodel.studies.interactions.table import interaction_table

neat_tables()

effects = appmodel.load_effects(screen)
kind = "simulated" if effects.uns.get("simulated", False) else "real"
own = f"{effects.uns['dataset']} ({kind})"
network = appmodel.load_network(networks)
has_pairs = "doubles" in tasks_of(effects)
scores, measured, summary = {}, {}, findings([])
if has_pairs:
    split = appmodel.split_doubles(effects, seed=seed)
    methods = {
        "no_change": appmodel.NoChange(),
        "additive": appmodel.Additive(),
        "scaled_additive": appmodel.ScaledAdditive(),
        "anchored_app": appmodel.AnchoredAPP(),
    }
    models = {
        method: model.fit(effects[split.train], network)
        for method, model in methods.items()
    }
    predictions = {
        method: model.predict(split.test) for method, model in models.items()
    }
    scores[own], measured[own] = (
        interaction_scores(predictions, effects).assign(seed=seed),
        interaction_table(effects),
    )
    summary = interaction_findings(scores[own], own)
committed = Path(results) / rows_name("interactions", real_screen)
real = f"{screen_name(real_screen)} (real)"
if committed.is_file():
    scores[real] = load_interactions(committed)
    # Every row carries what was measured of its double, whatever the method and split.
    measured[real] = scores[real].drop_duplicates(
        "condition", ignore_index=True
    )


def counted(name):
    table = measured[name]
    return (
        f"On {name}, {int(table['is_interaction'].sum())} of {len(table)} doubles deviate from addition by more "
        f"than noise explains (false discovery rate 5 %)."
    )


last = real if committed.is_file() else own
if committed.is_file():
    of_real = chosen(
        load_findings(Path(results) / "interactions.csv"), screen=real_screen
    )
    summary = pd.concat(
        [summary, of_real.assign(screen=last)], ignore_index=True
    )


def said(method, against, measure):
    row = found(of_real, method=method, against=against, measure=measure)
    return says(row["low"], row["high"], better="higher")


if committed.is_file():
    # Each sentence of the headline, against the table.
    for model in ("app", "anchored_app"):
        assert said(model, "additive", "auroc") == "better"
        assert said(model, "no_change", "auroc") == "cannot be told apart"
        for measure in ("auroc", "cosine"):
            row = found(of_real, method=model, against="", measure=measure)
            glue(
                f"{model} {measure}",
                f"{row['value']:.2f} [{row['low']:.2f}, {row['high']:.2f}]",
                display=False,
            )
    assert said("app", "training_mean", "cosine") == "cannot be told apart"
    for model in ("anchored_app", "kernel_ridge", "main_effects"):
        assert said(model, "training_mean", "cosine") == "better"
    strength = found(of_real, method="no_change", against="", measure="auroc")
    assert strength["low"] < 0.5 < strength["high"]
    for name, number in {
        "interacting": measured[last]["is_interaction"].sum(),
        "doubles": len(measured[last]),
    }.items():
        glue(name, int(number), display=False)
    glue(
        "strength",
        f"{found(of_real, method='no_change', against='', measure='auroc')['value']:.2f}",
        display=False,
    )

# %% [markdown]
# **Aims:** say what an interaction is and when it is more than noise, name its kinds, and ask of each predictor
# whether it finds them.  The simulated screen is computed here; of the real one, every double that some split
# tested is read from a file that a run wrote.  **You need:** [addition](baselines.ipynb).  **Level:** second course.
# **Reading:** 12 minutes.  **Run time:** under a minute.

# %% tags=["remove-input"]
if not has_pairs:
    display(
        Markdown(
            without_pairs(
                effects, "what this page shows is read from the file alone"
            )
        )
    )

# %% [markdown]
# ## What is an interaction?
#
# Two {term}`perturbations <perturbation>` interact where the double is not the sum of its singles:
#
# $$d_{AB} = y_{AB} - (y_A + y_B)$$
#
# Each $y$ is the mean of some cells, so $d$ is never zero.  Without any {term}`interaction` its squared length is on average
# the sum of the sampling variances of what it is made of, $v_{AB} + v_A + v_B + v_{control}$; the root of that is the
# *noise*.  A double interacts where $|d|$ is larger than noise explains, at a false discovery rate of 5 %
# (Benjamini and Hochberg).  Under the null, $k\,|d|^2 / \text{noise}^2$ is read as $\chi^2$ with $k$ degrees of
# freedom: where the variance of each {term}`readout` is known, $k = (\sum v_r)^2 / \sum v_r^2$; where only the total is
# known, $k = 1$, the worst case for any covariance.  Each $v$ is the sampling variance of a mean, summed over readouts, and
# $v_r$ that of the deviation in readout $r$.

# %% mystnb={"figure": {"caption": "Deviation from addition of each double against the deviation that noise alone would make. On the dashed line nothing but noise is needed.", "name": "fig-deviation-noise"}, "image": {"alt": "Scatter plots of measured deviation against expected noise, one panel per screen, doubles that interact marked by triangles"}}
with style():
    figure, axes = panels(len(measured), size=(4.4, 3.6))
    for (name, table), ax in zip(measured.items(), axes, strict=True):
        plot_deviations(table, ax).set_title(name)

# %% tags=["remove-input"]
text = " ".join(counted(name) for name in measured)
Markdown(
    f"{text} The others may interact too: their cells are too few to tell."
) if measured else None

# %% [markdown]
# ## Which way?
#
# The part of the deviation along the sum, $\langle d, s\rangle / |s|^2$ with $s = y_A + y_B$, says which way it goes:
# *synergistic* above 0, *buffering* between 0 and $-1$, *opposite* below $-1$ {cite}`ahlmann2025deep`.

# %%
pd.DataFrame(
    {
        name: table.loc[
            table["is_interaction"].fillna(False).astype(bool), "kind"
        ].value_counts()
        for name, table in measured.items()
    }
).fillna(0).astype(int)

# %% [markdown]
# ## Scores and classes
#
# Norman et al. {cite}`norman2019` describe a double by its two singles, without intercept:
#
# $$y_{AB} \approx c_1\, y_A + c_2\, y_B$$
#
# fitted robustly over genes (Theil-Sen).  Principal axes stand on no common scale, and most hold little but noise:
# there it is least squares.  From the fit come the *magnitude* $\sqrt{c_1^2 + c_2^2}$ ($\sqrt 2$ for exact addition)
# and the *dominance* $|\log_{10}(c_1/c_2)|$; from distance correlations the *model fit*
# $\mathrm{dCor}(c_1 y_A + c_2 y_B,\, y_{AB})$, the *similarity* $\mathrm{dCor}(y_A, y_B)$, the *similarity to the
# double* $\mathrm{dCor}([y_A, y_B], y_{AB})$ and the *equality of contribution*
# $\min(\mathrm{dCor}(y_A, y_{AB}), \mathrm{dCor}(y_B, y_{AB})) / \max(\ldots)$.  Thresholds are those of GEARS
# {cite}`roohani2024gears` except where *ours* is said; the first rule that holds names the double.

# %% tags=["remove-input"]
t = THRESHOLDS
rules = {
    "additive": "no deviation beyond noise (ours)",
    "neomorphism": f"the singles do not explain it: correlation with the fit < {t['correlation']}",
    "redundancy": f"similarity > {t['similarity']} (ours) and similarity to the double > {t['similarity_to_double']}",
    "epistasis": f"one gene decides: equality < {t['equality']}, or dominance > {t['dominance']} (or the smaller coefficient not positive)",
    "synergy": f"magnitude > {t['synergy']}, and the deviation along the sum (ours)",
    "suppression": f"magnitude < {t['suppression']}, and the deviation against the sum (ours)",
    "unclassified": "deviates, but fits none of these (ours)",
}
counts = pd.DataFrame(
    {
        name: table["interaction"].value_counts()
        for name, table in measured.items()
    }
)
counts = counts.reindex([*CLASSES, UNCLASSIFIED]).fillna(0).astype(int)
counts.insert(0, "rule", pd.Series(rules))
with pd.option_context("display.max_colwidth", None):
    display(counts)

# %% mystnb={"figure": {"caption": "Coefficients of the singles in each double, by class. The dotted lines cross at exact addition; the dashed arcs are the magnitudes below which a double may be suppressed and above which it may be synergistic.", "name": "fig-coefficients"}, "image": {"alt": "Scatter plots of the coefficients c1 and c2 of each double, one panel per screen, a colour and marker per class"}}
with style():
    figure, axes = panels(len(measured), columns=1, size=(6.0, 4.2))
    for (name, table), ax in zip(measured.items(), axes, strict=True):
        plot_coefficients(table, ax).set_title(name)

# %% tags=["remove-input"]
above = {
    name: (table["c1"] ** 2 + table["c2"] ** 2) ** 0.5 > t["synergy"]
    for name, table in measured.items()
}
below = {
    name: int((above[name] & (table["direction"] < 0)).sum())
    for name, table in measured.items()
}
text = (
    " ".join(
        f"On {name}, {(table['direction'] < 0).mean():.0%} of the doubles do less than the sum of their singles."
        for name, table in measured.items()
    )
    + " "
    + " ".join(
        f"On {name}, {int(above[name].sum())} doubles exceed the published magnitude for synergy, and "
        f"{below[name]} of these stay below their sum all the same."
        for name in measured
    )
    + " That is why the rule here asks for the direction too."
)
Markdown(text) if measured else None

# %% [markdown]
# ## Are they found?
#
# A predicted interaction is a predicted deviation, $\hat d = \hat y_{AB} - (y_A + y_B)$, with the *measured* singles.
# Rank the test doubles by $|\hat d|$ and count true and false discoveries from the top, as shares of the doubles that
# interact and of those that do not.  Doubles with the same $|\hat d|$ enter together.

# %% mystnb={"figure": {"caption": "True against false discoveries as the threshold on the predicted deviation falls, mean over splits. The grey line is chance and the additive model, which predicts no deviation at all.", "name": "fig-discoveries"}, "image": {"alt": "Curves of true against false discoveries per method, one panel per screen, with the straight line of the additive model"}}
with style():
    figure, axes = panels(len(scores), size=(4.4, 3.8))
    drawn = [
        "no_change",
        "training_mean",
        "main_effects",
        "linear_tuned",
        "kernel_ridge",
        "app",
        "app_on_anchor",
        "anchored_app",
    ]
    for (name, table), ax in zip(scores.items(), axes, strict=True):
        plot_discoveries(table, drawn, ax).set_title(name)

# %% tags=["remove-input"]
alone = summary[summary["against"] == ""]
areas = chosen(alone, screen=last, measure="auroc").sort_values(
    "value", ascending=False
)
areas[["method", "value", "low", "high", "n"]].set_index("method").round(2)

# %% [markdown]
# `no_change` and `scaled_additive` draw one curve: their predicted deviations are the sum times a number.

# %% [markdown]
# `auroc` and `average_precision` ask for the ranking, `spearman` compares $|\hat d|$ with $|d|$ without any threshold,
# `cosine` the directions of $\hat d$ and $d$ over all readouts, and `kind_right` is the share of interactions whose
# kind (synergistic, buffering, opposite) is predicted right.  Intervals are 95 % bootstrap over conditions with all
# their {term}`splits <split>`.  A dash is undefined: where nothing is predicted, no direction is.

# %%
texts = [
    with_interval(*row) if pd.notna(row[0]) else "–"
    for row in alone[["value", "low", "high"]].to_numpy()
]
named(alone.assign(text=texts)).pivot_table(
    index=["screen", "method"],
    columns="measure",
    values="text",
    aggfunc="first",
    sort=False,
)

# %% [markdown]
# Both deviations take away the same measured singles, whose sampling error makes any two of them a little alike: read
# the cosine against that of `no_change`, not against 0.

# %% tags=["remove-input"]
most = alone.groupby("screen")["n"].transform("max")
fewer = alone[(alone["measure"] == "auroc") & (alone["n"] < most)]
Markdown(
    "Doubles of all splits that are left out because their prediction is undefined: "
    + (
        ", ".join(
            f"{int(most[i] - n)} of `{alone['method'][i]}` on {alone['screen'][i]}"
            for i, n in fewer["n"].items()
        )
        or "none"
    )
    + "."
)

# %% tags=["remove-input"]
if committed.is_file():
    method = "app" if "app" in set(scores[last]["method"]) else "anchored_app"
    rows = scores[last][scores[last]["method"] == method]
    called = rows["predicted_interaction"] != "additive"
    found = rows["interaction"] != "additive"
    right = found & (rows["interaction"] == rows["predicted_interaction"])
    text = (
        f"If the predictions of {readable(method)} had been measured, with the same noise, {(called & found).sum()} "
        f"of {found.sum()} interactions would be called (all splits together), but so would {(called & ~found).sum()} "
        f"of {(~found).sum()} additive doubles; {right.sum()} interactions would get their class. Measured classes "
        f"in rows, predicted ones in columns:"
    )
    display(
        Markdown(text),
        pd.crosstab(
            rows["interaction"],
            rows["predicted_interaction"],
            rownames=["measured"],
            colnames=["predicted"],
        ),
    )

# %% [markdown]
# ## Where the numbers come from

# %% tags=["remove-input"]
if committed.is_file():
    about = scores[last].attrs["provenance"]
    display(
        pd.DataFrame(
            [
                {
                    "file": committed.name,
                    "dataset hash": about["dataset_hash"],
                    "seeds": len(about["seeds"]),
                    "method": readable(name),
                    "code version": run["code_version"],
                    "date": run["date"],
                }
                for name, run in about["methods"].items()
            ]
        )
    )
else:
    display(
        Markdown(
            f"All of them from {own}, here and now: {committed.name} is not there."
        )
    )

# %% [markdown]
# ## Take away
#
# - An interaction is a deviation from addition that noise does not explain.
# - Strong singles may deviate more: a predictor has to say more than how strong they are.
# - How many interactions a model would call says nothing without how many additive pairs it would call too.
#
# ## Exercises
#
# **Exercise 1 (\*).** `no_change` has an area above one half, though its interval holds it.  How can it rank at all, when it
# predicts nothing?
#
# ```{dropdown} Answer
# Its predicted deviation is minus the sum of the singles.  So it ranks pairs by how strong their singles are, and strong
# singles may deviate more.
# ```
#
# **Exercise 2 (\*\*).** Two singles, each measured with the standard error 0.1 in a readout, and their pair with 0.1 as well;
# the control has so many cells that its error is nothing.
# The pair is 0.3 away from the sum.  Is that an interaction?
#
# ```{dropdown} Answer
# The three errors add up in squares: the deviation has the standard error $\sqrt{3} \cdot 0.1 = 0.17$, and 0.3 is 1.7 of
# these.  By itself it is no surprise; among 50 readouts one expects several of that size.
# ```
