"""The parts of the page as HTML that needs nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from IPython.display import HTML
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..looks import look
from .board import METRICS_SHOWN
from .charts import TRUTH, cloud_chart, place_chart, profile_chart, still
from .fooling import FOOLED, Start, distorted, mean_scores
from .numbers import packed, profile_rows

BROWSER = Path(__file__).with_name("browser")
BUNDLED = "window.vegaEmbed = vegaEmbed;"  # what the scripts call of the bundle
SCRIPTS = ("shared.js", "pick.js", "board.js", "metrics.js", "fool.js")
SLIDERS = [
    {"name": "shrinkage", "title": "Shrinkage: how much smaller all predictions are made", "most": 100},
    {"name": "noise", "title": "Noise added, in units of a typical measured effect", "most": 200},
    {"name": "mixed", "title": "Mean effect mixed in, in place of the prediction", "most": 100},
]
# Where the sliders stand in the table of readers without scripts: shrinkage, noise, mean mixed in.
PLACES = {
    "at the start": (0.0, 0.0, 0.0),
    "shrinkage 40 %": (0.4, 0.0, 0.0),
    "noise 100 %": (0.0, 1.0, 0.0),
    "mean mixed in 50 %": (0.0, 0.0, 0.5),
}
N_DRAWN = 250  # points of the cloud


def library() -> HTML:
    """Vega with Vega-Lite and vega-embed, out of the package vl-convert, and the scripts and styles of the page."""
    import vl_convert  # its JavaScript engine starts at import, which only this needs

    own = "\n".join((BROWSER / name).read_text() for name in SCRIPTS)
    return _filled(
        "library.html",
        css=Markup((BROWSER / "play.css").read_text()),
        vega=Markup(vl_convert.javascript_bundle(BUNDLED).replace("</script", "<\\/script")),
        own=Markup(own),
    )


def pick_widget(data: Mapping[str, Any], picked: str = "") -> HTML:
    """Two selects of genes, the pair of both readout by readout, and all pairs as a heat map (``pair_data``).

    ``picked`` is the measured pair that is shown first; by default the one that is farthest from addition.
    """
    measured = {pair["name"]: pair for pair in data["pairs"] if pair["measured"]}
    first = measured[picked or max(measured, key=lambda name: measured[name]["value_interaction"])]
    marks = [*data["methods"], *([TRUTH] if "truth" in first else [])]
    simulated = " (simulated)" if data["simulated"] else ""
    profile = profile_chart(marks, f"Effects of the picked pair, readout by readout, measured and predicted{simulated}")
    charts = {
        "profile": profile,
        "places": place_chart(data["genes"], f"Heat map of all pairs of genes, measured and predicted{simulated}"),
    }
    errors = pd.DataFrame({"error (L2)": first["error"]}, index=[method["name"] for method in data["methods"]])
    return _filled(
        "pick.html",
        simulated=simulated,
        methods=data["methods"],
        n_readouts=len(first["readouts"]),
        n_genes=len(data["genes"]),
        truth="truth" in first,
        picked=first["name"],
        still=Markup(still(profile, {"rows": profile_rows(data, first)})),
        alt=f"Dot plot of the effects of {first['name']}{simulated}, measured and predicted, in its largest readouts",
        table=Markup(errors.round(2).to_html()),
        data=_json({**data, "charts": charts, "picked": first["name"]}),
    )


def board_widget(boards: Mapping[str, pd.DataFrame]) -> HTML:
    """Leaderboards (``board_table``) by title: one is chosen, each column can be sorted."""
    return _filled(
        "board.html",
        metrics=METRICS_SHOWN.values(),
        boards=[{"title": title, "rows": _rows(table)} for title, table in boards.items()],
    )


def fool_widget(start: Start, simulated: bool = False) -> HTML:
    """Three sliders that shrink, blur and flatten the predictions of ``start``, and what its metrics say of it."""
    strongest = int(np.linalg.norm(start.observed, axis=1).argmax())
    drawn = np.unique(np.linspace(0, start.observed.shape[1] - 1, N_DRAWN).astype(int))
    limit = float(1.2 * np.abs(start.observed[strongest, drawn]).max())
    data = {
        "methods": [{"name": look(name).name, "predicted": packed(values)} for name, values in start.predicted.items()],
        "observed": packed(start.observed),
        "noise": packed(start.noise),
        "mean": packed(start.mean[None, :]),
        "metrics": [{"name": name, **METRICS_SHOWN[name]._asdict()} for name in FOOLED],
        "example": strongest,
        "drawn": drawn.tolist(),
        "charts": {"cloud": cloud_chart(limit, "Predicted against measured effects of one condition")},
    }
    method = next(iter(start.predicted))
    scores = {place: mean_scores(start, distorted(start, method, *where)) for place, where in PLACES.items()}
    table = pd.DataFrame(scores).T.rename(columns={name: METRICS_SHOWN[name].title for name in FOOLED})
    return _filled(
        "fool.html",
        methods=data["methods"],
        sliders=SLIDERS,
        simulated=" (simulated)" if simulated else "",
        n_conditions=len(start.conditions),
        example=start.conditions[strongest],
        table=Markup(table.round(2).to_html()),
        data=_json(data),
    )


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Each row of a leaderboard by name, each cell as the number it is sorted by and the text that is shown."""
    rows = []
    for name, row in table.iterrows():
        texts = {metric: "undefined" if pd.isna(row[metric]) else f"{row[metric]:.2f}" for metric in METRICS_SHOWN}
        texts["ratio"] = row["ratio_text"]
        cells = [{"value": row[key], "text": text.replace("-", "\u2212")} for key, text in texts.items()]
        rows.append({"name": name, "cells": cells})
    return rows


def _json(data: Mapping[str, Any]) -> Markup:
    """JSON that cannot end the script it stands in."""
    return Markup(json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c"))


def _filled(template: str, **values: Any) -> HTML:
    room = Environment(loader=FileSystemLoader(BROWSER), autoescape=True, undefined=StrictUndefined)
    return HTML(room.get_template(template).render(**values))
