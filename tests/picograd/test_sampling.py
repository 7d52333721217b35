"""sampling.py: golden values of multinomial, its probabilities, and its refusals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import picograd as pg

SEVEN_SIGMA = 7  # a right sampler fails such a bound once in 4e11 seeds


def source(seed=42):
    return pg.Generator().manual_seed(seed)


def test_draws_never_change():
    p = pg.tensor([0.1, 0.2, 0.3, 0.4])
    assert pg.multinomial(p, 10, replacement=True, generator=source()).tolist() == [
        3,
        2,
        3,
        3,
        0,
        3,
        3,
        3,
        1,
        2,
    ]
    assert pg.multinomial(p, 3, generator=source()).tolist() == [1, 3, 2]
    np.testing.assert_allclose(
        pg.randn(3, generator=source()).numpy(), [-1.5989268, 0.6461305, -0.6422447], rtol=1e-6
    )
    assert pg.randint(27, (4,), generator=source()).tolist() == [2, 8, 17, 21]
    assert pg.rand(2, generator=source()).tolist() == [0.7739560008049011, 0.4388784170150757]


def test_shapes_and_dtypes_are_as_asked():
    assert pg.rand(2, 3).shape == pg.randn((2, 3)).shape == pg.randint(5, (2, 3)).shape == (2, 3)
    assert (pg.rand(1).dtype, pg.randn(1).dtype, pg.randint(5, (1,)).dtype) == (
        pg.float32,
        pg.float32,
        pg.int64,
    )
    assert pg.rand(1, dtype=pg.float64).dtype == pg.randn(1, dtype=pg.float64).dtype == pg.float64
    assert pg.randint(5, (1,), dtype=pg.int32).dtype == pg.int32
    assert pg.randn(2, requires_grad=True).requires_grad


def test_multinomial_of_a_vector_and_of_every_row():
    p_V, p_NV = pg.ones(5), pg.ones(3, 5)
    assert pg.multinomial(p_V, 1).shape == (1,)
    assert pg.multinomial(p_NV, 4, replacement=True).shape == pg.multinomial(p_NV, 4).shape == (3, 4)
    assert pg.multinomial(pg.ones(0, 5), 2).shape == (0, 2)
    assert pg.multinomial(p_V, 1).dtype == pg.int64


def test_rows_are_drawn_from_independently_and_each_from_its_own_weights():
    certain = pg.eye(4)[pg.tensor([2, 0, 3, 1])]
    for replacement in (True, False):
        assert pg.multinomial(certain, 1, replacement).squeeze(1).tolist() == [2, 0, 3, 1]


def test_draws_with_replacement_come_in_proportion_to_the_weights():
    weights, n = np.array([1.0, 0.0, 2.0, 3.0, 0.5]), 200_000
    drawn = pg.multinomial(pg.tensor(weights), n, replacement=True, generator=source())
    p = weights / weights.sum()
    sigma = np.sqrt(n * p * (1 - p))
    assert (np.abs(np.bincount(drawn.numpy(), minlength=5) - n * p) <= SEVEN_SIGMA * sigma).all()


def test_draws_without_replacement_come_in_proportion_to_what_is_left():
    p, n = np.array([0.5, 0.3, 0.0, 0.2]), 100_000
    drawn = pg.multinomial(pg.tensor(np.tile(p, (n, 1))), 2, generator=source()).numpy()
    for first in range(4):
        for second in range(4):
            expected = 0 if first == second else p[first] * p[second] / (1 - p[first])
            seen = ((drawn[:, 0] == first) & (drawn[:, 1] == second)).mean()
            assert abs(seen - expected) <= SEVEN_SIGMA * math.sqrt(expected * (1 - expected) / n)


WEIGHTS = arrays(
    np.float64, st.integers(1, 8), elements=st.sampled_from([0, 5e-324, 1e-300, 1e-3, 1, 7, 1e300, 1e308])
)


@given(WEIGHTS.filter(np.any), st.integers(0, 2**32))
def test_a_weight_of_0_is_never_drawn(weights, seed):
    p = pg.tensor(weights)
    possible = np.count_nonzero(weights)
    assert (weights[pg.multinomial(p, 50, replacement=True, generator=source(seed)).numpy()] > 0).all()
    drawn = pg.multinomial(p, possible, generator=source(seed)).numpy()
    assert (weights[drawn] > 0).all()
    assert len(set(drawn)) == possible


@pytest.mark.parametrize("word", [0, 2**64 - 1])
@pytest.mark.parametrize("weights", [[0, 1, 0], [0, 5e-324, 0], [0, 1e308, 1e308, 0], [0.1, 0.2, 0.7, 0]])
def test_the_first_and_the_last_word_of_the_generator_draw_no_weight_of_0(word, weights):
    class Constant(pg.Generator):
        def _words(self, shape):
            return np.full(shape, word, np.uint64)

    for replacement in (True, False):
        drawn = pg.multinomial(
            pg.tensor(weights, dtype=pg.float64), 1, replacement, generator=Constant()
        ).item()
        assert weights[drawn] > 0


@pytest.mark.parametrize(
    ("weights", "number", "error", "message"),
    [
        ([0.5, -0.1], 1, ValueError, r"multinomial\(\(2,\), 1, replacement=False\): .*negative"),
        ([0.5, np.nan], 1, ValueError, "nan"),
        ([0.5, np.inf], 1, ValueError, "infinite"),
        ([0.0, 0.0], 1, ValueError, "all weights are 0"),
        ([[1.0], [0.0]], 1, ValueError, "all weights are 0"),
        ([0.5, 0.5], 0, ValueError, "at least one sample"),
        ([0.5, 0.5], 3, ValueError, "only 2 weights are not 0"),
        ([0.5, 0.0], 2, ValueError, "only 1 weights are not 0"),
        ([1, 2], 1, TypeError, r"int64; use .float\(\)"),
        ([[[0.5]]], 1, pg.ShapeError, "a vector or a matrix"),
        (0.5, 1, pg.ShapeError, "a vector or a matrix"),
    ],
)
def test_weights_that_are_no_weights_are_refused(weights, number, error, message):
    with pytest.raises(error, match=message):
        pg.multinomial(pg.tensor(weights), number)


def test_a_generator_is_ours():
    with pytest.raises(TypeError, match="takes a picograd.Generator, not int"):
        pg.rand(2, generator=42)
    with pytest.raises(TypeError, match="takes a picograd.Generator, not Generator"):
        pg.rand(2, generator=np.random.default_rng())
