"""The attention of models/gpt.py: what a token sees, and that memory changes nothing but the time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import picograd as pg
from picograd.models import GPT, GPTConfig
from picograd.models.gpt import Attention
from tests.picograd.gradients import assert_gradients_match
from tests.tracer import tracing


def layer(D=8, H=2, **options):
    return Attention(GPTConfig(D=D, H=H, **options)).double()


def tokens(B=2, T=6, D=8):
    return pg.randn(B, T, D, dtype=pg.float64)


def read(model, x, pieces, memory=None):
    """Everything that the model answers when it reads x in pieces of these sizes; and what it remembers."""
    answers = []
    for piece in x.split(pieces, 1):
        answer, memory = model(piece, memory)
        answers.append(answer)
    return pg.cat(answers, 1), memory


def test_it_is_softmax_of_scores_head_by_head():
    model, x = layer(), tokens()
    q, k, v = (x @ model.c_attn.weight.T + model.c_attn.bias).chunk(3, 2)
    heads = []
    for columns in (slice(0, 4), slice(4, 8)):
        scores = (q[..., columns] @ k[..., columns].transpose(-2, -1)) / 2
        future = pg.ones(6, 6, dtype=pg.bool).triu(1)
        heads.append(scores.masked_fill(future, -np.inf).softmax(-1) @ v[..., columns])
    expected = pg.cat(heads, 2) @ model.c_proj.weight.T + model.c_proj.bias
    found = model(x)[0].detach().numpy()
    np.testing.assert_allclose(found, expected.detach().numpy(), rtol=1e-12, atol=1e-14)


def test_a_token_does_not_see_what_comes_after_it():
    model, x = layer(), tokens()
    before = model(x)[0].detach().numpy()
    x[:, 4:] = 1e3
    after = model(x)[0].detach().numpy()
    np.testing.assert_allclose(after[:, :4], before[:, :4], rtol=1e-12)
    assert (after[:, 4:] != before[:, 4:]).all()


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6), st.integers(1, 2), st.booleans())
def test_with_memory_answers_and_gradients_are_those_without(pieces, B, bias):
    model, data = layer(bias=bias), tokens(B, sum(pieces))
    whole, parts = data.clone().requires_grad_(), data.clone().requires_grad_()
    expected, (found, memory) = model(whole)[0], read(model, parts, pieces)
    np.testing.assert_allclose(found.detach().numpy(), expected.detach().numpy(), rtol=1e-10, atol=1e-13)
    (expected**2).sum().backward()
    (found**2).sum().backward()
    np.testing.assert_allclose(parts.grad.numpy(), whole.grad.numpy(), rtol=1e-9, atol=1e-12)
    assert [x.shape for x in memory] == [(B, 2, sum(pieces), 4)] * 2


def test_memory_in_float32_agrees_with_the_full_pass():
    model, x = Attention(GPTConfig(D=64, H=4)), pg.randn(2, 40, 64)
    with pg.no_grad():
        whole, (pieces, _) = model(x)[0], read(model, x, [8] + [1] * 32)
    np.testing.assert_allclose(pieces.numpy(), whole.numpy(), rtol=1e-4, atol=1e-6)


def test_keys_and_values_are_remembered_in_the_order_in_which_they_were_read():
    model, x = layer(), tokens(T=7)
    _, (keys, values) = model(x)
    _, memory = read(model, x, [1, 1, 4, 1])
    for found, expected in zip(memory, (keys, values), strict=True):
        np.testing.assert_allclose(found.detach().numpy(), expected.detach().numpy(), rtol=1e-12)


def test_what_is_remembered_is_never_written_to():
    model = layer()
    with pg.no_grad():
        _, memory = model(tokens())
        before = [x.tolist() for x in memory]
        first, second = (read(model, tokens(T=2), [1, 1], memory)[1] for _ in range(2))
    assert [x.tolist() for x in memory] == before
    assert (first[0][:, :, :6] == memory[0]).all() and (first[0][:, :, 6:] != second[0][:, :, 6:]).all()


def test_memory_of_another_batch_is_refused():
    model = layer()
    _, memory = model(tokens(B=2))
    with pytest.raises(pg.ShapeError, match=r"cat\(\(2, 2, 6, 4\), \(1, 2, 6, 4\)"):
        model(tokens(B=1), memory)
    assert memory[0].shape == (2, 2, 6, 4)


def test_dropout_is_in_training_only():
    model, x = layer(dropout=0.5), tokens()
    assert (model(x)[0] != model(x)[0]).any()
    model.eval()
    assert (model(x)[0] == model(x)[0]).all()
    without = layer()
    without.load_state_dict(model.state_dict())
    assert (model(x)[0] == without(x)[0]).all()


def test_gradients_are_those_of_differences():
    model = layer().requires_grad_(False)
    assert_gradients_match(lambda x: model(x)[0], tokens().numpy())


def test_extreme_inputs_give_no_nan():
    x = (tokens() * 1e6).requires_grad_()
    out, _ = layer()(x)
    out.sum().backward()
    assert out.isfinite().all() and x.grad.isfinite().all()


def test_names_are_those_of_the_weights_of_gpt_2():
    assert {name: x.shape for name, x in layer().state_dict().items()} == {
        "c_attn.weight": (24, 8), "c_attn.bias": (24,), "c_proj.weight": (8, 8), "c_proj.bias": (8,),
    }  # fmt: skip
    assert list(layer(bias=False).state_dict()) == ["c_attn.weight", "c_proj.weight"]


def test_a_width_that_the_heads_cannot_share_is_refused():
    with pytest.raises(ValueError, match=r"D is a multiple of H, .* D=8, H=3"):
        GPT(GPTConfig(D=8, H=3))


def test_suffixes_say_the_shapes_while_attention_runs():
    with tracing(inside=["picograd/"]) as tracer:
        layer(dropout=0.1)(tokens())[0].sum().backward()
        read(layer(), tokens(), [3, 1, 2])
    tracer.check()
    assert tracer.calls > 10
