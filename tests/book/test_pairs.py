"""Each text and its notebook say the same, and a committed notebook is complete, clean and small."""

import re

import nbformat
import pytest

from book import notebooks
from tests.book.fixture import write_chapter
from tests.book.pages import identity, pages

LARGEST_NOTEBOOK, LARGEST_FIGURE = 1_000_000, 60_000
# A path of somebody's machine; "/ 27" and "</svg>" are not paths.
ABSOLUTE_PATH = re.compile(r"(?<![\w<.:/])/(?:\w[\w.+-]*/)+[\w.+-]+|\b[A-Z]:\\\w+")
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")
REPAIR = "run `make notebooks`"


def difference(page):
    """Where text and notebook part company, or None."""
    notebook = page.stored
    if notebooks.write_text(notebook) == page.text and notebook.metadata == {
        **page.source.metadata,
        "appendix": {"executed": notebooks.code_hash(page.source)},
    }:
        return None
    for index, cell in enumerate(page.cells):
        if index >= len(notebook.cells):
            return f"{page.at(index)}: this cell is missing in the notebook; {REPAIR}"
        other = notebook.cells[index]
        if (cell.cell_type, cell.source, cell.metadata) != (other.cell_type, other.source, other.metadata):
            return f"{page.at(index)}: this cell differs in the notebook; {REPAIR}"
    if len(notebook.cells) > len(page.cells):
        return f"{page.name}: the notebook has more cells than the text; {REPAIR}"
    return f"{page.name}: the header differs from the notebook's, or is not in Jupytext's form; {REPAIR}"


def faults(page):
    """What is wrong with the stored notebook itself, apart from what it says."""
    found, notebook = [], page.stored
    for count, cell in enumerate(notebooks.code_cells(notebook), start=1):
        where = f"{page.name}, code cell {count}"
        if cell.execution_count != count:
            found.append(f"{where}: was not run in order; {REPAIR}")
        if set(cell.metadata) & {"execution", "ExecuteTime"}:
            found.append(f"{where}: holds the time of its run")
        for output in cell.outputs:
            found += [f"{where}: {fault}" for fault in output_faults(cell, output)]
    if "widgets" in notebook.metadata:
        found.append(f"{page.name}: holds the state of widgets")
    if ABSOLUTE_PATH.search(words(notebook.metadata)):
        found.append(f"{page.name}: its metadata name a path of this machine")
    size = page.path.with_suffix(".ipynb").stat().st_size
    if size > LARGEST_NOTEBOOK:
        found.append(
            f"{page.name}: the notebook has {size:,} bytes, at most {LARGEST_NOTEBOOK:,} are allowed"
        )
    return found


def words(node):
    """All strings of a JSON value, a line each."""
    if isinstance(node, dict):
        return "\n".join(words(item) for pair in node.items() for item in pair)
    return "\n".join(map(words, node)) if isinstance(node, list) else str(node)


def output_faults(cell, output):
    if output.output_type == "error" and "raises-exception" not in notebooks.tags(cell):
        yield f"ends in {output.ename}, and is not tagged raises-exception"
    if output.output_type == "stream" and output.name == "stderr":
        yield "writes to stderr"
    data = {**output.get("data", {}), **output}
    drawing = data.pop(notebooks.SVG, "")
    for pattern, name in ((ABSOLUTE_PATH, "a path of this machine"), (ADDRESS, "an address in memory")):
        if found := pattern.search(words({**data, "data": None})):
            yield f"shows {name}: {found[0]}"
    if any(mime.startswith("application/vnd.jupyter.widget") for mime in data):
        yield "shows a widget, whose state is not stored"
    if len(drawing.encode()) > LARGEST_FIGURE:
        yield f"its figure has {len(drawing.encode()):,} bytes, at most {LARGEST_FIGURE:,} are allowed"


@pytest.mark.parametrize("page", pages(), ids=identity)
def test_text_and_notebook_agree(page):
    assert (said := difference(page)) is None, said


@pytest.mark.parametrize("page", pages(), ids=identity)
def test_the_stored_notebook_is_complete_clean_and_small(page):
    assert faults(page) == []


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    page = write_chapter(tmp_path_factory.mktemp("book"))
    return page, page.path.with_suffix(".ipynb").read_text()


@pytest.fixture
def planted(small):
    """Store the small chapter's notebook with a fault in it."""

    def plant(change):
        page, text = small
        notebook = nbformat.reads(text, as_version=4)
        change(notebook)
        page.__dict__.pop("stored", None)
        page.path.with_suffix(".ipynb").write_text(notebooks.written_notebook(notebook))
        return page

    return plant


def test_a_sound_pair_passes(planted):
    page = planted(lambda notebook: None)
    assert (difference(page), faults(page)) == (None, [])


def test_a_word_changed_on_one_side_is_found_with_its_line(planted):
    def change(notebook):
        notebook.cells[0].source = notebook.cells[0].source.replace("How far", "How long")

    page = planted(change)
    line = page.text.split("\n").index("# Counting to three") + 1
    assert difference(page) == f"{page.name}:{line}: this cell differs in the notebook; run `make notebooks`"


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda notebook: notebook.cells.pop(), "this cell is missing"),
        (lambda notebook: notebook.cells.append(nbformat.v4.new_markdown_cell("more")), "more cells"),
        (lambda notebook: notebook.cells[1].metadata.update(tags=["long"]), "this cell differs"),
        (lambda notebook: notebook.metadata.update(subtitle="another"), "the header differs"),
        (lambda notebook: notebook.metadata.update(appendix={"executed": "0"}), "the header differs"),
    ],
)
def test_any_difference_of_a_pair_is_found(planted, change, words):
    assert words in difference(planted(change))


def text_output(text):
    return nbformat.v4.new_output("stream", name="stdout", text=text)


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda cell: cell.update(execution_count=None), "was not run in order"),
        (
            lambda cell: cell.metadata.update(execution={"iopub.execute_input": "12:00"}),
            "the time of its run",
        ),
        (
            lambda cell: cell.outputs.append(text_output("in /home/ada/book/data.py")),
            "a path of this machine: /home/ada",
        ),
        (lambda cell: cell.outputs.append(text_output("in C:\\Users")), "a path of this machine"),
        (
            lambda cell: cell.outputs.append(text_output("<function f at 0x7f00aabbccdd>")),
            "an address in memory",
        ),
        (lambda cell: cell.outputs[0].update(name="stderr"), "writes to stderr"),
        (
            lambda cell: cell.outputs.append(nbformat.v4.new_output("error", ename="KeyError", evalue="q")),
            "ends in KeyError, and is not tagged",
        ),
        (
            lambda cell: cell.outputs[1].data.update({"image/svg+xml": "<svg>" + "M0 0" * 15_001 + "</svg>"}),
            "its figure has 60,015 bytes",
        ),
    ],
)
def test_any_fault_of_a_notebook_is_found(planted, change, words):
    page = planted(lambda notebook: change(notebook.cells[1]))
    (fault,) = faults(page)
    assert words in fault and "code cell 1" in fault


def test_a_large_notebook_is_refused(planted):
    page = planted(lambda notebook: notebook.cells[1].outputs.append(text_output("a" * LARGEST_NOTEBOOK)))
    assert "at most 1,000,000 are allowed" in faults(page)[0]


@pytest.mark.parametrize("text", ["C / 27", "</svg>", "a/b", "https://example.org/a/b", "207/274", "1/2/3"])
def test_a_quotient_or_an_address_of_the_web_is_no_path(text):
    assert not ABSOLUTE_PATH.search(text)
