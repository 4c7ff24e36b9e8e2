"""How the claims came out, counted by what they are about: claims, not rows of the table."""

from __future__ import annotations

import pandas as pd

from .entries import BOTH, CLAIM, GROUPS, MODELS, OTHERS
from .judging import CANNOT, CONSTANT, DECIDED, FAILS, HOLDS, SENSELESS, TO_COME, UNDECIDED

SOMEWHERE = "holds on some screens"
# What a claim came to, and what the count of it is called.
OUTCOMES = {
    HOLDS: "hold",
    SOMEWHERE: "hold on some",
    FAILS: "fail",
    UNDECIDED: "open",
    CONSTANT: "constant",
    CANNOT: "closed",
    SENSELESS: "senseless",
    TO_COME: "waiting",
}


def outcomes(table: pd.DataFrame, kind: str = CLAIM) -> pd.DataFrame:
    """What each claim of a ``claims_table`` came to for each model: claim, group, model, outcome.

    The model is app or anchored_app, or others for claims without either.  ``outcome`` is the verdict over the screens
    where it was judged: it holds on all of them, or on some, or does not hold on one and holds on none, or cannot be
    told apart on any.  Where it was judged on none, it is why.  A simulated screen counts only for what was asked on no
    real one, so that nothing holds by a simulation that is open in life.
    """
    rows = table[table["kind"] == kind].copy()
    # Scores of others beside a model of ours judge nothing, they only stand there.
    ours = rows["model"].isin([*MODELS, BOTH]).groupby(rows["claim"]).transform("any")
    rows.loc[~ours, "model"] = OTHERS
    rows = rows[rows["model"].isin([*MODELS, BOTH, OTHERS])]
    both = rows[rows["model"] == BOTH]
    rows = pd.concat([rows[rows["model"] != BOTH], *(both.assign(model=model) for model in MODELS)])
    found = [
        {"claim": claim, "group": part["group"].iloc[0], "model": model, "outcome": _outcome(part)}
        for (claim, model), part in rows.groupby(["claim", "model"], sort=False)
    ]
    return pd.DataFrame(found, columns=["claim", "group", "model", "outcome"])


def counted_claims(table: pd.DataFrame) -> dict[str, int]:
    """How many claims of a ``claims_table`` came to what, for ``glue``; repeats, stand-ins and cells are not counted.

    "claims" of the paper; "accuracy claims" and so for each of ``GROUPS``; "app accuracy hold", "anchored_app parts
    open", "others accuracy hold on some": of a model (or of others) in a group each of ``OUTCOMES``; "app accuracy" how
    many there are, and "app accuracy tested" how many of them were judged.
    """
    found = outcomes(table)
    counts = {"claims": int(found["claim"].nunique())}
    for group in GROUPS:
        of_group = found[found["group"] == group]
        counts[f"{group} claims"] = int(of_group["claim"].nunique())
        for model in (*MODELS, OTHERS):
            given = of_group.loc[of_group["model"] == model, "outcome"]
            name = f"{model} {group}"
            counts[name] = len(given)
            counts[f"{name} tested"] = int(given.isin([*DECIDED, SOMEWHERE]).sum())
            counts |= {f"{name} {word}": int((given == outcome).sum()) for outcome, word in OUTCOMES.items()}
    return counts


def _outcome(rows: pd.DataFrame) -> str:
    verdicts = rows["verdict"].map(kind_of)
    real = verdicts[~rows["simulated"] & verdicts.isin([*DECIDED, CONSTANT, CANNOT])]
    verdicts = verdicts if real.empty else real
    decided = verdicts[verdicts.isin(DECIDED)]
    if decided.empty:
        return next(why for why in (CONSTANT, CANNOT, TO_COME, SENSELESS) if why in set(verdicts))
    holds = decided == HOLDS
    if holds.any():
        return HOLDS if holds.all() else SOMEWHERE
    return FAILS if (decided == FAILS).any() else UNDECIDED


def kind_of(verdict: str) -> str:
    """A verdict without the reason that it gives."""
    return next((word for word in (CANNOT, SENSELESS) if verdict.startswith(f"{word}: ")), verdict)
