"""A film that no longer shows what its sources say is stale. None of this needs Manim."""

import json
import re
import shutil

import pytest

from animations import manifest, numbers

LIMIT_KB, ALL_KB = 1_500, 25_000
STEMS = manifest.SCENES.items()


@pytest.fixture
def copy(tmp_path):
    """A copy of the rendered films, to do harm to."""
    return shutil.copytree(manifest.RENDERED, tmp_path / "rendered")


def edited(folder, change):
    entries = manifest.manifest(folder)
    change(entries["Counting"])
    manifest.write(entries, folder)


@pytest.mark.parametrize("name", manifest.SCENES)
def test_no_film_is_stale(name):
    assert manifest.stale(name) == [], f"render it again: make animations SCENE={name}"


@pytest.mark.parametrize("source", ["counting.py", "theme.py", "pieces.py", "colours", "numbers"])
def test_a_film_is_stale_when_a_source_changed(copy, source):
    edited(copy, lambda entry: entry["sources"].update({source: "another hash"}))
    assert manifest.stale("Counting", copy) == [source]


def test_a_film_is_stale_when_one_count_changed(monkeypatch):
    shown = numbers.counting()
    shown["tables"][-1][4][0] += 1
    monkeypatch.setattr(numbers, "counting", lambda: shown)
    assert manifest.stale("Counting") == ["numbers"]


def test_a_film_that_was_never_rendered_altered_or_lost_is_stale(copy):
    (copy / "counting.vtt").write_text("WEBVTT")
    (copy / "counting-dark.webp").unlink()
    expected = ["counting-dark.webp is missing", "counting.vtt is not the one that was rendered"]
    assert sorted(manifest.stale("Counting", copy)) == expected
    (copy / "manifest.json").unlink()
    assert manifest.stale("Counting", copy) == ["it was never rendered"]


@pytest.mark.parametrize("name,stem", STEMS)
def test_a_film_has_both_themes_posters_and_captions_and_is_small(name, stem):
    files = manifest.manifest()[name]["files"]
    kinds = {f"{stem}-{theme}.{kind}" for theme in ("dark", "light") for kind in ("mp4", "webp")}
    assert set(files) == kinds | {f"{stem}.vtt"}
    assert all(known["bytes"] <= LIMIT_KB * 1000 for known in files.values())


def test_all_films_together_are_small_and_nothing_else_lies_there():
    listed = {file for entry in manifest.manifest().values() for file in entry["files"]}
    there = {path.name: path.stat().st_size for path in manifest.RENDERED.iterdir()}
    assert set(there) == listed | {"manifest.json"}
    assert sum(there.values()) <= ALL_KB * 1000


@pytest.mark.parametrize("name,stem", STEMS)
def test_committed_films_are_720p30_with_the_index_in_front(name, stem):
    entry = manifest.manifest()[name]
    assert (entry["width"], entry["height"], entry["rate"]) == (1280, 720, 30)
    for theme in ("dark", "light"):
        film = (manifest.RENDERED / f"{stem}-{theme}.mp4").read_bytes()
        assert 0 < film.find(b"moov") < film.find(b"mdat"), f"{stem}-{theme}.mp4 plays only when loaded"


@pytest.mark.parametrize("name,stem", STEMS)
def test_captions_are_the_beats_and_cover_the_film(name, stem):
    entry = manifest.manifest()[name]
    vtt = (manifest.RENDERED / f"{stem}.vtt").read_text(encoding="utf-8")
    cues = re.findall(r"^(\d\d):(\d\d):([\d.]{6}) --> (\d\d):(\d\d):([\d.]{6})\n(.+)$", vtt, re.MULTILINE)
    assert vtt.startswith("WEBVTT\n\n") and len(cues) == len(entry["beats"])
    edges = [[int(h) * 3600 + int(m) * 60 + float(s) for h, m, s in (cue[:3], cue[3:6])] for cue in cues]
    assert edges[0][0] == 0 and edges[-1][1] == pytest.approx(entry["seconds"], abs=0.1)
    for beat, cue, (start, end) in zip(entry["beats"], cues, edges, strict=True):
        assert cue[6] == beat["caption"]
        assert (start, end - start) == pytest.approx((beat["start"], beat["seconds"]), abs=0.002)
    for (_, end), (start, _) in zip(edges, edges[1:], strict=False):
        assert start == pytest.approx(end, abs=0.002)
    assert entry["beats"][-1]["caption"] == entry["claim"]


def test_the_manifest_is_what_write_writes(copy):
    before = (copy / "manifest.json").read_bytes()
    manifest.write(json.loads(before), copy)
    assert (copy / "manifest.json").read_bytes() == before


def test_the_numbers_of_a_film_come_without_manim():
    source = (manifest.HERE / "numbers.py").read_text() + (manifest.HERE / "manifest.py").read_text()
    assert not re.search(r"^(?:from|import) (?:manim|av)", source, re.MULTILINE)
