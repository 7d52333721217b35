"""One letter, one symbol, one meaning: what shows the dimension key agrees with what states it."""

import re

import pytest
from companion.notation import DIMENSIONS, dimension_key
from companion.roles import MEANINGS, ROLES, SHAPES

from tests.book import prose, rhythm
from tests.book.pages import BOOK, ROOT, Page, identity, pages
from tests.tracer import SUFFIX

NOTATION = Page(BOOK / "back/notation.md")
LAYOUT = set(  # what only arranges, or means the same everywhere
    """frac left right bigl bigr Bigl Bigr big Big bigg quad qquad text textit begin end aligned ldots
    dots cdots cdot times le ge ne neq leq geq lt gt approx equiv to in mid colon pm tag operatorname
    mathrm mathbb mathcal mathbf mathit sqrt hat bar tilde underset overset underbrace overbrace limits
    displaystyle textstyle div max min lim prime vdots ddots phantom land lor not Longrightarrow
    Rightarrow implies iff therefore cases array matrix pmatrix bmatrix""".split()
)


def chips(page):
    """[(where, letter, words)] of the dimension chips of a page."""
    return [
        (rhythm.line_of(page, index, box.start()), *chip)
        for index, cell in page.prose()
        for box in rhythm.directives(cell.source, "admonition")
        if ":class: dims" in box["body"]
        for chip in re.findall(r"^- `([^`]+)` (.+)$", box["body"], re.MULTILINE)
    ]


@pytest.mark.parametrize("page", pages(), ids=identity)
def test_a_chip_gives_its_letter_the_meaning_of_the_key(page):
    """N and M are for each page to say; of the others a chip may leave out what stands in brackets."""
    for where, letter, words in chips(page):
        assert letter in DIMENSIONS, f"{where}: {letter} is not in the dimension key"
        meaning = DIMENSIONS[letter][0].partition(" (")[0]
        assert letter in "NM" or words.startswith(meaning), f"{where}: {letter} is {meaning}, not {words}"


def test_chapter_00_shows_the_whole_key():
    (first,) = [page for page in pages() if page.number == "00"]
    assert [letter for _, letter, _ in chips(first)] == list(DIMENSIONS)


def test_contributing_shows_the_whole_key():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("## Dimension key")[2].partition("\n## ")[0]
    shown = {}
    for cell in re.findall(r"(?<=\|) ([^|]*`[^|]*) (?=\|)", section):
        for letter in re.findall(r"`(\w)`", cell):
            shown[letter] = re.sub(r"[`\w]`,?\s*|`", "", cell).strip()
    assert shown == {letter: axis for letter, (axis, _) in DIMENSIONS.items()}


def test_the_examples_of_the_key_end_in_their_letter():
    for letter, (_, name) in DIMENSIONS.items():
        suffix = SUFFIX.search(name)[1]
        assert letter in suffix and set(suffix) <= set(DIMENSIONS), name


def test_the_page_shows_the_key_and_the_roles_as_they_are_stated():
    shown = [cell.outputs[0].data["text/plain"] for cell in NOTATION.stored.cells if cell.get("outputs")]
    assert repr(dimension_key()) in shown
    assert set(MEANINGS) == set(SHAPES) == set(ROLES["light"]) - {
        "paper", "raised", "rule", "quiet", "ink", "accent"
    }  # fmt: skip
    (roles,) = [text for text in shown if text.startswith("role ")]
    assert [line.split()[0] for line in roles.split("\n")[1:]] == list(MEANINGS)


# --- symbols ------------------------------------------------------------------------------------------------


def symbols():
    """[(line, [formulas], code, meaning, label)] of the table of symbols."""
    (index,) = [i for i, cell in NOTATION.prose() if ":label: tbl-symbols" in cell.source]
    found = []
    for number, row in enumerate(NOTATION.cells[index].source.split("\n")):
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip("| "))]
        if row.startswith("| $"):
            first, code, meaning, home = cells
            label = re.fullmatch(r"\[\]\(#([\w-]+)\)", home)
            where = f"{NOTATION.name}:{NOTATION.lines[index] + number}"
            assert label and meaning, f"{where}: a row has a symbol, its code, its meaning and a reference"
            found.append((where, re.findall(r"\$([^$]+)\$", first), code, meaning, label[1]))
    return found


def formulas(page):
    """(where, TeX) of every formula in the text of a page."""
    for index, cell in page.prose():
        text = re.sub(r"(?<!`)`[^`\n]+`(?!`)", lambda code: prose.spaces(code[0]), cell.source)
        for match in re.finditer(r"\$([^$]+)\$|```\{math\}\n(?::[^\n]*\n)*(.*?)```", text, re.DOTALL):
            yield rhythm.line_of(page, index, match.start()), match[1] or match[2]


def atoms(tex):
    """What needs an explanation in a formula: Greek and special letters, operators, names in upright type."""
    names = {rf"\{kind}{{{name}}}" for kind, name in re.findall(r"\\(math\w+|operatorname)\{(\w+)\}", tex)}
    return names | {rf"\{name}" for name in re.findall(r"\\([A-Za-z]+)", tex) if name not in LAYOUT}


def test_every_symbol_has_a_place_that_introduces_it():
    labels = {label: page for page in pages() for label in rhythm.labels(page)}
    for where, _, _, _, label in symbols():
        assert label in labels, f"{where}: nothing is called {label}"


def test_every_symbol_is_used_where_it_is_said_to_be_introduced():
    labels = {label: page for page in pages() for label in rhythm.labels(page)}
    for where, names, _, _, label in symbols():
        used = "".join(re.sub(r"\s", "", tex) for _, tex in formulas(labels[label]))
        for name in names:
            core = re.sub(r"\(.*|\\dots.*|\s", "", name)
            assert core in used, f"{where}: {labels[label].name} has no {core} in a formula"


@pytest.mark.parametrize("page", [p for p in pages() if p.number or p.path.stem == "toolkit"], ids=identity)
def test_every_greek_letter_and_operator_of_a_page_is_in_the_table_of_symbols(page):
    known = set().union(*(atoms(name) for _, names, _, _, _ in symbols() for name in names))
    missing = {name: where for where, tex in reversed(list(formulas(page))) for name in atoms(tex) - known}
    assert missing == {}, f"add a row to the table of symbols in {NOTATION.name} for each of them"


def test_what_needs_an_explanation_is_found_and_layout_is_not():
    assert atoms(r"\frac{1}{N}\sum_{a} \mathrm{NLL}(Q) \le \alpha") == {r"\sum", r"\mathrm{NLL}", r"\alpha"}
