"""One card for each claim: what is said, what the paper states, and what was measured on each screen."""

from __future__ import annotations

from html import escape

import pandas as pd

from ..digits import small
from ..looks import readable
from .entries import CLAIM, MODELS, STAND_IN
from .judging import CANNOT
from .signs import TITLES, anchor, by_itself, count_of, kind_of, place_of, reason_of, signed

_MEASURES = {
    "l2": "mean L2 norm of the error (log1p units)",
    "auroc": "AUROC of finding doubles that deviate from addition",
    "cosine": "cosine between the predicted and the measured deviation from addition",
    "parameters": "number of parameters",
    "auroc_direct": "AUROC of direct targets",
    "auroc_significant": "AUROC of genes with a significant effect",
    "spearman_similarity": "rank correlation of attention with the similarity of effects",
}
_KINDS = {CLAIM: "Claim of", STAND_IN: "A question of ours beside"}


def claim_cards(table: pd.DataFrame, group: str) -> str:
    """The claims of a ``claims_table`` that are about ``group``, with our own questions after them, as folded HTML.

    A link to the card of a claim (``signs.anchor``) unfolds it.
    """
    rows = table[(table["group"] == group) & table["kind"].isin(_KINDS)]
    cards = [_card(part) for kind in _KINDS for _, part in rows[rows["kind"] == kind].groupby("claim", sort=False)]
    ours = count_of(rows, STAND_IN)
    said = f"{TITLES[group]}: {_many(count_of(rows), 'claim')}" + (
        f", {_many(ours, 'question')} of ours" if ours else ""
    )
    return f'<details class="claim-group"><summary>{said}</summary>{"".join(cards)}</details>'


def _many(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _card(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    where = {"T": "Table", "F": "Figure"}[first["table"][0]]
    paper = (
        f"{escape(first['theirs'])}. <cite>{escape(first['source'])}</cite>" if first["source"] else "nothing of it."
    )
    measures = [_MEASURES.get(name, name.replace("_", " ")) for name in dict.fromkeys(rows["metric"]) if name]
    files = [name for names in rows["file"] if names for name in names.split(", ")]
    why = dict.fromkeys(reason_of(verdict) for verdict in rows["verdict"] if kind_of(verdict) == CANNOT)
    facts = {
        "In the paper": paper,
        "Measured": escape("; ".join(measures)),
        "Cannot be tested here": "; ".join(why),
        "Files": " ".join(f"<code>{escape(name)}</code>" for name in dict.fromkeys(files)),
    }
    lines = "".join(f"<p><strong>{name}:</strong> {text}</p>" for name, text in facts.items() if text)
    return (
        f'<div class="claim-card" id="{anchor(first["claim"])}"><h3>{escape(first["short"])}</h3>'
        f"<p>{_KINDS[first['kind']]} {where} {first['table'][1]}. {escape(first['statement'])}.</p>"
        f"{lines}{_table(rows)}</div>"
    )


def _table(rows: pd.DataFrame) -> str:
    """One line for each model and screen, APP first; a column in which nothing stands is left out."""
    order = {model: place for place, model in enumerate(MODELS)}
    rows = rows.sort_values("model", key=lambda models: models.map(order).fillna(len(order)), kind="stable")
    lines = [
        {
            "model": escape("either model" if row["model"] == "both" else readable(row["model"])),
            "screen": escape(place_of(row)) if row["screen"] else "",
            "verdict": f"{signed(row['verdict'])} {by_itself(row) or _why(row)}".strip(),
            "ours": escape(row["ours"]),
            "interval": escape(row["interval"]),
            "q": escape(small(row["q"])),
        }
        for _, row in rows.iterrows()
    ]
    columns = [name for name in lines[0] if any(line[name] for line in lines)]
    head = "".join(f'<th role="columnheader" scope="col">{name}</th>' for name in columns)
    body = "".join(f'<tr role="row">{"".join(_cell(name, line[name]) for name in columns)}</tr>' for line in lines)
    return (
        f'<table class="claim-numbers" role="table"><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def _cell(name: str, text: str) -> str:
    return f'<td role="cell" data-column="{name}">{text}</td>' if text else '<td role="cell"></td>'


def _why(row: pd.Series) -> str:
    """Why a question does not apply to a model; why it cannot be tested stands above the table."""
    return "" if kind_of(row["verdict"]) == CANNOT else f"<small>{reason_of(row['verdict'])}</small>"
