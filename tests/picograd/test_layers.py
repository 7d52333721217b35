"""nn/layers.py: shapes, how parameters begin, what training changes, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import picograd as pg
from picograd import functional as F
from picograd import nn
from tests.picograd.gradients import assert_gradients_match
from tests.tracer import tracing

leading = st.lists(st.integers(0, 3), max_size=3).map(tuple)
width = st.integers(1, 4)


@given(leading, st.integers(0, 4), width)
def test_linear_maps_the_last_axis(shape, inputs, outputs):
    assert nn.Linear(inputs, outputs)(pg.ones(*shape, inputs)).shape == (*shape, outputs)


@given(leading, width, width)
def test_embedding_adds_an_axis(shape, rows, columns):
    numbers = pg.randint(rows, shape)
    assert nn.Embedding(rows, columns)(numbers).shape == (*shape, columns)


@given(leading, width)
def test_norms_and_activations_keep_the_shape(shape, last):
    x = pg.randn(*shape, last)
    plain = [nn.ReLU, nn.Tanh, nn.Sigmoid, nn.SiLU, nn.GELU, nn.Dropout]
    for module in [nn.LayerNorm(last), nn.RMSNorm(last), *(make() for make in plain)]:
        assert module(x).shape == x.shape


# How parameters begin


def test_linear_begins_uniform_within_one_over_the_root_of_its_inputs():
    layer = nn.Linear(25, 20000)
    for numbers in (layer.weight, layer.bias):
        x = numbers.detach().numpy()
        assert 0.199 < x.max() <= 0.2 and -0.2 <= x.min() < -0.199
        assert x.var() == pytest.approx(0.2**2 / 3, rel=0.05) and abs(x.mean()) < 0.01


def test_embedding_begins_normal():
    x = nn.Embedding(200, 50).weight.detach().numpy()
    assert x.var() == pytest.approx(1, rel=0.05) and abs(x.mean()) < 0.03


def test_norms_begin_as_the_identity():
    for layer in (nn.LayerNorm(3), nn.RMSNorm(3), nn.BatchNorm1d(3)):
        assert layer.weight.tolist() == [1, 1, 1]
    assert nn.LayerNorm(3).bias.tolist() == [0, 0, 0]
    assert nn.BatchNorm1d(3).running_var.tolist() == [1, 1, 1]


def test_layers_begin_with_what_the_global_generator_draws():
    states = []
    for _ in range(2):
        pg.manual_seed(5)
        states.append([*nn.Linear(3, 4).parameters(), *nn.Embedding(2, 3).parameters()])
    for first, second in zip(*states, strict=True):
        assert (first == second).all()


@pytest.mark.parametrize(
    "make",
    [
        lambda dtype: nn.Linear(2, 2, dtype=dtype),
        lambda dtype: nn.LayerNorm(2, dtype=dtype),
        lambda dtype: nn.RMSNorm(2, dtype=dtype),
        lambda dtype: nn.BatchNorm1d(2, dtype=dtype),
    ],
)
def test_a_layer_of_a_dtype_computes_in_it(make):
    for dtype in (pg.float32, pg.float64):
        x = pg.randn(3, 2, dtype=dtype)
        assert make(dtype)(x).dtype == dtype
        assert make(None).to(dtype)(x).dtype == dtype
    assert nn.Embedding(2, 2, dtype=pg.float64)(pg.tensor([0])).dtype == pg.float64


# Training


def test_dropout_drops_in_training_only_and_from_the_global_generator():
    layer, x = nn.Dropout(0.25), pg.ones(4000)
    pg.manual_seed(1)
    dropped = layer(x)
    assert 0.2 < (dropped == 0).float().mean().item() < 0.3
    np.testing.assert_allclose(dropped[dropped != 0].numpy(), 1 / 0.75, rtol=1e-6)
    pg.manual_seed(1)
    assert (layer(x) == dropped).all()
    assert layer.eval()(x) is x


def test_batch_norm_normalises_the_batch_in_training_and_by_the_running_numbers_afterwards():
    layer, x = nn.BatchNorm1d(2, eps=0.0), pg.tensor([[0.0, 10.0], [2.0, 30.0]])
    np.testing.assert_allclose(layer(x).detach().numpy(), [[-1, -1], [1, 1]], rtol=1e-6)
    np.testing.assert_allclose(layer.running_mean.numpy(), [0.1, 2], rtol=1e-6)
    np.testing.assert_allclose(layer.running_var.numpy(), [0.9 + 0.2, 0.9 + 20], rtol=1e-6)
    assert layer.num_batches_tracked.item() == 1
    before = layer.eval().state_dict()["running_mean"].clone()
    out = layer(x[:1])
    np.testing.assert_allclose(out.detach().numpy(), [[-0.1 / 1.1**0.5, 8 / 20.9**0.5]], rtol=1e-5)
    assert (layer.running_mean == before).all() and layer.num_batches_tracked.item() == 1


def test_without_momentum_the_running_mean_is_the_mean_of_all_batches():
    layer, batches = nn.BatchNorm1d(3, momentum=None), [pg.randn(4, 3) for _ in range(5)]
    for x in batches:
        layer(x)
    mean = pg.stack([x.mean(0) for x in batches]).mean(0)
    np.testing.assert_allclose(layer.running_mean.numpy(), mean.numpy(), rtol=1e-5, atol=1e-6)


# Gradients and extremes


@pytest.mark.parametrize(
    "module",
    [nn.LayerNorm(4), nn.RMSNorm(4), nn.BatchNorm1d(4), nn.GELU(), nn.SiLU()],
)
def test_the_gradient_of_the_input_is_that_of_differences(module):
    module.double().requires_grad_(False)
    assert_gradients_match(module, np.random.default_rng(1).normal(size=(3, 4)))


@pytest.mark.parametrize(
    "module",
    [
        lambda x: F.softmax(x, -1),
        lambda x: F.log_softmax(x, -1),
        F.softplus,
        nn.Sigmoid(),
        nn.SiLU(),
        nn.LayerNorm(2),
        nn.RMSNorm(2),
    ],
)
def test_extreme_inputs_give_no_nan(module):
    x = pg.tensor([[1e4, -1e4], [0.0, 0.0]], requires_grad=True)
    out = module(x)
    out.sum().backward()
    assert not out.isnan().any() and x.grad.isfinite().all()


def test_a_subclass_may_have_arguments_of_its_own():
    class Half(nn.Dropout):
        def __init__(self):
            super().__init__(0.5)

    assert Half().p == 0.5 and repr(Half()) == "Half(p=0.5, inplace=False)"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.Linear(3, 2)(pg.ones(2, 4)), r"linear\(\(2, 4\), \(2, 3\), \(2,\)\)"),
        (lambda: nn.LayerNorm(3)(pg.ones(2, 4)), r"normalized_shape \(3,\) is not the end of \(2, 4\)"),
        (
            lambda: nn.BatchNorm1d(3)(pg.ones(2, 1)),
            r"BatchNorm1d: \(2, 1\) is neither \(N, 3\) nor \(N, 3, T\)",
        ),
        (lambda: nn.BatchNorm1d(3)(pg.ones(3)), r"BatchNorm1d: \(3,\) is neither"),
        (lambda: nn.BatchNorm1d(3)(pg.ones(1, 3)), "at least two numbers for each channel"),
        (lambda: nn.Dropout(1.5)(pg.ones(1)), "p is a probability"),
        (lambda: nn.GELU("quick")(pg.ones(1)), '"none" or "tanh"'),
        (lambda: F.mse_loss(pg.ones(1), pg.ones(1), reduction="average"), "'average'"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("number", [-1, 3])
def test_a_row_that_is_not_there_is_refused(number):
    with pytest.raises(IndexError, match="embedding"):
        nn.Embedding(3, 2)(pg.tensor([0, number]))


def test_arguments_that_pytorch_does_not_have_are_refused():
    for make in (lambda: nn.ReLU(3), lambda: nn.Linear(2), lambda: nn.Tanh(x=1)):
        with pytest.raises(TypeError):
            make()


def test_suffixes_say_the_shapes_while_layers_run():
    model = nn.Sequential(
        nn.Embedding(7, 6), nn.LayerNorm(6), nn.Linear(6, 4), nn.GELU("tanh"), nn.RMSNorm(4)
    )
    with tracing(inside=["picograd/"]) as tracer:
        x = model(pg.randint(7, (2, 3)))
        F.cross_entropy(nn.BatchNorm1d(3)(x).flatten(0, 1), pg.randint(4, (6,))).backward()
    tracer.check()
    assert tracer.calls > 5
