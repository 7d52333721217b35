"""nn/recurrent.py: layers against their cells, shapes, how parameters begin, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import picograd as pg
from picograd import nn
from tests.picograd.gradients import assert_gradients_match
from tests.tracer import tracing

KINDS = [(nn.RNN, nn.RNNCell), (nn.GRU, nn.GRUCell), (nn.LSTM, nn.LSTMCell)]
LAYERS = [layer for layer, _ in KINDS]


def hidden(state):
    """The hidden state, of an LSTM too."""
    return state[0] if isinstance(state, tuple) else state


@pytest.mark.parametrize(("layer", "cell"), KINDS)
def test_a_layer_is_its_cell_at_every_time(layer, cell):
    whole, one, x = layer(3, 4), cell(3, 4), pg.randn(5, 2, 3)
    one.load_state_dict({name.removesuffix("_l0"): x for name, x in whole.state_dict().items()})
    output, last = whole(x)
    state = None
    for t in range(5):
        state = one(x[t], state)
        np.testing.assert_allclose(output[t].detach().numpy(), hidden(state).detach().numpy(), rtol=1e-5)
    np.testing.assert_allclose(hidden(last)[0].detach().numpy(), hidden(state).detach().numpy(), rtol=1e-5)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_second_layer_reads_the_first(layer):
    both, x = layer(3, 4, num_layers=2), pg.randn(5, 2, 3)
    first, second = layer(3, 4), layer(4, 4)
    state = both.state_dict()
    for i, one in enumerate((first, second)):
        one.load_state_dict({name: state[name.replace("_l0", f"_l{i}")] for name in one.state_dict()})
    between, end_0 = first(x)
    output, end_1 = second(between)
    ours, ends = both(x)
    assert (ours == output).all()
    assert (hidden(ends) == pg.cat([hidden(end_0), hidden(end_1)])).all()


@pytest.mark.parametrize("layer", LAYERS)
def test_a_sequence_may_be_read_in_pieces(layer):
    model, x = layer(3, 4, num_layers=2).double(), pg.randn(6, 2, 3, dtype=pg.float64)
    whole, end = model(x)
    first, state = model(x[:2])
    second, state = model(x[2:], state)
    np.testing.assert_allclose(whole.detach().numpy(), pg.cat([first, second]).detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(hidden(end).detach().numpy(), hidden(state).detach().numpy(), rtol=1e-12)


@pytest.mark.parametrize("layer", LAYERS)
def test_the_axis_of_the_batch_is_a_matter_of_order_only(layer):
    model, first = layer(3, 4), layer(3, 4, batch_first=True)
    first.load_state_dict(model.state_dict())
    x = pg.randn(5, 2, 3)
    output, end = first(x.transpose(0, 1))
    assert (output.transpose(0, 1) == model(x)[0]).all() and hidden(end).shape == (1, 2, 4)
    alone, end = model(x[:, 1])
    np.testing.assert_allclose(alone.detach().numpy(), output[1].detach().numpy(), rtol=1e-5, atol=1e-7)
    assert hidden(end).shape == (1, 4)


size = st.integers(1, 4)


@given(st.sampled_from(LAYERS), size, size, size, size, size, st.booleans(), st.booleans())
def test_shapes(layer, T, B, N, D, L, bias, batch_first):
    model = layer(N, D, num_layers=L, bias=bias, batch_first=batch_first)
    shape = (B, T) if batch_first else (T, B)
    output, state = model(pg.randn(*shape, N))
    assert output.shape == (*shape, D)
    for part in state if layer is nn.LSTM else (state,):
        assert part.shape == (L, B, D)


@pytest.mark.parametrize(("layer", "cell"), KINDS)
def test_parameters_begin_uniform_within_one_over_the_root_of_the_width(layer, cell):
    for module in (layer(30, 100, num_layers=2), cell(30, 100)):
        for name, x in module.named_parameters():
            x = x.detach().numpy()
            assert 0.09 < x.max() <= 0.1 and -0.1 <= x.min() < -0.09, name
            assert x.var() == pytest.approx(0.1**2 / 3, rel=0.25 if x.ndim == 1 else 0.05), name


@pytest.mark.parametrize("layer", LAYERS)
def test_dropout_is_between_layers_and_in_training_only(layer):
    x = pg.randn(5, 2, 3)
    one, two = layer(3, 4, dropout=0.5), layer(3, 4, num_layers=2, dropout=0.5)
    assert (one(x)[0] == one(x)[0]).all()
    assert (two(x)[0] != two(x)[0]).any()
    two.eval()
    assert (two(x)[0] == two(x)[0]).all()


@pytest.mark.parametrize("layer", LAYERS)
def test_gradients_are_those_of_differences(layer):
    model = layer(2, 3, num_layers=2).double().requires_grad_(False)
    state = (2, 2, 3)

    def function(x, *states):
        output, end = model(x, states if layer is nn.LSTM else states[0])
        return pg.cat([output.flatten(), *(part.flatten() for part in (end if layer is nn.LSTM else [end]))])

    rng = np.random.default_rng(1)
    states = [rng.normal(size=state) for _ in range(2 if layer is nn.LSTM else 1)]
    assert_gradients_match(function, rng.normal(size=(4, 2, 2)), *states)


@pytest.mark.parametrize("layer", LAYERS)
def test_what_is_not_float32_computes_in_its_own_dtype(layer):
    model = layer(3, 4, dtype=pg.float64)
    output, state = model(pg.randn(5, 2, 3, dtype=pg.float64))
    assert output.dtype == hidden(state).dtype == pg.float64


@pytest.mark.parametrize(("layer", "cell"), KINDS)
def test_extreme_inputs_give_neither_nan_nor_infinite_gradients(layer, cell):
    x = pg.full((4, 2, 3), 1e5, requires_grad=True)
    output, _ = layer(3, 4)(x)
    output.sum().backward()
    assert output.isfinite().all() and x.grad.isfinite().all()


PAIR = pg.zeros(1, 2, 4), pg.zeros(1, 2, 4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.RNN(3, 4)(pg.ones(3)), r"RNN: \(3,\) is neither one sequence nor several"),
        (lambda: nn.GRU(3, 4)(pg.ones(0, 2, 3)), r"GRU: \(0, 2, 3\) is neither"),
        (lambda: nn.GRU(3, 4)(pg.ones(5, 2, 2)), r"linear\(\(5, 2, 2\), \(12, 3\)"),
        (lambda: nn.GRU(3, 4)(pg.ones(5, 2, 3), pg.ones(2, 2, 4)), r"are \(2, 2, 4\), not \(1, 2, 4\)"),
        (lambda: nn.GRU(3, 4)(pg.ones(5, 2, 3), pg.ones(1, 1, 4)), r"are \(1, 1, 4\), not \(1, 2, 4\)"),
        (lambda: nn.GRU(3, 4)(pg.ones(5, 2, 3), PAIR), r"are \(1, 2, 8\), not \(1, 2, 4\)"),
        (lambda: nn.LSTM(3, 4)(pg.ones(5, 2, 3), PAIR[0]), r"LSTM: the states to begin with are \(1, 2, 4\)"),
        (lambda: nn.GRUCell(3, 4)(pg.ones(2, 1, 3)), r"GRUCell: \(2, 1, 3\) is not \(B, 3\)"),
        (lambda: nn.GRUCell(3, 4)(pg.ones(2, 3), pg.ones(3, 4)), r"are \(3, 4\), not \(2, 4\)"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_two_states_of_an_lstm_may_come_in_a_list():
    model, x = nn.LSTM(3, 4), pg.randn(5, 2, 3)
    assert (model(x, list(PAIR))[0] == model(x, PAIR)[0]).all()


def test_states_of_another_dtype_are_refused():
    with pytest.raises(TypeError, match="the state float64"):
        nn.GRU(3, 4)(pg.ones(5, 2, 3), pg.ones(1, 2, 4, dtype=pg.float64))


def test_what_is_not_there_is_refused():
    with pytest.raises(TypeError, match="bidirectional"):
        nn.GRU(3, 4, bidirectional=True)


@pytest.mark.parametrize(("layer", "cell"), KINDS)
def test_suffixes_say_the_shapes_while_networks_run(layer, cell):
    with tracing(inside=["picograd/"]) as tracer:
        output, _ = layer(3, 4, num_layers=2, batch_first=True)(pg.randn(2, 5, 3))
        output.sum().backward()
        hidden(cell(3, 4)(pg.randn(2, 3))).sum().backward()
    tracer.check()
    assert tracer.calls > 20
