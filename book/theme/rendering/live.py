"""What a page hands its live cells: where Python is, and for each code cell what its code list does not say.

`book/live/assemble.py` makes the folder that LIVE_FOLDER names, with a `parts.json` that says what is in it;
the folder becomes `live/` of the site. A page without it says why its cells do not run (LIVE_REASON).
"""

import json
import os
from pathlib import Path

from .cells import cell_of
from .markup import Markup
from .spare import spare

REASON = "this copy of the book was built without it"


class Live:
    """The assembled folder, or the reason why there is none."""

    def __init__(self, folder=None, reason=REASON):
        self.folder = Path(folder) if folder else None
        self.reason = reason
        self.parts = json.loads((self.folder / "parts.json").read_text()) if self.folder else {}

    @classmethod
    def from_environment(cls):
        return cls(os.environ.get("LIVE_FOLDER"), os.environ.get("LIVE_REASON") or REASON)

    def files(self):
        """{name in the site: file} of everything that the parts name."""
        if not self.folder:
            return {}
        found = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {f"live/{path.relative_to(self.folder).as_posix()}": path for path in found}


def config(sheet, live):
    """The JSON of the element #live as Markup; None for a page without code.

    {"why": …} where Python is missing. Else what parts.json says, with addresses as seen from the page; the
    `page`; `pages`, for links from a leaderboard; and `cells`, the first of which is number 1: its tags, its
    `code` where the page does not list it, the `seconds` of a long one, and `spare`, the names that it
    imports, where no cell needs it.
    """
    page = sheet.page
    blocks = [block for block in page.tree["children"] if block.get("kind") == "notebook-code"]
    if not sheet.listed - {None}:
        return None
    if not live.folder:
        return script({"why": live.reason})
    pages = {
        other.file.stem: [other.number, page.url(f"{other.folder}index.html")]
        for other in sheet.site.pages if other.number or other.file.stem == "leaderboard"
    }  # fmt: skip
    cells = [cell_of(block, number) for number, block in enumerate(blocks, 1)]
    unneeded = spare(cells, sheet.listed)
    seconds = long_seconds(sheet)
    cells = [entry(cell, sheet, unneeded, seconds) for cell in cells]
    return script({**located(live.parts, page), "page": page.file.stem, "pages": pages, "cells": cells})


def located(parts, page):
    """The parts with addresses as seen from a page; folders keep the slash at their end."""
    def address(part):
        return page.url(f"live/{part}") + "/" * part.endswith("/")

    data = {name: {**file, "address": address(file["address"])} for name, file in parts["data"].items()}
    return {**parts, "data": data, **{name: address(parts[name]) for name in ("app", "python", "book")}}


def long_seconds(sheet):
    """{number of a long cell, as a str: the seconds it took when the notebook was made}."""
    file = sheet.site.root / f"book/results/{sheet.page.file.stem}.json"
    return json.loads(file.read_text(encoding="utf-8")).get("long", {}) if file.exists() else {}


def entry(cell, sheet, unneeded, seconds):
    said = {"tags": cell["tags"]} if cell["tags"] else {}
    if cell["number"] not in sheet.listed and cell["code"]:
        said["code"] = cell["code"]["value"].rstrip()
    if str(cell["number"]) in seconds:
        said["seconds"] = seconds[str(cell["number"])]
    if cell["number"] in unneeded:
        said["spare"] = unneeded[cell["number"]]
    return said


def script(values):
    data = json.dumps(values, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Markup(f'<script type="application/json" id="live">{data}</script>')
