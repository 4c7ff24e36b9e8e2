"""Properties of every metric: order does not matter, a perfect prediction is perfect, the range holds."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from appmodel.scoring.metrics import METRICS, Case

RANGES = {
    **dict.fromkeys(("l2", "l2_without_targets", "mae", "weighted_mse", "error_ratio"), (0, np.inf)),
    **dict.fromkeys(("centroid_accuracy", "centroid_rank", "discrimination", "discrimination_cosine"), (0, 1)),
    **dict.fromkeys(("top_k_overlap", "hits_5", "hits_10", "hits_20"), (0, 1)),
    **dict.fromkeys(("pearson", "pearson_perturbed"), (-1, 1)),
    "weighted_r2": (-np.inf, 1),
}


@st.composite
def cases(draw, perfect=False):
    """Cases with many ties and zeros, now and then an undefined row; perfect ones with distinct effects."""
    n, readouts = draw(st.integers(1, 6)), draw(st.integers(1, 26))
    # Quarters are exact in floating point, so that ties are ties.
    quarters = st.integers(-12, 12).map(lambda x: x / 4)
    observed = draw(arrays(float, (n, readouts), elements=quarters))
    if perfect:
        observed = np.unique(observed, axis=0)
        n = len(observed)
    predicted = observed.copy() if perfect else draw(arrays(float, (n, readouts), elements=quarters))
    for row in draw(st.lists(st.tuples(st.booleans(), st.integers(0, n - 1)), max_size=2)):
        (predicted if row[0] else observed)[row[1]] = np.nan
    return Case(
        predicted,
        observed,
        draw(arrays(float, readouts, elements=quarters)),
        draw(arrays(float, (n, readouts), elements=quarters)),
        draw(arrays(float, n, elements=st.sampled_from([0.0, 0.5, 3.0, np.nan]))),
        draw(arrays(bool, (n, readouts), elements=st.booleans())),
    )


def reordered(case, rows=slice(None), columns=slice(None)):
    return Case(
        case.predicted[rows][:, columns],
        case.observed[rows][:, columns],
        case.training_mean[columns],
        case.significance[rows][:, columns],
        case.stated_error[rows],
        case.targets[rows][:, columns],
    )


@given(case=cases(), data=st.data())
@settings(max_examples=100, deadline=None)
def test_order_of_conditions_does_not_matter(case, data):
    order = np.array(data.draw(st.permutations(range(len(case.predicted)))), dtype=int)
    for name, metric in METRICS.items():
        values, reasons = metric(case)
        again, why = metric(reordered(case, rows=order))
        np.testing.assert_allclose(again, values[order], rtol=1e-12, atol=1e-14, err_msg=name)
        assert why == [reasons[i] for i in order], name


@given(case=cases(), data=st.data())
@settings(max_examples=100, deadline=None)
def test_order_of_readouts_does_not_matter(case, data):
    order = np.array(data.draw(st.permutations(range(case.predicted.shape[1]))), dtype=int)
    for name, metric in METRICS.items():
        values, reasons = metric(case)
        again, why = metric(reordered(case, columns=order))
        np.testing.assert_allclose(again, values, rtol=1e-9, atol=1e-12, err_msg=name)
        assert why == reasons, name


@given(case=cases(perfect=True))
@settings(max_examples=100, deadline=None)
def test_a_perfect_prediction_is_perfect(case):
    for name, metric in METRICS.items():
        values, _ = metric(case)
        # Distinct effects may be parallel, or zero: by direction nothing tells them apart.
        can = np.isfinite(values) & ((name != "discrimination_cosine") | own_direction(case.observed))
        np.testing.assert_allclose(values[can], metric.perfect, atol=1e-12, err_msg=name)


def own_direction(effects):
    """Which effects point where no other one does."""
    lengths = np.linalg.norm(effects, axis=1, keepdims=True)
    directions = np.divide(effects, lengths, out=np.zeros_like(effects), where=lengths > 0)
    parallel = directions @ directions.T > 1 - 1e-9
    return parallel.sum(axis=1) == 1


@given(case=cases())
@settings(max_examples=100, deadline=None)
def test_the_range_holds_and_only_undefined_values_have_a_reason(case):
    for name, metric in METRICS.items():
        low, high = RANGES[name]
        values, reasons = metric(case)
        assert len(values) == len(reasons) == len(case.predicted), name
        assert [bool(reason) for reason in reasons] == np.isnan(values).tolist(), name
        known = values[~np.isnan(values)]
        assert ((known >= low) & (known <= high) & np.isfinite(known)).all(), name
