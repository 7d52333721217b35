"""What the back of the book gathers from its pages: where terms are defined, and who cites which source."""

import re
import unicodedata
from pathlib import Path

from .markup import Markup, join, tag
from .nodes import renders
from .references import entry, first_citation
from .sources import walk

UNCHECKED = "not checked"  # in the note of a source that nobody of us has held in hand


@renders("definitionDescription")
def description(node, sheet):
    """The meaning of a term. A reference at its end says where the term is defined, and on which page."""
    *words, last = node["children"]
    if last["type"] != "crossReference" or not last.get("remote"):
        return tag("dd", sheet.inner(node))
    page = sheet.site.page_at(last["url"])
    place = tag("span", join([page.number or page.short_title, " · ", sheet.render(last)]), class_="where")
    return tag("dd", sheet.inner({"children": words}) + place)


@renders("bibliography")
def bibliography(place, sheet):
    """Every source that a page cites, in the order of the authors, with the pages that cite it."""
    entries, citing = {}, {}
    for page in sheet.site.pages:
        nodes = [node for node in walk(page.tree) if node["type"] == "cite"]
        cited = dict.fromkeys(node.get("label") or node["identifier"] for node in nodes)
        for key in (name for name in cited if name in page.citations):
            entries[key] = entry(page.citations[key])
            citing.setdefault(key, []).append(page)
    notes = all_notes(sheet.site)
    items = [
        tag("li", source(key, entries[key], notes.get(key, ""), citing[key], sheet), id=f"ref-{key}")
        for key in sorted(entries, key=lambda key: in_order(entries[key]))
    ]
    return tag("ul", join(items), class_="bibliography")


def source(key, html, note, pages, sheet):
    """A source with our note on it, and a link to each place that cites it first on its page."""
    note = note[:1].upper() + note[1:] + ("." if note and note[-1] not in ".?!" else "")
    parts = enumerate(re.split(rf"({UNCHECKED})", note, flags=re.I))
    said = join(tag("span", part, class_="unchecked") if place % 2 else part for place, part in parts)
    links = [
        tag("a", " ".join(filter(None, [page.number, page.short_title])),
            href=sheet.page.url(f"{page.folder}index.html#{first_citation(key)}"))
        for page in pages
    ]  # fmt: skip
    cited = join(["Cited in ", Markup(", ").join(links), "."])
    return join([html, " ", tag("span", join([said, " ", cited]), class_="cited")])


def in_order(html):
    """By the words of the entry, which begin with the authors; accents do not count.

    >>> in_order("<i>É</i>tienne") < in_order("Markov")
    True
    """
    words = unicodedata.normalize("NFKD", re.sub(r"<[^>]*>", "", html))
    return "".join(letter for letter in words if not unicodedata.combining(letter)).casefold()


def all_notes(site):
    """{key: note} of every entry of the book's bibliography."""
    found = {}
    for file in map(Path, site.project.get("bibliography") or []):
        found |= notes_of(file.read_text(encoding="utf-8"))
    return found


def notes_of(bibtex):
    """{key: note} of a BibTeX file.

    >>> notes_of("@book{a1,\\n title={T {X}},\\n note = {All of {it}, not checked}\\n}")
    {'a1': 'All of it, not checked'}
    """
    found = {}
    for key, body in re.findall(r"^@\w+\{([^,\s]+),(.*?)(?=^@|\Z)", bibtex, re.M | re.S):
        note = re.search(r"^\s*note\s*=\s*\{((?:[^{}]|\{[^{}]*\})*)\}", body, re.M | re.I)
        if note:
            found[key] = re.sub(r"\s+", " ", note[1].replace("{", "").replace("}", "")).strip()
    return found

