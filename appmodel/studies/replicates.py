"""How far two measurements of the same perturbation lie apart: a ceiling that was measured, not derived from noise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from anndata import AnnData

from ..effects import load_effects
from ..names import CONTROL
from ..provenance import code_version
from ..scoring.findings import findings
from ..scoring.intervals import divided, drawn_weights, interval, weighted_means

ALLELES = ("morphic_prs_day6", "allele", ("CE", "KO", "PTC"))  # three ways to knock out the same gene


def replicate_errors(measurements: Iterable[AnnData]) -> pd.DataFrame:
    """Errors (L2, a row for each condition) where one measurement says what another one will see, over their pairs.

    ``replicate``: the distance of the two; ``stated``: what the sampling variances of both say it should be;
    ``others``: the distance of one from the mean of all other conditions of the other; ``no_change``: from zero.
    Over the readouts that all have, for the conditions that two or more have.
    """
    screens = [made[made.obs_names != CONTROL] for made in measurements]
    shared = set.intersection(*(set(made.var_names) for made in screens))
    readouts = [name for name in screens[0].var_names if name in shared]
    rows = []
    for one, other in combinations([made[:, readouts] for made in screens], 2):
        seen, truth = one.to_df(), other.to_df()
        noise = (made.to_df("sampling_var").sum(axis=1) for made in (one, other))
        stated = np.sqrt(sum(noise))
        for name in seen.index.intersection(truth.index):
            guesses = {"replicate": seen.loc[name], "others": seen.drop(index=name).mean(), "no_change": 0.0}
            errors = {key: float(np.linalg.norm(truth.loc[name] - guess)) for key, guess in guesses.items()}
            rows.append({"condition": name, **errors, "stated": float(stated[name])})
    return pd.DataFrame(rows).groupby("condition")[["replicate", "stated", "others", "no_change"]].mean()


def replicate_table(screen: str, column: str, groups: Sequence[str]) -> pd.DataFrame:
    """``replicate_errors`` between the groups of a column: means and ratios to ``others``, as findings with provenance.

    Intervals draw conditions (``drawn_weights``).
    """
    measured = [load_effects(screen, only={column: group}) for group in groups]
    errors = replicate_errors(measured)
    weights = np.vstack([np.ones(len(errors)), drawn_weights(list(errors.index), [0] * len(errors))])
    means = dict(zip(errors, weighted_means(errors, weights).T, strict=True))
    drawn = {("", name): values for name, values in means.items()}
    drawn |= {("others", name): divided(means[name], means["others"]) for name in ("replicate", "stated", "no_change")}
    rows = []
    for (against, name), values in drawn.items():
        low, high = (float(end[0]) for end in interval(values[1:, None]))
        about = {"screen": screen, "task": "unseen", "method": name, "against": against}
        told = {"value": values[0], "low": low, "high": high, "n": len(errors)}
        rows.append(about | {"measure": "ratio" if against else "l2"} | told)
    table = findings(rows)
    table.attrs["provenance"] = {
        "study": "replicates",
        "dataset": screen,
        "dataset_hash": {group: str(made.uns["dataset_hash"]) for group, made in zip(groups, measured, strict=True)},
        "replicates": column,
        "conditions": len(errors),
        "seeds": "none: nothing is drawn",
        "code_version": code_version(__name__),
    }
    return table
