"""npz.py: numpy reads what is written and the other way round; what is not plain numbers is refused."""

import io
import os
import zipfile

import numpy as np
import pytest

import picograd as pg

DTYPES = ["float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 3), (1, 0, 2)])
def test_numpy_and_picograd_read_each_other(tmp_path, dtype, shape):
    array = np.random.default_rng(1).integers(0, 2, shape).astype(dtype)
    pg.save_npz(tmp_path / "ours", {"x": pg.tensor(array)})
    with open(tmp_path / "theirs", "wb") as file:
        np.savez(file, x=array)
    for found in (np.load(tmp_path / "ours")["x"], pg.load_npz(tmp_path / "theirs")["x"].numpy()):
        assert (found.dtype, found.shape) == (dtype, shape)
        np.testing.assert_array_equal(found, array)


def test_turned_and_foreign_arrays_come_back_as_they_look(tmp_path):
    x = pg.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], requires_grad=True)
    pg.save_npz(tmp_path / "x.npz", {"h.0/x": x.T, "é": pg.arange(2)})
    loaded = pg.load_npz(tmp_path / "x.npz")
    assert loaded["h.0/x"].tolist() == [[1, 3, 5], [2, 4, 6]] and loaded["é"].tolist() == [0, 1]
    np.savez(tmp_path / "y.npz", big=np.arange(3, dtype=">i4"), turned=np.asfortranarray([[1, 2], [3, 4]]))
    loaded = pg.load_npz(tmp_path / "y.npz")
    assert loaded["big"].tolist() == [0, 1, 2] and loaded["big"].dtype == pg.int32
    assert loaded["turned"].tolist() == [[1, 2], [3, 4]]
    loaded["turned"][0, 0] = 7  # what was loaded can be written to


def test_the_same_tensors_make_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        pg.save_npz(tmp_path / name, {"x": pg.ones(3)})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_nothing_comes_back_as_nothing(tmp_path):
    pg.save_npz(tmp_path / "x.npz", {})
    assert pg.load_npz(tmp_path / "x.npz") == {}


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({1: pg.zeros(1)}, "expected the name of a tensor, found 1"),
        ({"": pg.zeros(1)}, "expected the name of a tensor, found ''"),
        ({"../x": pg.zeros(1)}, "expected the name of a tensor, found '../x'"),
        ({"/x": pg.zeros(1)}, "expected the name of a tensor"),
        ({"a\0b": pg.zeros(1)}, "expected the name of a tensor"),
        ({"w": np.zeros(1)}, "'w': expected a Tensor, of .* found .'ndarray', 'float64'"),
        ({"w": pg.Tensor(np.zeros(1, np.uint16))}, "'w': expected a Tensor, of .* found .'Tensor', 'uint16'"),
    ],
)
def test_what_cannot_be_written_is_named_and_nothing_is_written(tmp_path, tensors, message):
    with pytest.raises(pg.FormatError, match=message):
        pg.save_npz(tmp_path / "x.npz", tensors)
    assert os.listdir(tmp_path) == []


def archive(compression=zipfile.ZIP_STORED, **members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as out:
        for name, content in members.items():
            out.writestr(name.replace("_npy", ".npy"), content)
    return file.getvalue()


def npy(header="{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", data=bytes(8), version=1):
    text = header.encode() + b"\n"
    return (
        b"\x93NUMPY"
        + bytes([version, 0])
        + len(text).to_bytes(2 if version == 1 else 4, "little")
        + text
        + data
    )


def shaped(shape, data=bytes(8), kind="<f4"):
    return npy(f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}", data)


HOSTILE = {
    "empty": (b"", "expected a zip"),
    "no zip": (b"x" * 100, "expected a zip"),
    "something before it": (b"#!/bin/sh" + archive(w_npy=npy()), "expected a zip of less than 4 GiB"),
    "a comment": (
        archive(w_npy=npy())[:-2] + b"\3\0abc",
        "expected a zip of less than 4 GiB, without a comment",
    ),
    "a list of 4 GB": (
        archive(w_npy=npy())[:-10] + b"\xff" * 4 + archive(w_npy=npy())[-6:],
        "a list of at most 4194304 bytes, found 4294967295",
    ),
    "compressed": (archive(zipfile.ZIP_DEFLATED, w_npy=npy()), r"nothing compressed, found \('w.npy', 8\)"),
    "no array": (archive(w_npy=b"hello world"), "expected an .npy file, .* found b'hello world'"),
    "no .npy": (archive(readme=b"hello"), r"expected name.npy, .* found \('readme', 0\)"),
    "a path": (archive(**{"../w_npy": npy()}), r"expected name.npy, .* found \('../w.npy', 0\)"),
    "objects": (archive(w_npy=shaped("(1,)", kind="|O")), r"one of the dtypes .* found '\|O'"),
    "text": (archive(w_npy=shaped("(1,)", kind="<U2")), "one of the dtypes .* found '<U2'"),
    "a structure": (
        archive(w_npy=shaped("(1,)", kind="[('a', '<f4')]")),
        "its header of dtype, order and shape",
    ),
    "code": (archive(w_npy=npy("__import__('os').abort()")), "its header of dtype, order and shape"),
    "a long header": (archive(w_npy=npy(" " * 5000)), "its header of dtype, order and shape"),
    "a longer header": (
        archive(w_npy=npy(version=2)[:8] + b"\xff" * 4),
        "its header of dtype, order and shape",
    ),
    "too few numbers": (
        archive(w_npy=shaped("(3,)")),
        r"expected 8 bytes of numbers on .*, found \('<f4', \(3,\)\)",
    ),
    "too many numbers": (archive(w_npy=shaped("(1,)")), "expected 8 bytes of numbers"),
    "a terabyte": (archive(w_npy=shaped("(250000000000,)")), "expected 8 bytes of numbers"),
    "negative": (archive(w_npy=shaped("(-2,)")), "its header of dtype, order and shape"),
    "a size that wraps": (archive(w_npy=shaped("(4611686018427387906,)")), "expected 8 bytes of numbers"),
    "no bytes, too many numbers": (
        archive(w_npy=shaped("(0, 9223372036854775807, 8)", b"")),
        "expected 0 bytes of numbers on",
    ),
    "65 axes": (archive(w_npy=shaped(f"({'1, ' * 65})", bytes(4))), "its header of dtype, order and shape"),
    "a byte that is no bool": (archive(w_npy=shaped("(1,)", b"\2", "|b1")), "bytes 0 and 1, found 2"),
    "another number": (archive(w_npy=npy(data=b"\x77" * 8)).replace(b"\x77" * 8, b"\x78" * 8), "Bad CRC-32"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_reason(tmp_path, name):
    content, message = HOSTILE[name]
    (tmp_path / "x.npz").write_bytes(content)
    with pytest.raises(pg.FormatError, match=message) as caught:
        pg.load_npz(tmp_path / "x.npz")
    assert len(str(caught.value)) < 1000


def test_a_member_that_says_it_is_longer_than_the_file_is_refused_before_memory_is_taken(tmp_path):
    content = bytearray(archive(w_npy=shaped(f"({2**29},)")))
    length = 2**31 + len(shaped(f"({2**29},)", b""))
    listed = content.index(b"PK\1\2")
    content[listed + 24 : listed + 28] = length.to_bytes(4, "little")
    (tmp_path / "x.npz").write_bytes(bytes(content))
    with pytest.raises(
        pg.FormatError, match=f"members of at most {len(content)} bytes together, found {length}"
    ):
        pg.load_npz(tmp_path / "x.npz")


def test_a_large_zip_with_a_second_record_at_its_end_is_refused(tmp_path):
    content = archive(w_npy=npy())
    record = b"PK\6\6" + (44).to_bytes(8, "little") + bytes(44)
    locator = b"PK\6\7" + bytes(4) + (len(content) - 22).to_bytes(8, "little") + b"\1\0\0\0"
    (tmp_path / "x.npz").write_bytes(content[:-22] + record + locator + content[-22:])
    with pytest.raises(pg.FormatError, match="a zip of less than 4 GiB"):
        pg.load_npz(tmp_path / "x.npz")


def test_two_members_of_one_name_are_refused(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(tmp_path / "x.npz", "w") as out:
        out.writestr("w.npy", npy())
        out.writestr("w.npy", npy())
    with pytest.raises(pg.FormatError, match="expected different names"):
        pg.load_npz(tmp_path / "x.npz")


def test_a_missing_file_is_an_ordinary_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        pg.load_npz(tmp_path / "nothing")


def test_more_than_fits_is_refused_before_it_is_written(tmp_path):
    big = pg.Tensor(np.broadcast_to(np.float64(1), (2**28,)))
    with pytest.raises(pg.FormatError, match="less than 2 GiB; safetensors holds more"):
        pg.save_npz(tmp_path / "x.npz", {"w": big})
