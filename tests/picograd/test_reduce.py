"""ops/reduce.py: values against numpy, ties, empty tensors. Gradients: test_cases.py."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays, valid_tuple_axes

import picograd as pg

REDUCTIONS = {"sum": np.sum, "mean": np.mean, "amax": np.max, "amin": np.min, "all": np.all, "any": np.any}


@pytest.mark.parametrize("name", REDUCTIONS)
@given(data=st.data())
def test_reductions_have_numpys_values_along_all_sets_of_axes(name, data):
    shape = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple))
    x = data.draw(arrays(np.float64, shape, elements=st.integers(-3, 3)))
    dim = data.draw(valid_tuple_axes(len(shape), min_size=1))
    keepdim = data.draw(st.booleans())
    out = getattr(pg, name)(pg.tensor(x), dim, keepdim)
    np.testing.assert_allclose(out.numpy(), REDUCTIONS[name](x, axis=dim, keepdims=keepdim), atol=1e-15)


def test_ties_share_the_gradient_of_amax_and_the_first_has_that_of_max():
    x = pg.tensor([[1.0, 3.0, 3.0]], requires_grad=True)
    x.amax(1).sum().backward()
    assert x.grad.tolist() == [[0, 0.5, 0.5]]
    x.grad = None
    x.max(1).values.sum().backward()
    assert x.grad.tolist() == [[0, 1, 0]]


@pytest.mark.parametrize("name", ["sum", "mean", "amax", "amin"])
def test_no_axes_mean_all_axes_as_in_pytorch(name):
    x = pg.tensor([[1.0, 2.0], [3.0, 5.0]])
    assert getattr(pg, name)(x, ()).tolist() == getattr(pg, name)(x).tolist()


def test_counts_are_int64():
    assert pg.tensor([True, True]).sum().dtype == pg.int64
    assert pg.ones(3, dtype=pg.uint8).sum().dtype == pg.int64
    assert (pg.ones(300, dtype=pg.uint8)).sum().item() == 300
    assert pg.ones(3).argmax().dtype == pg.int64


def test_whole_numbers_have_no_mean():
    with pytest.raises(TypeError, match=r"^mean\(\(2,\)\): .*use x.float\(\)"):
        pg.tensor([1, 2]).mean()


def test_the_mean_of_nothing_is_nan_and_its_sum_0():
    assert np.isnan(pg.zeros(0).mean().item())
    assert pg.zeros(0).sum().item() == 0
    assert pg.zeros(0, 3).logsumexp(0).tolist() == [-np.inf] * 3


@pytest.mark.parametrize("name", ["amax", "amin", "max", "min", "argmax", "argmin"])
def test_nothing_has_no_extreme(name):
    with pytest.raises(ValueError, match=r"\(0,\)"):
        getattr(pg.zeros(0), name)()


def test_logsumexp_is_that_of_its_composition():
    x = np.random.default_rng(1).normal(size=(3, 4))
    np.testing.assert_allclose(pg.tensor(x).logsumexp(1).numpy(), np.log(np.exp(x).sum(1)))


def test_logsumexp_of_huge_numbers_is_finite():
    assert pg.tensor([1e4, 1e4]).logsumexp(0).item() == pytest.approx(1e4 + np.log(2))


