"""What tests against other packages share: a case, the package, and what agreement means."""

import warnings

import numpy as np
import pytest

from appmodel.scoring.metrics import METRICS, Case

N, READOUTS = 9, 60


@pytest.fixture
def reference():
    """Imports a module; its own warnings are no errors here.  Skips the test where it cannot be imported."""

    def imported(module):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return pytest.importorskip(
                module,
                reason=f"{module} is not installed or does not import: nothing to check against",
                exc_type=ImportError,
            )

    return imported


@pytest.fixture
def case():
    rng = np.random.default_rng(11)
    mean = rng.normal(size=READOUTS)
    observed = mean + rng.normal(size=(N, READOUTS))
    return Case(0.2 * observed + 2 * rng.normal(size=(N, READOUTS)), observed, mean, rng.normal(size=(N, READOUTS)) * 3)


@pytest.fixture
def agrees():
    """Asserts that every condition is defined and that values are as expected, to 1e-6 or as near as is said."""

    def holds(case, name, expected, atol=1e-6):
        values, reasons = METRICS[name](case)
        assert reasons == [""] * len(values)
        np.testing.assert_allclose(values, expected, rtol=0, atol=atol)

    return holds
