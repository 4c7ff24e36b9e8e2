"""The charts of the page as Vega-Lite, data left open: the scripts fill it in, and ``still`` draws it without them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from ..looks import BLACK, BLUE, GREEN, ORANGE

GREY_BAND = "#d9d9d9"
LABEL = 11  # pixels
TRUTH = {"name": "true effect", "colour": GREEN, "shape": "triangle-down"}


def profile_chart(methods: Sequence[Mapping[str, str]], description: str) -> dict[str, Any]:
    """Values of one pair: a row for each readout, a mark for each method, the measurement as a tick on its noise.

    Reads ``rows``: readout, source ('measurement' or a method's name), value, low, high.
    """
    names = [each["name"] for each in methods]
    rows = alt.Chart(alt.NamedData("rows"))
    y = alt.Y("readout:N", sort=None, title=None, scale=alt.Scale(paddingInner=0.25))
    # From the upper to the lower end of the readout's row.
    whole = {"y": alt.Y("readout:N", sort=None, bandPosition=0), "y2": alt.Y2("readout:N", bandPosition=1)}
    measured = rows.transform_filter("datum.source === 'measurement'")
    noise = measured.mark_rect(color=GREY_BAND, aria=False).encode(
        x=alt.X("low:Q", title="effect (log1p, difference from control)", axis=alt.Axis(tickCount=8)),
        x2="high:Q",
        **whole,
    )
    value = measured.mark_rule(color=BLACK, strokeWidth=3, aria=False).encode(x="value:Q", **whole)
    marks = (
        rows.transform_filter("datum.source !== 'measurement' && isValid(datum.value)")
        .mark_point(filled=True, size=70, opacity=1, aria=False)
        .encode(
            y=y,
            x="value:Q",
            yOffset=alt.YOffset("source:N", sort=names),
            color=alt.Color(
                "source:N", sort=names, title=None, scale=alt.Scale(domain=names, range=[m["colour"] for m in methods])
            ),
            shape=alt.Shape("source:N", sort=names, scale=alt.Scale(domain=names, range=[m["shape"] for m in methods])),
            tooltip=["source:N", "readout:N", alt.Tooltip("value:Q", format=".2f")],
        )
    )
    zero = alt.Chart(alt.InlineData([{}])).mark_rule(color="#888", aria=False).encode(x=alt.datum(0))
    return _finished(noise + zero + value + marks, description, height=440)


def place_chart(genes: Sequence[str], description: str) -> dict[str, Any]:
    """All pairs as a heat map: below the diagonal measured, above it predicted; the picked pair is framed.

    Reads ``cells``: row, column, value, pair, side; and ``picked``: row, column.
    """
    order = list(genes)
    domain = alt.Scale(domain=order)
    y = alt.Y("row:N", title=None, scale=domain, axis=alt.Axis(labelFontSize=10))
    x = alt.X("column:N", title=None, scale=domain, axis=alt.Axis(labelFontSize=10, labelOverlap=True))
    cells = (
        alt.Chart(alt.NamedData("cells"))
        .mark_rect(aria=False, cursor="pointer")
        .encode(
            y=y,
            x=x,
            color=alt.Color(
                "value:Q",
                title=None,
                scale=alt.Scale(scheme="viridis", zero=True, reverse=True),
                legend=alt.Legend(orient="top", direction="horizontal", gradientLength=220),
            ),
            tooltip=["pair:N", "side:N", alt.Tooltip("value:Q", format=".2f")],
        )
    )
    frame = (
        alt.Chart(alt.NamedData("picked"))
        .mark_rect(fill=None, stroke=ORANGE, strokeWidth=2.5, aria=False)
        .encode(y=y, x=x)
    )
    return _finished(cells + frame, description, height=max(12 * len(order), 160))


def cloud_chart(limit: float, description: str) -> dict[str, Any]:
    """Predicted against measured effects of one condition, both from -``limit`` to ``limit``; on the line they agree.

    Reads ``points``: measured, predicted.
    """
    scale = alt.Scale(domain=[-limit, limit], nice=False)
    points = (
        alt.Chart(alt.NamedData("points"))
        .mark_circle(size=26, opacity=0.6, color=BLUE, clip=True, aria=False)
        .encode(
            x=alt.X("measured:Q", title="measured effect (log1p)", scale=scale),
            y=alt.Y("predicted:Q", title="predicted effect (log1p)", scale=scale),
        )
    )
    ends = [{"measured": end, "predicted": end} for end in (-limit, limit)]
    line = alt.Chart(alt.InlineData(ends)).mark_line(color="#888", aria=False).encode(x="measured:Q", y="predicted:Q")
    return _finished(line + points, description, height=300)


def still(chart: Mapping[str, Any], data: Mapping[str, list[dict]], width: int = 620) -> str:
    """The chart with its data as a PNG in a data address, for readers whose browser runs no scripts."""
    import vl_convert

    spec = {**chart, "width": width, "datasets": {**chart.get("datasets", {}), **data}}
    return "data:image/png;base64," + base64.b64encode(vl_convert.vegalite_to_png(json.dumps(spec), scale=1.2)).decode()


def _finished(chart: alt.LayerChart, description: str, height: int) -> dict[str, Any]:
    """The chart as plain values, as wide as its place, drawn on white like every figure of the book."""
    chart = (
        chart.properties(width="container", height=height, description=description, background="white", padding=8)
        .configure_axis(labelFontSize=LABEL, titleFontSize=LABEL, labelLimit=120)
        .configure_legend(labelFontSize=LABEL, orient="top", columns=3)
        .configure_view(stroke=None)
    )
    return chart.to_dict()
