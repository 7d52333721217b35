"""nn/attention.py: what a token sees, and that the cache changes nothing but the time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import picograd as pg
from picograd import nn
from tests.picograd.gradients import assert_gradients_match
from tests.tracer import tracing


def layer(D=8, H=2, **options):
    return nn.CausalSelfAttention(D, H, dtype=pg.float64, **options)


def tokens(B=2, T=6, D=8):
    return pg.randn(B, T, D, dtype=pg.float64)


def read(model, x, pieces, cache):
    """Everything that the model answers when it reads x in pieces of these sizes."""
    with pg.no_grad():
        return pg.cat([model(piece, cache) for piece in x.split(pieces, 1)], 1)


def test_it_is_softmax_of_scores_head_by_head():
    model, x = layer(), tokens()
    q, k, v = (x @ model.c_attn.weight.T + model.c_attn.bias).chunk(3, 2)
    heads = []
    for columns in (slice(0, 4), slice(4, 8)):
        scores = (q[..., columns] @ k[..., columns].mT) / 2
        future = pg.ones(6, 6, dtype=pg.bool).triu(1)
        heads.append(scores.masked_fill(future, -np.inf).softmax(-1) @ v[..., columns])
    expected = pg.cat(heads, 2) @ model.c_proj.weight.T + model.c_proj.bias
    np.testing.assert_allclose(model(x).detach().numpy(), expected.detach().numpy(), rtol=1e-12, atol=1e-14)


def test_a_token_does_not_see_what_comes_after_it():
    model, x = layer(), tokens()
    before = model(x).detach().numpy()
    x[:, 4:] = 1e3
    after = model(x).detach().numpy()
    np.testing.assert_allclose(after[:, :4], before[:, :4], rtol=1e-12)
    assert (after[:, 4:] != before[:, 4:]).all()


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6), st.integers(1, 2), st.booleans())
def test_with_a_cache_the_answers_are_those_without(pieces, B, bias):
    model, x = layer(bias=bias), tokens(B, sum(pieces))
    cache = nn.KVCache()
    whole = model(x).detach().numpy()
    np.testing.assert_allclose(read(model, x, pieces, cache).numpy(), whole, rtol=1e-10, atol=1e-13)
    assert cache.length == sum(pieces)


def test_a_cache_of_float32_agrees_with_the_full_pass():
    model, x = nn.CausalSelfAttention(64, 4), pg.randn(2, 40, 64)
    whole = model(x).detach().numpy()
    np.testing.assert_allclose(
        read(model, x, [8] + [1] * 32, nn.KVCache()).numpy(), whole, rtol=1e-4, atol=1e-6
    )


def test_keys_and_values_come_back_in_the_order_in_which_they_were_read():
    cache, k, v = nn.KVCache(), pg.randn(2, 3, 7, 4), pg.randn(2, 3, 7, 4)
    for start, end in ((0, 1), (1, 2), (2, 6), (6, 7)):
        keys, values = cache.append(k[:, :, start:end], v[:, :, start:end])
        assert (keys == k[:, :, :end]).all() and (values == v[:, :, :end]).all()


def test_a_cache_is_not_for_training():
    model, cache = layer(), nn.KVCache()
    with pytest.raises(RuntimeError, match="no_grad"):
        model(tokens(), cache)
    assert cache.length == 0


def test_a_cache_of_another_batch_is_refused_and_left_as_it_was():
    model, cache = layer(), nn.KVCache()
    with pg.no_grad():
        model(tokens(B=2), cache)
        with pytest.raises(pg.ShapeError, match=r"KVCache: keys are \(1, 2, 6, 4\), .* were \(2, 2,"):
            model(tokens(B=1), cache)
    assert cache.length == 6


def test_dropout_is_in_training_only():
    model, x = layer(dropout=0.5), tokens()
    assert (model(x) != model(x)).any()
    model.eval()
    assert (model(x) == model(x)).all()
    without = layer()
    without.load_state_dict(model.state_dict())
    assert (model(x) == without(x)).all()


def test_gradients_are_those_of_differences():
    model = layer().requires_grad_(False)
    assert_gradients_match(model, tokens().numpy())


def test_extreme_inputs_give_no_nan():
    x = (tokens() * 1e6).requires_grad_()
    out = layer()(x)
    out.sum().backward()
    assert out.isfinite().all() and x.grad.isfinite().all()


def test_names_are_those_of_the_weights_of_gpt_2():
    assert {name: x.shape for name, x in layer().state_dict().items()} == {
        "c_attn.weight": (24, 8), "c_attn.bias": (24,), "c_proj.weight": (8, 8), "c_proj.bias": (8,),
    }  # fmt: skip
    assert list(layer(bias=False).state_dict()) == ["c_attn.weight", "c_proj.weight"]


def test_a_width_that_the_heads_cannot_share_is_refused():
    with pytest.raises(ValueError, match="n_embd = 8 cannot be shared out to 3 heads"):
        nn.CausalSelfAttention(8, 3)


def test_suffixes_say_the_shapes_while_attention_runs():
    with tracing(inside=["picograd/"]) as tracer:
        layer(dropout=0.1)(tokens()).sum().backward()
        read(layer(), tokens(), [3, 1, 2], nn.KVCache())
    tracer.check()
    assert tracer.calls > 10
