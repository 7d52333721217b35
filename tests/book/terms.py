"""The glossary, and where the book's running text uses its terms.

A term is linked with the role {term} where the book, read from chapter 00 to the end of the toolkit, uses it
for the first time. A later page may link it again, at the first use on that page, so that whoever begins to
read there is helped as well. Nothing is linked twice on a page.

Running text are paragraphs, lists, definitions, theorems and notes in the margin. Titles, captions, tables,
footnotes, formulas, code, folded proofs, a page's first paragraph and its abilities, predict boxes,
exercises, summaries and further reading are not: they name things in passing, or out of sight, and no term is
linked there.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from tests.book import prose
from tests.book.pages import BOOK, pages

GLOSSARY = BOOK / "back/glossary.md"
ENTRY = re.compile(r"^(?P<term>\w[^\n]*)\n: (?P<meaning>[^\n]+(?:\n  [^\n]+)*)", re.MULTILINE)
ALIASES = re.compile(r"((?:\*[^*]+\*(?:, |\. ))+)")
ROLE = re.compile(r"\{term\}`(?P<text>[^`<]+?)(?:\s*<(?P<name>[^>]+)>)?`")
HOME = re.compile(r" \[\]\(#([\w-]+)\)$")
BOX = re.compile(
    r"^(?P<colons>:{3,})\{(?:exercise|hint|table|note|admonition)\}[^\n]*\n(?!:class: margin\n)"
    r".*?^(?P=colons)[ ]*$",
    re.MULTILINE | re.DOTALL,
)
PASSING = [
    BOX,
    re.compile(
        r"^(?P<colons>:{3,})\{prf:proof\}[^\n]*\n:class: dropdown\n.*?^(?P=colons)[ ]*$",
        re.MULTILINE | re.DOTALL,
    ),
    re.compile(r"^## (?:Summary|Further reading)$.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL),
    re.compile(r"^#+ .*$", re.MULTILINE),
    re.compile(r"^\[\^[\w-]+\]: .*?(?=\n\n|\Z)", re.MULTILINE | re.DOTALL),
    re.compile(r"^(:{3,})\{[^}]*\}.*$", re.MULTILINE),
    re.compile(r"```\{math\}.*?```|\$[^$]+\$", re.DOTALL),
    re.compile(r"\[[^\]]*\]\([^)]*\)"),
]


@dataclass(frozen=True)
class Entry:
    """A term with its other names, what it means, and the label of the place that defines it."""

    term: str
    aliases: tuple
    meaning: str
    home: str | None
    line: int


@dataclass(frozen=True)
class Use:
    """Where a page's running text names a term; `linked` if it does so in a link."""

    term: str
    line: int
    place: int
    linked: bool


def pattern(*names):
    """The names as a text may write them: over a line's end, with a hyphen, in the plural, with a capital."""
    forms = []
    for name in names:
        words = [re.escape(word) for word in re.split(r"[-\s]+", name)]
        last = words.pop()
        plural = rf"(?:{last}|{last[:-1]}ies)" if last.endswith("y") else rf"{last}(?:e?s)?"
        plural = r"(?:matrix|matrices)" if last == "matrix" else plural
        forms.append(r"[-\s]+".join([*words, plural]))
    return rf"(?<![\w-])(?:{'|'.join(forms)})(?![\w-])"


def entries(text):
    """Every Entry of the glossary, in its order."""
    found = []
    for match in ENTRY.finditer(text.partition(":::{glossary}")[2]):
        meaning = " ".join(match["meaning"].split())
        names = ALIASES.match(meaning)
        aliases = tuple(re.findall(r"\*([^*]+)\*", names[1])) if names else ()
        home = HOME.search(meaning)
        line = text.count("\n", 0, text.index(f"\n{match['term']}\n: ")) + 2
        found.append(Entry(match["term"], aliases, meaning, home and home[1], line))
    return found


@lru_cache
def glossary():
    return tuple(entries(GLOSSARY.read_text(encoding="utf-8")))


def running(page):
    """[(line, text)] of the running text of each cell; what is not is blank, so that places stay."""
    found, closing = [], False
    for index, cell in page.prose():
        source = cell.source
        if index == 0:                                   # the opening paragraph, in a chapter the hook
            title, gap, rest = source.partition("\n\n")
            hook, stop, rest = rest.partition("\n\n")
            source = title + gap + prose.spaces(hook) + stop + rest
        for out in PASSING:
            source = prose.blank(source, out)
        headings = list(re.finditer(r"^## +(.+?)\s*$", cell.source, re.MULTILINE))
        if closing:                                      # it began in an earlier cell
            stop = headings[0].start() if headings else len(source)
            source = prose.spaces(source[:stop]) + source[stop:]
        closing = headings[-1][1] in ("Summary", "Further reading") if headings else closing
        found.append((page.lines[index], prose.without_code(source)))
    return found


def uses(page, known):
    """Every Use on a page, in order. Where one term stands inside another, the longer one counts."""
    found = []
    names = [(name, entry) for entry in known for name in (entry.term, *entry.aliases)]
    names.sort(key=lambda pair: -len(pair[0]))
    for first, text in running(page):
        for entry in known:
            for match in ROLE.finditer(text):
                if (match["name"] or match["text"]).lower() == entry.term.lower():
                    found.append(use(entry, first, text, match, True))
        text = prose.blank(text, ROLE)
        text = re.sub(r"`[^`]*`", lambda code: prose.spaces(code[0]), text)
        for name, entry in names:
            form = re.compile(pattern(name), re.IGNORECASE)
            found += [use(entry, first, text, match, False) for match in form.finditer(text)]
            text = prose.blank(text, form)
    return sorted(found, key=lambda use: (use.line, use.place))


def use(entry, first, text, match, linked):
    """A Use from where it was matched in a text that begins in line `first`."""
    at = match.start()
    return Use(entry.term, first + text.count("\n", 0, at), at - text.rfind("\n", 0, at), linked)


def astray(page):
    """Where a page links a term outside of its running text."""
    texts = dict(running(page))
    for index, cell in page.prose():
        for match in ROLE.finditer(cell.source):
            if not ROLE.match(texts[page.lines[index]], match.start()):
                yield f"{page.name}:{page.lines[index] + cell.source.count(chr(10), 0, match.start())}"
    for index, cell in page.code():
        if ROLE.search(str(cell.metadata.get("caption", ""))):
            yield page.at(index)


def in_order():
    """The pages whose terms are linked, in the order in which they are read."""
    chapters = sorted((page for page in pages() if page.number), key=lambda page: page.number)
    return [*chapters, *(page for page in pages() if page.path.stem == "toolkit")]


def faults(book, known):
    """What is wrong with the links of some pages, read in this order."""
    found, seen = [], set()
    for page in book:
        first = {}
        found += [f"{where}: no term is linked here, see tests/book/terms.py" for where in astray(page)]
        for use in uses(page, known):
            where = f"{page.name}:{use.line}"
            if use.term not in first:
                first[use.term] = use.linked
                if not use.linked and use.term not in seen:
                    how = f"{{term}}`{use.term}`"
                    found.append(f"{where}: the book uses “{use.term}” here first; link it: {how}")
            elif use.linked:
                again = "is linked here again" if first[use.term] else "was used before on this page"
                found.append(f"{where}: “{use.term}” {again}; a page links a term once, at its first use")
        seen |= set(first)
    never = [entry for entry in known if entry.term not in seen]
    return found + [f"{GLOSSARY.name}:{e.line}: no page uses “{e.term}” in its running text" for e in never]
