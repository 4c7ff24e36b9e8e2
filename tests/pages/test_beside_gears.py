"""The side-by-side with GEARS as the page shows it."""

import matplotlib.pyplot as plt
import pytest

from appmodel.pages.beside_gears import costs_beside_gears, errors_beside_gears, plot_beside_gears, ratio_to_gears
from appmodel.scoring.findings import findings


@pytest.fixture
def table():
    rows = []
    for screen in ("norman19_slice", "papalexi21"):
        for method, seconds, error in (("gears", 100.0, 3.0), ("app", 20.0, 2.0), ("anchored_app", 0.5, 1.5)):
            about = {"screen": screen, "task": "doubles", "method": method, "n": 3}
            rows.append({**about, "measure": "time_to_best", "value": seconds, "low": seconds, "high": 2 * seconds})
            rows.append({**about, "measure": "l2", "value": error, "low": error, "high": error})
            if method != "gears":
                ratio = {"value": 100 / seconds, "low": 50 / seconds, "high": 200 / seconds}
                rows.append({**about, "against": "gears", "measure": "time_to_best_ratio", **ratio})
        rows.append({"screen": screen, "method": "additive", "measure": "l2", "value": 1.0, "n": 1})
    return findings(rows)


def test_costs_are_text_with_unit_and_spread(table):
    shown = costs_beside_gears(table, "papalexi21")
    assert shown.loc["training to its best", "gears"] == "100 s (100 to 200)"
    assert list(shown.columns) == ["gears", "app", "anchored_app"]


def test_the_smallest_error_comes_first(table):
    shown = errors_beside_gears(table)
    assert shown.iloc[0].tolist() == ["1", "1"]
    assert shown.index[0] == "addition"
    assert shown.index[-1] == "GEARS"


def test_ratios_say_how_many_times_as_much(table):
    assert ratio_to_gears(table, "anchored_app", "time_to_best", "norman19_slice").tolist() == [200, 100, 400]
    figure = plot_beside_gears(table)
    assert [ax.get_title() for ax in figure.axes] == ["Norman 2019 (slice)", "Papalexi 2021"]
    assert figure.axes[0].get_xscale() == "log"
    plt.close(figure)
