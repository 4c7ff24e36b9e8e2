"""Three significant digits, and no zero with a sign."""

import math

import pytest

from appmodel.pages.digits import small, three_digits


@pytest.mark.parametrize(
    ("numbers", "sign", "texts"),
    [
        ((2.5,), "", ["2.50"]),
        ((0.71428,), "", ["0.714"]),
        ((0.9996,), "", ["1.00"]),
        ((99.96,), "", ["100"]),
        ((613249,), "", ["613,000"]),
        ((0.000176,), "", ["0.000176"]),
        ((-0.7364, -1.187, -0.416), "+", ["-0.736", "-1.187", "-0.416"]),
        ((0.005, -0.602, 0.406), "+", ["+0.005", "-0.602", "+0.406"]),
        ((-0.0001, -0.602, 0.406), "+", ["0.000", "-0.602", "+0.406"]),
        ((-0.0001, 5), "", ["0.00", "5.00"]),
        ((0.1425, -0.0701, 0.3429), "+", ["+0.142", "-0.070", "+0.343"]),
        ((21.968, 12.4432, 45.7693), "", ["22.0", "12.4", "45.8"]),
        ((1.02, 1.0, 1.034), "", ["1.02", "1.00", "1.03"]),
        ((0.0, 0.0), "+", ["0.00", "0.00"]),
        ((math.nan, 1.5), "", ["undefined", "1.50"]),
        ((math.inf,), "", ["undefined"]),
    ],
)
def test_three_digits(numbers, sign, texts):
    assert three_digits(*numbers, sign=sign) == texts


def test_a_small_p_value_is_not_written_out():
    assert [small(p) for p in (1e-20, 0.0009, 0.046, 1.0, math.nan)] == ["< 0.001", "< 0.001", "0.046", "1.000", ""]
