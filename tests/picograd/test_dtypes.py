"""dtypes.py: what kinds there are, and what comes out when they meet."""

import numpy as np
import pytest

import picograd as pg

# (left, right) → the kind of left + right, as PyTorch has it; a shape of () is a 0-d tensor.
MEETINGS = [
    (("float32", (2,)), ("float32", (2,)), "float32"),
    (("float32", (2,)), ("float64", (2,)), "float64"),
    (("float32", (2,)), ("float64", ()), "float32"),
    (("float64", (2,)), ("float32", ()), "float64"),
    (("float32", ()), ("float64", ()), "float64"),
    (("int64", (2,)), ("float32", (2,)), "float32"),
    (("int64", (2,)), ("float32", ()), "float32"),
    (("int64", (2,)), ("float64", ()), "float64"),
    (("int64", (2,)), ("float16", (2,)), "float16"),
    (("int32", (2,)), ("int64", (2,)), "int64"),
    (("uint8", (2,)), ("int8", (2,)), "int16"),
    (("int16", (2,)), ("float16", (2,)), "float16"),
    (("bool", (2,)), ("int64", (2,)), "int64"),
    (("bool", (2,)), ("bool", (2,)), "bool"),
    (("bool", (2,)), ("float32", (2,)), "float32"),
]


@pytest.mark.parametrize(("left", "right", "expected"), MEETINGS)
def test_kinds_meet_as_in_pytorch(left, right, expected):
    x, y = (pg.ones(shape, dtype=dtype) for dtype, shape in (left, right))
    assert (x + y).dtype == (y + x).dtype == expected


@pytest.mark.parametrize("number", [2, 2.0, True, np.float64(2), np.int64(2), np.float32(2)])
def test_a_number_does_not_widen_a_tensor(number):
    x = pg.ones(2)
    assert (x * number).dtype == (number * x).dtype == (x**number).dtype == pg.float32


def test_whole_numbers_become_float32_where_they_have_to():
    k = pg.tensor([1, 2])
    for out in (k / 2, k / k, k * 0.5, k.exp(), k.sqrt()):
        assert out.dtype == pg.float32
    for dtype in (pg.bool, pg.uint8, pg.int8, pg.int16, pg.int32):
        assert k.to(dtype).exp().dtype == (k.to(dtype) / k.to(dtype)).dtype == pg.float32


def test_asking_for_float64_gives_float64():
    assert pg.ones(2).double().dtype == pg.ones(2, dtype=pg.float64).exp().dtype == pg.float64


def test_dtypes_compare_with_numpys():
    assert pg.ones(2).dtype == pg.float32 == np.float32
    assert pg.tensor([True]).dtype == pg.bool == np.bool_


@pytest.mark.parametrize("dtype", ["complex64", "uint16", "object", "U3", ">f4"])
def test_there_are_no_tensors_of_other_kinds(dtype):
    with pytest.raises(TypeError, match="there are no tensors of"):
        pg.zeros(2, dtype=np.dtype(dtype))
