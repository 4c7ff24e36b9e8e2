"""The quick form of the attention scores against the formula w' tanh(q + k)."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from appmodel.predictors.app.fast import additive_scores


def formula(query, key, w):
    return torch.tanh(query[:, None, :] + key[None, :, :]) @ w


def drawn(n_conditions, n_genes, n, dtype=torch.float64, scale=1.0, seed=0):
    generator = torch.Generator().manual_seed(seed)
    shapes = ((n_conditions, n), (n_genes, n), (n,))
    return [(scale * torch.randn(shape, generator=generator, dtype=dtype)).requires_grad_() for shape in shapes]


def test_by_hand():
    query, key = torch.tensor([[0.0, 1.0], [2.0, -1.0]]), torch.tensor([[0.5, 0.0]])
    scores = additive_scores(query, key, torch.tensor([1.0, -2.0]))
    expected = [[np.tanh(0.5) - 2 * np.tanh(1.0)], [np.tanh(2.5) - 2 * np.tanh(-1.0)]]
    np.testing.assert_allclose(scores, expected, rtol=1e-6)


@pytest.mark.parametrize("sizes", [(3, 4, 2), (1, 5, 3), (4, 1, 3), (1, 1, 1)], ids=str)
def test_gradients_are_those_of_finite_differences(sizes):
    assert torch.autograd.gradcheck(additive_scores, drawn(*sizes))


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 5),
    st.integers(1, 40),
    st.integers(1, 9),
    st.sampled_from([0.01, 1.0, 10.0, 1e4]),
    st.integers(0, 2**16),
)
def test_scores_and_gradients_are_those_of_the_formula(n_conditions, n_genes, n, scale, seed):
    inputs = drawn(n_conditions, n_genes, n, torch.float64, scale, seed)
    outs = [scores(*inputs) for scores in (additive_scores, formula)]
    weights = torch.linspace(-1, 2, outs[0].numel(), dtype=torch.float64).reshape(outs[0].shape)
    torch.testing.assert_close(*outs, rtol=1e-12, atol=1e-12 * scale)
    gradients = [torch.autograd.grad((out * weights).sum(), inputs) for out in outs]
    torch.testing.assert_close(*gradients, rtol=1e-9, atol=1e-10 * scale)


@pytest.mark.parametrize("shift", [0.0, 30.0, 1e4])
def test_large_numbers_of_either_sign_neither_overflow_nor_cancel(shift):
    """Query and key may be huge where their sum is not."""
    query = torch.tensor([[shift, -shift]])
    key = torch.tensor([[0.5 - shift, 0.5 + shift], [shift, shift]])
    torch.testing.assert_close(
        additive_scores(query, key, torch.tensor([1.0, 3.0])),
        formula(query, key, torch.tensor([1.0, 3.0])),
        rtol=1e-6,
        atol=1e-6,
    )


def test_single_precision_is_as_good_as_the_formula_in_it():
    inputs = drawn(20, 300, 128, torch.float32)
    truth = formula(*(tensor.double() for tensor in inputs))
    errors = [(scores(*inputs) - truth).abs().max().item() for scores in (additive_scores, formula)]
    assert errors[0] < max(2 * errors[1], 1e-5)


def test_the_gradient_of_a_plain_sum():
    """Torch hands it over as one number with stride zero."""
    inputs = drawn(3, 7, 2)
    gradients = [torch.autograd.grad(scores(*inputs).sum(), inputs) for scores in (additive_scores, formula)]
    torch.testing.assert_close(*gradients)


def test_a_part_of_the_inputs_may_be_fixed():
    query, key, w = drawn(3, 7, 2)
    of_key = torch.autograd.grad(additive_scores(query.detach(), key, w.detach()).square().sum(), key)
    torch.testing.assert_close(of_key, torch.autograd.grad(formula(query, key, w).square().sum(), key))


def test_only_the_inputs_are_kept_for_the_way_back():
    query, key, w = drawn(6, 50, 8)
    kept = additive_scores(query, key, w).grad_fn.saved_tensors
    assert [tensor.shape for tensor in kept] == [query.shape, key.shape, w.shape]


def test_inputs_stay_as_they_were_and_the_same_bytes_come_twice():
    inputs = drawn(4, 30, 8, torch.float32)
    before = [tensor.detach().clone() for tensor in inputs]
    runs = []
    for _ in range(2):
        out = additive_scores(*inputs)
        runs.append([out.detach(), *torch.autograd.grad(out.square().sum(), inputs)])
    assert all(torch.equal(a, b) for a, b in zip(*runs, strict=True))
    assert all(torch.equal(a, b) for a, b in zip(inputs, before, strict=True))


def test_second_derivatives_are_refused_rather_than_wrong():
    query, key, w = drawn(2, 3, 2)
    (first,) = torch.autograd.grad(additive_scores(query, key, w).square().sum(), query, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        first.sum().backward()


def test_other_devices_use_the_formula():
    query, key, w = (tensor.detach().to("meta") for tensor in drawn(2, 3, 2))
    out = additive_scores(query, key, w)
    assert out.device.type == "meta"
    assert out.shape == (2, 3)
