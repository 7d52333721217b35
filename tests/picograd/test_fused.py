"""ops/fused.py: each operation against its composition, and far from it where the composition breaks."""

import numpy as np
import pytest

import picograd as pg
from picograd.ops import fused

INF = np.inf
SCORES = [
    [[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]],
    [[30.0, -30.0, 0.0], [5.0, 5.0, -15.0]],  # further apart than one maximum for all allows
    [[100.0, 101.0, 102.0], [-100.0, -101.0, -102.0]],
]


def composed_softmax(x, dim):
    e = (x - x.detach().amax(dim, keepdim=True)).exp()
    return e / e.sum(dim, keepdim=True)


def composed_log_softmax(x, dim):
    return x - x.logsumexp(dim, keepdim=True)


def composed_cross_entropy(x, y):
    return -composed_log_softmax(x, 1)[pg.arange(len(y)), y]


def value_and_gradient(function, scores):
    x = pg.tensor(scores, dtype=pg.float64, requires_grad=True)
    out = function(x)
    out.backward(pg.tensor(np.random.default_rng(1).normal(size=out.shape)))
    return out.detach().numpy(), x.grad.numpy()


@pytest.mark.parametrize("scores", SCORES)
@pytest.mark.parametrize(
    ("one_piece", "composition"),
    [
        (lambda x: fused.softmax(x, 1), lambda x: composed_softmax(x, 1)),
        (lambda x: fused.softmax(x, 0), lambda x: composed_softmax(x, 0)),
        (lambda x: fused.log_softmax(x, 1), lambda x: composed_log_softmax(x, 1)),
        (lambda x: fused.log_softmax(x, 0), lambda x: composed_log_softmax(x, 0)),
        (
            lambda x: fused.cross_entropy(x, pg.tensor([2, 0])),
            lambda x: composed_cross_entropy(x, pg.tensor([2, 0])),
        ),
    ],
)
def test_one_piece_is_its_composition(one_piece, composition, scores):
    for ours, theirs in zip(
        value_and_gradient(one_piece, scores), value_and_gradient(composition, scores), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)


def test_rows_of_softmax_sum_to_1_however_large_the_scores():
    p = pg.tensor([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4]]).softmax(1)
    assert p.tolist()[0] == [1, 0, 0]
    np.testing.assert_allclose(p.sum(1).numpy(), [1, 1], rtol=1e-6)


def test_an_impossible_class_has_probability_0_and_infinite_loss():
    x = pg.tensor([[-INF, 0.0, 0.0]])
    assert x.softmax(1).tolist() == [[0, 0.5, 0.5]]
    assert fused.cross_entropy(x, pg.tensor([0])).tolist() == [INF]
    assert fused.cross_entropy(x, pg.tensor([1])).item() == pytest.approx(np.log(2))


def test_a_certain_mistake_costs_its_margin():
    assert fused.cross_entropy(pg.tensor([[1e4, -1e4]]), pg.tensor([1])).item() == 2e4


def test_the_gradient_of_cross_entropy_is_softmax_minus_one_hot():
    x = pg.tensor([[1.0, 2.0, 3.0]], requires_grad=True)
    fused.cross_entropy(x, pg.tensor([1])).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), x.detach().softmax(1).numpy() - [[0, 1, 0]], rtol=1e-6)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_scores_are_floats(name):
    with pytest.raises(TypeError, match=rf"^{name}\(\(2,\), 0\): scores are floating-point"):
        getattr(pg, name)(pg.tensor([1, 2]), 0)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_an_axis_that_is_not_there_is_refused(name):
    with pytest.raises(IndexError, match=rf"^{name}\(\(2,\), 1\)"):
        getattr(pg, name)(pg.ones(2), 1)
