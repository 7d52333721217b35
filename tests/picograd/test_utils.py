"""nn/utils.py: clipping."""

import math

import numpy as np
import pytest

import picograd as pg
from picograd.nn.utils import clip_grad_norm_


def leaves(*gradients):
    out = [pg.zeros(np.shape(g), requires_grad=True) for g in gradients]
    for leaf, g in zip(out, gradients, strict=True):
        leaf.grad = pg.tensor(g)
    return out


def test_a_long_gradient_is_shortened_and_keeps_its_direction():
    parameters = leaves([3.0, 0.0], [[4.0]])
    assert clip_grad_norm_(parameters, 1.0).item() == pytest.approx(5)
    np.testing.assert_allclose(parameters[0].grad.numpy(), [0.6, 0], rtol=1e-5)
    np.testing.assert_allclose(parameters[1].grad.numpy(), [[0.8]], rtol=1e-5)


def test_a_short_gradient_stays():
    parameters = leaves([3.0], [4.0])
    assert clip_grad_norm_(iter(parameters), 100).item() == pytest.approx(5)
    assert [x.grad.item() for x in parameters] == [3, 4]


@pytest.mark.parametrize(("norm_type", "total"), [(1, 7), (math.inf, 4)])
def test_the_norm_may_be_another(norm_type, total):
    parameters = leaves([-3.0], [4.0])
    assert clip_grad_norm_(parameters, 1, norm_type).item() == total
    np.testing.assert_allclose(parameters[1].grad.item(), 4 / total, rtol=1e-5)


def test_parameters_without_gradient_do_not_count_and_one_needs_no_list():
    parameter, without = leaves([3.0])[0], pg.zeros(2, requires_grad=True)
    assert clip_grad_norm_([without], 1).item() == 0 and without.grad is None
    assert clip_grad_norm_(parameter, 1).item() == 3
    assert parameter.grad.item() == pytest.approx(1)
