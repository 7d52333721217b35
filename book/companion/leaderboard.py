"""One leaderboard for all models: nats per character on held-out names, with its standard error over names.

Rows are measured on every run, and compared with those stored in results/; they are written only when
APPENDIX_RECORD=1. Seconds differ from run to run, so the stored ones are shown.
"""

import json
import math
import os
import platform
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from companion.contract import END, encode
from companion.tables import Table

MIME = "application/vnd.appendix.leaderboard+json"
RESULTS = Path(__file__).resolve().parents[1] / "results"


class ResultError(ValueError):
    """A measured row is not the stored one, or none is stored; the message says which and what to do."""


@dataclass(frozen=True)
class Evaluation:
    """What a model costs on N strings: nll and tokens of each, and the number of pairs of probability 0."""

    nlls_N: np.ndarray
    tokens_N: np.ndarray
    unseen: int

    @property
    def nats(self):
        """Σ nll / Σ tokens, in nats per character, end marks counted; ∞ if anything was called impossible."""
        return float(self.nlls_N.sum() / self.tokens_N.sum())

    @property
    def se(self):
        """The standard error of `nats` over strings; None if nats is ∞."""
        return None if self.unseen else _ratio_error(self.nlls_N, self.tokens_N)

    def __iter__(self) -> Iterator:
        return iter((self.nats, self.se, self.unseen))


def _ratio_error(a_N, b_N):
    """Standard error of r = Σa / Σb, by the delta method: √(N/(N−1) · Σ (aᵢ − r bᵢ)²) / Σb."""
    N, r = len(a_N), a_N.sum() / b_N.sum()
    return float(math.sqrt(N / (N - 1) * ((a_N - r * b_N) ** 2).sum()) / b_N.sum())


def evaluate(lm, names):
    """The Evaluation of a model on names without end marks: `nats, se, unseen = evaluate(lm, names)`."""
    if len(names) < 2:
        raise ValueError(f"a standard error over names needs at least 2 of them, not {len(names)}")
    nlls, tokens, unseen = [], [], 0
    for name in names:
        x_T = (*encode(lm.vocabulary, name), END)
        p_T = lm.pmfs(x_T)[np.arange(len(x_T)), x_T]
        impossible = int((p_T == 0).sum())
        nlls.append(math.inf if impossible else float(-np.log(p_T).sum()))
        tokens.append(len(x_T))
        unseen += impossible
    return Evaluation(np.array(nlls), np.array(tokens), unseen)


def tie(a, b):
    """Do two Evaluations of the same names differ by at most two standard errors of their paired difference?

    The difference is D = Σ(aᵢ − bᵢ) / Σ tokens; what is hard for both cancels. ValueError if either is ∞.
    """
    if not np.array_equal(a.tokens_N, b.tokens_N):
        raise ValueError("a paired difference needs the same names in the same order")
    if a.unseen or b.unseen:
        raise ValueError("a model that calls a held-out name impossible cannot tie")
    d_N = a.nlls_N - b.nlls_N
    return bool(abs(d_N.sum() / a.tokens_N.sum()) <= 2 * _ratio_error(d_N, a.tokens_N))


@dataclass(frozen=True)
class Row:
    """One model: how many numbers it consists of, its nats per character (∞ if `unseen` > 0), its seconds."""

    model: str
    numbers: int
    nats: float
    se: float | None
    unseen: int
    seconds: float
    note: str = ""

    def same(self, other):
        """Is this the same result? Seconds and the standard error do not count, nats to four decimals do."""
        return (self.model, self.numbers, self.unseen, self.note) == \
            (other.model, other.numbers, other.unseen, other.note) and \
            (self.nats == other.nats or abs(self.nats - other.nats) <= 1e-4)


class Leaderboard:
    """Rows to show: as an aligned text, and as the numbers from which the page makes its table.

    `now` is the model to mark; `chapters`, if given, names for each row the chapter that measured it.
    """

    def __init__(self, rows, now=None, chapters=None):
        self.rows, self.now = tuple(rows), now
        self.chapters = (None,) * len(self.rows) if chapters is None else tuple(chapters)
        if len(self.chapters) != len(self.rows):
            raise ValueError(f"{len(self.rows)} rows were measured in {len(self.chapters)} chapters")
        if now is not None and now not in [row.model for row in self.rows]:
            raise ValueError(f"no row is called {now!r}; there are {[row.model for row in self.rows]}")

    def __repr__(self):
        return repr(Table(["model", "numbers", "seconds", "nats per character", ""], [
            [row.model, row.numbers, f"{row.seconds:.1f}", _loss(row),
             ", ".join(filter(None, [row.note, chapter, "now" if row.model == self.now else ""]))]
            for row, chapter in zip(self.rows, self.chapters, strict=True)], "lrrrl"))

    def _repr_mimebundle_(self, include=None, exclude=None):
        finite = [row.nats for row in self.rows if not row.unseen] or [0.0]
        low, high = math.floor(10 * min(finite)) / 10, math.floor(10 * max(finite) + 1) / 10
        rows = [_as_json(row) | {"now": row.model == self.now} | ({"chapter": chapter} if chapter else {})
                for row, chapter in zip(self.rows, self.chapters, strict=True)]
        return {"text/plain": repr(self), MIME: {"rows": rows, "low": low, "high": high}}


def leaderboard(stem, models, names, *, now=None, before=()):
    """Measure the models of a chapter on held-out names and return the Leaderboard.

    `models` is {model: (numbers, make)} or {model: (numbers, make, note)}, where make() counts or trains and
    returns a language model; its seconds are measured. `before` names chapters whose stored rows stand first,
    `now` the row to mark. ResultError if a row differs from results/<stem>.json, unless APPENDIX_RECORD=1,
    which stores the rows.
    """
    measured = [_measure(model, names, *entry) for model, entry in models.items()]
    earlier = [row for chapter in before for row in stored_rows(chapter)]
    if os.environ.get("APPENDIX_RECORD") == "1":
        rows = _record(stem, measured)
    else:
        rows = stored_rows(stem)
        _compare(stem, measured, rows)
    return Leaderboard(earlier + rows, now)


def stored_rows(stem):
    """The rows of a chapter as they are stored; ResultError if there are none."""
    rows = _read(stem).get("rows")
    if not rows:
        raise ResultError(f"no results are stored for {stem!r}: `make notebooks` records them")
    return [Row(**row | {"nats": math.inf if row["nats"] is None else row["nats"]}) for row in rows]


def standings():
    """The Leaderboard of the whole book: the stored rows of every chapter, the best first, ∞ last."""
    found = {}
    for stem in _recorded():
        for row in stored_rows(stem):
            found.setdefault((row.model, row.numbers, row.nats), (row, stem))
    ranked = sorted(found.values(), key=lambda entry: (entry[0].nats, entry[0].unseen, entry[0].numbers))
    return Leaderboard([row for row, _ in ranked], chapters=[stem for _, stem in ranked])


def machines():
    """What the stored seconds were measured on: {a line about the machine: its chapters}."""
    found = {}
    for stem, document in _recorded().items():
        said = "{cpu}, {threads} of {cores} cores, Python {python}, numpy {numpy}"
        line = said.format(**document["machine"])
        found.setdefault(line, []).append(stem)
    return found


def _recorded():
    """{chapter: document} of those that have recorded rows; the table of a long cell has no machine."""
    stems = sorted(path.stem for path in RESULTS.glob("*.json"))
    return {stem: document for stem in stems if "machine" in (document := _read(stem))}


def _measure(model, names, numbers, make, note=""):
    start = time.perf_counter()
    lm = make()
    seconds = math.ceil(10 * (time.perf_counter() - start)) / 10
    nats, se, unseen = evaluate(lm, names)
    return Row(model, numbers, round(nats, 4), None if se is None else round(se, 4), unseen, seconds, note)


def _compare(stem, measured, stored):
    names, expected = [row.model for row in measured], [row.model for row in stored]
    if names != expected:
        raise ResultError(f"results/{stem}.json has the rows {expected}, this run has {names}: "
                          "`make notebooks` records what you changed on purpose")
    for new, old in zip(measured, stored, strict=True):
        if not new.same(old):
            found, known = (f"{r.nats} nats, {r.numbers} numbers, {r.unseen} unseen" for r in (new, old))
            raise ResultError(f"{new.model}: this run has {found}; results/{stem}.json has {known}: "
                              "`make notebooks` records what you changed on purpose")


def _record(stem, measured):
    """Store the rows. One whose result is the same keeps its seconds: nothing changes without a cause."""
    document = _read(stem)
    old = {row.model: row for row in stored_rows(stem)} if document.get("rows") else {}
    rows = [old[row.model] if row.model in old and row.same(old[row.model]) else row for row in measured]
    if rows != list(old.values()):
        document |= {"machine": machine(), "rows": [_as_json(row) for row in rows]}
        write_json(RESULTS / f"{stem}.json", document)
    return rows


def _loss(row):
    if row.unseen:
        return f"∞ ({row.unseen} pair{'s' * (row.unseen > 1)} of probability 0)"
    return f"{row.nats:.3f} ± {row.se:.3f}"


def _as_json(row):
    return asdict(row) | {"nats": None if math.isinf(row.nats) else row.nats}


def _read(stem):
    path = RESULTS / f"{stem}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write_json(path, document):
    """The file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    partial.write_text(text + "\n", encoding="utf-8")
    os.replace(partial, path)


def machine():
    """What the seconds were measured on: processor, cores, threads, versions; no names and no paths."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {"cpu": (models or [platform.machine()])[0], "cores": os.cpu_count(),
            "threads": os.environ.get("OMP_NUM_THREADS", "all"),
            "python": platform.python_version(), "numpy": np.__version__}
