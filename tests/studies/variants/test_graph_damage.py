"""What damage does to the graph of APP, counted."""

import pandas as pd

from appmodel.networks import network_from_edges
from appmodel.studies.variants import graph_damage

EDGES = pd.DataFrame({"source": list("AABC"), "target": list("BCDD"), "weight": 1.0})


def test_edges_kept_and_new_are_shares_of_the_intact_graph():
    intact = network_from_edges(EDGES, name="square")
    other = network_from_edges(pd.DataFrame({"source": list("AAA"), "target": list("BCD"), "weight": 1.0}), name="star")
    damaged = {"star": other, "none": intact.without_edges(1.0, 0)}
    table = graph_damage(intact, damaged, list("ABCD")).set_index("network")
    assert table["edges"].to_dict() == {"intact": 4, "star": 3, "none": 0}
    assert table["kept"].to_dict() == {"intact": 1.0, "star": 0.5, "none": 0.0}  # A-B and A-C of four edges
    assert table["new"].to_dict() == {"intact": 0.0, "star": 0.25, "none": 0.0}  # A-D
