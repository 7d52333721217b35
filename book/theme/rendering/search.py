"""The words of the book for the search in the page. assets/book.js ranks what is found.

One entry for each section, one for each definition, and one for each term of the glossary. A section knows
which terms are defined in it, so that a reader who looks for a word finds first what explains it.
"""

import json
import re

from .boxes import title_and_body
from .layout import CLOSING, flow, sections
from .nodes import text_of
from .references import terms
from .sources import walk

SKIPPED = {"cell", "math", "code", "captionNumber", "glossary"}  # a term has an entry of its own
INLINE = {"text", "inlineCode"}
PHRASES = set("paragraph heading emphasis strong link crossReference admonitionTitle citeGroup cite".split())


def words_of(node):
    """The words of a node; formulas as their TeX without the signs that only TeX needs."""
    if node["type"] in SKIPPED:
        return ""
    if node["type"] in INLINE:
        return node.get("value", "")
    if node["type"] == "inlineMath":
        return re.sub(r"\\[,;:! ]|[{}\\]", "", node.get("value", ""))
    parts = [words_of(child) for child in node.get("children") or []]
    return ("" if node["type"] in PHRASES else " ").join(parts)


def squeezed(text):
    return re.sub(r"\s+", " ", text).strip()


def defined(site):
    """{(page, identifier): terms}: an entry of the glossary ends with a reference to where it is defined."""
    found = {}
    for page in site.pages:
        for term, meaning in terms(page):
            last = meaning["children"][-1]
            if last["type"] == "crossReference":
                home = site.page_at(last["url"]) if last.get("remote") else page
                found.setdefault((home, last.get("identifier")), []).append(text_of(term))
    return found


def entries(page, known):
    """[{url, page, section, text, names, kind}], addresses from the site's root; `known` is defined(site)."""
    name = f"{page.number} {page.title}" if page.number else page.title
    found = []

    def enter(anchor, section, text, kind="", words=()):
        if text or section:
            url = f"{page.folder}index.html" + (f"#{anchor}" if anchor else "")
            more = {"names": ", ".join(words)} if words else {}
            more |= {"kind": kind} if kind else {}
            found.append({"url": url, "page": name, "section": section, "text": squeezed(text), **more})

    for heading, items in sections(flow(page)):
        anchor = heading.get("html_id") or heading.get("identifier") if heading else None
        captions = [item["caption"] for item in items if item["type"] == "cell" and item["caption"]]
        text = " ".join(words_of(item) for item in [*items, *captions])
        inside = [node for item in [heading or {"type": ""}, *items] for node in walk(item)]
        here = [term for node in inside for term in known.get((page, node.get("identifier")), [])]
        enter(anchor, text_of(heading) if heading else "", text, "closing" if anchor in CLOSING else "", here)
        for node in inside:
            if node["type"] == "proof" and node.get("kind") == "definition" and node.get("html_id"):
                title, body = title_and_body(node)
                words = " ".join(map(words_of, body))
                enter(node["html_id"], text_of(title) if title else "", words, "definition")
    for term, meaning in terms(page):
        text = " ".join(map(words_of, meaning["children"][:-1]))
        enter(term["html_id"], text_of(term), text, "term", other_names(meaning))
    return found


def other_names(meaning):
    """What stands in italics at the beginning of an entry, each name followed by a comma or a full stop."""
    names = []
    for name, after in zip(meaning["children"][::2], meaning["children"][1::2], strict=False):
        if name["type"] != "emphasis" or after.get("value", "")[:1] not in (",", "."):
            break
        names.append(text_of(name))
    return names


def search_file(words):
    """A script and not JSON: pages opened from a folder may not fetch."""
    return "window.searchEntries = " + json.dumps(words, ensure_ascii=False, separators=(",", ":")) + ";\n"
