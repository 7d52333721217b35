"""A film in a page: poster, lines, files; nothing of it is fetched before a reader asks."""

import json
import shutil

import pytest

from animations import manifest
from tests.site import project
from tests.site.conftest import run_build

COUNTING = "probability/counting/index.html"
CHAPTER = "book/1-probability/03-counting.md"
FIGURE = """:::{figure} ../../animations/rendered/counting-light.webp
:label: film-counting
:alt: A stamp moves over a name.

**Counting is a stamp that moves.** A film.
:::"""


@pytest.fixture(scope="module")
def figure(book):
    return book.page(COUNTING).one("figure#film-counting")


def test_the_lines_beside_a_film_are_its_captions_with_their_times(figure):
    entry = manifest.manifest()["Counting"]
    lines = figure.all(".beats li")
    assert [line.one("span").text for line in lines] == [beat["caption"] for beat in entry["beats"]]
    assert [float(line["data-start"]) for line in lines] == [beat["start"] for beat in entry["beats"]]
    assert [line.one("time").text for line in lines[:2]] == ["0:00", "0:02"]
    assert float(figure["data-seconds"]) == entry["seconds"]


def test_every_file_of_a_film_is_beside_the_page_and_is_the_one_that_was_rendered(book, figure):
    entry = manifest.manifest()["Counting"]
    posters = [figure.one("img")["src"], figure.one("picture source")["srcset"]]
    addresses = [figure["data-light"], figure["data-dark"], *posters, figure.one("noscript track")["src"]]
    found = {manifest.digest((book.folder / COUNTING).parent / address) for address in addresses}
    assert found == {file["sha256"] for file in entry["files"].values()}


def test_a_page_fetches_no_film_and_a_poster_only_when_it_is_near(figure):
    assert figure.one("img")["loading"] == "lazy" and figure.one("img")["width"] == "1280"
    assert [video.parent.name for video in figure.all("video")] == ["noscript"]
    assert figure.one("video")["preload"] == "none"


def test_style_and_script_of_films_come_only_where_there_is_one(book):
    for name in book.names:
        text, here = book.text(name), bool(book.page(name).all(".film"))
        assert ("film.js" in text, "film.css" in text) == (here, here), name


def with_film(folder):
    """The small project with a film in its chapter."""

    def edit(path, text):
        return text.replace("## Summary", f"{FIGURE}\n\n## Summary") if path == CHAPTER else text

    project.write(folder, edit)
    rendered = folder / "animations/rendered"
    shutil.copytree(project.ROOT / "animations/rendered", rendered)
    return rendered


def test_a_film_with_a_missing_file_is_a_mistake(tmp_path):
    (with_film(tmp_path) / "counting-dark.webp").unlink()
    done = run_build("--root", tmp_path)
    assert done.returncode == 1
    assert "counting-light.webp lacks counting-dark.webp: `make animations`" in done.stderr + done.stdout


def test_a_film_that_nobody_rendered_is_a_mistake(tmp_path):
    known = with_film(tmp_path) / "manifest.json"
    known.write_text(json.dumps({}), encoding="utf-8")
    done = run_build("--root", tmp_path)
    said = "counting-light.webp is no film that its manifest.json knows"
    assert done.returncode == 1 and said in done.stderr + done.stdout

