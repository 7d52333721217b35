"""data/ and companion/data.py: the committed bytes, the split, and what a wrong file leads to."""

import hashlib
import importlib.util
import io
import os
import re
import shutil
import socket
import string
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from companion import data

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
FILES = {  # file: bytes, characters, lines
    "names.txt": (229_804, 229_804, 32_257),
    "shakespeare.txt": (1_115_394, 1_115_394, 40_111),
    "mobydick.txt": (1_204_997, 1_190_317, 21_424),
    "sonnets.txt": (95_728, 95_728, 2_624),
    "splits/names.train.txt": (170_222, 170_222, 23_754),
    "splits/names.dev.txt": (21_221, 21_221, 2_969),
    "splits/names.test.txt": (21_379, 21_379, 2_970),
}
PARTS = ("train", "dev", "test")


def sums():
    """{file: sha256} of sha256sums.txt."""
    lines = (DATA / "sha256sums.txt").read_text().splitlines()
    return {file: digest for digest, file in (line.split("  ") for line in lines)}


@pytest.fixture(autouse=True)
def the_checkout_and_no_socket(monkeypatch):
    """Every test here runs on the checkout's data, with no socket to open."""
    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.delenv("APPENDIX_DATA", raising=False)
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of data/ that APPENDIX_DATA points to."""
    folder = tmp_path / "copy"
    for file in [*FILES, "sha256sums.txt"]:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(DATA / file, folder / file)
    monkeypatch.setenv("APPENDIX_DATA", str(folder))
    return folder


@pytest.fixture
def make_data():
    """The script data/make_data.py as a module."""
    spec = importlib.util.spec_from_file_location("make_data", DATA / "make_data.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module                           # where its dataclass looks for itself
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


# --- the committed files ------------------------------------------------------------------------------------


def test_sha256sums_lists_the_text_files_and_nothing_else():
    there = {path.relative_to(DATA).as_posix() for path in [*DATA.glob("*.txt"), *DATA.glob("splits/*")]}
    assert there - {"sha256sums.txt"} == set(sums()) == set(FILES)


@pytest.mark.parametrize("file", FILES)
def test_a_file_has_its_hash_bytes_characters_and_lines(file):
    raw = (DATA / file).read_bytes()
    assert hashlib.sha256(raw).hexdigest() == sums()[file]
    assert (len(raw), len(raw.decode()), len(raw.decode().splitlines())) == FILES[file]


@pytest.mark.parametrize("file", FILES)
def test_sources_shows_the_hash_and_sizes_of_a_file(file):
    sizes = " | ".join(f"{n:,}" for n in FILES[file])
    assert f"| `{file}` | {sizes} | `{sums()[file]}` |" in (DATA / "SOURCES.md").read_text(encoding="utf-8")


def test_sources_shows_no_other_hash():
    text = (DATA / "SOURCES.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\b[0-9a-f]{64}\b", text)) == set(sums().values())


def test_all_of_it_stays_under_four_megabytes():
    assert sum((DATA / file).stat().st_size for file in FILES) < 4_000_000


@pytest.mark.parametrize("file", [file for file in FILES if "names" in file])
def test_names_are_two_to_fifteen_letters_a_to_z_one_a_line(file):
    assert re.fullmatch(r"([a-z]{2,15}\n)+", (DATA / file).read_bytes().decode("ascii"))


@pytest.mark.parametrize("name, size, others", [
    ("shakespeare", 64, "\n !$&',-.:;?" + string.ascii_letters),
    ("mobydick", 83, "\n !$&()*,-.:;?[]—‘’“”" + string.digits + string.ascii_letters),
    ("sonnets", 62, "\n !'(),-.:;?" + string.ascii_letters.replace("Q", "").replace("Z", "")),
])
def test_a_text_has_exactly_these_characters(name, size, others):
    assert set(data.load(name)) == set(others)
    assert len(set(others)) == size


def test_only_the_two_texts_that_say_so_end_without_a_line_end():
    without = {file for file in FILES if not (DATA / file).read_bytes().endswith(b"\n")}
    assert without == {"shakespeare.txt", "sonnets.txt"}


def test_the_texts_start_and_end_with_the_work_itself():
    ends = {"shakespeare": ("First Citizen:\n", "shalt have cramps,\nSide-"),
            "mobydick": ("CHAPTER 1. Loomings.\n", "five thousand years ago.\n"),
            "sonnets": ("THE SONNETS\nby William Shakespeare\n", "water cools not love.")}
    for name, (first, last) in ends.items():
        text = data.load(name)
        assert text.startswith(first) and text.endswith(last)
        assert "gutenberg" not in text.lower()


def test_the_sonnets_are_154_of_14_lines_but_for_two():
    blocks = [block.splitlines() for block in re.split(r"\n\s*\n", data.load("sonnets"))]
    lengths = [len(lines) for lines in blocks if len(lines) > 5]
    assert len(lengths) == 154
    assert {i: n for i, n in enumerate(lengths, 1) if n != 14} == {99: 15, 126: 12}


def test_the_sonnets_are_cut_at_their_numbers():
    poems = data.sonnets()
    assert [number for number, poem in enumerate(poems, 1) if len(poem) != 14] == [99, 126]
    assert len(poems) == 154 and sum(map(len, poems)) == 154 * 14 + 1 - 2
    assert poems[17][0] == "Shall I compare thee to a summer's day?"
    assert poems[153][13] == "Love's fire heats water, water cools not love."
    assert all(line == line.strip() != "" for poem in poems for line in poem)


# --- names and their split ----------------------------------------------------------------------------------


def test_unisex_names_stand_twice():
    rows = data.load("names")
    assert len(rows) == 32_257
    assert len(set(rows)) == 29_693
    assert max(map(rows.count, ("emma", "charlie", "avery"))) == 2
    assert rows[:3] == ["emma", "olivia", "ava"]


def test_the_parts_are_disjoint_and_together_are_all_distinct_names():
    parts = [data.load("names", split=part) for part in PARTS]
    assert [len(part) for part in parts] == [23_754, 2_969, 2_970]
    assert sorted(sum(parts, [])) == sorted(set(data.load("names")))


def test_the_split_follows_from_the_spelling_alone():
    distinct = set(data.load("names"))
    by_hash = sorted(distinct, key=lambda name: hashlib.sha256(name.encode()).digest())
    n = len(by_hash)
    expected = by_hash[:n * 8 // 10], by_hash[n * 8 // 10:n * 9 // 10], by_hash[n * 9 // 10:]
    for part, names in zip(PARTS, expected, strict=True):
        assert set(data.load("names", split=part)) == set(names)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_keeps_the_order_of_first_appearance(part):
    members = set(data.load("names", split=part))
    assert data.load("names", part) == [name for name in dict.fromkeys(data.load("names")) if name in members]


# --- load ---------------------------------------------------------------------------------------------------


def test_load_gives_what_the_file_says(copy):
    assert "".join(f"{name}\n" for name in data.load("names")).encode() == (DATA / "names.txt").read_bytes()
    assert data.load("mobydick").encode() == (DATA / "mobydick.txt").read_bytes()


def test_load_gives_a_list_of_its_own():
    data.load("names").clear()
    assert len(data.load("names")) == 32_257


@pytest.mark.parametrize("file, arguments, only", [
    ("names.txt", ("names",), "names"), ("shakespeare.txt", ("shakespeare",), "shakespeare"),
    ("mobydick.txt", ("mobydick",), "mobydick"), ("sonnets.txt", ("sonnets",), "sonnets"),
    *((f"splits/names.{part}.txt", ("names", part), "splits") for part in PARTS),
])
def test_an_altered_or_missing_file_is_refused_with_both_hashes_and_the_repair(copy, file, arguments, only):
    raw = bytearray((copy / file).read_bytes())
    raw[0] ^= 1
    (copy / file).write_bytes(raw)
    with pytest.raises(data.DataError) as caught:
        data.load(*arguments)
    repair = f"restore it with `git checkout data/{file}` or `python data/make_data.py --only {only}`"
    hashes = f"sha256 is {hashlib.sha256(raw).hexdigest()}, expected {sums()[file]}"
    assert str(caught.value) == f"{copy / file} was altered: {hashes}: {repair}"

    (copy / file).unlink()
    with pytest.raises(data.DataError) as caught:
        data.load(*arguments)
    assert str(caught.value) == f"{copy / file} is missing: {repair}"


def test_a_file_with_other_line_ends_or_emptied_is_refused(copy):
    for raw in ((copy / "names.txt").read_bytes().replace(b"\n", b"\r\n"), b""):
        (copy / "names.txt").write_bytes(raw)
        with pytest.raises(data.DataError, match="altered"):
            data.load("names")


def test_a_folder_that_is_not_the_data_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("APPENDIX_DATA", str(tmp_path))
    with pytest.raises(data.DataError, match="APPENDIX_DATA"):
        data.load("names")


def test_an_empty_variable_means_the_checkout(monkeypatch):
    monkeypatch.setenv("APPENDIX_DATA", "")
    assert data.data_folder() == DATA


def test_an_unknown_name_or_split_lists_the_known_ones():
    with pytest.raises(data.DataError, match="'mobydik'; there are names, shakespeare, mobydick, sonnets"):
        data.load("mobydik")
    with pytest.raises(data.DataError, match="no split 'valid'; there are train, dev, test"):
        data.load("names", split="valid")
    with pytest.raises(data.DataError, match="sonnets has no splits; only names is split"):
        data.load("sonnets", split="train")
    assert issubclass(data.DataError, ValueError)


def test_import_and_every_load_open_no_socket():
    code = ("import socket\n"
            "def refuse(*a, **k): raise AssertionError('a socket was opened')\n"
            "socket.socket = socket.create_connection = refuse\n"
            "from companion.data import load\n"
            "for name in ('names', 'shakespeare', 'mobydick', 'sonnets'): load(name)\n"
            "for part in ('train', 'dev', 'test'): load('names', split=part)\n")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert done.returncode == 0, done.stderr


# --- make_data.py, offline ----------------------------------------------------------------------------------


def test_check_passes_on_the_committed_files(make_data, capsys):
    assert make_data.main(["--check"]) == 0
    assert capsys.readouterr().out == "7 files are as sha256sums.txt and SOURCES.md say\n"


def test_check_names_every_bad_file_and_both_hashes(make_data, copy, capsys):
    (copy / "names.txt").write_text("eve\n")
    (copy / "splits/names.dev.txt").unlink()
    assert make_data.main(["--check", "--out", str(copy)]) == 1
    first, second = capsys.readouterr().out.splitlines()
    found = hashlib.sha256(b"eve\n").hexdigest()
    assert first.startswith(f"names.txt: sha256 is {found}, expected {sums()['names.txt']}")
    assert second.startswith("splits/names.dev.txt: missing")


def test_the_splits_are_derived_again_from_names_and_twice_is_safe(make_data, tmp_path):
    shutil.copy(DATA / "names.txt", tmp_path)
    for _ in range(2):
        assert make_data.main(["--only", "splits", "--out", str(tmp_path)]) == 0
    files = [f"splits/names.{part}.txt" for part in PARTS]
    there = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert there == {"names.txt", "splits", *files}
    assert all((tmp_path / file).read_bytes() == (DATA / file).read_bytes() for file in files)


def test_a_changed_source_is_told_and_leaves_everything_as_it_was(make_data, copy, monkeypatch, capsys):
    good = (DATA / "sonnets.txt").read_bytes()
    monkeypatch.setitem(make_data.DOWNLOADS, "sonnets", lambda tmp: {"sonnets.txt": good})
    monkeypatch.setitem(make_data.DOWNLOADS, "mobydick", lambda tmp: {"mobydick.txt": b"Call me Ahab.\n"})
    (copy / "sonnets.txt").write_text("mine\n")
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    assert make_data.main(["--only", "sonnets", "mobydick", "--out", str(copy)]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    for part in ("mobydick.txt: built sha256", sums()["mobydick.txt"], "nothing was written"):
        assert part in told
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before


def test_a_rebuilt_file_replaces_an_altered_one(make_data, copy, monkeypatch):
    good = (DATA / "sonnets.txt").read_bytes()
    monkeypatch.setitem(make_data.DOWNLOADS, "sonnets", lambda tmp: {"sonnets.txt": good})
    (copy / "sonnets.txt").write_text("mine\n")
    assert make_data.main(["--only", "sonnets", "--out", str(copy)]) == 0
    assert (copy / "sonnets.txt").read_bytes() == good


def test_without_npm_one_line_says_what_to_do(make_data, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert make_data.main(["--only", "names", "--out", str(tmp_path / "out")]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "npm is not installed" in told and "install Node.js" in told
    assert not (tmp_path / "out").exists()


def test_without_tqdm_one_line_says_what_to_do(make_data, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert make_data.main(["--only", "sonnets", "--out", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "make_data: tqdm is missing: `pip install tqdm`, then run this again\n"


def test_a_failed_download_is_one_line_with_the_clients_own_words(make_data, tmp_path, monkeypatch):
    client = [sys.executable, "-c", "import sys; sys.exit('npm error network ECONNREFUSED')"]
    with pytest.raises(make_data.Stop, match=r"cannot download .*ECONNREFUSED\): check the network"):
        make_data.run(client, make_data.NOVEL, tmp_path)


def test_an_archive_with_other_bytes_is_not_opened(make_data, tmp_path):
    (tmp_path / make_data.NOVEL.file).write_bytes(b"not the archive")
    with pytest.raises(make_data.Stop, match=f"another archive, .* in place of {make_data.NOVEL.sha256}"):
        make_data.verified(make_data.NOVEL, tmp_path)


def test_only_a_named_plain_member_of_modest_size_is_read(make_data, tmp_path):
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as tar:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        tar.addfile(link)
        member = tarfile.TarInfo("../text")
        member.size = 5
        tar.addfile(member, io.BytesIO(b"hello"))
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("text", b"hello")
    assert make_data.tar_member(tmp_path / "a.tgz", "../text", 5) == b"hello"
    assert make_data.zip_member(tmp_path / "a.zip", "text", 5) == b"hello"
    for read, file, name in [(make_data.tar_member, "a.tgz", "link"),
                             (make_data.tar_member, "a.tgz", "../text"),
                             (make_data.zip_member, "a.zip", "text")]:
        with pytest.raises(make_data.Stop, match="not a plain file of at most 4 bytes"):
            read(tmp_path / file, name, 4)
    for read, file in [(make_data.tar_member, "a.tgz"), (make_data.zip_member, "a.zip")]:
        with pytest.raises(make_data.Stop, match="no absent inside"):
            read(tmp_path / file, "absent", 9)
    assert {path.name for path in tmp_path.iterdir()} == {"a.tgz", "a.zip"}


def test_a_play_keeps_speakers_and_speech_only(make_data):
    markdown = ("# Hamlet\n\n_Enter\nGHOST_\n\n**HAMLET**  \n[Aside] Well  said,\\ old mole! (1602)\n\n\n\n"
                "**GHOST**  \nSwear.\n")
    assert make_data.play(markdown) == "HAMLET:\nWell said, old mole!\n\nGHOST:\nSwear.\n\n"
