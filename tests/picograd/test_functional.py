"""functional.py: losses and one_hot, under both addresses."""

import inspect

import numpy as np
import pytest

import picograd as pg
import picograd.functional
import picograd.nn.functional as F


def test_both_addresses_hold_the_same_functions():
    assert F.__all__ == picograd.functional.__all__
    assert all(getattr(F, name) is getattr(picograd.functional, name) for name in F.__all__)
    assert F.softmax is pg.softmax


def test_no_derivative_and_no_numpy_is_written_here():
    source = inspect.getsource(picograd.functional)
    assert "np." not in source and "numpy" not in source and "@op" not in source


def test_cross_entropy_is_the_mean_surprise():
    x = np.random.default_rng(1).normal(size=(5, 3))
    y = np.array([0, 2, 1, 1, 0])
    p = np.exp(x) / np.exp(x).sum(1, keepdims=True)
    surprise = -np.log(p[np.arange(5), y])
    tensors = pg.tensor(x), pg.tensor(y)
    np.testing.assert_allclose(F.cross_entropy(*tensors).item(), surprise.mean())
    np.testing.assert_allclose(F.cross_entropy(*tensors, reduction="sum").item(), surprise.sum())
    np.testing.assert_allclose(F.cross_entropy(*tensors, reduction="none").numpy(), surprise)


def test_cross_entropy_is_nll_loss_of_log_softmax():
    x, y = pg.randn(5, 3, dtype=pg.float64), pg.randint(3, (5,))
    np.testing.assert_allclose(F.cross_entropy(x, y).item(), F.nll_loss(F.log_softmax(x, 1), y).item())


def test_cross_entropy_of_equal_scores_is_log_of_the_number_of_classes():
    assert F.cross_entropy(pg.zeros(4, 27), pg.arange(4)).item() == pytest.approx(np.log(27))


@pytest.mark.parametrize("loss", [F.cross_entropy, F.nll_loss])
@pytest.mark.parametrize("target", [[0, 3], [0, -1]])
def test_a_class_that_is_not_there_is_refused(loss, target):
    with pytest.raises(IndexError, match=r"\(2, "):
        loss(pg.zeros(2, 3), pg.tensor(target))


@pytest.mark.parametrize("loss", [F.cross_entropy, F.nll_loss])
@pytest.mark.parametrize(
    ("scores", "targets"), [((2, 3), (3,)), ((2, 3), (2, 1)), ((2, 4, 3), (2, 4)), ((), ())]
)
def test_a_loss_of_other_shapes_is_refused(loss, scores, targets):
    with pytest.raises(pg.ShapeError, match=rf"{loss.__name__}\("):
        loss(pg.zeros(scores), pg.zeros(targets, dtype=pg.int64))


def test_targets_are_class_numbers():
    with pytest.raises(TypeError, match="not int32"):
        F.cross_entropy(pg.zeros(2, 3), pg.zeros(2, dtype=pg.int32))
    with pytest.raises(TypeError, match="not float32"):
        F.cross_entropy(pg.zeros(2, 3), pg.zeros(2))


@pytest.mark.parametrize("loss", [F.cross_entropy, F.nll_loss])
def test_an_unknown_reduction_or_argument_is_refused(loss):
    with pytest.raises(ValueError, match="'average'"):
        loss(pg.zeros(2, 3), pg.tensor([0, 1]), reduction="average")
    with pytest.raises(TypeError, match="size_average"):
        loss(pg.zeros(2, 3), pg.tensor([0, 1]), size_average=True)


def test_one_hot_marks_the_class():
    assert F.one_hot(pg.tensor([0, 2]), 4).tolist() == [[1, 0, 0, 0], [0, 0, 1, 0]]
    assert F.one_hot(pg.tensor([0, 2])).shape == (2, 3)
    assert F.one_hot(pg.tensor([0, 2])).dtype == pg.int64


def test_where_numpy_counts_in_32_bits_class_numbers_may_have_them(monkeypatch):
    y_N = pg.tensor([0, 2, 1])
    narrow_N, x_NV = y_N.int(), pg.tensor(np.random.default_rng(2).normal(size=(3, 4)))
    with pytest.raises(TypeError, match="not int32"):
        F.cross_entropy(x_NV, narrow_N)
    monkeypatch.setattr(picograd.functional, "COUNTING", (pg.int64, pg.int32))
    assert F.cross_entropy(x_NV, narrow_N).item() == F.cross_entropy(x_NV, y_N).item()
    assert F.one_hot(narrow_N, 4).tolist() == F.one_hot(y_N, 4).tolist()


def test_one_hot_times_a_table_is_a_row_look_up():
    table_VE, tokens_N = pg.randn(5, 3), pg.tensor([4, 0, 4])
    assert (F.one_hot(tokens_N, 5).float() @ table_VE == table_VE[tokens_N]).all()


@pytest.mark.parametrize(
    ("numbers", "classes", "error", "message"),
    [
        ([0, 3], 3, ValueError, r"one_hot\(\(2,\), 3\): class numbers go from 0 to 3"),
        ([-1, 0], 3, ValueError, "class numbers go from -1 to 0"),
        ([0.0], 3, TypeError, "int64, not float32"),
        ([True], 3, TypeError, "int64, not bool"),
    ],
)
def test_one_hot_refuses_what_is_no_class_number(numbers, classes, error, message):
    with pytest.raises(error, match=message):
        F.one_hot(pg.tensor(numbers), classes)


def test_nothing_does_not_say_how_many_classes_there_are():
    with pytest.raises(ValueError, match="how many classes"):
        F.one_hot(pg.zeros(0, dtype=pg.int64))


def test_dropout_scales_what_it_keeps_and_draws_from_the_generator():
    x = pg.ones(1000, requires_grad=True)
    y = F.dropout(x, 0.25, generator=pg.Generator().manual_seed(1))
    kept = y.detach() > 0
    assert 700 < kept.sum().item() < 800
    np.testing.assert_allclose(y.detach()[kept].numpy(), 1 / 0.75, rtol=1e-6)
    y.sum().backward()
    assert (x.grad == y.detach()).all()
    assert (F.dropout(x, 0.25, generator=pg.Generator().manual_seed(1)).detach() == y.detach()).all()
    assert F.dropout(x, 0.25, training=False) is x


@pytest.mark.parametrize("number", [-1, 3])
def test_an_embedding_has_no_row_below_0_or_beyond_the_last(number):
    with pytest.raises(IndexError, match=r"embedding\(\(2,\), \(3, 2\)"):
        F.embedding(pg.tensor([0, number]), pg.ones(3, 2))


def test_batch_norm_moves_the_running_numbers_and_records_nothing_of_it():
    mean, variance = pg.zeros(2), pg.ones(2)
    x = pg.tensor([[0.0, 0.0], [2.0, 4.0]], requires_grad=True)
    F.batch_norm(x, mean, variance, training=True, momentum=0.5)
    assert mean.tolist() == [0.5, 1] and variance.tolist() == [1.5, 4.5]
    assert not mean.requires_grad
    F.batch_norm(x, mean, variance)
    assert mean.tolist() == [0.5, 1]


def test_ignored_targets_count_neither_in_the_sum_nor_in_the_mean():
    x = pg.randn(3, 4, requires_grad=True)
    loss = F.cross_entropy(x, pg.tensor([1, -100, 2]))
    loss.backward()
    assert x.grad[1].tolist() == [0] * 4
    assert loss.item() == pytest.approx(F.cross_entropy(x[[0, 2]], pg.tensor([1, 2])).item())
    assert np.isnan(F.cross_entropy(x, pg.tensor([-100] * 3)).item())


def test_attention_of_groups_is_attention_with_repeated_heads():
    q, k, v = pg.randn(2, 4, 3, 8), pg.randn(2, 2, 5, 8), pg.randn(2, 2, 5, 8)
    grouped = F.scaled_dot_product_attention(q, k, v, enable_gqa=True)
    repeated = F.scaled_dot_product_attention(q, *(x.repeat_interleave(2, 1) for x in (k, v)))
    np.testing.assert_allclose(grouped.numpy(), repeated.numpy(), rtol=1e-5, atol=1e-6)


def test_attention_with_dropout_is_a_mean_over_what_is_kept():
    q, v = pg.zeros(1, 4), pg.ones(1000, 3)
    out = F.scaled_dot_product_attention(q, pg.zeros(1000, 4), v, dropout_p=0.5)
    np.testing.assert_allclose(out.numpy(), 1, atol=0.2)
    assert (out != 1).any()


def test_either_a_mask_or_causal():
    x = pg.ones(2, 3)
    with pytest.raises(ValueError, match="either a mask or is_causal"):
        F.scaled_dot_product_attention(x, x, x, pg.ones(2, 2), is_causal=True)


@pytest.mark.parametrize("call", [
    lambda: F.pad(pg.ones(2), (1, 1), mode="reflect"),
    lambda: F.gelu(pg.ones(2), approximate="quick"),
    lambda: F.dropout(pg.ones(2), 1.5),
    lambda: F.binary_cross_entropy(pg.tensor([1.5]), pg.tensor([1.0])),
    lambda: F.layer_norm(pg.ones(2, 3), (2,)),
    lambda: F.batch_norm(pg.ones(1, 3), training=True),
    lambda: F.embedding(pg.tensor([0]), pg.ones(2)),
])  # fmt: skip
def test_what_is_not_there_or_not_right_is_refused(call):
    with pytest.raises(ValueError):
        call()
