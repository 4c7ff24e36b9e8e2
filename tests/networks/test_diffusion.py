"""Walks over a network."""

import numpy as np
from scipy import sparse

from appmodel.networks.diffusion import RestartWalks


def test_a_walk_is_the_same_to_the_last_bit_whatever_was_asked_beside_it():
    rng = np.random.default_rng(0)
    joined = sparse.random(900, 900, density=0.02, random_state=rng, format="csr")
    joined = joined.maximum(joined.T).tocsr()
    rows = rng.permutation(900)[:40]
    together = RestartWalks(joined)(rows)
    for size in (1, 2, 7):
        walks = RestartWalks(joined)
        parts = [walks(rows[start : start + size]) for start in range(0, len(rows), size)]
        assert np.concatenate(parts).tobytes() == together.tobytes(), size
