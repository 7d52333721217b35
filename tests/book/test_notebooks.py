"""book/notebooks.py: a run is reproducible to the byte; a failing chapter says where and harms nothing."""

import json
import re
import sys

import nbformat
import pytest

from book import notebooks
from tests.book.fixture import TEXT, write_chapter


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """Text and notebook of the small chapter after one run."""
    page = write_chapter(tmp_path_factory.mktemp("book"))
    return page.text, page.path.with_suffix(".ipynb").read_text()


@pytest.fixture
def chapter(executed, tmp_path):
    """A fresh copy of the small chapter: the paths of text and notebook."""
    text_path = tmp_path / "1-part" / "09-small.md"
    text_path.parent.mkdir()
    text_path.write_text(executed[0])
    text_path.with_suffix(".ipynb").write_text(executed[1])
    return text_path, text_path.with_suffix(".ipynb")


def run(chapter, *arguments):
    return notebooks.main(list(arguments), chapter[0].parents[1])


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def cells(path):
    return notebooks.code_cells(nbformat.read(path, as_version=4))


def test_a_second_run_changes_no_byte(chapter, executed, capsys):
    assert run(chapter, "--all") == 0
    assert (chapter[0].read_text(), chapter[1].read_text()) == executed
    assert "nothing new" in capsys.readouterr().out


def test_a_notebook_made_from_nothing_is_the_same_but_for_what_is_measured(chapter, executed):
    chapter[1].unlink()
    run(chapter)

    def numbers_hidden(text):
        return re.sub(r"at [\d.]+ s", "", re.sub(r"<svg>.*?</svg>", "", text))

    assert numbers_hidden(chapter[1].read_text()) == numbers_hidden(executed[1])


def test_new_prose_is_copied_and_nothing_is_run(chapter, executed, capsys):
    edit(chapter[0], "How far is it?", "How far is it to three?")
    run(chapter)
    assert "text copied" in capsys.readouterr().out
    expected = executed[1].replace("How far is it?", "How far is it to three?")
    without_ids = [re.sub(r'"id": "\w+"', "", text) for text in (chapter[1].read_text(), expected)]
    assert without_ids[0] == without_ids[1]


def test_new_code_is_run(chapter):
    edit(chapter[0], '"in all"', '"altogether"')
    run(chapter)
    first, drawing, *_ = cells(chapter[1])
    assert first.outputs[0].text == "1015 altogether\n"
    assert [cell.execution_count for cell in cells(chapter[1])] == [1, 2, 3, 4]


def test_a_drawing_that_looks_the_same_is_kept_and_one_that_does_not_is_replaced(chapter):
    kept = cells(chapter[1])[1].outputs
    edit(chapter[0], '"in all"', '"altogether"')
    run(chapter)
    assert cells(chapter[1])[1].outputs == kept
    edit(chapter[0], "M0.01 0", "M5 0")
    run(chapter)
    assert "M5 0" in cells(chapter[1])[1].outputs[0].data["image/svg+xml"]


def test_a_measurement_is_kept_until_code_before_it_changes_or_it_is_asked_for(chapter):
    first = cells(chapter[1])[3].outputs[0].text
    run(chapter, "--all")
    assert cells(chapter[1])[3].outputs[0].text == first
    run(chapter, "--measure")
    second = cells(chapter[1])[3].outputs[0].text
    assert second != first
    edit(chapter[0], '"in all"', '"altogether"')
    run(chapter)
    assert cells(chapter[1])[3].outputs[0].text != second


def test_an_expected_error_keeps_the_lines_of_the_reader_and_no_path(chapter):
    (error,) = cells(chapter[1])[2].outputs
    assert error.ename == "JSONDecodeError"
    assert [line.split("\n")[0] for line in error.traceback[:-1]] == [
        "Cell In[3], line 8",
        "Cell In[3], line 5, in parse(text)",
    ]
    assert "/" not in "".join(error.traceback) and "\x1b" not in "".join(error.traceback)


def test_an_unexpected_error_names_file_line_and_cell_and_leaves_the_notebook(chapter, executed):
    edit(chapter[0], "print(sum(squares)", "print(sum(square)")
    line = chapter[0].read_text()[: chapter[0].read_text().index("print(sum(square)")].count("\n") + 1
    with pytest.raises(
        SystemExit, match=rf"09-small\.md:{line}: code cell 1 fails: NameError: name 'square'"
    ):
        run(chapter)
    assert chapter[1].read_text() == executed[1]
    assert sorted(path.name for path in chapter[0].parent.iterdir()) == ["09-small.ipynb", "09-small.md"]


def test_options_of_a_cell_that_cannot_be_read_are_named_with_file_and_line(chapter):
    edit(chapter[0], ":tags: [measured]", ":tags: [measured")
    with pytest.raises(SystemExit, match=r"09-small\.md: Code cell 4 at line \d+ could not be read"):
        run(chapter)


def test_an_edit_in_the_notebook_alone_is_undone_by_a_run(chapter, executed):
    edit(chapter[1], "1015 in all", "1016 in all")
    edit(chapter[1], '"execution_count": 3', '"execution_count": 7')
    run(chapter)
    assert chapter[1].read_text() == executed[1]


def test_check_says_what_is_out_of_date_and_changes_nothing(chapter, executed, capsys):
    assert run(chapter, "--check") == 0
    edit(chapter[0], "How far", "How very far")
    assert run(chapter, "--check") == 1
    edit(chapter[0], '"in all"', '"altogether"')
    assert run(chapter, "--check") == 1
    assert chapter[1].read_text() == executed[1]
    said = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[1] for line in said] == [
        "up to date",
        "the text differs",
        "the code, or the results that it shows, differ from those of the last run",
    ]


def test_the_kernel_is_this_interpreter_and_knows_that_results_are_recorded(tmp_path):
    code = (
        "import os, sys\nprint(sys.executable, os.environ['APPENDIX_RECORD'], os.environ['OMP_NUM_THREADS'])"
    )
    header = "---\njupytext: {formats: 'md:myst,ipynb'}\n---\n# A\n"
    page = write_chapter(tmp_path, f"{header}\n```{{code-cell}} ipython3\n{code}\n```\n")
    (cell,) = notebooks.code_cells(page.stored)
    assert cell.outputs[0].text.split() == [sys.executable, "1", "1"]


def test_seconds_are_merged_into_the_results_and_stay_when_they_hardly_change(tmp_path):
    path = tmp_path / "results" / "09-small.json"
    notebooks.record_seconds(path, {"all": 2.01})
    assert json.loads(path.read_text()) == {"seconds": 2.1}
    path.write_text(json.dumps({"rows": [1], "seconds": 2.1}))
    notebooks.record_seconds(path, {"all": 2.6})
    assert json.loads(path.read_text()) == {"rows": [1], "seconds": 2.1}
    notebooks.record_seconds(path, {"all": 4.0})
    assert json.loads(path.read_text()) == {"rows": [1], "seconds": 4.0}


def test_the_seconds_of_long_cells_are_recorded_by_their_numbers(tmp_path):
    path = tmp_path / "09-small.json"
    notebooks.record_seconds(path, {"12": 3.0, "all": 5.0})
    notebooks.record_seconds(path, {"12": 3.5, "14": 1.0, "all": 6.0})
    assert json.loads(path.read_text()) == {"long": {"12": 3.0, "14": 1.0}, "seconds": 5.0}
    notebooks.record_seconds(path, {"all": 1.0})
    assert json.loads(path.read_text()) == {"seconds": 1.0}


def test_a_chapter_is_chosen_by_number_name_or_path(tmp_path):
    texts = [tmp_path / "03-counting.md", tmp_path / "toolkit.md"]
    assert notebooks.chosen(texts, ["03"]) == texts[:1]
    assert notebooks.chosen(texts, ["book/back/toolkit.ipynb"]) == texts[1:]
    assert notebooks.chosen(texts, []) == texts
    with pytest.raises(notebooks.Stop, match="'04'; there are: 03-counting, toolkit"):
        notebooks.chosen(texts, ["04"])


@pytest.mark.parametrize("fence", [":::", "````"])
def test_a_code_cell_inside_a_directive_is_refused_with_its_line(fence):
    torn = TEXT + f"\n{fence}{{note}}\nSee:\n```{{code-cell}} ipython3\n1\n```\n{fence}\n"
    line = torn[: torn.index(f"{fence}{{note}}")].count("\n") + (1 if fence == ":::" else 3)
    with pytest.raises(notebooks.Stop, match=f"line {line}: Jupytext tears a code cell out"):
        notebooks.in_own_form(torn)


def test_empty_lines_at_the_end_of_a_cell_are_dropped():
    written = notebooks.in_own_form(TEXT.replace("1 / 3\n", "1 / 3\n\n\n"))
    assert written == notebooks.in_own_form(TEXT) == notebooks.in_own_form(written)


@pytest.mark.parametrize("text", [TEXT, TEXT.replace("1 / 3\n", "1 / 3\n\n\n"), notebooks.in_own_form(TEXT)])
def test_the_line_of_each_cell_is_where_its_source_begins(text):
    page = notebooks.read_text(text)
    rows = text.split("\n")
    for line, cell in zip(notebooks.cell_lines(text, page), page.cells, strict=True):
        assert rows[line - 1] == cell.source.split("\n")[0]


@pytest.mark.parametrize(
    "tag, key", [("remove-input", "source_hidden"), ("hide-output", "outputs_hidden"), ("three", None)]
)
def test_what_the_page_folds_jupyterlab_folds_too(tag, key):
    text = TEXT.replace("```{code-cell} ipython3\n", f"```{{code-cell}} ipython3\n:tags: [{tag}]\n", 1)
    cell = notebooks.code_cells(notebooks.read_text(text))[0]
    assert tag in notebooks.tags(cell)
    assert cell.metadata.get("jupyter") == ({key: True} if key else None)
