"""Names of conditions: one spelling, and a sentence for what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appmodel.names import all_genes, condition_name, genes_of, repeated, shown, standard_name

genes = st.text("ABCDEFGH0123456789-.", min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("condition", "of", "standard"),
    [
        ("control", (), "control"),
        (" control ", (), "control"),
        ("KLF1", ("KLF1",), "KLF1"),
        ("KLF1+CEBPE", ("CEBPE", "KLF1"), "CEBPE+KLF1"),
        (" KLF1 + CEBPE ", ("CEBPE", "KLF1"), "CEBPE+KLF1"),
        ("C+A+B", ("A", "B", "C"), "A+B+C"),
        ("HLA-A+NKX2.1", ("HLA-A", "NKX2.1"), "HLA-A+NKX2.1"),
    ],
)
def test_genes_and_standard_names_by_hand(condition, of, standard):
    assert genes_of(condition) == of
    assert standard_name(condition) == standard


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("", "is not a condition"),
        ("  ", "is not a condition"),
        (None, "None is not a condition"),
        (3, "3 is not a condition"),
        ("KLF1+", "'KLF1\\+' holds an empty gene name"),
        ("+", "empty gene name"),
        ("KLF1++CEBPE", "empty gene name"),
        ("KLF1+control", "mixes the control with a gene"),
        ("KLF1+KLF1", "names a gene twice"),
        ("KLF1+ KLF1", "names a gene twice"),
    ],
)
def test_malformed_conditions_get_a_sentence(condition, says):
    with pytest.raises(ValueError, match=says):
        genes_of(condition)


@given(st.sets(genes, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_any_order_gives_one_name_that_stays(names, random):
    order = sorted(names)
    random.shuffle(order)
    name = standard_name("+".join(order))
    assert name == condition_name(names) == standard_name(name)
    assert set(genes_of(name)) == names


def test_helpers_by_hand():
    assert condition_name([]) == "control"
    assert all_genes(["B+A", "control", "C", "A"]) == ["A", "B", "C"]
    assert repeated(["b", "a", "b", "c", "a", "b"]) == ["b", "a"]
    assert repeated([]) == []
    assert shown(["A", "B"]) == "'A', 'B'"
    assert shown("ABCDEFG", 3) == "'A', 'B', 'C' and 4 more"
    assert shown([]) == ""
