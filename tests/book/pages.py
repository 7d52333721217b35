"""The pages of the book as the tests read them: text, cells with their lines, and the stored notebook."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from book import notebooks

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"


@dataclass(frozen=True)
class Page:
    """One text and the notebook beside it."""

    path: Path

    @cached_property
    def text(self):
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def source(self):
        """The cells of the text, without outputs."""
        return notebooks.read_text(self.text)

    @property
    def cells(self):
        return self.source.cells

    @cached_property
    def lines(self):
        """For each cell the line of the text on which it begins."""
        return notebooks.cell_lines(self.text, self.source)

    @cached_property
    def stored(self):
        """The committed notebook."""
        notebook = notebooks.stored(self.path.with_suffix(".ipynb"))
        assert notebook is not None, f"{self.name} has no notebook yet; run `make notebooks`"
        return notebook

    @property
    def name(self):
        return str(self.path.relative_to(ROOT)) if self.path.is_relative_to(ROOT) else str(self.path)

    @property
    def number(self):
        """03 of 03-counting; None for pages without a number."""
        found = re.match(r"(\d\d)-", self.path.stem)
        return found and found[1]

    @property
    def is_chapter(self):
        """A numbered page of a part; 00 says how to read the others and keeps fewer of their rules."""
        return self.number not in (None, "00")

    def at(self, index):
        """file:line of a cell, for messages."""
        return f"{self.name}:{self.lines[index]}"

    def code(self):
        """(index, cell) of every code cell."""
        return [(index, cell) for index, cell in enumerate(self.cells) if cell.cell_type == "code"]

    def prose(self):
        """(index, cell) of every markdown cell."""
        return [(index, cell) for index, cell in enumerate(self.cells) if cell.cell_type == "markdown"]


def pages():
    """Every page that is a notebook."""
    return [Page(path) for path in notebooks.paired_texts(BOOK)]


def chapters():
    return [page for page in pages() if page.is_chapter]


def identity(page):
    """What pytest calls a test of a page."""
    return page.path.stem


def tags(cell):
    return set(cell.metadata.get("tags", ()))
