"""Nine genes with tables of embeddings, and effects of some of them."""

import numpy as np
import pandas as pd
import pytest

from appmodel import as_effects


@pytest.fixture
def effects():
    """Seven single genes and two pairs of nine, six readouts."""
    names = [*(f"G{i}" for i in range(7)), "G0+G1", "G2+G5"]
    return as_effects(np.random.default_rng(0).normal(size=(9, 6)), names, list("rstuvw"))


@pytest.fixture(scope="session")
def table_of():
    """A table of random rows of so many dimensions, of the nine genes or of others."""

    def made(n_dimensions, genes=tuple(f"G{i}" for i in range(9)), seed=1):
        rows = np.random.default_rng(seed).normal(1, 2, size=(len(genes), n_dimensions))
        return pd.DataFrame(rows, index=list(genes))

    return made
