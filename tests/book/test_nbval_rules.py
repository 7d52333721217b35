"""The notebook stage: a changed output is caught wherever it stands, and slow cells are named."""

import os
import re
import subprocess
import sys

import nbformat
import pytest

from book import notebooks
from tests.book.fixture import TEXT, write_chapter
from tests.book.nbval_rules import too_slow
from tests.book.pages import ROOT


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    page = write_chapter(tmp_path_factory.mktemp("book"))
    return page.path.with_suffix(".ipynb").read_text()


def nbval(folder, text, *changes):
    """Run the stage on one notebook with faults planted in it; pytest's output and exit code."""
    notebook = nbformat.reads(text, as_version=4)
    for change in changes:
        change(notebook)
    path = folder / "09-small.ipynb"
    path.write_text(notebooks.written_notebook(notebook))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.book.nbval_rules",
        "--nbval",
        "--nbval-current-env",
    ]
    command += ["--color=no", "-p", "no:cacheprovider", "--rootdir", str(folder), str(path)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    return done.stdout, done.returncode


def outputs(notebook, number):
    return notebooks.code_cells(notebook)[number - 1].outputs


def print_another_number(notebook):
    outputs(notebook, 1)[0].text = "1016 in all\n"


def show_another_value(notebook):
    outputs(notebook, 1)[1].data["text/plain"] = "0.3333333333333334"


def describe_the_drawing_otherwise(notebook):
    outputs(notebook, 2)[0].data["text/plain"] = "three bars"


def change_its_data(notebook):
    outputs(notebook, 2)[0].data["application/vnd.appendix.pmf+json"]["p"][0] = 0.126


def raise_another_error(notebook):
    outputs(notebook, 3)[0].evalue = "Expecting value"


def print_less(notebook):
    outputs(notebook, 1).pop(0)


def ask_nbval_to_look_away(notebook):
    notebooks.code_cells(notebook)[0].metadata["tags"] = ["nbval-ignore-output"]
    print_another_number(notebook)


def draw_otherwise_and_measure_otherwise(notebook):
    outputs(notebook, 2)[0].data["image/svg+xml"] = "<svg/>"
    outputs(notebook, 4)[0].text = "at 1.5 s\n"


def test_a_true_notebook_passes_also_where_it_draws_and_measures_otherwise(small, tmp_path):
    said, code = nbval(tmp_path, small, draw_otherwise_and_measure_otherwise)
    assert code == 0 and "5 passed" in said, said  # four cells and the pace


@pytest.mark.parametrize(
    "changes, cells",
    [
        ((print_another_number, describe_the_drawing_otherwise, raise_another_error), (0, 1, 2)),
        ((show_another_value, change_its_data), (0, 1)),
        ((print_less,), (0,)),
        ((ask_nbval_to_look_away,), (0,)),
    ],
)
def test_a_changed_output_is_caught_in_each_cell(small, tmp_path, changes, cells):
    said, code = nbval(tmp_path, small, *changes)
    assert code == 1 and f"{len(cells)} failed, {5 - len(cells)} passed" in said, said
    for cell in cells:
        assert f"Cell {cell}: Cell outputs differ" in said


def test_a_slow_cell_is_named_unless_it_is_tagged_long(tmp_path):
    busy = "for number in range(60_000_000):\n    number * number"   # the yardstick, sixty times
    text = TEXT.replace("1 / 3\n```", "1 / 3\n```\n\n```{code-cell} ipython3\n" + busy + "\n```")
    page = write_chapter(tmp_path, text)
    said, code = nbval(tmp_path, page.path.with_suffix(".ipynb").read_text())
    assert code == 1 and re.search(r"code cell 2 took \d\.\d s; at most 1, or tag it long", said), said
    page = write_chapter(tmp_path, text.replace(busy, ":tags: [long]\n" + busy))
    said, code = nbval(tmp_path, page.path.with_suffix(".ipynb").read_text())
    assert code == 0, said


def test_cells_that_are_slow_together_are_caught():
    cell = nbformat.v4.new_code_cell
    long = cell(metadata={"tags": ["long"]})
    assert too_slow([(cell(), 0.9)] * 3 + [(long, 60)]) == []
    (fault,) = too_slow([(cell(), 0.9)] * 4)
    assert fault.startswith(
        "the cells not tagged long took 3.6 s together, at most 3 (the slowest of the code: cell 4 0.9 s,"
    )
