"""References, links, notes and sources."""

import re
from itertools import pairwise

from .figures import drawing
from .markup import Markup, join, tag, template
from .nodes import Guest, renders, text_of
from .sources import walk

PREVIEWED = ("proof", "math", "definitionTerm")


@renders("crossReference")
def cross_reference(node, sheet):
    name = node.get("html_id") or node.get("identifier")
    page = sheet.site.page_at(node["url"]) if node.get("remote") else sheet.home
    target = page.targets.get(node.get("identifier")) if page else None
    if target is None:
        sheet.problem(f"nothing is called “{node.get('label') or name}”", node)
        return sheet.inner(node)
    same = page is sheet.page
    address = f"#{name}" if same else sheet.page.url(f"{page.folder}index.html#{name}")
    preview = None
    if target["type"] in PREVIEWED:
        preview = name if same and target["type"] != "definitionTerm" else card(page, target, sheet)
    return tag("a", sheet.inner(node), class_="xref", href=address, data_preview=preview)


def card(page, target, sheet):
    """A copy of something that stands elsewhere, for the preview; returns its id."""
    name = f"card-{target.get('html_id') or target['identifier']}"
    if name not in sheet.cards:
        sheet.cards[name] = ""  # a definition that refers to itself must not call for its card again
        html = Guest(sheet, page).render(card_tree(page, target))
        html = re.sub(r"<details.*?</details>", "", html, flags=re.S)
        sheet.cards[name] = Markup(re.sub(r'\sid="[^"]*"', "", html))
    return name


def card_tree(page, target):
    if target["type"] != "definitionTerm":
        return target
    meaning = next(meaning for term, meaning in terms(page) if term is target)
    return {"type": "definitionList", "children": [target, meaning]}


def terms(page):
    """[(term, meaning)] of the glossary on a page, as nodes."""
    nodes = [node for node in walk(page.tree) if node["type"] in ("definitionTerm", "definitionDescription")]
    return [(term, node) for term, node in pairwise(nodes) if term["type"] == "definitionTerm"]


@renders("link")
def link(node, sheet):
    url = node.get("url", "")
    if re.match(r"(https?|mailto):", url):
        return tag("a", sheet.inner(node), href=url)
    page = sheet.site.page_at(url) if url.startswith("/") else None
    if page is not None:
        fragment = url.partition("#")[2]
        target = f"{page.folder}index.html" + (f"#{fragment}" if fragment else "")
        return tag("a", sheet.inner(node), href=sheet.page.url(target))
    if node.get("static") and sheet.site.public(url).is_file():
        return tag("a", sheet.inner(node), href=sheet.copy(sheet.site.public(url)), download=True)
    if url.startswith("#"):
        sheet.problem(f"nothing is called “{url[1:]}”", node)
    else:
        sheet.problem(f"the link to “{node.get('urlSource') or url}” leads nowhere", node)
    return sheet.inner(node)


@renders("footnoteReference")
def note(node, sheet):
    """A numbered note: in the margin where there is one, opened in place where there is not."""
    definition = sheet.definitions.get(node.get("identifier"))
    if definition is None:
        sheet.problem(f"there is no note [^{node.get('label')}]", node)
        return Markup("")
    if any(child["type"] != "paragraph" for child in definition["children"]):
        sheet.problem(f"the note [^{node.get('label')}] may hold plain paragraphs only", definition)
    sheet.notes += 1
    body = tag("br").join(sheet.inner(paragraph) for paragraph in definition["children"])
    return template("note.html", number=sheet.notes, name=f"note-{sheet.notes}", body=body)


@renders("aside")
def margin(node, sheet):
    return tag("aside", sheet.inner(node), class_="side stay", id=sheet.anchor(node))


def letter(number):
    """a … z, aa, ab …

    >>> [letter(n) for n in (0, 25, 26)]
    ['a', 'z', 'aa']
    """
    return (letter(number // 26 - 1) if number >= 26 else "") + chr(97 + number % 26)


@renders("citeGroup")
def citations(node, sheet):
    narrative = node.get("kind") == "narrative"
    return join(cite(child, sheet, narrative) for child in node["children"] if child["type"] == "cite")


@renders("cite")
def cite(node, sheet, narrative=None):
    """Sources have letters, so that they never mix with the numbers of notes."""
    key = node.get("label") or node.get("identifier")
    if key not in sheet.page.citations:
        sheet.problem(f"references.bib has no “{key}”", node)
        return sheet.inner(node)
    first = key not in sheet.cited
    if first:
        sheet.cited.append(key)
    mark = letter(sheet.cited.index(key))
    words = text_of(node)
    anchor = tag(
        "a", mark, href=f"#source-{mark}", id=first_citation(key) if first else None,
        aria_label=f"Source {mark}: {words}", data_preview=f"source-{mark}",
    )  # fmt: skip
    narrative = node.get("kind") == "narrative" if narrative is None else narrative
    return (sheet.inner(node) if narrative else Markup("")) + tag("span", anchor, class_="footref")


def first_citation(key):
    """The id of the place where a page first cites a source."""
    return "cite-" + re.sub(r"[^\w-]", "-", key)


def source_list(sheet):
    """[(letter, id of the first citation, HTML of the entry)] for the end of the page."""
    return [
        (letter(place), first_citation(key), entry(sheet.page.citations[key]))
        for place, key in enumerate(sheet.cited)
    ]


def entry(citation):
    """A source as mystmd has formatted it."""
    html = citation.get("html", "").replace(' target="_blank"', "")
    return Markup(re.sub(r"&(?!\w+;|#\d+;)", "&amp;", html))


@renders("image")
def image(node, sheet):
    alt = node.get("alt") or ""
    if not alt.strip():
        sheet.problem(f"the image {node.get('urlSource') or node.get('url')} has no alternative text", node)
    url = node.get("url", "")
    file = sheet.site.public(url)
    if url.startswith("http") or not file.is_file():
        sheet.problem(f"there is no image {node.get('urlSource') or url}", node)
        return Markup("")
    if file.suffix == ".svg":
        return drawing(file.read_text(encoding="utf-8"), alt, sheet)
    return tag("img", src=sheet.copy(file), alt=alt, loading="lazy")
