"""nn/init.py: where the numbers lie, how they vary, and who draws them."""

import math

import numpy as np
import pytest

import picograd as pg
from picograd.nn import init

SHAPE = (200, 300)  # fan_out, fan_in
DRAWS = {  # name: (call, variance, the bound if uniform)
    "uniform_": (lambda x, **g: init.uniform_(x, -1, 3, **g), 16 / 12, None),
    "normal_": (lambda x, **g: init.normal_(x, 1, 0.5, **g), 0.25, None),
    "xavier_uniform_": (init.xavier_uniform_, 2 / 500, True),
    "xavier_uniform_, gain": (lambda x, **g: init.xavier_uniform_(x, 3, **g), 9 * 2 / 500, True),
    "xavier_normal_": (init.xavier_normal_, 2 / 500, False),
    "kaiming_uniform_": (init.kaiming_uniform_, 2 / 300, True),
    "kaiming_uniform_, slope": (lambda x, **g: init.kaiming_uniform_(x, math.sqrt(5), **g), 1 / 900, True),
    "kaiming_normal_": (init.kaiming_normal_, 2 / 300, False),
    "kaiming_normal_, fan_out": (lambda x, **g: init.kaiming_normal_(x, mode="fan_out", **g), 2 / 200, False),
    "kaiming_normal_, tanh": (
        lambda x, **g: init.kaiming_normal_(x, nonlinearity="tanh", **g), 25 / 9 / 300, False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWS)
def test_numbers_vary_as_they_should(name):
    fill, variance, is_uniform = DRAWS[name]
    x = pg.full(SHAPE, 99.0, dtype=pg.float64, requires_grad=True)
    assert fill(x) is x and x.is_leaf and x.requires_grad
    numbers = x.detach().numpy()
    assert numbers.var() == pytest.approx(variance, rel=0.03)
    assert numbers.mean() == pytest.approx(
        1 if is_uniform is None else 0, abs=5 * math.sqrt(variance / 60000)
    )
    if is_uniform is not None:
        bound = math.sqrt(3 * variance)
        assert (np.abs(numbers).max() <= bound) == is_uniform


@pytest.mark.parametrize("name", DRAWS)
def test_draws_come_from_the_generator_given_or_the_global_one(name):
    fill = DRAWS[name][0]
    first, second = (fill(pg.zeros(4, 3), generator=pg.Generator().manual_seed(7)) for _ in range(2))
    pg.manual_seed(7)
    assert (first == second).all() and (first == fill(pg.zeros(4, 3))).all()
    assert (fill(pg.zeros(4, 3)) != first).any()


def test_constants():
    x = pg.randn(2, 3, requires_grad=True)
    assert init.zeros_(x) is x and x.tolist() == [[0] * 3] * 2
    assert init.ones_(x).tolist() == [[1] * 3] * 2 and init.constant_(x, 0.5).tolist() == [[0.5] * 3] * 2
    assert x.requires_grad and x.is_leaf


def test_numbers_keep_the_dtype_of_the_tensor():
    for dtype in (pg.float32, pg.float64):
        assert init.normal_(pg.zeros(2, 2, dtype=dtype)).dtype == dtype


def test_axes_behind_the_second_count_on_both_sides():
    x = init.kaiming_normal_(pg.zeros(50, 40, 30), mode="fan_out", nonlinearity="linear")
    assert x.numpy().var() == pytest.approx(1 / 1500, rel=0.03)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: init.uniform_(x, 1, 0), "a = 1 is above b = 0"),
        (lambda x: init.normal_(x, 0, -1), "a standard deviation, which -1 is not"),
        (lambda x: init.xavier_uniform_(x[0]), r"a weight of shape \(3,\) has no outputs and inputs"),
        (lambda x: init.kaiming_normal_(x, mode="fan"), '"fan_in" or "fan_out", not \'fan\''),
        (lambda x: init.kaiming_normal_(x, nonlinearity="gelu"), "no gain for 'gelu', only for leaky_relu"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_is_written(call, message):
    x = pg.ones(2, 3)
    with pytest.raises(ValueError, match=message):
        call(x)
    assert x.tolist() == [[1] * 3] * 2
