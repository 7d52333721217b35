"""ops/elementwise.py: values against numpy, broadcasting, and edges. Gradients: test_cases.py."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

import picograd as pg
from tests.picograd.gradients import assert_gradients_match

UNARY = {"neg": np.negative, "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "abs": np.abs, "tanh": np.tanh}
BINARY = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "pow": np.power,
    "maximum": np.maximum, "minimum": np.minimum,
}  # fmt: skip


def positive(shape, seed=1):
    return np.random.default_rng(seed).uniform(0.2, 2, shape)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 3)])
@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_argument_have_numpys_values(name, shape):
    x = positive(shape)
    np.testing.assert_allclose(getattr(pg, name)(pg.tensor(x)).numpy(), UNARY[name](x), rtol=1e-14)


@pytest.mark.parametrize("name", BINARY)
@given(data=st.data())
def test_broadcasting_has_numpys_values_and_gradients_of_the_inputs_shapes(name, data):
    shapes = data.draw(
        mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=0)
    ).input_shapes
    x, y = positive(shapes[0], 1), positive(shapes[1], 2) + 3
    tensors = pg.tensor(x, requires_grad=True), pg.tensor(y, requires_grad=True)
    out = getattr(pg, name)(*tensors)
    np.testing.assert_allclose(out.detach().numpy(), BINARY[name](x, y), rtol=1e-14)
    out.sum().backward()
    assert [t.grad.shape for t in tensors] == list(shapes)


@given(shapes=mutually_broadcastable_shapes(num_shapes=3, max_dims=3, max_side=3, min_side=0))
def test_where_broadcasts_all_three(shapes):
    chosen, left, right = shapes.input_shapes
    condition = positive(chosen) > 1
    x, y = positive(left, 2), positive(right, 3)
    np.testing.assert_array_equal(
        pg.where(pg.tensor(condition), pg.tensor(x), pg.tensor(y)).numpy(), np.where(condition, x, y)
    )
    assert_gradients_match(lambda x, y: pg.where(pg.tensor(condition), x, y), x, y)


def test_a_cube_is_three_factors():
    x = np.random.default_rng(1).normal(size=100).astype(np.float32)
    assert (pg.tensor(x) ** 3).tolist() == (x * x * x).tolist()


def test_the_edges_of_a_function_give_no_warnings():
    with np.errstate(all="raise"):
        x = pg.tensor([0.0, -1.0, 1e5], requires_grad=True)
        y = x.log() + x.sqrt() + x.exp() + x / 0
        y.sum().backward()
    assert np.isnan(y.detach().numpy()).any()


def test_equals_share_the_gradient():
    x, y = pg.ones(2, requires_grad=True), pg.ones(2, requires_grad=True)
    pg.maximum(x, y).sum().backward()
    assert x.grad.tolist() == y.grad.tolist() == [0.5, 0.5]


def test_whole_numbers_have_no_negative_powers():
    with pytest.raises(TypeError, match=r"^pow\(\(2,\), -1\): .*use x.float\(\)"):
        pg.tensor([1, 2]) ** -1


def test_clamp_needs_a_bound():
    with pytest.raises(TypeError, match="min and max"):
        pg.clamp(pg.ones(2))


def test_where_needs_a_condition_of_truths():
    with pytest.raises(TypeError, match=r"^where\(\(2,\), \(2,\), 0\): .*bool"):
        pg.where(pg.ones(2), pg.ones(2), 0)


def test_truths_are_not_subtracted():
    with pytest.raises(TypeError, match=r"^sub\(\(1,\), \(1,\)\)"):
        pg.tensor([True]) - pg.tensor([True])


def test_converting_to_the_same_dtype_gives_the_same_tensor():
    x = pg.ones(2)
    assert x.float() is x
    assert x.clone() is not x and not np.shares_memory(x.clone().numpy(), x.numpy())


def test_there_is_nothing_to_convert_to_but_our_dtypes():
    with pytest.raises(TypeError, match="there are no tensors of complex64"):
        pg.ones(2).to(np.complex64)
