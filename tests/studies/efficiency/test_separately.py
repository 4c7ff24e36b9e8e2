"""A process of its own for every measurement: memory peaks stay apart, failures are told."""

import os

import numpy as np
import pytest

from appmodel.studies.efficiency.measuring import peak_memory, separately, start_of_peak

forked = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # newer Pythons, where pytest has threads


def memory_of(n_bytes):
    before = start_of_peak()
    np.ones(n_bytes, dtype=np.uint8)
    return peak_memory() - before


@forked
def test_memory_peaks_of_two_measurements_stay_apart():
    large, small = separately(memory_of, 200_000_000), separately(memory_of, 1000)
    assert large > 180_000_000
    assert small < 50_000_000


@forked
def test_a_failed_measurement_is_told():
    with pytest.raises(RuntimeError, match="int of twelve failed: ValueError"):
        separately(int, "twelve")
    with pytest.raises(RuntimeError, match="ended without a word"):
        separately(os._exit, 3)
