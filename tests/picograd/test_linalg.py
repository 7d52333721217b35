"""ops/linalg.py: the product against numpy in all ranks. Gradients: test_cases.py."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

import picograd as pg
from tests.picograd.gradients import assert_gradients_match


@given(
    shapes=mutually_broadcastable_shapes(signature=np.matmul.signature, max_dims=2, max_side=3, min_side=0)
)
def test_products_of_all_ranks_have_numpys_values_and_true_gradients(shapes):
    rng = np.random.default_rng(1)
    x, y = (rng.normal(size=shape) for shape in shapes.input_shapes)
    np.testing.assert_allclose((pg.tensor(x) @ pg.tensor(y)).numpy(), x @ y, rtol=1e-12, atol=1e-14)
    assert_gradients_match(pg.matmul, x, y)


@given(st.integers(0, 3), st.integers(0, 3))
def test_inner_sizes_have_to_be_equal(left, right):
    x, y = pg.zeros(2, left), pg.zeros(right, 2)
    if left == right:
        assert (x @ y).shape == (2, 2)
    else:
        with pytest.raises(pg.ShapeError, match=f"the inner sizes {left} and {right} differ"):
            x @ y


@pytest.mark.parametrize(
    ("left", "right", "message"),
    [
        ((2, 3), (4, 5), r"^matmul\(\(2, 3\), \(4, 5\)\): the inner sizes 3 and 4 differ"),
        ((3,), (4,), r"^matmul\(\(3,\), \(4,\)\): the inner sizes 3 and 4 differ"),
        ((2, 1, 3), (5, 3, 1), r"^matmul\(\(2, 1, 3\), \(5, 3, 1\)\): shapes do not fit"),
        ((), (3,), r"^matmul\(\(\), \(3,\)\): a number is not a matrix"),
    ],
)
def test_a_misfit_names_both_shapes(left, right, message):
    with pytest.raises(pg.ShapeError, match=message):
        pg.zeros(left) @ pg.zeros(right)


def test_kinds_are_not_mixed():
    with pytest.raises(TypeError, match=r"^matmul\(\(1, 1\), \(1, 1\)\): int64 @ float32; convert"):
        pg.ones(1, 1, dtype=pg.int64) @ pg.ones(1, 1)


def test_a_number_is_no_factor():
    with pytest.raises(pg.ShapeError, match=r"^matmul\(\(1, 1\), 2.0\): a number is not a matrix"):
        pg.ones(1, 1) @ 2.0
