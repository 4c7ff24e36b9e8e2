"""Which readouts are scored."""

import numpy as np

from appmodel import as_effects
from appmodel.scoring.readouts import scored_readouts


def test_scored_readouts_are_the_highest_expressed_ones():
    effects = as_effects(np.zeros((1, 5)), ["A"], list("vwxyz"))
    assert scored_readouts(effects, 3).tolist() == [0, 1, 2, 3, 4]  # axes: no control expression
    effects.var["control_mean"] = [0.5, 2.0, 0.1, 2.0, 1.0]
    assert scored_readouts(effects, 3).tolist() == [1, 3, 4]
    assert scored_readouts(effects, 1).tolist() == [1]  # of a tie, the first
    assert len(scored_readouts(effects, 9)) == 5
