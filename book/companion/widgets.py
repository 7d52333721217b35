"""Explorable figures: a chart whose still is complete, and which moves where something can move it.

The page moves it with the module in book/widgets. JupyterLab does too, if anywidget is installed; what is
recorded and tested holds the still and its numbers alone, the same bytes each time and no widget's state.
"""

import os
import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np

from companion.charts import event_chart, heat_map, pmf_chart
from companion.freshness import surprise_chart
from companion.stills import events, surprise

WIDGET_MIME = "application/vnd.appendix.widget+json"
VIEW_MIME = "application/vnd.jupyter.widget-view+json"
BOOK = Path(__file__).resolve().parents[1]


class Explorable:
    """What explorables share. A subclass names its `widget` and has a `chart`, for where nothing moves, an
    `alt` text and a `model`: everything that the page and JupyterLab are handed."""

    widget: str

    def __repr__(self):
        return self.alt

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = self.chart._repr_mimebundle_() | {WIDGET_MIME: {"widget": self.widget, "model": self.model}}
        return bundle | (_view(self.widget, self.model) if _is_live() else {})


@dataclass(frozen=True, eq=False, repr=False)
class PairMap(Explorable):
    """The counts `C_VV` of pairs as a map to walk on, which begins at `pair`; `tasks` are what to look for.

    ValueError without an alt text, for a table that is not of counts, for an empty row, for an unknown token.
    """

    C_VV: np.ndarray
    labels: str | list
    pair: tuple = ("q", "u")
    alt: str = ""
    tasks: tuple = ()
    title: str = "What follows what"
    widget = "pairs"

    def __post_init__(self):
        C_VV, labels = np.array(self.C_VV), list(self.labels)
        object.__setattr__(self, "chart", heat_map(C_VV, labels, alt=self.alt))
        _refuse_what_is_no_count(C_VV, labels)
        if len(self.pair) != 2 or not set(self.pair) <= set(labels):
            raise ValueError(f"{self.pair!r} is no pair of the labels {''.join(labels)!r}")
        C_VV.setflags(write=False)
        object.__setattr__(self, "C_VV", C_VV)

    @property
    def model(self):
        return {
            "counts": self.C_VV.tolist(), "labels": list(self.labels), "pair": list(self.pair),
            "alt": self.alt, "tasks": list(self.tasks), "title": self.title,
        }  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Sampler(Explorable):
    """A bigram model in the middle of a name: bars for what may follow the last letter of `word`, and a die.

    `C_VV` are the counts of pairs over `labels`, the first of which is the end mark. ValueError without an
    alt text, for a table that is not of counts, for an empty row, for a word that is not made of the letters.
    """

    C_VV: np.ndarray
    labels: str | list
    word: str = ""
    alt: str = ""
    widget = "sampler"

    def __post_init__(self):
        C_VV, labels = np.array(self.C_VV), list(self.labels)
        if not set(self.word) <= set(labels[1:]):
            raise ValueError(f"{self.word!r} is not made of the letters {''.join(labels[1:])!r}")
        V = len(labels)
        if C_VV.shape != (V, V):
            raise ValueError(f"{V} labels need a table of shape {(V, V)}, not {C_VV.shape}")
        _refuse_what_is_no_count(C_VV, labels)
        row_V = C_VV[labels.index(self.word[-1]) if self.word else 0]
        object.__setattr__(self, "chart", pmf_chart(row_V / row_V.sum(), labels, alt=self.alt))
        C_VV.setflags(write=False)
        object.__setattr__(self, "C_VV", C_VV)

    @property
    def model(self):
        return {"counts": self.C_VV.tolist(), "labels": list(self.labels), "word": self.word, "alt": self.alt}


def _refuse_what_is_no_count(C_VV, labels):
    if C_VV.dtype.kind not in "iu":
        raise ValueError(f"a table of pairs holds counts, integers, not {C_VV.dtype}")
    if not C_VV.sum(axis=1).all():
        empty = labels[int(np.argmin(C_VV.sum(axis=1)))]
        raise ValueError(f"the row of {empty!r} is empty, so no PMF belongs to it")


@dataclass(frozen=True, eq=False, repr=False)
class EventMap(Explorable):
    """Two events `A` and `B` to paint over a vocabulary; a word's area is its share of the `slips`.

    `slips` is {word: how many}. The words fill `rows` equal rows, by their slips and also one by one, or else
    ValueError; as without an alt text, for a count that is not above 0, for an event with an unknown word.
    """

    slips: dict
    A: frozenset = frozenset()
    B: frozenset = frozenset()
    rows: int = 4
    alt: str = ""
    tasks: tuple = ()
    title: str = "Two events, one measure"
    widget = "events"

    def __post_init__(self):
        slips = dict(self.slips)
        events.tiles([1] * len(slips), self.rows)
        chart = event_chart(slips, {"A": self.A, "B": self.B}, rows=self.rows, alt=self.alt)
        for name, value in (("slips", slips), ("chart", chart)):
            object.__setattr__(self, name, value)

    @property
    def model(self):
        def in_order(event):
            return [word for word in self.slips if word in event]

        return {
            "words": list(self.slips), "slips": list(self.slips.values()), "rows": self.rows,
            "A": in_order(self.A), "B": in_order(self.B),
            "alt": self.alt, "tasks": list(self.tasks), "title": self.title,
        }  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class SurpriseStrip(Explorable):
    """What each character of a line costs, and how fresh the line is beside the lines `held` out.

    The model counts pieces of up to `n` tokens of `vocabulary` in the lines `train`; each context leans, by
    the weight `k`, on the one a token shorter. `line`, `kept` and the `examples` are (name, text): what to
    begin with, one line to compare it with, and what the gauge names. ValueError without an alt text, for a
    line of train or held that has a character which no token stands for, and for a text that has no other.
    """

    vocabulary: str
    train: list
    held: list
    n: int
    k: float
    line: tuple
    kept: tuple
    examples: tuple = ()
    alt: str = ""
    tasks: tuple = ()
    title: str = "How fresh is your line?"
    widget = "surprise"

    def __post_init__(self):
        for line in (*self.train, *self.held):
            if unknown := [c for c in line if c not in self.vocabulary[1:]]:
                raise ValueError(f"{unknown[0]!r} of the line {line!r} is no token of {self.vocabulary!r}")
        end, lines = self.vocabulary[0], {}
        for name, text in (self.line, self.kept, *self.examples):
            if not surprise.cleaned(text, self.vocabulary)[0]:
                raise ValueError(f"nothing is left of the text {name!r}, {text!r}: no token stands for it")
        for _, text in (self.line, self.kept):
            line, _ = surprise.cleaned(text, self.vocabulary)
            lines[line + end] = surprise.prices(self.model, line, self.n)
        object.__setattr__(self, "chart", surprise_chart(lines, alt=self.alt))

    @property
    def model(self):
        return {
            "vocabulary": self.vocabulary, "train": "\n".join(self.train), "held": "\n".join(self.held),
            "n": self.n, "k": self.k, "line": list(self.line), "kept": list(self.kept),
            "examples": [list(example) for example in self.examples],
            "alt": self.alt, "tasks": list(self.tasks), "title": self.title,
        }  # fmt: skip


def _is_live():
    """Does a person watch? Jupyter's server names the session of the kernels it starts; nothing else does."""
    return "JPY_SESSION_NAME" in os.environ and "APPENDIX_RECORD" not in os.environ


def _view(name, model):
    """The moving figure of JupyterLab; nothing where anywidget is not installed."""
    try:
        import anywidget
        import traitlets
    except ImportError:
        return {}

    still = import_module(f"companion.stills.{name}").still(model)
    state = model | {"still": f'<div class="appendix"><div class="explorable">{still}</div></div>'}
    source = {"_esm": (BOOK / f"widgets/{name}.js").read_text(encoding="utf-8"), "_css": _css_of_the_page()}
    traits = {key: traitlets.Any(value).tag(sync=True) for key, value in state.items()}
    widget = type("Moving", (anywidget.AnyWidget,), source | traits)()
    return {VIEW_MIME: {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}}


def _css_of_the_page():
    """The page's style for what stands inside .appendix, and nothing around it; fonts stay with the page."""
    assets = BOOK / "theme/assets"
    tokens, *sheets = (
        (assets / name).read_text(encoding="utf-8")
        for name in ("tokens.css", "page.css", "elements.css", "explorable.css")
    )
    values = re.search(r":root \{(.*?)\n\}", tokens, flags=re.DOTALL)[1]
    own = "\nfont: 400 1rem/1.5 var(--sans); color: var(--ink); padding: 3px;\n"
    nested = values + own + "\n".join(sheets)
    schemes = "".join(
        f'[data-jp-theme-light="{light}"] .appendix {{ color-scheme: {scheme}; }}\n'
        for light, scheme in (("true", "light"), ("false", "dark"))
    )
    return f".appendix {{{nested}\n}}\n{schemes}"
