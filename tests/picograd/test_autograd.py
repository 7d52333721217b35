"""autograd.py: gradients asked for by name, and the check of derivatives."""

import numpy as np
import pytest

import picograd as pg
from picograd.autograd import grad, gradcheck
from picograd.tensor import op


def leaf(*values):
    return pg.tensor(values, dtype=pg.float64, requires_grad=True)


def test_grad_is_what_backward_would_leave_and_leaves_nothing():
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    dx, dy = grad((x * x * y).sum(), (x, y))
    assert dx.tolist() == [6, 16] and dy.tolist() == [1, 4]
    assert x.grad is None and y.grad is None and not dx.requires_grad


def test_grad_stops_at_values_in_between():
    x = leaf(1.0, 2.0)
    h = x * 3
    dh, dx = grad((h * h).sum(), [h, x])
    assert dh.tolist() == [6, 12] and dx.tolist() == [18, 36]


def test_grad_of_several_outputs_adds_theirs():
    x = leaf(1.0, 2.0)
    y = x * x
    (dx,) = grad([y, y.sum()], x, [pg.tensor([1.0, 0.0]), None])
    assert dx.tolist() == [2 + 2, 4]


def test_grad_of_a_tensor_by_itself_is_one():
    x = leaf(2.0)
    assert grad(x, x)[0].tolist() == [1]


def test_what_nothing_depends_on_is_refused_or_none():
    x, y = leaf(1.0), leaf(2.0)
    with pytest.raises(RuntimeError, match="allow_unused"):
        grad(x * 2, (x, y))
    assert grad(x * 2, (x, y), allow_unused=True)[1] is None


def test_grad_needs_what_requires_grad():
    with pytest.raises(RuntimeError, match="does not require grad"):
        grad(leaf(1.0) * 2, pg.ones(1))


def test_derivatives_of_derivatives_are_refused():
    x = leaf(1.0)
    with pytest.raises(TypeError, match="create_graph"):
        grad(x * x, x, create_graph=True)


def test_gradcheck_passes_what_is_right():
    x, w = leaf(0.3, -1.2, 2.0), leaf(1.0, 2.0, -0.5)
    assert gradcheck(lambda x, w: (x * w).tanh() + x.sum(), (x, w))
    assert gradcheck(lambda x: (x.exp(), x * 2), x)
    assert gradcheck(lambda x: x * 2, leaf())
    assert x.grad is None


def test_gradcheck_refutes_what_is_wrong():
    @op
    def cube(x):
        return x * x * x, lambda g: (g * 2 * x * x,)  # 3 is right

    with pytest.raises(RuntimeError, match="input 0"):
        gradcheck(cube, leaf(1.0, 2.0))


def test_gradcheck_refutes_a_missing_term():
    with pytest.raises(RuntimeError, match="input 0"):
        gradcheck(lambda x: x * x.detach(), leaf(1.0, 2.0))


def test_gradcheck_needs_float64():
    with pytest.raises(ValueError, match="use float64"):
        gradcheck(pg.exp, pg.ones(2, requires_grad=True))


def test_gradients_far_from_one_give_no_warnings():
    with np.errstate(all="raise"):
        (dx,) = grad(leaf(0.0).log().sum(), leaf_of := [leaf(0.0)], allow_unused=True)
        assert dx is None and len(leaf_of) == 1
        x = leaf(0.0)
        assert np.isinf(grad(x.log().sum(), x)[0].item())
