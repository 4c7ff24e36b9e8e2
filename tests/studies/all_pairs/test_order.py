"""The number of a pair tells its genes."""

from itertools import combinations

import numpy as np

from appmodel.studies.all_pairs.order import n_pairs, pairs_at


def test_all_pairs_in_order_whole_or_in_part():
    for n in (2, 3, 7):
        every = list(combinations(range(n), 2))
        assert n_pairs(n) == len(every)
        for start in range(len(every)):
            assert list(zip(*pairs_at(start, len(every), n), strict=True)) == every[start:]


def test_the_last_pair_of_five_thousand_genes():
    last = n_pairs(5000)
    assert last == 12_497_500
    assert [each.tolist() for each in pairs_at(last - 2, last, 5000)] == [[4997, 4998], [4999, 4999]]
    assert np.concatenate(pairs_at(0, 1, 5000)).tolist() == [0, 1]
