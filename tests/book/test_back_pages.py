"""Leaderboard, references and errata: each says what its sources say, and no more."""

import ast
import json
import re

import pytest
from companion import bench_machine, benchmarks, growth
from companion.leaderboard import MIME, RESULTS

from book import notebooks
from tests.book import rhythm
from tests.book.pages import BOOK, Page, chapters, pages
from tests.book.test_exercises import found_on

BOARD, ERRATA = Page(BOOK / "back/leaderboard.md"), Page(BOOK / "back/errata.md")
BENCHMARKS = Page(BOOK / "back/benchmarks.md")

# --- leaderboard --------------------------------------------------------------------------------------------


def recorded():
    """{(chapter, model): row} of all results."""
    files = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in RESULTS.glob("*.json")}
    return {(stem, row["model"]): row for stem, data in files.items() if "machine" in data
            for row in data["rows"]}


def shown():
    """The rows of the page, in their order."""
    (cell,) = [cell for cell in BOARD.stored.cells if cell.metadata.get("label") == "tbl-standings"]
    return cell.outputs[0].data[MIME]["rows"]


def test_the_leaderboard_shows_what_is_recorded():
    """If not: `make notebooks` runs the page again."""
    for row in shown():
        known = recorded()[row["chapter"], row["model"]]
        assert {key: row[key] for key in known} == known
    results = {(row["model"], row["numbers"], row["nats"]) for row in recorded().values()}
    assert {(row["model"], row["numbers"], row["nats"]) for row in shown()} == results
    assert len(shown()) == len(results)


def test_the_best_model_stands_first_and_infinity_last():
    nats = [row["nats"] for row in shown()]
    finite = [value for value in nats if value is not None]
    assert finite == sorted(finite) and nats == finite + [None] * (len(nats) - len(finite))


def test_the_leaderboard_is_run_again_when_a_result_changes(monkeypatch):
    before = notebooks.code_hash(BOARD.source)
    rows = notebooks.recorded_rows()
    rows["03-counting"] = rows["03-counting"][:-1]
    monkeypatch.setattr(notebooks, "recorded_rows", lambda: rows)
    assert notebooks.code_hash(BOARD.source) != before
    assert not notebooks.is_executed(BOARD.source, BOARD.stored)


def test_the_benchmarks_show_what_is_recorded():
    """If not: `make notebooks` runs the page again."""
    cells = [cell for cell in BENCHMARKS.stored.cells if cell.cell_type == "code"]
    table, longer, said = (cell.outputs[0] for cell in cells)
    assert table.data["text/plain"] == repr(benchmarks())
    assert longer.data["text/plain"] == repr(growth())
    assert said.text.startswith(bench_machine())


def test_results_are_recorded_for_chapters_alone():
    assert {stem for stem, _ in recorded()} <= {page.path.stem for page in chapters()}


# --- references ---------------------------------------------------------------------------------------------


def entries():
    """{key: text} of references.bib."""
    text = (BOOK / "references.bib").read_text(encoding="utf-8")
    return dict(re.findall(r"^@\w+\{([^,\s]+),(.*?)^\}", text, re.MULTILINE | re.DOTALL))


def cited():
    every = [page.text for page in pages()] + [path.read_text() for path in (BOOK / "back").glob("*.md")]
    found = [key for text in every for match in rhythm.CITED.finditer(text) for key in keys(match)]
    return set(found)


def keys(match):
    return [key.strip() for key in match[1].split(",")] if match[1] else re.findall(r"@([\w:-]+)", match[2])


def test_every_source_is_cited_and_every_citation_has_its_source():
    assert cited() == set(entries())


def test_every_source_says_who_what_when_and_where():
    for key, text in entries().items():
        fields = set(re.findall(r"^\s*(\w+)\s*=", text, re.MULTILINE))
        assert {"author", "title", "year"} <= fields, key
        places = {"doi", "url", "journal", "booktitle", "publisher", "howpublished", "institution", "school"}
        assert fields & places, f"{key}: nothing says where it appeared"


# --- errata -------------------------------------------------------------------------------------------------

SLIPS = {  # where the slip is an exercise, or told
    "slip-tuples": "01",
    "slip-frequency": "01",
    "slip-axiom": "01",
    "slip-length": "04",
    "slip-smoothing": "03",
    "slip-keepdim": "03",
}


def slips():
    """{label: [cells]} of the sections of the page."""
    found, label = {}, None
    for cell in ERRATA.cells:
        parts = [cell]
        if cell.cell_type == "markdown":
            parts = re.split(r"^\(([\w-]+)\)=$", cell.source, flags=re.MULTILINE)
        if label:
            found[label].append(parts[0])
        for label, text in zip(parts[1::2], parts[2::2], strict=True):
            found[label] = [text]
    return found


def test_the_slips_are_those_that_the_table_knows():
    assert list(slips()) == list(SLIPS)


@pytest.mark.parametrize("label", SLIPS)
def test_a_slip_has_the_words_of_the_draft_and_code_in_which_they_fail(label):
    words, *rest = slips()[label]
    assert re.search(r"^> \*\*The draft\.\*\* ", words, re.MULTILINE)
    code = [cell.source for cell in rest if not isinstance(cell, str)]
    nodes = [node for source in code for node in ast.walk(ast.parse(source))]
    assert any(isinstance(node, ast.Assert) for node in nodes), "a slip without an assert is an opinion"


@pytest.mark.parametrize("label", SLIPS)
def test_a_slip_leads_to_its_chapter_as_soon_as_there_is_one(label):
    """Put a reference to the exercise that asks for it, or to the section that tells it, into the text."""
    text = "".join(part for part in slips()[label] if isinstance(part, str))
    homes = [page for page in chapters() if page.number == SLIPS[label]]
    for page in homes:
        own = set(rhythm.labels(page))
        assert own & set(re.findall(r"\(#([\w-]+)\)", text)), f"{label} has no link into {page.name}"
    if not homes:
        assert f"chapter {SLIPS[label]}" not in text.lower()


def test_the_toolkit_has_an_exercise_for_each_tool():
    (toolkit,) = [page for page in pages() if page.path.stem == "toolkit"]
    exercises, _ = found_on(toolkit)
    headings = [(int(rhythm.line_of(toolkit, i, m.start()).rpartition(":")[2]), m[2])
                for i, cell in toolkit.prose() for m in rhythm.HEADING.finditer(cell.source)]
    tools = [heading for heading in headings if heading[1] not in ("Toolkit", "Summary")]
    lines = [int(exercise.where.rpartition(":")[2]) for exercise in exercises]
    ends = [line for line, _ in tools[1:]] + [headings[-1][0]]
    assert len(tools) == 7
    for (begin, title), end in zip(tools, ends, strict=True):
        assert any(begin < line < end for line in lines), f"{title} has no exercise"
