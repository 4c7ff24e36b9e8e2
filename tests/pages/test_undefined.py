"""Who says nothing, and why: of one metric, so that it agrees with the table of that metric."""

import numpy as np
import pandas as pd

from appmodel import Additive, SinglesMean
from appmodel.pages import paper_table
from appmodel.pages.undefined import undefined_table
from appmodel.scoring import benchmark


def test_reasons_of_other_metrics_do_not_count():
    rows = [
        ("a", "l2", 1.0, ""),
        ("a", "stated", np.nan, "the method states no error"),
        ("b", "l2", np.nan, "no single of X"),
        ("b", "l2", np.nan, "no single of Y"),
        ("b", "l2", 3.0, ""),
    ]
    scores = pd.DataFrame(rows, columns=["method", "metric", "value", "reason"])
    assert undefined_table(scores).to_numpy().tolist() == [["b", 2, 3, "no single of X"]]
    assert list(undefined_table(scores).columns) == ["method", "undefined", "rows", "reason"]
    assert list(undefined_table(scores, "stated")["method"]) == ["a"]
    assert len(undefined_table(scores[scores["method"] == "a"])) == 0


def test_it_counts_what_the_table_of_ratios_counts(tiny_effects):
    scores = benchmark({"additive": Additive(), "singles_mean": SinglesMean()}, tiny_effects, "unseen", seeds=[0])
    counted = paper_table(scores, "singles_mean").set_index("method")["undefined"]
    found = undefined_table(scores)
    assert found.set_index("method")["undefined"].to_dict() == counted[counted > 0].to_dict() == {"additive": 3}
    assert found["reason"].str.contains("alone").all()
