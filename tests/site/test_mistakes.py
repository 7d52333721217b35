"""One build finds every mistake and says where it is; nothing faulty is ever published."""

import json
import re
import shutil

import pytest

from book import build
from tests.site import project
from tests.site.conftest import run_build

CHAPTER, PAGE = "book/1-probability/03-counting.md", "book/1-probability/04-next.md"
TERMS = "book/back/glossary.md"
END = {CHAPTER: "## Summary", PAGE: "1. First count.", TERMS: ":::{glossary}"}  # new text goes before this

SEE = "See [](https://example.org/)."
TWICE = ":::{prf:definition} Again\n:label: trap\n\nWords.\n:::"
TABS = "::::{tab-set}\n:::{tab-item} One\nIn a tab.\n:::\n::::"
ALONE = ":::{exercise} Alone\n:label: ex-alone\nDo it.\n:::"


def cell(code, name=None):
    options = f":caption: A caption.\n:label: {name}\n\n" if name else ""
    return f"```{{code-cell}} ipython3\n{options}{code}\n```"


# name: (file, text that is put in, the words by which its line is found, what is said about it)
INSERTED = {
    "directive": (PAGE, ":::{wibble}\nsomething\n:::", ":::{wibble}", "unknown directive {wibble}"),
    "role": (CHAPTER, "A {wobble}`word`.", "wobble", "unknown role {wobble}"),
    "reference": (CHAPTER, "See [](#nowhere).", "#nowhere", "“nowhere”"),
    "reference in a page": (PAGE, "See [this](#no-place).", "#no-place", "“no-place”"),
    "file": (CHAPTER, "See [that](gone.md).", "gone.md", "the link to “gone.md” leads nowhere"),
    "download": (PAGE, "Take [it](gone.csv).", "gone.csv", "the link to “gone.csv” leads nowhere"),
    "empty link": (PAGE, SEE, "example.org", "the link to “https://example.org/” has no text"),
    "source": (CHAPTER, "As in [@nobody2020].", "nobody2020", "nobody2020"),
    "note": (PAGE, "A word.[^gone]", "[^gone]", "there is no note [^gone]"),
    "alt": (PAGE, "![](arrow.svg)", "![](arrow.svg)", "has no alternative text"),
    "missing image": (PAGE, "![a picture](gone.png)", "gone.png", "gone.png"),
    "heading": (CHAPTER, "#### Too deep", "#### Too deep", "the heading jumps from level 2 to level 4"),
    "second title": (TERMS, "# Another title", "# Another title", "a page has one title"),
    "formula": (CHAPTER, "So $\\frac{1$ it is.", "\\frac{1$", "KaTeX cannot read"),
    "name twice": (CHAPTER, TWICE, "{prf:definition} Again", "the name “trap” is already taken"),
    "node": (PAGE, TABS, "In a tab.", "the theme does not know the node “tabSet”"),
    "no caption": (CHAPTER, cell('chart_after("q")  # bare'), "# bare", "has no caption"),
    "no alt in a chart": (CHAPTER, cell("mute()", "fig-mute"), "mute()", "the chart has no alternative text"),
    "a colour": (
        CHAPTER,
        cell("painted()", "fig-red"),
        "painted()",
        "the colour #ff0000 of a",
    ),
    "exercise": (CHAPTER, ALONE, "{exercise} Alone", "“Alone” lacks a code cell tagged `exercise`"),
    "three": (CHAPTER, '+++ {"tags": ["three"]}\n\nLonely.\n\n+++', "Lonely.", "three cells tagged `three`"),
}

# the same with text that is replaced
REPLACED = {
    "solution": (
        CHAPTER,
        ":tags: [solution, hide-cell]\n\ndef before",
        ":tags: [hide-cell]\n\ndef before",
        "{exercise} The other direction",
        "“The other direction” lacks a code cell tagged `solution`",
    ),
}
EXPECTED = {name: (file, words, said) for name, (file, _, words, said) in INSERTED.items()}
EXPECTED |= {name: (file, words, said) for name, (file, _, _, words, said) in REPLACED.items()}


def spoiled(path, text):
    for file, insertion, _, _ in INSERTED.values():
        if file == path:
            text = text.replace(END[file], f"{insertion}\n\n{END[file]}", 1)
    for file, old, new, _, _ in REPLACED.values():
        if file == path:
            assert old in text
            text = text.replace(old, new, 1)
    return text


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    project.OUTPUTS["mute()"] = [project.bundle("<Figure size 640x480>", {"image/svg+xml": project.BARS})]
    project.OUTPUTS["painted()"] = [
        project.bundle("A red square.", {"image/svg+xml": project.BARS.replace("#0b3399", "#ff0000")})
    ]
    folder = project.write(tmp_path_factory.mktemp("faulty"), spoiled)
    done = run_build("--root", folder)
    return folder, done


@pytest.mark.parametrize("name", EXPECTED)
def test_a_mistake_is_named_with_its_line(faulty, name):
    folder, done = faulty
    file, words, said = EXPECTED[name]
    lines = (folder / file).read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if words in text)
    found = [
        text for text in done.stderr.splitlines() if text.startswith(f"{file}:{line}: ") and said in text
    ]
    assert found, f"nothing about {file}:{line} ({said}) in\n{done.stderr}"


def test_nothing_is_said_about_what_is_right(faulty):
    folder, done = faulty
    places = set()
    for file, words, _ in EXPECTED.values():
        lines = (folder / file).read_text().splitlines()
        places |= {f"{file}:{number}" for number, text in enumerate(lines, 1) if words in text}
    said = {
        re.match(r"[^:]+(:\d+)?", line)[0]
        for line in done.stderr.splitlines()
        if not line.startswith("build:")
    }
    assert said <= places


def test_a_faulty_book_is_not_built(faulty):
    folder, done = faulty
    assert done.returncode == 1
    assert re.search(r"build: \d+ problems; no site was written\.", done.stderr)
    assert not (folder / "_build/html").exists()
    assert not [path for path in (folder / "_build").iterdir() if path.name.startswith(".html")]


def test_myst_alone_fails_as_well(faulty, tmp_path):
    folder = shutil.copytree(faulty[0], tmp_path / "copy", ignore=shutil.ignore_patterns("_build"))
    assert project.run_myst(folder, "--html").returncode != 0
    assert not list((folder / "_build/html").rglob("*.html"))


def test_myst_alone_builds_the_same_site(small, tmp_path, monkeypatch):
    monkeypatch.setenv("LIVE", "0")
    monkeypatch.setenv("LIVE_REASON", build.live(None)["LIVE_REASON"])  # which the pages repeat
    folder = shutil.copytree(
        small.folder.parents[1], tmp_path / "copy", ignore=shutil.ignore_patterns("_build")
    )
    assert project.run_myst(folder, "--html").returncode == 0
    for name in small.names:
        assert (folder / "_build/html" / name).read_text() == small.text(name)


def test_the_last_good_site_survives_a_mistake(small, tmp_path):
    folder = shutil.copytree(small.folder.parents[1], tmp_path / "copy")
    before = (folder / "_build/html/index.html").read_bytes()
    page = folder / PAGE
    page.write_text(page.read_text() + "\n[](#nowhere)\n")
    done = run_build("--root", folder)
    assert done.returncode == 1 and "the last good site stays" in done.stderr
    assert (folder / "_build/html/index.html").read_bytes() == before


def test_the_theme_reads_no_value_it_was_not_given(small):
    for name in small.names:
        assert "None" not in re.sub(r"<pre.*?</pre>", "", small.text(name), flags=re.S)


def test_json_of_a_chart_is_never_shown(small):
    assert json.dumps("labels") not in small.text("probability/counting/index.html")
