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


@pytest.mark.parametrize("ignored", [-100, 0, 5])
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_cross_entropy_leaves_out_what_is_ignored_and_sums_or_averages_the_rest(reduction, ignored):
    scores, kept = np.random.default_rng(1).normal(size=(4, 3)), [1, 3]
    y = pg.tensor([ignored, 1, ignored, 2])

    def composition(x):
        return getattr(composed_cross_entropy(x[kept], y[kept]), reduction)()

    ours = value_and_gradient(lambda x: fused.cross_entropy(x, y, ignored, reduction), scores)
    for mine, theirs in zip(ours, value_and_gradient(composition, scores), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_scores_are_floats(name):
    with pytest.raises(TypeError, match=rf"^{name}\(\(2,\), 0\): scores are floating-point"):
        getattr(pg, name)(pg.tensor([1, 2]), 0)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_an_axis_that_is_not_there_is_refused(name):
    with pytest.raises(IndexError, match=rf"^{name}\(\(2,\), 1\)"):
        getattr(pg, name)(pg.ones(2), 1)


# Layers


def composed_linear(x, w, b):
    return x @ w.T + b


def composed_layer_norm(x, w, b):
    d = x - x.mean(-1, keepdim=True)
    return d / (d * d).mean(-1, keepdim=True).add(1e-5).sqrt() * w + b


def composed_batch_norm(x, w, b):
    d = x - x.mean(0)
    return d / (d * d).mean(0).add(1e-5).sqrt() * w + b


def composed_rms_norm(x, w):
    return x / (x * x).mean(-1, keepdim=True).add(1e-6).sqrt() * w


def composed_gelu(x):
    return x * (1 + (x / 2**0.5).erf()) / 2


def composed_gelu_tanh(x):
    return x * (1 + ((2 / np.pi) ** 0.5 * (x + 0.044715 * x**3)).tanh()) / 2


def composed_attention(q, k, v, allowed):
    scores = (q @ k.transpose(-2, -1)) / q.shape[-1] ** 0.5
    return scores.masked_fill(~allowed, -INF).softmax(-1) @ v


def composed_binary_cross_entropy(x, y):
    return -y * x.log() - (1 - y) * (1 - x).log()


def composed_recurrence(x, s, w, b, cell):
    states = []
    for x_t in x:
        s = CELLS[cell](x_t, s[:, : w.shape[1]] @ w.T + b, s)
        states.append(s)
    return pg.stack(states)


def composed_gru(x, a, h):
    (x_r, x_z, x_n), (a_r, a_z, a_n) = x.chunk(3, 1), a.chunk(3, 1)
    r, z = (x_r + a_r).sigmoid(), (x_z + a_z).sigmoid()
    return (1 - z) * (x_n + r * a_n).tanh() + z * h


def composed_lstm(x, a, s):
    i, f, n, o = (x + a).chunk(4, 1)
    c = f.sigmoid() * s.chunk(2, 1)[1] + i.sigmoid() * n.tanh()
    return pg.cat([o.sigmoid() * c.tanh(), c], 1)


CELLS = {
    "tanh": lambda x, a, h: (x + a).tanh(),
    "gru": composed_gru,
    "lstm": composed_lstm,
}


def recurrence(cell, gates, numbers):
    """A row of LAYERS: 5 times, a batch of 2, 3 hidden numbers."""
    shapes = [(5, 2, gates * 3), (2, numbers * 3), (gates * 3, 3), (gates * 3,)]
    return (
        lambda x, s, w, b: fused.recurrence(x, s, w, b, cell),
        lambda x, s, w, b: composed_recurrence(x, s, w, b, cell),
        shapes,
    )


TRIANGLE = np.tri(4, 5, dtype=bool)
LAYERS = {
    "linear": (fused.linear, composed_linear, [(2, 5, 3), (4, 3), (4,)]),
    "layer_norm": (fused.layer_norm, composed_layer_norm, [(2, 5, 3), (3,), (3,)]),
    "batch_norm": (
        lambda x, w, b: fused.batch_norm(x, w, b, fused.moments(x.detach()), 1e-5),
        composed_batch_norm,
        [(5, 3), (3,), (3,)],
    ),
    "rms_norm": (lambda x, w: fused.rms_norm(x, w, 1e-6), composed_rms_norm, [(2, 5, 3), (3,)]),
    "gelu": (fused.gelu, composed_gelu, [(4, 5)]),
    "gelu_tanh": (fused.gelu_tanh, composed_gelu_tanh, [(4, 5)]),
    "attention, causal": (
        lambda q, k, v: fused.attention(q, k, v, None, True),
        lambda q, k, v: composed_attention(q, k, v, pg.tensor(TRIANGLE)),
        [(2, 3, 4, 8), (2, 3, 5, 8), (2, 3, 5, 6)],
    ),
    "attention, masked": (
        lambda q, k, v: fused.attention(q, k, v, pg.tensor(TRIANGLE)),
        lambda q, k, v: composed_attention(q, k, v, pg.tensor(TRIANGLE)),
        [(4, 8), (5, 8), (5, 8)],
    ),
    **{
        f"recurrence, {name}": recurrence(name, cell.gates, cell.numbers)
        for name, cell in fused.CELLS.items()
    },
}


@pytest.mark.parametrize("scale", [1, 30])
@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_in_one_piece_is_its_composition(name, scale):
    one_piece, composition, shapes = LAYERS[name]
    rng = np.random.default_rng(3)
    arrays = [rng.normal(size=shape) for shape in shapes]
    arrays[0] *= scale
    results = []
    for function in (one_piece, composition):
        leaves = [pg.tensor(x, requires_grad=True) for x in arrays]
        out = function(*leaves)
        out.backward(pg.tensor(np.random.default_rng(1).normal(size=out.shape)))
        results.append([out.detach().numpy(), *(x.grad.numpy() for x in leaves)])
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-11)


def test_binary_cross_entropy_is_its_composition_away_from_certainty():
    x, y = np.random.default_rng(1).uniform(0.05, 0.95, (2, 7))
    results = []
    for function in (fused.binary_cross_entropy, composed_binary_cross_entropy):
        leaves = [pg.tensor(x, requires_grad=True), pg.tensor(y, requires_grad=True)]
        function(*leaves).sum().backward()
        results.append([leaf.grad.numpy() for leaf in leaves])
    np.testing.assert_allclose(results[0], results[1], rtol=1e-10)


def test_a_query_that_may_look_nowhere_gets_zeros_and_gives_no_gradient():
    q, k = pg.ones(2, 4, requires_grad=True), pg.ones(3, 4)
    mask = pg.tensor([[False] * 3, [True] * 3])
    out = fused.attention(q, k, k * 2, mask)
    assert out.tolist() == [[0] * 4, [2] * 4]
    out.sum().backward()
    assert q.grad.tolist() == [[0] * 4] * 2


def test_what_the_future_holds_does_not_matter_to_causal_attention():
    q, k, v = (pg.randn(1, 5, 4, generator=pg.Generator().manual_seed(i)) for i in range(3))
    before = fused.attention(q, k, v, None, True)
    k[0, 3:], v[0, 3:] = 1e4, 1e6
    after = fused.attention(q, k, v, None, True)
    assert after[0, :2].isfinite().all() and (after[0, :2] == before[0, :2]).all()


def test_the_value_of_attention_lies_in_memory_as_the_queries_do():
    q = pg.randn(2, 5, 3, 4).transpose(1, 2)  # (B, H, T, K), with the heads of a token side by side
    out = fused.attention(q, q, q).transpose(1, 2)
    assert out.is_contiguous()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fused.linear(pg.ones(2, 3), pg.ones(4, 2)), r"^linear\(\(2, 3\), \(4, 2\)\): the input is"),
        (lambda: fused.linear(pg.ones(2, 3), pg.ones(4, 3), pg.ones(3)), r"^linear\(.*the bias \(4,\)"),
        (
            lambda: fused.attention(pg.ones(2, 3), pg.ones(4, 2), pg.ones(4, 2)),
            r"^attention\(\(2, 3\), \(4, 2\)",
        ),
        (lambda: fused.attention(pg.ones(2, 3), pg.ones(4, 3), pg.ones(5, 3)), r"keys \(…, S, K\)"),
        (
            lambda: fused.recurrence(pg.ones(5, 2, 9), pg.ones(1, 3), pg.ones(9, 3), cell="gru"),
            r"^recurrence\(\(5, 2, 9\), \(1, 3\), \(9, 3\), cell='gru'\): x is \(T, B, 3·D\)",
        ),
    ],
)
def test_a_layer_that_does_not_fit_names_all_shapes(call, message):
    with pytest.raises(pg.ShapeError, match=message):
        call()


def test_a_recurrence_without_bias_or_times_has_its_gradients_too():
    x, s, w = pg.zeros(0, 2, 3), pg.ones(2, 3), pg.ones(3, 3, requires_grad=True)
    fused.recurrence(x, s, w).sum().backward()
    assert w.grad.tolist() == [[0] * 3] * 3


def test_sums_far_from_zero_close_the_gates_of_a_recurrence_without_nan():
    for name, cell in fused.CELLS.items():
        x = pg.full((3, 1, cell.gates * 2), -1e4, requires_grad=True)
        out = fused.recurrence(x, pg.zeros(1, cell.numbers * 2), pg.ones(cell.gates * 2, 2), None, name)
        out.sum().backward()
        assert out.detach().isfinite().all() and x.grad.isfinite().all(), name


def test_kinds_of_number_do_not_meet_in_a_recurrence():
    with pytest.raises(TypeError, match="the state float64"):
        fused.recurrence(pg.ones(1, 2, 3), pg.ones(2, 3, dtype=pg.float64), pg.ones(3, 3))
