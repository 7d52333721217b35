"""One function for each kind of node of the running text. Boxes, cells, references have their own modules."""

import hashlib
import re

from .highlight import highlight
from .markup import Markup, escape, join, tag
from .sources import walk

OPENING, CLOSING = re.compile(r"[(\[“‘]+$"), re.compile(r"[.,;:!?)\]’”]+")  # what touches a formula
SHORT = 16  # characters, which fit on a phone's line wherever they begin
NUMBER = re.compile(r"[+-]?[\d.]*\d")
RENDERERS = {}  # node type → function(node, sheet)


def renders(*types):
    def enter(function):
        for kind in types:
            RENDERERS[kind] = function
        return function

    return enter


class Sheet:
    """One page while it is rendered: what has been counted, cited and named on it so far."""

    def __init__(self, page, site):
        self.page, self.site = page, site  # the page that is written: addresses are seen from it
        self.home = page  # the page whose nodes are rendered; another one for a Guest
        self.line = 1
        self.ids = {}  # id → line
        self.notes = 0  # sidenotes so far
        self.definitions = {  # what footnotes say, by name
            node["identifier"]: node for node in walk(page.tree) if node["type"] == "footnoteDefinition"
        }
        self.cited = []  # keys, in the order of their letters
        self.cards = {}  # definitions of other pages, for previews
        self.choices = 0  # predictions so far
        self.drawings = 0  # inline SVGs so far
        self.media = {}  # address in the site → file to copy
        self.widgets = set()  # names of the explorables on the page
        self.films = 0  # films so far
        self.listed = set()  # numbers of the code cells whose code stands on the page

    def problem(self, message, node=None):
        self.site.problems.add(self.page.source.as_posix(), (node or {}).get("line") or self.line, message)

    def render(self, node):
        self.line = node.get("line") or self.line
        renderer = RENDERERS.get(node["type"])
        if renderer is None:
            self.problem(f"the theme does not know the node “{node['type']}”", node)
            return Markup("")
        return renderer(node, self)

    def inner(self, node):
        parts, children = [], node.get("children") or []
        for place, child in enumerate(children):
            html = self.render(child)
            if is_formula(child, children, place):
                html = tag("span", html.replace("-", "−"), class_="number")
            if child["type"] == "citeGroup" and child.get("kind") != "narrative" and parts:
                parts[-1] = Markup(parts[-1].rstrip(" "))  # a raised letter needs no space before it
            parts.append(html)
        return join(tied(parts))

    def anchor(self, node):
        """The id of an element. Each may stand once on a page."""
        name = node.get("html_id") or node.get("identifier")
        if name:
            self.claim(name, node)
        return name

    def claim(self, name, node):
        if name in self.ids:
            self.problem(f"the name “{name}” is already taken in line {self.ids[name]}", node)
        self.ids[name] = node.get("line") or self.line

    def copy(self, file):
        """Take a file into the site, named by what is in it: mystmd's names hold the time of the checkout."""
        stem = re.sub(r"-?[0-9a-f]{32}$", "", file.stem)
        mark = hashlib.sha256(file.read_bytes()).hexdigest()[:10]
        name = f"media/{stem}{'.' if stem else ''}{mark}{file.suffix}"
        self.media[name] = file
        return self.page.url(name)


def is_formula(node, siblings, place):
    """Whether mystmd made these words of a formula that is a number, such as $0$ or $2^3$.

    It does so to all of them. They betray themselves: nothing else leaves two texts side by side.
    """
    if node["type"] == "span":
        return [part["type"] for part in node["children"]] in (["text", "superscript"], ["text", "subscript"])
    beside = [*siblings[max(place - 1, 0) : place], *siblings[place + 1 : place + 2]]
    is_number = node["type"] == "text" and NUMBER.fullmatch(node["value"]) and "position" in node
    return is_number and any(other["type"] == "text" for other in beside)


def tied(parts):
    """Short formulas kept on one line with the punctuation that touches them.

    KaTeX sets inline blocks, and a browser may break a line before and after one of those, whatever stands
    there. A long formula can be wider than a phone, so it stays free to break.
    """
    parts = list(parts)
    for place, html in enumerate(parts):
        if html.startswith('<span class="katex">') and letters(html) <= SHORT:
            before, after = OPENING.search(parts[place - 1]) if place else None, None
            if place + 1 < len(parts):
                after = CLOSING.match(parts[place + 1])
            if before or after:
                if before:
                    parts[place - 1] = Markup(parts[place - 1][: before.start()])
                if after:
                    parts[place + 1] = Markup(parts[place + 1][after.end() :])
                inside = [Markup(mark[0]) if mark else "" for mark in (before, after)]
                parts[place] = tag("span", inside[0] + html + inside[1], class_="tie")
    return parts


def letters(html):
    """How many characters of a formula are seen; those of its MathML stand before katex-html."""
    return len(re.sub(r"<[^>]*>", "", html.partition('class="katex-html"')[2].partition(">")[2]))


class Guest(Sheet):
    """What stands on another page, shown on this one: without notes, and complaints are made there."""

    def __init__(self, host, home):
        super().__init__(host.page, host.site)
        self.home = home
        self.definitions, self.cards, self.media = {}, host.cards, host.media

    def problem(self, message, node=None):
        pass


def text_of(node):
    """The words of a node without any markup; TeX stays as it is."""
    if node["type"] in ("text", "inlineCode", "inlineMath", "code", "math"):
        return node.get("value", "")
    return "".join(text_of(child) for child in node.get("children") or [])


def classes(node):
    return (node.get("class") or "").split()


SIMPLE = {
    "paragraph": "p", "emphasis": "em", "strong": "strong", "delete": "del", "underline": "u",
    "subscript": "sub", "superscript": "sup", "blockquote": "blockquote", "definitionTerm": "dt",
    "definitionDescription": "dd",
}  # fmt: skip


@renders(*SIMPLE)
def simple(node, sheet):
    return tag(SIMPLE[node["type"]], sheet.inner(node), id=sheet.anchor(node), class_=node.get("class"))


@renders("root", "block", "captionContent", "glossary", "smallcaps", "mystDirective", "mystRole")
def transparent(node, sheet):
    return sheet.inner(node)


@renders("comment", "mystComment", "mystTarget", "footnoteDefinition", "admonitionTitle", "summary")
def silent(node, sheet):
    return Markup("")


@renders("text")
def text(node, sheet):
    return escape(node["value"])


@renders("break")
def line_break(node, sheet):
    return tag("br")


@renders("thematicBreak")
def rule(node, sheet):
    return tag("hr")


@renders("inlineCode")
def inline_code(node, sheet):
    return tag("code", node["value"])


@renders("abbreviation")
def abbreviation(node, sheet):
    return tag("abbr", sheet.inner(node), title=node.get("title"))


@renders("span")
def span(node, sheet):
    return tag("span", sheet.inner(node), class_=node.get("class"), id=sheet.anchor(node))


@renders("div")
def div(node, sheet):
    return tag("div", sheet.inner(node), class_=node.get("class"), id=sheet.anchor(node))


@renders("list")
def bullets(node, sheet):
    start = node.get("start")
    if node.get("ordered"):
        return tag("ol", sheet.inner(node), start=None if start in (None, 1) else start)
    return tag("ul", sheet.inner(node))


@renders("listItem")
def item(node, sheet):
    return tag("li", unwrapped(node, sheet))


def unwrapped(node, sheet):
    """The inside of a list item or a cell: a single paragraph needs no <p>."""
    children = node.get("children") or []
    if [child["type"] for child in children].count("paragraph") == 1 and children[0]["type"] == "paragraph":
        return sheet.inner(children[0]) + join(sheet.render(child) for child in children[1:])
    return sheet.inner(node)


@renders("definitionList")
def definitions(node, sheet):
    return tag("dl", sheet.inner(node), class_="terms")


SPOKEN = {".": "dot", " ": "space", ",": "comma", "\n": "new line", "_": "low line", "-": "hyphen"}


@renders("keyboard")
def tokens(node, sheet):
    """A row of token boxes, one for each character."""
    characters = list(text_of(node))
    boxes = join(tag("b", "␣" if c == " " else "↵" if c == "\n" else c) for c in characters)
    spoken = ", ".join(SPOKEN.get(c, c) for c in characters)
    return tag("span", boxes, class_="tokens", role="img", aria_label=spoken)


@renders("heading")
def heading(node, sheet):
    """Headings below the second level; sections (layout.py) write the others."""
    return tag(f"h{node['depth']}", sheet.inner(node), id=sheet.anchor(node))


@renders("inlineMath")
def inline_math(node, sheet):
    if not node.get("html"):
        sheet.problem(f"KaTeX cannot read ${node.get('value', '')}$", node)
    return Markup(node.get("html", ""))


@renders("math")
def equation(node, sheet):
    if not node.get("html"):
        sheet.problem(f"KaTeX cannot read $${node.get('value', '')}$$", node)
    number = node.get("enumerator")
    body = Markup(node.get("html", "")) + (tag("span", f"({number})", class_="no") if number else "")
    label = f"Equation {number}" if number else "Equation"
    return tag("div", body, class_="eq", id=sheet.anchor(node), role="group", aria_label=label)


@renders("code")
def code(node, sheet):
    """Code in the text, not in a cell: commands, fragments."""
    return tag("pre", tag("code", highlight(node["value"], node.get("lang") or "text")), class_="listing")


@renders("details")
def details(node, sheet):
    summary = next((child for child in node["children"] if child["type"] == "summary"), None)
    label = sheet.inner(summary) if summary else "More"
    return tag("details", tag("summary", label) + sheet.inner(node), open=bool(node.get("open")))


@renders("table")
def table(node, sheet, caption=""):
    """A Markdown table: header rows first; the first cell of other rows names the row, if it has words."""
    rows = node.get("children") or []
    head = [row for row in rows if all(cell.get("header") for cell in row["children"])]
    body = [row for row in rows if row not in head]
    parts = [caption]
    if head:
        parts.append(tag("thead", join(table_row(row, sheet, head=True) for row in head)))
    parts.append(tag("tbody", join(table_row(row, sheet) for row in body)))
    return tag("div", tag("table", join(parts)), class_="scroll", id=sheet.anchor(node))


def has_words(node):
    """Whether there is more in a node than formulas: they have no name that is read out."""
    texts = [part["value"] for part in walk(node) if part["type"] in ("text", "inlineCode")]
    return bool(re.search(r"[^\s,;]", " ".join(texts)))


def table_row(row, sheet, head=False):
    cells = []
    for place, cell in enumerate(row["children"]):
        names = bool(cell.get("children")) if head else place == 0 and has_words(cell)
        name = "th" if names else "td"
        right = "r" if cell.get("align") == "right" else None
        spans = {key: cell[key] for key in ("colspan", "rowspan") if cell.get(key)}
        scope = None if name == "td" else "col" if head else "row"
        cells.append(tag(name, unwrapped(cell, sheet), class_=right, scope=scope, **spans))
    return tag("tr", join(cells))
