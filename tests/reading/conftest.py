"""Fitted models are read on one torch thread, as their jobs run."""

import pytest

from appmodel.predictors.threads import one_thread


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    """Numba, once used, gives torch all cores back: other last bits, and waiting where cores are shared."""
    with one_thread():
        yield
