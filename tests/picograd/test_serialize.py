"""serialize.py: what is written is read back, and is as the format says; hostile files end in one error."""

import json
import os
import sys
import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import picograd as pg
from picograd import serialize

DTYPES = ["float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool"]
F32 = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


def packed(header, data=b"", length=None):
    """A file with this header (JSON text or an object) and this data, its length told truly unless given."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + data


def written(path, content):
    path.write_bytes(content)
    return path


# Round trips


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 3), (1, 0, 2)])
def test_every_dtype_and_shape_comes_back(tmp_path, dtype, shape):
    array = np.random.default_rng(1).integers(0, 2, shape).astype(dtype)
    pg.save_safetensors(tmp_path / "x", {"x": pg.tensor(array)})
    loaded = pg.load_safetensors(tmp_path / "x")["x"]
    assert (loaded.dtype, loaded.shape) == (dtype, shape)
    np.testing.assert_array_equal(loaded.numpy(), array)


FLOATS = arrays(np.float32, array_shapes(min_dims=0, max_dims=3, max_side=4, min_side=0))


@settings(max_examples=50)
@given(st.dictionaries(st.text().filter(lambda name: name != "__metadata__"), FLOATS, max_size=4))
def test_names_and_numbers_come_back(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("trip") / "x"
    pg.save_safetensors(path, {name: pg.tensor(array) for name, array in data.items()})
    loaded = pg.load_safetensors(path)
    assert loaded.keys() == data.keys()
    for name, array in data.items():
        assert loaded[name].numpy().tobytes() == array.tobytes()


def test_nothing_comes_back_as_nothing(tmp_path):
    pg.save_safetensors(tmp_path / "x", {})
    assert pg.load_safetensors(tmp_path / "x") == {}


def test_a_turned_tensor_and_one_that_requires_grad_are_saved_as_they_look(tmp_path):
    x = pg.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    pg.save_safetensors(tmp_path / "x", {"x.T": x.T})
    loaded = pg.load_safetensors(tmp_path / "x")["x.T"]
    assert loaded.tolist() == [[1, 3], [2, 4]] and not loaded.requires_grad


def test_what_was_loaded_can_be_written_to(tmp_path):
    pg.save_safetensors(tmp_path / "x", {"x": pg.zeros(2)})
    loaded = pg.load_safetensors(tmp_path / "x")["x"]
    loaded[0] = 5
    assert loaded.tolist() == [5, 0]


def test_bytes_are_as_the_format_says(tmp_path):
    pg.save_safetensors(tmp_path / "x", {"b": pg.tensor([True]), "a": pg.tensor([1.0, -2.0])})
    header = (
        b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},'
        b'"b":{"dtype":"BOOL","shape":[1],"data_offsets":[8,9]}}'
    )
    header += b" " * (-len(header) % 8)
    numbers = bytes.fromhex("0000803f 000000c0 01")
    assert (tmp_path / "x").read_bytes() == len(header).to_bytes(8, "little") + header + numbers


def test_every_tensor_begins_at_a_multiple_of_its_width(tmp_path):
    tensors = {dtype: pg.ones(3, dtype=dtype) for dtype in DTYPES}
    pg.save_safetensors(tmp_path / "x", tensors)
    content = (tmp_path / "x").read_bytes()
    length = int.from_bytes(content[:8], "little")
    assert length % 8 == 0
    for name, entry in json.loads(content[8 : 8 + length]).items():
        assert entry["data_offsets"][0] % np.dtype(name).itemsize == 0


def test_bfloat16_is_read_as_float32(tmp_path):
    # 1, −2 and ∞ are 3f80, c000 and 7f80 in bfloat16.
    data = bytes.fromhex("803f 00c0 807f")
    path = written(
        tmp_path / "x", packed({"x": {"dtype": "BF16", "shape": [3], "data_offsets": [0, 6]}}, data)
    )
    loaded = pg.load_safetensors(path)["x"]
    assert loaded.dtype == pg.float32 and loaded.tolist() == [1, -2, np.inf]


def test_a_tensor_at_an_odd_place_is_read(tmp_path):
    header = {
        "a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]},
        "b": {"dtype": "F32", "shape": [1], "data_offsets": [1, 5]},
    }
    path = written(tmp_path / "x", packed(header, b"\x07\x00\x00\x80\x3f"))
    loaded = pg.load_safetensors(path)
    assert (loaded["a"].tolist(), loaded["b"].tolist()) == ([7], [1])
    assert loaded["b"].numpy().flags.aligned


def test_metadata_is_passed_over(tmp_path):
    path = written(tmp_path / "x", packed({"__metadata__": {"format": "pt"}, "w": F32}, bytes(8)))
    assert {name: x.tolist() for name, x in pg.load_safetensors(path).items()} == {"w": [0, 0]}


# Writing


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({1: pg.zeros(1)}, "expected the name of a tensor, found 1"),
        ({"__metadata__": pg.zeros(1)}, "expected the name of a tensor"),
        ({"w": np.zeros(1)}, "tensor 'w': expected a Tensor, of .* found .'ndarray', 'float64'"),
        ({"w": pg.Tensor(np.zeros(1, np.uint16))}, "'w': expected a Tensor, of .*'Tensor', 'uint16'"),
    ],
)
def test_what_the_format_cannot_hold_is_refused_and_nothing_is_written(tmp_path, tensors, message):
    with pytest.raises(pg.FormatError, match=message):
        pg.save_safetensors(tmp_path / "x", tensors)
    assert os.listdir(tmp_path) == []


def test_a_failed_write_leaves_the_old_file_whole(tmp_path, monkeypatch):
    pg.save_safetensors(tmp_path / "x", {"x": pg.zeros(2)})
    before = (tmp_path / "x").read_bytes()

    def full(descriptor):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        pg.save_safetensors(tmp_path / "x", {"x": pg.ones(1000)})
    assert (tmp_path / "x").read_bytes() == before
    assert os.listdir(tmp_path) == ["x"]


# Hostile files

DEEP = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"

HOSTILE = {
    "empty": (b"", "in a file of 0, found 0"),
    "short": (b"1234567", "in a file of 7, found "),
    "a header longer than the file": (packed({}, length=3), "a header of .*, in a file of 10, found 3"),
    "a header of 2⁶⁴ − 1 bytes": (packed({}, length=2**64 - 1), "in a file of 10, found 1844674407370"),
    "no JSON": (packed(b"{"), "expected a header in JSON"),
    "no text": (packed(b"\xff\xfe{}"), "expected a header in JSON"),
    "UTF-16": (packed("{}".encode("utf-16")), "expected a header in JSON"),
    "nested too deep": (packed(DEEP), "expected a header in JSON"),
    "a number of 5000 digits": (packed(b'{"a":' + b"9" * 5000 + b"}"), "expected a header in JSON"),
    "a list": (packed([]), "expected a JSON object as header, found 'list'"),
    "a name twice": (packed(b'{"a":1,"a":1}'), "stands twice"),
    "a key twice": (packed(b'{"a":{"dtype":"F32","dtype":"F64"}}'), "stands twice"),
    "an entry that is no object": (
        packed({"w": 3}), "tensor 'w': expected a dtype of .*, a shape and two data_offsets, found 3",
    ),
    "an entry without a shape": (packed({"w": {"dtype": "F32", "data_offsets": [0, 0]}}), "a dtype of "),
    "an entry with more": (packed({"w": {**F32, "x": 1}}, bytes(8)), "a dtype of "),
    "an unknown dtype": (packed({"w": {**F32, "dtype": "F8"}}, bytes(8)), "a dtype of .*, found .*'F8'"),
    "a dtype that is a list": (packed({"w": {**F32, "dtype": []}}, bytes(8)), "a dtype of "),
    "a shape that is a number": (packed({"w": {**F32, "shape": 2}}, bytes(8)), "a shape and two"),
    "a negative size": (packed({"w": {**F32, "shape": [-2]}}, bytes(8)), "a shape and two"),
    "two negative sizes": (packed({"w": {**F32, "shape": [-1, -2]}}, bytes(8)), "a shape and two"),
    "a size that is a float": (packed({"w": {**F32, "shape": [2.0]}}, bytes(8)), "a shape and two"),
    "a size that is a truth": (packed({"w": {**F32, "shape": [True, 2]}}, bytes(8)), "a shape and two"),
    "a size beyond 64 bits": (packed({"w": {**F32, "shape": [2**64, 0]}}, bytes(8)), "8 bytes of numbers on"),
    "too many axes": (packed({"w": {**F32, "shape": [1] * 65}}, bytes(8)), "on at most 64 axes"),
    "a product beyond 64 bits": (
        packed({"w": {"dtype": "F32", "shape": [0, 2**40, 2**40], "data_offsets": [0, 0]}}), "0 bytes of ",
    ),
    "one offset": (packed({"w": {**F32, "data_offsets": [0]}}, bytes(8)), "two data_offsets"),
    "a negative offset": (packed({"w": {**F32, "data_offsets": [-8, 0]}}, bytes(8)), "two data_offsets"),
    "offsets that fall": (
        packed({"w": {**F32, "data_offsets": [8, 0]}}, bytes(8)), "first byte being 0, found .8, 0.",
    ),
    "offsets that fall below the first": (
        packed({"w": {**F32, "data_offsets": [0, 4]}, "x": {**F32, "data_offsets": [4, 0]}}, bytes(4)),
        "tensor 'x': expected no gap and no overlap, its first byte being 4, found .4, 0.",
    ),
    "offsets beyond the file": (packed({"w": F32}, bytes(7)), "up to byte 7, the last one, found 8"),
    "a promise of terabytes": (
        packed({"w": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]}}), "up to byte 0, ",
    ),
    "too few bytes for the shape": (
        packed({"w": {**F32, "shape": [3]}}, bytes(8)),
        r"tensor 'w': expected 8 bytes of numbers on .*, found \('<f4', \[3\]\)",
    ),
    "an overlap": (packed({"v": F32, "w": F32}, bytes(8)), "expected no gap and no overlap"),
    "a gap": (packed({"w": {**F32, "data_offsets": [4, 12]}}, bytes(12)), "expected no gap and no overlap"),
    "bytes at the end": (packed({"w": F32}, bytes(9)), "expected numbers up to byte"),
    "truths that are neither": (
        packed({"w": {"dtype": "BOOL", "shape": [2], "data_offsets": [0, 2]}}, b"\x01\x02"),
        "expected bytes 0 and 1, found 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_what_was_expected_and_found(tmp_path, name):
    content, message = HOSTILE[name]
    path = written(tmp_path / "hostile", content)
    with pytest.raises(pg.FormatError, match=message) as caught:
        pg.load_safetensors(path)
    assert str(path) in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_a_header_beyond_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(serialize, "HEADER_LIMIT", 10)
    path = written(tmp_path / "x", packed({"w": F32}, bytes(8)))
    with pytest.raises(pg.FormatError, match="a header of at most 10 bytes"):
        pg.load_safetensors(path)


def test_a_file_that_shrinks_while_it_is_read_is_refused(tmp_path, monkeypatch):
    path, size = tmp_path / "x", 1_000_000  # more than the file object reads ahead
    written(path, packed({"w": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}, bytes(size)))
    honest = serialize._read_header

    def shrinking(file, path):
        result = honest(file, path)
        os.truncate(path, os.path.getsize(path) - 10)
        return result

    monkeypatch.setattr(serialize, "_read_header", shrinking)
    with pytest.raises(pg.FormatError, match="tensor 'w': expected 1000000 bytes, found 999990"):
        pg.load_safetensors(path)


def valid_file(tmp_path):
    path = tmp_path / "valid"
    pg.save_safetensors(
        path,
        {"weight": pg.ones(2, 3), "bias": pg.ones(3, dtype=pg.float64), "mask": pg.tensor([True, False])},
    )
    return path.read_bytes()


CHANGES = st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), min_size=1, max_size=5)
EXAMPLES = 2000 if os.environ.get("HOSTILE") else 200


@settings(max_examples=EXAMPLES)
@given(
    changes=CHANGES,
    cut=st.none() | st.integers(0, 400),
    digits=st.none() | st.text("0123456789-.,]e", max_size=4),
)
@example(changes=[(0, 0)], cut=None, digits=None)
def test_a_damaged_file_is_read_or_refused_and_costs_no_more_than_its_size(
    tmp_path_factory, changes, cut, digits
):
    folder = tmp_path_factory.mktemp("damaged")
    content = bytearray(valid_file(folder))
    for position, byte in changes:
        content[position % len(content)] = byte
    if digits is not None:  # a change of the header that often leaves it JSON
        content = content.replace(b"[2,3]", b"[2," + digits.encode() + b"]")
    path = written(folder / "x", bytes(content[:cut]))
    tracemalloc.start()
    try:
        tensors = pg.load_safetensors(path)
        assert sum(x.numpy().nbytes for x in tensors.values()) <= 2 * len(content)  # bfloat16 doubles
    except pg.FormatError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 1_000_000  # of which the interpreter's own buffers are the most


def test_a_missing_file_is_an_ordinary_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        pg.load_safetensors(tmp_path / "nothing")


def test_reading_does_not_depend_on_the_order_of_the_machine(tmp_path):
    path = written(
        tmp_path / "x", packed({"w": {"dtype": "I32", "shape": [1], "data_offsets": [0, 4]}}, b"\1\2\0\0")
    )
    assert pg.load_safetensors(path)["w"].tolist() == [513]
    assert pg.load_safetensors(path)["w"].dtype.byteorder in ("=", {"little": "<", "big": ">"}[sys.byteorder])
