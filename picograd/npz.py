"""numpy's .npz files, read as if a stranger had written them: a zip of one .npy for each tensor.

Nothing is unpickled and nothing compressed is read, so no file can ask for more memory than it is long.
"""

import re
import struct
import zipfile
import zlib

import numpy as np

from picograd import dtypes
from picograd.files import FormatError, arrays, read_array, whole
from picograd.tensor import Tensor

# What numpy writes: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
HEADER = re.compile(
    rb"\{'descr': '([<>|][a-zA-Z]\d{0,4})', 'fortran_order': (True|False), "
    rb"'shape': \(((?:\d{1,19}, ?)*(?:\d{1,19})?)\),? ?\} *\n"
)
DTYPES = {f"{dtype.kind}{dtype.itemsize}": dtype for dtype in dtypes.ALL}
LONGEST_HEADER = 4096  # bytes; numpy needs 118 for most arrays
LONGEST_LIST = 4 * 2**20  # bytes of the zip's list of members, enough for 40,000 tensors
# What zipfile raises, depending on which byte is wrong:
DAMAGE = (ValueError, OSError, EOFError, RuntimeError, struct.error, zlib.error, zipfile.BadZipFile)


class NpzError(FormatError):
    """A file that is not what the format says, or something that it cannot hold, or that is not read here."""


_expect = NpzError.unless


def save_npz(path, tensors):
    """Write a dict of tensors, as numpy.savez would. The file appears whole or not at all."""
    members = arrays(tensors, path, _expect, _is_name)
    total = sum(array.nbytes for array in members.values())
    _expect(total < 2**31, path, "less than 2 GiB; safetensors holds more", total)
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
        ends = len(end) >= 22 and end[-22:-18] == b"PK\5\6" and end[-2:] == b"\0\0" and end[:4] != b"PK\6\7"
        ends = ends and start in (b"PK\3\4", b"PK\5\6")
        _expect(ends, path, "a zip of less than 4 GiB, without a comment", (start, end[-22:]))
        listed = int.from_bytes(end[-10:-6], "little")
        _expect(listed <= LONGEST_LIST, path, f"a list of at most {LONGEST_LIST} bytes", listed)
        try:
            with zipfile.ZipFile(file) as archive:
                members = archive.infolist()
                claimed = sum(max(member.file_size, member.compress_size) for member in members)
                _expect(claimed <= size, path, f"members of at most {size} bytes together", claimed)
                names = {member.filename: member for member in members}
                _expect(len(names) == len(members), path, "different names", sorted(names))
                return {name[:-4]: Tensor(_read(archive, path, member)) for name, member in names.items()}
        except NpzError:
            raise
        except DAMAGE as error:
            raise NpzError(f"{path}: expected a zip of arrays, found: {str(error):.200}") from error


def _read(archive, path, member):
    name, where = member.filename, f"{path}: {member.filename!r:.80}"
    _expect(name.endswith(".npy") and _is_name(name[:-4]), where, "name.npy", name)
    _expect(member.compress_type == zipfile.ZIP_STORED, where, "nothing compressed", member.compress_type)
    with archive.open(member) as file:
        start = file.read(8)
        _expect(start in (b"\x93NUMPY\1\0", b"\x93NUMPY\2\0", b"\x93NUMPY\3\0"), where, "an .npy file", start)
        width = 2 if start[6] == 1 else 4
        length = int.from_bytes(file.read(width), "little")
        _expect(length <= LONGEST_HEADER, where, f"a header of at most {LONGEST_HEADER} bytes", length)
        text = file.read(length)
        header = HEADER.fullmatch(text)
        _expect(header, where, "a header of dtype, order and shape", text)
        kind, fortran, sizes = (part.decode() for part in header.groups())
        _expect(kind[1:] in DTYPES, where, f"one of the dtypes {sorted(DTYPES)}", kind)
        dtype = DTYPES[kind[1:]].newbyteorder(">" if kind[0] == ">" else "<")
        shape = tuple(int(n) for n in sizes.split(",") if n.strip())
        left, order = member.file_size - 8 - width - length, "F" if fortran == "True" else "C"
        return read_array(file, left, dtype, shape, where, _expect, order)


def _is_name(name):
    """Whether it would stay in the folder where somebody unpacks the file."""
    return len(name) <= 1000 and not set(name) & set("\0\\:") and not {"", "..", "."} & set(name.split("/"))
