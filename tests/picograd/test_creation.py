"""creation.py: dtypes, copies, refusals. Against PyTorch: test_parity.py."""

import numpy as np
import pytest

import picograd as pg


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        (1.5, "float32"),
        ([1.5], "float32"),
        ([1, 2.5], "float32"),
        ([], "float32"),
        ((1.0, 2.0), "float32"),
        (3, "int64"),
        ([[1], [2]], "int64"),
        (range(3), "int64"),
        (True, "bool"),
        (np.float64(1), "float64"),
        ([np.float64(1)], "float64"),
        (np.ones(2), "float64"),
        (np.ones(2, np.float32), "float32"),
        (np.ones(2, np.int32), "int32"),
        (pg.ones(2, dtype=pg.int8), "int8"),
        ([pg.tensor(1.5)], "float32"),
    ],
)
def test_python_numbers_are_float32_int64_bool_and_all_else_keeps_its_dtype(data, dtype):
    assert pg.tensor(data).dtype == dtype


def test_the_numbers_are_copied():
    array = np.zeros(2)
    x = pg.tensor(array)
    y = pg.tensor(x)
    array[0] = x.numpy()[1] = 1
    assert (x.tolist(), y.tolist()) == ([0, 1], [0, 0])


@pytest.mark.parametrize("data", ["text", ["a"], 1j, None, {"a": 1}, [None], object()])
def test_what_is_no_number_is_refused(data):
    with pytest.raises(TypeError, match="^tensor: cannot hold"):
        pg.tensor(data)


def test_rows_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="^tensor: "):
        pg.tensor([[1], [1, 2]])


@pytest.mark.parametrize("data", [2**63, 2**70, -(2**64)])
def test_whole_numbers_have_64_bits(data):
    with pytest.raises(TypeError):
        pg.tensor(data)


def test_sizes_may_be_written_in_two_ways():
    assert pg.zeros(2, 3).shape == pg.zeros((2, 3)).shape == pg.full((2, 3), 0).shape == (2, 3)
    assert pg.ones(()).shape == pg.ones([]).shape == ()


def test_requires_grad_is_handed_on():
    for x in (
        pg.tensor(1.0, requires_grad=True),
        pg.zeros(2, requires_grad=True),
        pg.ones(2, requires_grad=True),
        pg.full((2,), 1.5, requires_grad=True),
        pg.eye(2, requires_grad=True),
        pg.arange(2.0, requires_grad=True),
        pg.zeros_like(pg.ones(2), requires_grad=True),
        pg.ones_like(pg.ones(2), requires_grad=True),
    ):
        assert x.requires_grad and x.is_leaf


def test_arange_counts():
    assert pg.arange(3).tolist() == [0, 1, 2]
    assert pg.arange(1, 7, 2).tolist() == [1, 3, 5]
    assert pg.arange(3, 0, -1).tolist() == [3, 2, 1]
    assert pg.arange(0).tolist() == []
    assert pg.arange(pg.tensor(2)).dtype == pg.int64
