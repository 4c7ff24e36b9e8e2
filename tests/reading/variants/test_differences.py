"""What a variant changes: paired differences from the full model, and the sentences that read them."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from appmodel.reading import difference_table, plot_degradation, plot_differences, says_of_network, says_of_parts

matplotlib.use("Agg")


def scores(shifts, dataset="d", task="doubles"):
    """L2 of 40 conditions and 2 seeds: a common part plus each method's shift."""
    rng = np.random.default_rng(0)
    base = rng.uniform(2, 4, size=(2, 40))
    rows = [(dataset, task, seed, method, f"C{i}", "l2", base[seed, i] + shift + rng.normal(0, 0.01), "")
            for method, shift in shifts.items() for seed in range(2) for i in range(40)]
    return pd.DataFrame(rows, columns=["dataset", "task", "seed", "method", "condition", "metric", "value", "reason"])


def test_differences_and_what_they_say():
    table = difference_table(scores({"full": 0, "worse": 0.5, "better": -0.5, "same": 0}), "full",
                             ["worse", "better", "same"]).set_index("method")
    assert table["says"].to_dict() == {"worse": "worse", "better": "better", "same": "no difference"}
    assert table.loc["worse", "difference"] == pytest.approx(0.5, abs=0.01)
    assert table.loc["worse", "low"] < table.loc["worse", "difference"] < table.loc["worse", "high"]
    assert table.loc["worse", "ratio"] == pytest.approx(1 + 0.5 / 3, abs=0.02)


def test_screens_are_kept_apart_and_counted():
    both = pd.concat([scores({"full": 0, "cut": 0.5}), scores({"full": 0, "cut": -0.5}, "e")])
    table = difference_table(both, "full", ["cut"])
    assert list(table["says"]) == ["worse", "better"]
    said = says_of_parts(table, {"cut": "no middle"}, "full")
    assert said == "`full` without one part, on 2 screens and tasks: no middle: worse 1, better 1, no difference 0."


@pytest.mark.parametrize(("shuffled", "quarter", "says"), [
    (0.5, 0.2, "uses its network on d doubles .* it is worse on d doubles"),
    (0.0, 0.0, "does not use its network anywhere .* not worse anywhere.*indifference, not robustness"),
    (0.5, 0.0, "uses its network on d doubles .* not worse anywhere.$"),
])
def test_flat_is_robust_only_where_the_network_matters(shuffled, quarter, says):
    table = scores({"m": 0, "m_shuffled": shuffled, "m_empty": shuffled, "m_without_25": quarter})
    with np.errstate(all="raise"):
        said = says_of_network(table, "m")
    assert pd.Series([said]).str.contains(says).all(), said


def test_figures_show_the_numbers():
    table = scores({"base": 0, "m": -1, "m_half": -0.5})
    figure, (left, right) = plt.subplots(1, 2)
    plot_differences(difference_table(table, "base", ["m", "m_half"]), "base", ax=left)
    assert [label.get_text() for label in left.get_yticklabels()] == ["m_half", "m"]
    plot_degradation(table, "m", {0.5: "m_half", 0: "m"}, "base", ax=right)
    x, y = right.get_lines()[0].get_data()
    assert list(x) == [0, 50]
    np.testing.assert_allclose(y, [1 - 1 / 3, 1 - 0.5 / 3], atol=0.03)
    plt.close(figure)
