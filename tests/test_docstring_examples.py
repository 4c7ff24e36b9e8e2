"""Examples in docstrings are run as they stand: what a reader copies gives what it says."""

import doctest
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import appmodel

PACKAGE = Path(appmodel.__file__).parent
MODULES = [
    ".".join(["appmodel", *path.relative_to(PACKAGE).with_suffix("").parts])
    for path in sorted(PACKAGE.rglob("*.py"))
    if "\n    >>> " in path.read_text()
]


def test_the_public_calls_have_examples():
    assert len(MODULES) >= 5


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name):
    outcome = doctest.testmod(import_module(name), extraglobs={"appmodel": appmodel, "np": np})
    assert outcome.attempted > 0
    assert outcome.failed == 0
