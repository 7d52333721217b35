"""Numbers in prose, and whether the page computes them.

A number of three or more significant digits that a reader can see (text, captions, tables, formulas, the
header) is a claim. It has to agree, rounded to the digits shown, with a number in an output of the same
notebook. Not claims are code, addresses, labels, citations, references such as "section 3.7", and the guesses
offered in a predict box. The text alternative of a drawing is written by hand, so it is a claim, too, and no
evidence.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from book import notebooks

NUMBER = re.compile(
    r"""(?<![A-Za-z0-9_@#\\])(?<![0-9A-Za-z]\.)       # not inside a name, a label or a version
        (?P<whole>[0-9]{1,3}(?:(?:,|\{,\})[0-9]{3})+(?![0-9]) | [0-9]+)
        (?P<decimals>\.[0-9]+)?
        (?!\.?[0-9])
        (?:[eE](?P<exponent>[-+]?[0-9]+) | \s*(?:\\times|\\cdot|×|·)\s*10\^\{?(?P<power>[-−]?[0-9]+)\}?)?
        (?P<percent>\s*(?:\\?%|per\ cent\b))?""",
    re.VERBOSE,
)
REFERENCE = r"chapters?|sections?|theorems?|figures?|equations?|tables?|exercises?|definitions?|python"
FENCED = re.compile(
    r"^(?P<ticks>`{3,})(?P<what>[^\n]*)\n(?P<body>.*?)^(?P=ticks)[ \t]*$", re.MULTILINE | re.DOTALL
)
OUT_OF_SIGHT = [  # patterns whose matches are no claims
    re.compile(r"^%.*$", re.MULTILINE),
    re.compile(r"^\([\w-]+\)=$", re.MULTILINE),
    re.compile(r"^:(?!caption:|alt:)[\w-]+:.*$", re.MULTILINE),
    re.compile(r"\{(?:cite[:\w]*|kbd|term|ref|eq|numref|doc|download|prf:ref)\}`[^`]*`"),
    re.compile(r"(?<![`}])(?P<ticks>`{1,2})(?!`).+?(?<!`)(?P=ticks)(?!`)", re.DOTALL),
    re.compile(r"\[[^\]\[]*@[\w:-]+[^\]\[]*\]|(?<!\w)@\w[\w:-]*"),
    re.compile(r"\[\^[\w-]+\]:?"),
    re.compile(r"(?<=\])\([^()\s]*\)"),
    re.compile(r"<?https?://[^\s>)]+>?"),
    re.compile(rf"\b(?:{REFERENCE})[\s~]+\d[\d.]*(?:(?:,| and| or| to|–)\s*\d[\d.]*)*(?<!\.)", re.IGNORECASE),
]
PREDICT = re.compile(
    r"^(?P<colons>:{3,})\{hint\}[^\n]*\n:class:\s*predict\b.*?^(?P=colons)\s*$", re.MULTILINE | re.DOTALL
)
BULLET = re.compile(r"^\s*[-*] .*$", re.MULTILINE)
DROPDOWN = re.compile(r":{3,}\{dropdown\}")


@dataclass(frozen=True)
class Number:
    """A number as it is written. `unit` is the place of its last digit: 0.01 for 2.45, 100 for 229,800."""

    text: str
    value: Decimal
    unit: Decimal
    percent: bool = False

    @property
    def digits(self):
        """How many digits carry meaning: 3 for 0.0757 and for 274, 5 for 2.4550, 1 for 300."""
        return len(str(int(self.value / self.unit))) if self.value else 0

    def agrees(self, other):
        """Is this claim what the other number, as it was printed, rounds to?"""
        if self.value == other.value:
            return True
        if other.unit > self.unit:
            return False
        slack = self.unit / 2 + (other.unit / 2 if other.unit < self.unit else 0)
        return abs(self.value - other.value) <= slack and other.unit < self.unit

    def scaled(self, factor):
        return Number(self.text, self.value * factor, self.unit * factor)


def number(match):
    """The Number of a match of NUMBER."""
    whole, decimals = match["whole"].replace("{,}", "").replace(",", ""), match["decimals"] or ""
    power = int((match["exponent"] or match["power"] or "0").replace("−", "-"))
    value = Decimal(whole + decimals)
    unit = Decimal(1).scaleb(1 - len(decimals)) if decimals else Decimal(1)
    while not decimals and value and value % (unit * 10) == 0:
        unit *= 10
    return Number(match[0].strip(), value.scaleb(power), unit.scaleb(power), bool(match["percent"]))


def numbers(text):
    """(position, Number) of every number in a text."""
    return [(match.start(), number(match)) for match in NUMBER.finditer(text)]


def spaces(text):
    """As many spaces as the text has characters; its line ends stay."""
    return re.sub(r"[^\n]", " ", text)


def blank(text, pattern):
    """The text with the matches replaced by spaces, so that lines and positions stay."""
    return pattern.sub(lambda match: spaces(match[0]), text)


def without_code(text):
    """Fenced blocks are code, but for directives of formulas and tables."""

    def cut(match):
        if not match["what"].startswith(("{math}", "{table}", "{list-table}")):
            return spaces(match[0])
        return spaces(match["ticks"] + match["what"]) + "\n" + match["body"] + spaces(match["ticks"])

    return FENCED.sub(cut, text)


def without_guesses(text):
    """A predict box keeps its question and its answer; the options in between are guesses."""

    def cut(match):
        options, answer, rest = match[0], "", ""
        if found := DROPDOWN.search(match[0]):
            options, answer, rest = match[0][: found.start()], found[0], match[0][found.end() :]
        return blank(options, BULLET) + answer + rest

    return PREDICT.sub(cut, text)


def visible(markdown):
    """What a reader sees of a markdown cell; everything else is blank."""
    text = without_guesses(without_code(markdown))
    for pattern in OUT_OF_SIGHT:
        text = blank(text, pattern)
    return text


@dataclass(frozen=True)
class Claim:
    """A number of a page, and the line where it stands."""

    line: int
    number: Number


def claims(page):
    """Every number of three or more significant digits that a reader can see outside of outputs."""
    found = []
    header = page.text.split("\n---\n", 1)[0]
    for key in ("subtitle", "description"):
        said = str(page.source.metadata.get(key, ""))
        at = header.find(f"\n{key}:")
        found += [Claim(header.count("\n", 0, at) + 2, n) for _, n in numbers(visible(said))]
    for index, cell in enumerate(page.cells):
        line = page.lines[index]
        if cell.cell_type == "markdown":
            text = visible(cell.source)
            found += [Claim(line + text.count("\n", 0, position), n) for position, n in numbers(text)]
        else:
            found += [Claim(line, n) for _, n in numbers(visible(str(cell.metadata.get("caption", ""))))]
    for line, output in outputs(page):
        if notebooks.SVG in output.get("data", {}):
            found += [Claim(line, n) for _, n in numbers(output.data.get("text/plain", ""))]
    return sorted((c for c in set(found) if c.number.digits >= 3), key=lambda c: (c.line, c.number.text))


def outputs(page):
    """(line of the cell in the text, output) of every stored output."""
    lines = [page.lines[index] for index, _ in page.code()]
    cells = notebooks.code_cells(page.stored)
    return [(line, output) for line, cell in zip(lines, cells, strict=False) for output in cell.outputs]


def evidence(page):
    """Every number that the page's cells computed, as it was printed; data in full precision."""
    found = []
    for _, output in outputs(page):
        if output.output_type == "stream":
            found += numbers(output.text)
        elif output.output_type == "error":
            found += numbers(output.evalue)
        else:
            data = output.data
            if notebooks.SVG not in data:
                found += numbers(data.get("text/plain", ""))
                found += numbers(re.sub(r"<[^>]*>", " ", data.get("text/html", "")))
            for mime, content in data.items():
                if mime.endswith("+json"):
                    found += numbers(" ".join(map(repr, leaves(content))))
    return {n for _, n in found}


def leaves(node):
    """The numbers in a JSON value."""
    if isinstance(node, dict):
        return [leaf for item in node.values() for leaf in leaves(item)]
    if isinstance(node, list):
        return [leaf for item in node for leaf in leaves(item)]
    return [node] if isinstance(node, int | float) and not isinstance(node, bool) else []


def readings(claimed):
    """The values that a claim may stand for: 75.5 % may have been computed as 75.5 or as 0.755."""
    return [claimed, claimed.scaled(Decimal("0.01"))] if claimed.percent else [claimed]


def nearest(claimed, computed):
    """The computed number closest to a claim, for the message."""
    return min(computed, key=lambda n: min(abs(n.value - r.value) for r in readings(claimed)), default=None)


def is_computed(claimed, computed):
    return any(reading.agrees(n) for reading in readings(claimed) for n in computed)
