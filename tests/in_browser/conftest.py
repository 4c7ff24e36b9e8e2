"""The book in Chromium, opened once for all tests; without Chromium they are skipped."""

import pytest


@pytest.fixture(scope="session")
def program():
    from browser import NAMES, chromium

    found = chromium()
    if found is None:
        pytest.skip(f"None of {', '.join(NAMES)} is here: make chromium installs Debian's where that is permitted.")
    return found


@pytest.fixture(scope="session")
def visits(program, built):
    from browser import opened

    return opened(built / "_build" / "html", program)
