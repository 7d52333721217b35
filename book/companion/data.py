"""The book's data, as committed: nothing is downloaded, and a file that was altered is refused."""

import hashlib
import os
import re
from pathlib import Path

FILES = {name: f"{name}.txt" for name in ("names", "shakespeare", "mobydick", "sonnets")}
SPLITS = {part: f"splits/names.{part}.txt" for part in ("train", "dev", "test")}


class DataError(ValueError):
    """Data that is missing, altered or unknown; the message says what to do."""


def data_folder():
    """The folder that $APPENDIX_DATA names, else data/ in the checkout."""
    return Path(os.environ.get("APPENDIX_DATA") or Path(__file__).resolve().parents[2] / "data")


def verified(file):
    """The bytes of a data file, if their SHA-256 is the one in sha256sums.txt; else DataError."""
    folder = data_folder()
    name = "splits" if file.startswith("splits/") else file.removesuffix(".txt")
    repair = f"restore it with `git checkout data/{file}` or `python data/make_data.py --only {name}`"
    try:
        lines = (folder / "sha256sums.txt").read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        raise DataError(f"{folder} has no sha256sums.txt, so it is not the book's data: work in a checkout, "
                        "or set APPENDIX_DATA to the data/ of one") from None
    expected = {listed: digest for digest, listed in (line.split("  ", 1) for line in lines)}[file]
    try:
        data = (folder / file).read_bytes()
    except FileNotFoundError:
        raise DataError(f"{folder / file} is missing: {repair}") from None
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise DataError(f"{folder / file} was altered: sha256 is {found}, expected {expected}: {repair}")
    return data


def load(name, split=None):
    """The data of that name: a text as one str, names as a list of str.

    load("names") has all 32,257 rows in file order, unisex names twice; load("names", split="train"), "dev"
    or "test" has the distinct names of that part. No name stands in two parts.
    """
    if name not in FILES:
        raise DataError(f"no data is called {name!r}; there are {', '.join(FILES)}")
    if split is None:
        text = verified(FILES[name]).decode("utf-8")
        return text.splitlines() if name == "names" else text
    if name != "names":
        raise DataError(f"{name} has no splits; only names is split")
    if split not in SPLITS:
        raise DataError(f"names has no split {split!r}; there are {', '.join(SPLITS)}")
    return verified(SPLITS[split]).decode("ascii").splitlines()


def sonnets():
    """The 154 sonnets, each a list of its lines as they stand in the file, without title and number."""
    poems = re.split(r"\n[IVXLC]+\n", load("sonnets"))[1:]
    return [[line.strip() for line in poem.split("\n") if line.strip()] for poem in poems]
