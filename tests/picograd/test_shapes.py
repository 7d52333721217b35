"""shapes.py: sizes, axes, and unbroadcast against counting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import mutually_broadcastable_shapes

import picograd as pg
from picograd.shapes import ShapeError, expect, normalise_axis, sizes, unbroadcast


def test_what_does_not_hold_is_refused_with_the_message_and_in_the_kind_that_are_given():
    expect(True, "two axes")
    with pytest.raises(ShapeError, match="^two axes$"):
        expect(False, "two axes")
    with pytest.raises(IndexError, match="^too far$"):
        expect(pg.tensor([False]), "too far", IndexError)


def test_sizes_may_be_written_in_three_ways():
    assert sizes((2, 3)) == sizes(((2, 3),)) == sizes(([2, 3],)) == (2, 3)
    assert sizes(()) == sizes(((),)) == ()
    assert sizes((np.int64(2), pg.tensor(3))) == (2, 3)


def test_sizes_are_whole_numbers():
    with pytest.raises(TypeError):
        sizes((2.0,))


@pytest.mark.parametrize(("dim", "front"), [(0, 0), (2, 2), (-1, 2), (-3, 0)])
def test_negative_axes_count_from_the_back(dim, front):
    assert normalise_axis(dim, 3) == front


@pytest.mark.parametrize("dim", [3, -4])
def test_an_axis_that_is_not_there_is_refused(dim):
    with pytest.raises(IndexError, match=f"dim {dim} is out of range for 3 axes"):
        normalise_axis(dim, 3)


def test_a_shape_error_is_caught_as_numpys_and_as_pytorchs():
    assert issubclass(ShapeError, ValueError)
    assert issubclass(ShapeError, RuntimeError)


@given(mutually_broadcastable_shapes(num_shapes=1, base_shape=(2, 3, 4), max_dims=4))
def test_unbroadcast_counts_how_often_each_entry_was_read(shapes):
    (shape,), result = shapes
    out = unbroadcast(np.ones(result), shape)
    assert out.shape == shape
    readers = np.prod(result) / max(np.prod(shape), 1)
    assert (out == readers).all()


def test_unbroadcast_of_the_same_shape_copies_nothing():
    g = np.ones((2, 3))
    assert unbroadcast(g, (2, 3)) is g
