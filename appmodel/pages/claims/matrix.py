"""The claims at a glance: a row for each, a column for each screen, as an HTML table that a phone shows as a list."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd

from .entries import CLAIM, GROUPS, MODELS, OTHERS
from .signs import SIMULATED, TITLES, about, anchor, by_itself, place_of, reason_of, signed


def claims_matrix(table: pd.DataFrame, model: str, caption: str, kind: str = CLAIM) -> str:
    """Verdicts on ``model`` as HTML: a row for each claim of a ``claims_table``, a column for each screen.

    Each row links to the card of its claim (``claim_cards``).  Claims that nobody can ask of the model are left out; a
    cell is empty where a claim was not asked.  ``kind`` may be that of stand-ins.  Raises ``ValueError`` where there
    is no claim to show.
    """
    rows = table[table["kind"] == kind]
    parts = {name: about(part, model) for name, part in rows.groupby("claim", sort=False)}
    parts = {name: part for name, part in parts.items() if len(part)}
    if not parts:
        raise ValueError(f"The table holds no {kind} about {model}: name one of {', '.join(MODELS)}.")
    shown = pd.concat(parts.values())
    columns = _columns(shown[shown["screen"] != ""])
    groups = {group: shown[shown["group"] == group] for group in GROUPS}
    bodies = [_body(TITLES[group], part, columns) for group, part in groups.items() if len(part)]
    heads = "".join(f'<th role="columnheader" scope="col">{escape(name)}</th>' for name in ["claim", *columns])
    return (
        f'<table class="claim-matrix" role="table"><caption>{escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>{"".join(bodies)}</table>'
    )


def _columns(rows: pd.DataFrame) -> list[str]:
    """Real screens in the order of the table, then what is simulated."""
    places = list(dict.fromkeys(place_of(row) for _, row in rows.iterrows()))
    return sorted(places, key=lambda name: name == SIMULATED)


def _body(title: str, rows: pd.DataFrame, columns: Sequence[str]) -> str:
    lines = "".join(_line(part, columns) for _, part in rows.groupby("claim", sort=False))
    head = f'<th role="rowheader" scope="rowgroup" colspan="{len(columns) + 1}">{title}</th>'
    return f'<tbody role="rowgroup"><tr role="row" class="claim-head">{head}</tr>{lines}</tbody>'


def _line(rows: pd.DataFrame, columns: Sequence[str]) -> str:
    first = rows.iloc[0]
    link = f'<a href="#{anchor(first["claim"])}">{escape(first["short"])}</a>'
    if (rows["screen"] == "").all():
        said = f"{signed(first['verdict'])} <small>{reason_of(first['verdict'])}</small>"
        cells = f'<td role="cell" colspan="{len(columns)}">{said}</td>'
    else:
        places = [place_of(row) for _, row in rows.iterrows()]
        cells = "".join(_cell(name, rows[[place == name for place in places]]) for name in columns)
    return f'<tr role="row"><th role="rowheader" scope="row">{link}</th>{cells}</tr>'


def _cell(place: str, rows: pd.DataFrame) -> str:
    if rows.empty:
        return '<td role="cell" class="claim-not-asked"><span class="visually-hidden">not asked</span></td>'
    said = "".join(signed(row["verdict"]) + _notes(row) for _, row in rows.iterrows())
    return f'<td role="cell" data-screen="{escape(place)}">{said}</td>'


def _notes(row: pd.Series) -> str:
    of_others = row["model"] not in MODELS
    return by_itself(row) + (f"<small>measured by {OTHERS}</small>" if of_others else "")
