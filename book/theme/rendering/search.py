"""The words of the book for the search in the page: one entry for each section. assets/book.js ranks them."""

import json
import re

from .layout import flow, sections
from .nodes import text_of

SKIPPED = {"cell", "math", "code", "captionNumber"}
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


def entries(page):
    """[{url, page, section, text}], addresses from the root of the site."""
    found = []
    name = f"{page.number} {page.title}" if page.number else page.title
    for heading, items in sections(flow(page)):
        captions = [item["caption"] for item in items if item["type"] == "cell" and item["caption"]]
        text = " ".join(words_of(item) for item in [*items, *captions])
        text = re.sub(r"\s+", " ", text).strip()
        section = text_of(heading) if heading else ""
        anchor = heading.get("html_id") or heading.get("identifier") if heading else None
        if text or section:
            url = f"{page.folder}index.html" + (f"#{anchor}" if anchor else "")
            found.append({"url": url, "page": name, "section": section, "text": text})
    return found


def search_file(words):
    """A script and not JSON: pages opened from a folder may not fetch."""
    return "window.searchEntries = " + json.dumps(words, ensure_ascii=False, separators=(",", ":")) + ";\n"
