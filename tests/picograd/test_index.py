"""ops/index.py: picking and writing against numpy, repeated picks, refusals. Gradients: test_cases.py."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import basic_indices, integer_array_indices

import picograd as pg
from tests.picograd.gradients import assert_gradients_match

A = np.arange(24.0).reshape(2, 3, 4)


@given(basic_indices(A.shape, allow_newaxis=True))
def test_basic_indices_pick_what_numpy_picks(index):
    np.testing.assert_array_equal(pg.tensor(A)[index].numpy(), A[index])
    assert_gradients_match(lambda x: x[index], A)


@given(integer_array_indices(A.shape))
def test_integer_tensors_pick_what_numpy_picks(index):
    tensors = tuple(map(pg.tensor, index))
    np.testing.assert_array_equal(pg.tensor(A)[tensors].numpy(), A[index])
    assert_gradients_match(lambda x: x[tensors], A)


@given(basic_indices(A.shape, allow_newaxis=True))
def test_writing_goes_where_picking_reads(index):
    x, a = pg.tensor(A), A.copy()
    x[index] = -1
    a[index] = -1
    np.testing.assert_array_equal(x.numpy(), a)


def test_an_entry_picked_twice_has_both_gradients():
    x = pg.zeros(3, requires_grad=True)
    (x[[0, 2, 0]] * pg.tensor([1.0, 10.0, 100.0])).sum().backward()
    assert x.grad.tolist() == [101, 0, 10]


@pytest.mark.parametrize("rows", [256, 257])
def test_small_and_large_tables_give_the_same_gradient(rows):
    index = np.random.default_rng(1).integers(-rows, rows, (4, 50))
    table = pg.zeros(rows, 2, 2, dtype=pg.float64, requires_grad=True)
    g = np.random.default_rng(2).normal(size=(4, 50, 2, 2))
    table[pg.tensor(index)].backward(pg.tensor(g))
    expected = np.zeros((rows, 2, 2))
    np.add.at(expected, index, g)
    np.testing.assert_allclose(table.grad.numpy(), expected, atol=1e-12)


def test_an_integer_beside_a_tensor_goes_first_as_in_pytorch():
    assert pg.zeros(2, 3, 4)[0, :, pg.tensor([0, 1])].shape == (3, 2)
    assert np.zeros((2, 3, 4))[0, :, [0, 1]].shape == (2, 3)


def test_an_embedding_is_a_row_for_each_number():
    table_VE, tokens_BT = pg.randn(27, 4), pg.randint(27, (2, 3))
    assert table_VE[tokens_BT].shape == (2, 3, 4)


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (5, r"^getitem\(\(2, 3\), 5\): index 5 is out of bounds for axis 0 with size 2"),
        ((0, 0, 0), r"^getitem\(\(2, 3\), .*too many indices"),
        (pg.tensor([0, 2]), r"^getitem\(\(2, 3\), \(2,\)\): index 2 is out of bounds"),
        (pg.tensor([True, False, True]), r"^getitem\(\(2, 3\), "),
        (pg.tensor([0.0]), r"^getitem\(\(2, 3\), .*positions are whole"),
        (0.5, r"^getitem\(\(2, 3\), "),
    ],
)
def test_an_index_that_does_not_fit_is_refused_with_all_shapes(index, message):
    with pytest.raises(IndexError, match=message):
        pg.zeros(2, 3)[index]


def test_a_uint8_index_is_ambiguous():
    with pytest.raises(TypeError, match="uint8"):
        pg.zeros(2)[pg.tensor([0, 1], dtype=pg.uint8)]


def test_gather_picks_along_one_axis():
    x = pg.tensor([[10, 11, 12], [20, 21, 22]])
    assert x.gather(1, pg.tensor([[2, 2], [0, 1]])).tolist() == [[12, 12], [20, 21]]


@pytest.mark.parametrize("index", [[[3, 0]], [[-1, 0]]])
def test_gather_takes_no_index_beyond_the_axis(index):
    with pytest.raises(IndexError, match=r"^gather\(\(2, 3\), 1, \(1, 2\)\): index .* for an axis of size 3"):
        pg.zeros(2, 3).gather(1, pg.tensor(index))


@pytest.mark.parametrize("shape", [(2,), (3, 1), (1, 1, 1)])
def test_gather_takes_no_index_of_another_shape(shape):
    with pytest.raises(pg.ShapeError, match=r"^gather\(\(2, 3\), 1, "):
        pg.zeros(2, 3).gather(1, pg.zeros(shape, dtype=pg.int64))
