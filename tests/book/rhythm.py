"""What can be tested of a page's style: its order, its measures, its words. Each rule yields faults."""

import re
from collections import Counter
from itertools import pairwise
from statistics import median

from tests.book import prose
from tests.book.pages import BOOK, tags

CELLS, CODE_LINES, WORDS = (35, 60), 8, 60  # of a chapter; the last two are medians
LONGEST_CELL, WIDEST_LINE = 30, 68
LAST_SECTIONS = ["Exercises", "Summary", "Leaderboard", "Further reading"]
UNSCORED = {"01", "02"}  # chapters before the one that defines the score: nothing to put on the board yet

BULLET = re.compile(r"^- ", re.MULTILINE)
DIRECTIVE = re.compile(
    r"^(?P<colons>:{3,})\{(?P<kind>[\w:]+)\}[ ]*(?P<title>[^\n]*)\n(?P<body>.*?)^(?P=colons)[ ]*$",
    re.M | re.S,
)
MARGIN = re.compile(r"^(?P<colons>:{3,})\{note\}[^\n]*\n:class: margin\n.*?^(?P=colons)[ ]*$", re.M | re.S)
HEADING = re.compile(r"^(#+) +(.+?)\s*$", re.MULTILINE)
CITED = re.compile(r"\{cite[:\w]*\}`([^`]+)`|\[([^\]\[]*@[^\]\[]*)\]")
LABEL = re.compile(r"^:label:\s*(\S+)\s*$|^\(([\w-]+)\)=\s*$", re.MULTILINE)

BANNED = re.compile(r"\b(?:simply|obviously|just)\b", re.IGNORECASE)
AMERICAN = re.compile(
    r"\b(?:(?:normal|optim|initial|maxim|minim|organ|recogn|general|summar|real|visual|emphas|regular|random|factor)"
    r"iz(?:e[sdr]?|ing|ations?)|analyz(?:e[sd]?|ing)|(?:col|fav|behavi|neighb|hon|lab|harb)or(?:s|ed|ing|ite|able)?"
    r"|centers?|centered|fib(?:er)s?|grays?|model(?:ed|ing|er)|label(?:ed|ing)|cancel(?:ed|ing)|travel(?:ed|ing)"
    r"|catalogs?|defense|fulfill|skillful)\b",
    re.IGNORECASE,
)


def directives(source, kind):
    return [found for found in DIRECTIVE.finditer(source) if found["kind"] == kind]


def line_of(page, index, position):
    return f"{page.name}:{page.lines[index] + page.cells[index].source.count(chr(10), 0, position)}"


def shown_prose(page):
    """(where, text a reader sees) of every piece of prose: cells, captions and the header."""
    for index, cell in page.prose():
        yield index, prose.visible(cell.source)
    for index, cell in page.code():
        yield index, prose.visible(str(cell.metadata.get("caption", "")))
    yield (
        0,
        prose.visible(
            " ".join(str(page.source.metadata.get(key, "")) for key in ("subtitle", "description"))
        ),
    )


def words(page):
    """No American spelling, and none of the words that tell a reader that it is easy."""
    for index, text in shown_prose(page):
        inside = page.cells[index].cell_type == "markdown"
        for pattern, what in ((BANNED, "is banned"), (AMERICAN, "is American spelling")):
            for found in pattern.finditer(text):
                where = line_of(page, index, found.start()) if inside else page.at(index)
                yield f"{where}: “{found[0]}” {what}"


def headings(page):
    """One title at the top, and no level skipped below it."""
    found = []
    for index, cell in page.prose():
        text = prose.without_code(cell.source)
        found += [(len(m[1]), line_of(page, index, m.start())) for m in HEADING.finditer(text)]
    if not page.cells or not page.cells[0].source.startswith("# "):
        yield f"{page.name}: the first cell has to begin with the title, “# …”"
    for level, where in found[1:]:
        if level == 1:
            yield f"{where}: a second title"
    for (before, _), (level, where) in pairwise(found):
        if level > before + 1:
            yield f"{where}: a heading of level {level} below one of level {before}"


def code(page):
    """Code cells fit the page; what has a caption has a label, and the caption says what is found."""
    for index, cell in page.code():
        rows = cell.source.split("\n")
        if len(rows) > LONGEST_CELL:
            yield f"{page.at(index)}: the cell has {len(rows)} lines, at most {LONGEST_CELL}"
        for number, row in enumerate(rows):
            if len(row) > WIDEST_LINE:
                yield f"{page.name}:{page.lines[index] + number}: {len(row)} columns, at most {WIDEST_LINE}"
        caption, label = cell.metadata.get("caption"), cell.metadata.get("label")
        if bool(caption) != bool(label):
            yield f"{page.at(index)}: a caption needs a label, and a label a caption"
        if caption and not re.match(r"\*\*.+?[.?!]\*\*", caption):
            yield f"{page.at(index)}: a caption begins with one bold sentence, the finding"


def citations(page):
    """Every key that is cited is in references.bib."""
    known = set(
        re.findall(r"^@\w+\{([^,\s]+),", (BOOK / "references.bib").read_text(encoding="utf-8"), re.MULTILINE)
    )
    for index, cell in page.prose():
        for found in CITED.finditer(cell.source):
            keys = found[1].split(",") if found[1] else re.findall(r"@([\w:-]+)", found[2])
            for key in sorted({key.strip() for key in keys} - known):
                yield f"{line_of(page, index, found.start())}: {key} is not in references.bib"


def labels(page):
    """All labels of a page."""
    found = [cell.metadata["label"] for _, cell in page.code() if "label" in cell.metadata]
    return found + [m[1] or m[2] for _, cell in page.prose() for m in LABEL.finditer(cell.source)]


def twice(pages):
    """Labels that stand for two things anywhere in the book."""
    count = Counter(label for page in pages for label in labels(page))
    return [
        f"the label {label} stands {n} times: "
        + ", ".join(page.name for page in pages if label in labels(page))
        for label, n in count.items()
        if n > 1
    ]


def margins(page):
    """A note in the margin is a note of the class margin: JupyterLab prints {margin} over the text."""
    for index, cell in page.prose():
        for box in directives(cell.source, "margin"):
            where = line_of(page, index, box.start())
            yield f"{where}: write :::{{note}} In the margin, with :class: margin, and no {{margin}}"


def predictions(page):
    """A predict box offers answers and hides the right one; the next cell computes it, its output folded."""
    for index, cell in page.prose():
        for box in directives(cell.source, "hint"):
            if box["title"].strip() != "Predict, then run":
                continue
            where, body = line_of(page, index, box.start()), box["body"]
            if not body.startswith(":class: predict\n"):
                yield f"{where}: a predict box needs :class: predict"
            if len(BULLET.findall(body.split(":::{dropdown}")[0])) < 2:
                yield f"{where}: a predict box offers at least two answers"
            if ":::{dropdown} I have committed: show me\n" not in body:
                yield f"{where}: the answer stands in a dropdown “I have committed: show me”"
            after = page.cells[index + 1] if index + 1 < len(page.cells) else None
            last = not DIRECTIVE.search(cell.source, box.end())
            if last and (after is None or after.cell_type != "code" or "hide-output" not in tags(after)):
                yield f"{where}: the next cell has to compute the answer, and be tagged hide-output"


def header(page, keys):
    """The keys of the header that the site and JupyterLab need."""
    metadata = page.source.metadata
    for key in keys:
        if not metadata.get(key):
            yield f"{page.name}: the header has no {key}"
    if "numbering" in keys:
        expected = {"enumerator": f"{int(page.number)}.%s", "heading_2": True}
        if metadata.get("numbering") != expected:
            yield f"{page.name}: numbering in the header has to be {expected}"


def sections(page):
    """{title: text of the section} of the second level, in order."""
    text = "\n\n".join(cell.source for _, cell in page.prose())
    parts = re.split(r"^## +(.+?)\s*$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def opening(page):
    """Title, a hook that asks a question, its picture, and what the reader will be able to do."""
    first, *rest = page.cells
    hook = first.source.split("\n\n")[1:2]
    if not hook or "?" not in hook[0] or re.match(r"[:#`|>-]", hook[0]):
        yield f"{page.at(0)}: the hook, a paragraph with a question, has to follow the title"
    picture = rest[0] if rest else first
    if (
        picture.cell_type != "code"
        or "remove-input" not in tags(picture)
        or "caption" not in picture.metadata
    ):
        yield f"{page.at(0)}: the hook's picture, a cell tagged remove-input with a caption, has to follow"
    notes = [note for _, cell in page.prose() for note in directives(cell.source, "note")]
    notes = [note for note in notes if note["title"].strip() == "You will be able to"]
    if len(notes) != 1 or not 3 <= len(BULLET.findall(notes[0]["body"])) <= 5:
        yield f"{page.name}: one note “You will be able to” with 3 to 5 points is needed"


def theorem(page):
    """One theorem, its proof directly after it, and a cell further down that checks it and says so."""
    found = [(index, box) for index, cell in page.prose() for box in directives(cell.source, "prf:theorem")]
    if len(found) != 1:
        yield f"{page.name}: {len(found)} theorems, and not one"
        return
    (index, box), source = found[0], page.cells[found[0][0]].source
    if not re.match(r"\s*:{3,}\{prf:proof\}[^\n]*\n:class: dropdown\n", source[box.end() :]):
        yield f"{line_of(page, index, box.start())}: its proof, with :class: dropdown, has to follow at once"
    named = re.compile(
        rf"assert .*#.*\btheorem {int(page.number)}\.\d|#.*\btheorem {int(page.number)}\.\d[^\n]*\n+assert "
    )
    if not any(i > index and named.search(cell.source) for i, cell in page.code()):
        yield f"{page.name}: no later cell asserts it, with a comment “# theorem {int(page.number)}.1”"


def order(page):
    """The last sections, and how much each may hold. Before the score is defined there is no leaderboard."""
    parts, scored = sections(page), page.number not in UNSCORED
    last = [title for title in LAST_SECTIONS if scored or title != "Leaderboard"]
    if [title for title in parts if title in LAST_SECTIONS] != last or list(parts)[-len(last) :] != last:
        yield f"{page.name}: the last sections have to be {', '.join(last)}"
        return
    if not 1 <= len(BULLET.findall(parts["Summary"])) <= 5:
        yield f"{page.name}: the summary has 1 to 5 points"
    reading = re.split(BULLET, parts["Further reading"])[1:]
    if not 3 <= len(reading) <= 6 or not all(
        CITED.search(item) and len(item.split()) > 5 for item in reading
    ):
        yield f"{page.name}: further reading has 3 to 6 entries, each a source and a sentence that says why"
    calls = any("leaderboard(" in cell.source for _, cell in page.code())
    if scored and not calls:
        yield f"{page.name}: no cell calls leaderboard(…)"
    if calls and not scored:
        yield f"{page.name}: a cell calls leaderboard(…), and chapter 03 has yet to define the score"
    if not any(
        box["title"].strip() == "Predict, then run"
        for _, c in page.prose()
        for box in directives(c.source, "hint")
    ):
        yield f"{page.name}: there is no predict box"


def measures(page):
    """Not too much and not too little; exercises and proofs are not counted."""
    counted = [
        cell
        for cell in page.cells
        if not tags(cell) & {"exercise", "solution"} and not re.match(r":{3,}\{exercise\}", cell.source)
    ]
    if not CELLS[0] <= len(counted) <= CELLS[1]:
        yield f"{page.name}: {len(counted)} cells without the exercises', {CELLS[0]} to {CELLS[1]} may be"
    lines = median(len(c.source.split("\n")) for c in counted if c.cell_type == "code")
    if lines > CODE_LINES:
        yield f"{page.name}: half of the code cells have {lines:g} lines or more, at most {CODE_LINES}"
    lengths = median(word_count(c.source) for c in counted if c.cell_type == "markdown")
    if lengths > WORDS:
        yield f"{page.name}: half of the text cells have {lengths:g} words or more, at most {WORDS}"


def word_count(markdown):
    """Words of a text cell without proofs, formulas and notes in the margin."""
    text = DIRECTIVE.sub(lambda box: "" if box["kind"] in ("prf:proof", "exercise") else box[0], markdown)
    text = MARGIN.sub("", text)
    text = prose.FENCED.sub("", text)
    text = re.sub(r"^:.*$", "", text, flags=re.MULTILINE)
    return len(text.split())


EVERY_PAGE = (words, headings, code, citations, margins, predictions)
CHAPTER = (opening, theorem, order, measures)


def faults(page):
    """What is wrong with a page by the rules of its kind: a chapter, 00, or a page without a number."""
    found = list(
        header(page, ("description", "kernelspec", *(("subtitle", "numbering") if page.number else ())))
    )
    for rule in EVERY_PAGE + (CHAPTER if page.is_chapter else (opening,) if page.number else ()):
        found += rule(page)
    return found
