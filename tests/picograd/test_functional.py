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
    assert pg.allclose(F.cross_entropy(x, y), F.nll_loss(F.log_softmax(x, 1), y))


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
    with pytest.raises(ValueError, match="or probabilities in the shape of the scores"):
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
