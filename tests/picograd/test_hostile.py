"""Files made or damaged to harm: a clear error or the numbers that the file holds, and little memory.

500 of them, HOSTILE=10000 makes more; `python -m tests.picograd.test_hostile 10000` prints the outcomes.
"""

import collections
import io
import json
import os
import random
import re
import sys
import tracemalloc
import zipfile

import numpy as np
import pytest

import picograd as pg

FILES = int(os.environ.get("HOSTILE") or 500)
SLACK = 150_000  # bytes that reading takes whatever the size of the file
NUMBERS = [
    0,
    1,
    -1,
    2,
    3,
    7,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**32,
    2**53,
    2**63 - 1,
    2**63,
    2**64 - 1,
    2**64,
    10**40,
]
WORDS = ["NaN", "Infinity", "1e999", "1.5", "null", "true", '"4"', "[]", "{}", "-0", "0x10", "1" * 5000]


def arrays(rng):
    """A few arrays, some of them large beside their headers."""
    random_state = np.random.default_rng(rng.randrange(2**32))
    shapes = [(), (3,), (2, 3), (0, 4), (5, 7, 2), (rng.choice([3, 100, 30_000]), 16)]
    kinds = ["float32", "float64", "float16", "int64", "int32", "uint8", "bool"]
    some = rng.sample(shapes, rng.choice([1, 1, 2, 3, 4]))
    return {f"h.{i}.w": random_state.integers(0, 2, s).astype(rng.choice(kinds)) for i, s in enumerate(some)}


def safetensors(rng):
    header, data = {}, b""
    for name, array in arrays(rng).items():
        kind = {"f": "F", "i": "I", "u": "U", "b": "BOOL"}[array.dtype.kind]
        kind += "" if kind == "BOOL" else str(8 * array.itemsize)
        offsets = [len(data), len(data) + array.nbytes]
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": offsets}
        data += array.tobytes()
    text = edited(json.dumps(header), header, rng) if rng.random() < 0.7 else json.dumps(header)
    length = len(text.encode("utf-8", "surrogatepass"))
    length = rng.choice([*NUMBERS, length - 1, length + 1]) if rng.random() < 0.1 else length
    return (length % 2**64).to_bytes(8, "little") + text.encode("utf-8", "surrogatepass") + data


def edited(text, header, rng):
    """The header, changed as somebody would who knows the format."""
    name = rng.choice(sorted(header))
    entry = dict(header[name])
    what = rng.randrange(9)
    if what == 0:  # one number
        places = list(re.finditer(r"(?<=[\[ ,])\d+", text))
        place = rng.choice(places)
        number = str(rng.choice(NUMBERS)) if rng.random() < 0.6 else rng.choice(WORDS)
        return text[: place.start()] + number + text[place.end() :]
    if what == 1:  # two tensors at one place
        begin, end = entry["data_offsets"]
        return json.dumps(
            {**header, "twin": {**entry, "data_offsets": [max(0, begin - rng.randrange(9)), end]}}
        )
    if what == 2:  # a name twice
        return text[:-1] + f", {json.dumps(name)}: {json.dumps(entry)}}}"
    if what == 3:  # deep
        depth = rng.choice([10, 1000, 20_000])
        return text[:-1] + ', "deep": ' + "[" * depth + "]" * depth + "}"
    if what == 4:  # another shape, another dtype
        entry["shape"] = [rng.choice(NUMBERS) for _ in range(rng.randrange(70))]
        return json.dumps({**header, name: entry})
    if what == 5:
        entry["dtype"] = rng.choice(["F32", "F64", "BF16", "I8", "BOOL", "U64", "O", "", 3, None, ["F32"]])
        return json.dumps({**header, name: entry})
    if what == 6:
        entry.pop(rng.choice(sorted(entry)))
        return json.dumps({**header, name: entry})
    if what == 7:
        metadata = rng.choice([None, 3, {"a": 1}, {"a": "b"}, [], {"a": {"b": "c"}}])
        return json.dumps({**header, "__metadata__": metadata})
    return rng.choice(
        ["", "[]", "3", "{", "null", '"x"', "{}", "\ud800", '{"\ud800": 3}', text + text, text + " "]
    )


def zipped(rng):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        for name, array in arrays(rng).items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asfortranarray(array) if rng.random() < 0.2 else array)
            content = member.getvalue()
            if rng.random() < 0.3:
                content = header_changed(content, rng)
            compression = zipfile.ZIP_DEFLATED if rng.random() < 0.1 else zipfile.ZIP_STORED
            if rng.random() < 0.05:
                name = rng.choice(["../" + name, "/x", "a\\b", "", "h.0.w", "é", "x" * 2000])
            if f"{name}.npy" not in out.namelist():
                out.writestr(zipfile.ZipInfo(f"{name}.npy"), content, compression)
    content = bytearray(file.getvalue())
    # The fields of the list of members, and of its end: sizes, places, methods, flags.
    while rng.random() < 0.5:
        marks = [m.start() for m in re.finditer(rb"PK\x01\x02|PK\x03\x04|PK\x05\x06", bytes(content))]
        where, width = rng.choice(marks) + rng.randrange(4, 46), rng.choice([1, 2, 4, 8])
        content[where : where + width] = (rng.choice(NUMBERS) % 2 ** (8 * width)).to_bytes(width, "little")
    if rng.random() < 0.05:  # a record of a large zip, with its own idea of everything
        numbers = [rng.choice(NUMBERS) % 2**64 for _ in range(4)]
        record = (
            b"PK\6\6"
            + (44).to_bytes(8, "little")
            + bytes(12)
            + b"".join(n.to_bytes(8, "little") for n in numbers)
        )
        locator = b"PK\6\7" + bytes(4) + (len(content) - 22).to_bytes(8, "little") + b"\1\0\0\0"
        content[-22:-22] = record + locator
    return bytes(content)


def header_changed(content, rng):
    if rng.random() < 0.7:
        places = list(re.finditer(rb"\d+", content[10:128]))
        place = rng.choice(places)
        number = str(rng.choice(NUMBERS)) if rng.random() < 0.7 else rng.choice(WORDS)
        return content[: 10 + place.start()] + number.encode() + content[10 + place.end() :]
    old, new = rng.choice(
        [
            (b"<f4", b"|O8"),
            (b"False", b"True"),
            (b"shape", b"Shape"),
            (b"(", b"((" * 500),
            (b"\1\0", b"\3\0"),
            (b"<", b">"),
        ]
    )
    return content.replace(old, new, 1)


def damaged(content, rng):
    """Bits turned, pieces cut, put in, said twice."""
    content = bytearray(content)
    for _ in range(rng.choice([0, 0, 0, 1, 1, 1, 2, 8])):
        if not content:
            break
        at = rng.randrange(min(len(content), rng.choice([64, 1000, 2**30])))
        what = rng.randrange(6)
        if what <= 1:
            content[at] ^= 1 << rng.randrange(8)
        elif what == 2:
            content[at:] = b""
        elif what == 3:
            content[at:at] = bytes(rng.randrange(256) for _ in range(rng.choice([1, 2, 8, 100])))
        elif what == 4:
            del content[at : at + rng.choice([1, 4, 30])]
        else:
            content[at:at] = content[at : at + rng.choice([4, 30, 200])]
    return bytes(content)


def by_hand(content):
    """What a file of safetensors holds, read in the shortest way there is; True where nobody can say."""
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    data, kinds = content[8 + length :], {"F": "f", "I": "i", "U": "u"}
    found = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] != "BF16":
            kind = entry["dtype"]
            kind = "?" if kind == "BOOL" else f"<{kinds[kind[0]]}{int(kind[1:]) // 8}"
            begin, end = entry["data_offsets"]
            found[name] = np.frombuffer(data[begin:end], kind).reshape(entry["shape"])
    return found


def by_numpy(content):
    return dict(np.load(io.BytesIO(content), allow_pickle=False))


FORMATS = {
    "safetensors": (safetensors, pg.load_safetensors, pg.FormatError, by_hand),
    "npz": (zipped, pg.load_npz, pg.FormatError, by_numpy),
}


def outcome(kind, number, path):
    """(what became of file `number`, its size, the highest memory while it was read)."""
    make, load, refusal, independently = FORMATS[kind]
    rng = random.Random(f"{kind} {number}")
    content = damaged(make(rng), rng)
    path.write_bytes(content)
    tracemalloc.start()
    try:
        found = load(path)
        peak = tracemalloc.get_traced_memory()[1]
    except refusal as error:
        peak = tracemalloc.get_traced_memory()[1]
        assert len(str(error)) < 1500 and str(path) in str(error)
        return "refused", len(content), peak
    finally:
        tracemalloc.stop()
    for name, expected in independently(content).items():
        x = found[name].numpy()
        assert (x.shape, x.tobytes()) == (expected.shape, expected.astype(x.dtype).tobytes())
    return "read", len(content), peak


@pytest.mark.parametrize("kind", FORMATS)
def test_a_hostile_file_is_refused_or_read_rightly_and_takes_little_memory(kind, tmp_path):
    outcomes = collections.Counter()
    for number in range(FILES // len(FORMATS)):
        what, size, peak = outcome(kind, number, tmp_path / "x")
        outcomes[what] += 1
        assert peak <= 3 * size + SLACK, f"file {number} of {size} bytes took {peak}"
    assert min(outcomes["read"], outcomes["refused"]) > FILES / 50  # both happen, so both are tested


def main(path, files):
    for kind in FORMATS:
        outcomes, small, ratio = collections.Counter(), 0, 0
        for number in range(files // len(FORMATS)):
            what, size, peak = outcome(kind, number, path)
            outcomes[what] += 1
            if size < 2**16:
                small = max(small, peak)
            else:
                ratio = max(ratio, peak / size)
        print(
            f"{kind}: {dict(outcomes)}; at most {small:,} bytes below 64 KiB, else {ratio:.2f} times the size"
        )


if __name__ == "__main__":
    import pathlib
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        main(pathlib.Path(folder) / "x", int(sys.argv[1]))
