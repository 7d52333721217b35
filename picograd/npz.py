"""numpy's .npz files, read as if a stranger had written them: a zip of one .npy for each tensor.

Nothing is unpickled and nothing compressed is read, so no file can ask for more memory than it is long.
"""

import re
import struct
import zipfile
import zlib

import numpy as np

from picograd import dtypes
from picograd.files import FormatError, arrays, expect, read_array, whole
from picograd.tensor import Tensor

# What numpy writes: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
HEADER = re.compile(
    rb"\{'descr': '([<>|][a-zA-Z]\d{0,4})', 'fortran_order': (True|False), "
    rb"'shape': \(((?:\d{1,19}, ?){0,64}(?:\d{1,19})?)\),? ?\} *\n"
)
DTYPES = sorted(f"{dtype.kind}{dtype.itemsize}" for dtype in dtypes.ALL)
LONGEST_LIST = 4 * 2**20  # bytes of the zip's list of members, enough for 40,000 tensors
# What zipfile raises, depending on which byte is wrong:
DAMAGE = (ValueError, OSError, EOFError, RuntimeError, struct.error, zlib.error, zipfile.BadZipFile)


def save_npz(path, tensors):
    """Write a dict of tensors, as numpy.savez would. The file appears whole or not at all."""
    members = arrays(tensors, path, _is_name)
    total = sum(array.nbytes for array in members.values())
    expect(total < 2**31, path, "less than 2 GiB; safetensors holds more", total)
    with whole(path) as file, zipfile.ZipFile(file, "w") as archive:
        for name, array in members.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w") as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def load_npz(path):
    """The tensors of a file, by name. Each keeps its dtype."""
    with open(path, "rb") as file:
        start, size = file.read(4), file.seek(0, 2)
        file.seek(-min(size, 42), 2)
        # The end of a zip says where its list of members is and how long; in a large one, two such records.
        end = file.read()
        ends = end[-22:-18] == b"PK\5\6" and end[-2:] == b"\0\0" and end[:4] != b"PK\6\7"
        ends = ends and start in (b"PK\3\4", b"PK\5\6")
        expect(ends, path, "a zip of less than 4 GiB, without a comment", (start, end[-22:]))
        listed = int.from_bytes(end[-10:-6], "little")
        expect(listed <= LONGEST_LIST, path, f"a list of at most {LONGEST_LIST} bytes", listed)
        try:
            with zipfile.ZipFile(file) as archive:
                members = archive.infolist()
                claimed = sum(max(member.file_size, member.compress_size) for member in members)
                expect(claimed <= size, path, f"members of at most {size} bytes together", claimed)
                tensors = {member.filename[:-4]: _read(archive, path, member) for member in members}
                expect(len(tensors) == len(members), path, "different names", sorted(tensors))
                return tensors
        except FormatError:
            raise
        except DAMAGE as error:
            raise FormatError(f"{path}: expected a zip of arrays, found: {str(error):.200}") from error


def _read(archive, path, member):
    name, kind, where = member.filename, member.compress_type, f"{path}: {member.filename!r:.80}"
    plain = kind == zipfile.ZIP_STORED and name.endswith(".npy") and _is_name(name[:-4])
    expect(plain, where, "name.npy, and nothing compressed", (name, kind))
    with archive.open(member) as file:
        start = file.read(10)  # what it is, and the length of its header
        text = file.read(int.from_bytes(start[8:], "little"))
        header = start[:8] == b"\x93NUMPY\1\0" and HEADER.fullmatch(text)
        expect(header, where, "an .npy file, its header of dtype, order and shape", start + text)
        kind, fortran, sizes = (part.decode() for part in header.groups())
        expect(kind[1:] in DTYPES, where, f"one of the dtypes {DTYPES}", kind)
        shape = tuple(int(n) for n in sizes.split(",") if n.strip())
        left, order = member.file_size - len(start + text), "F" if fortran == "True" else "C"
        return Tensor(read_array(file, left, np.dtype(kind), shape, where, order))


def _is_name(name):
    """Whether it would stay in the folder where somebody unpacks the file."""
    return len(name) <= 1000 and not set(name) & set("\0\\:") and not {"", "..", "."} & set(name.split("/"))
