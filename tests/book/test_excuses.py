"""Every output is compared, but for those of at most five cells a page that say why they cannot be."""

import re

import pytest

from tests.book.fixture import TEXT
from tests.book.pages import Page, identity, pages, tags

LOOK = {"remove-input", "hide-input", "hide-output", "hide-cell", "three", "margin"}
ROLE = {"exercise", "solution", "raises-exception", "long", "results"}
EXCUSES = {"banded", "measured"}
MOST = 5
COMMENT = re.compile(r"#\s*(?:NBVAL_\w+|PYTEST_VALIDATE_IGNORE_OUTPUT)", re.IGNORECASE)


def faults(page):
    found, excused = [], 0
    for index, cell in enumerate(page.cells):
        where = page.at(index)
        unknown = tags(cell) - LOOK - ROLE - EXCUSES
        found += [f"{where}: the tag {tag!r} is not one of ours" for tag in sorted(unknown)]
        if cell.cell_type != "code":
            continue
        excused += bool(tags(cell) & EXCUSES)
        if "banded" in tags(cell) and not re.search(r"\bin_band\(", cell.source):
            found.append(f"{where}: a banded cell has to call in_band(value, low, high, why)")
        if comment := COMMENT.search(cell.source):
            found.append(f"{where}: the comment {comment[0]!r} would keep outputs from being compared")
    if excused > MOST:
        found.append(f"{page.name}: {excused} cells are excused, at most {MOST} may be")
    return found


@pytest.mark.parametrize("page", pages(), ids=identity)
def test_only_our_two_excuses_are_used_and_rarely(page):
    assert faults(page) == []


def planted(tmp_path, cell):
    path = tmp_path / "09-small.md"
    path.write_text(f"{TEXT}\n```{{code-cell}} ipython3\n{cell}\n```\n")
    return faults(Page(path))


@pytest.mark.parametrize("tag", ["nbval-ignore-output", "nbval-skip", "skip", "remove-output"])
def test_a_foreign_tag_is_refused(tmp_path, tag):
    (fault,) = planted(tmp_path, f":tags: [{tag}]\nprint(1)")
    assert fault.endswith(f"the tag {tag!r} is not one of ours")


@pytest.mark.parametrize(
    "comment", ["# NBVAL_IGNORE_OUTPUT", "#nbval_skip", "# PYTEST_VALIDATE_IGNORE_OUTPUT"]
)
def test_a_comment_that_excuses_is_refused(tmp_path, comment):
    (fault,) = planted(tmp_path, f"{comment}\nprint(1)")
    assert "would keep outputs from being compared" in fault


def test_a_band_without_in_band_is_refused(tmp_path):
    (fault,) = planted(tmp_path, ":tags: [banded]\nprint(1)")
    assert "has to call in_band" in fault
    assert planted(tmp_path, ':tags: [banded]\nin_band(loss, 2.1, 2.16, "seeds")') == []


def test_a_sixth_excuse_is_refused(tmp_path):
    def more(count):
        return "\n```\n\n```{code-cell} ipython3\n".join(
            [f":tags: [measured]\nprint({n})" for n in range(count)]
        )

    assert planted(tmp_path, more(4)) == []
    (fault,) = planted(tmp_path, more(5))
    assert "6 cells are excused, at most 5 may be" in fault
