"""The map of pairs: counts as shades, one pair in words, its row as a PMF."""

from html import escape
from math import ceil, log, log1p, sqrt

LEVELS = 8                     # as many shades as charts.heat_map has
EDGE, PITCH, CELL = 26, 20, 19       # room for the letters, from cell to cell, a cell; units of the drawing


def levels(model, mode="counts"):
    """Shades of the table, 0 for never to 8: logarithm of a count, square root of a probability."""
    counts, totals = model["counts"], [sum(row) for row in model["counts"]]
    if mode == "counts":
        shades = [[log1p(n) for n in row] for row in counts]
    else:
        shades = [[sqrt(n / total) for n in row] for row, total in zip(counts, totals, strict=True)]
    top = max(map(max, shades))
    return [[ceil(LEVELS * shade / top - 1e-9) for shade in row] for row in shades]


def probability(p):
    """Three decimals. Rarely is not never, so a small p says that it is small.

    >>> probability(207 / 274), probability(1 / 9999), probability(0)
    ('0.755', 'under 0.001', '0')
    """
    return "0" if p == 0 else "under 0.001" if p < 0.0005 else f"{p:.3f}"


def spoken(label):
    return {".": "dot", " ": "space"}.get(label, label)


def readout(model, row, column):
    """What the figure says of one pair, and what a screen reader hears."""
    n, total = model["counts"][row][column], sum(model["counts"][row])
    a, b = model["labels"][row], model["labels"][column]
    times = "never" if n == 0 else "1 time" if n == 1 else f"{n:,} times"
    p, nats = probability(n / total), f"{log(total / n):.2f} nats" if n else "∞"
    return {
        "a": a, "b": b, "count": times, "total": f"{total:,}", "p": p, "nats": nats,
        "status": f"{spoken(a)} then {spoken(b)}: {times}, probability {p}, "
                  f"surprise {nats if n else 'infinite'}",
    }  # fmt: skip


def ends(model, mode="counts"):
    """The palest and the darkest entry, for the key under the map."""
    counts = model["counts"]
    if mode == "counts":
        seen = [n for row in counts for n in row if n]
        return f"{min(seen):,}", f"{max(seen):,}"
    seen = [n / sum(row) for row in counts for n in row if n]
    return probability(min(seen)), probability(max(seen))


def still(model):
    """What book/widgets/pairs.js moves."""
    labels = model["labels"]
    row, column = map(labels.index, model["pair"])
    return (
        f'<header><span class="label">Explorable</span><span class="note">{escape(model["title"])}</span>'
        '<div class="seg js-only" role="group" aria-label="The shade shows">'
        '<button type="button" aria-pressed="true" data-mode="counts">Counts</button>'
        '<button type="button" aria-pressed="false" data-mode="probabilities">Probabilities</button>'
        '</div></header><div class="map" data-mode="counts"><div>'
        f'<div class="plane">{_drawing(model, row, column)}</div>{_key(model)}</div>'
        f'<div class="read">{_words(model, row, column)}{_bars(model, row, column)}{_ways(model)}'
        '<p class="visually-hidden" role="status"></p></div></div>'
    )


def _drawing(model, row, column):
    """One path for each shade, not a rectangle for each cell; a dot where there is nothing to shade."""
    labels = model["labels"]
    size = EDGE + PITCH * len(labels)
    paths = [""] * (LEVELS + 1)
    for i, levels_of_row in enumerate(levels(model)):
        for j, level in enumerate(levels_of_row):
            x, y = EDGE + PITCH * j, EDGE + PITCH * i
            paths[level] += f"M{x} {y}h{CELL}v{CELL}h-{CELL}z" if level else f"M{x + 8} {y + 8}h3v3h-3z"
    cells = f'<path class="never" data-level="0" d="{paths[0]}"/>' + "".join(
        f'<path class="cells" data-level="{k}" opacity="{k / LEVELS:g}" d="{paths[k]}"/>'
        for k in range(1, LEVELS + 1)
    )
    letters = ""
    for kind, chosen in (("col", column), ("row", row)):
        for i, label in enumerate(labels):
            middle = EDGE + PITCH * i + CELL / 2
            x, y = (middle, 11) if kind == "col" else (12, middle)
            on = " on" if i == chosen else ""
            letters += f'<text class="{kind}{on}" x="{x:g}" y="{y:g}">{escape(label)}</text>'
    x, y = EDGE - 1 + PITCH * column, EDGE - 1 + PITCH * row
    cursor = f'<rect class="cursor" x="{x}" y="{y}" width="{CELL + 2}" height="{CELL + 2}"/>'
    band = f'<rect class="band" x="{EDGE - 1}" y="{y}" width="{size - EDGE + 1}" height="{CELL + 2}"/>'
    return (f'<svg viewBox="0 0 {size + 1} {size + 1}" role="img" aria-label="{escape(model["alt"])}">'
            f"{cells}{letters}{band}{cursor * 2}</svg>")     # fmt: skip


def _key(model):
    least, most = ends(model)
    steps = "".join(f'<i style="opacity:{k / LEVELS:g}"></i>' for k in range(1, LEVELS + 1))
    return (f'<p class="shades"><span class="dot">never</span><span><span data-out="least">{least}</span>'
            f'<span class="ramp" role="img" aria-label="to">{steps}</span>'
            f'<span data-out="most">{most}</span></span></p>')     # fmt: skip


def _words(model, row, column):
    say = {key: escape(text) for key, text in readout(model, row, column).items()}
    return (
        f'<p class="pair"><b class="tok" data-out="a">{say["a"]}</b><span class="quiet">→</span>'
        f'<b class="tok" data-out="b">{say["b"]}</b></p>'
        f'<dl><dt>pair seen</dt><dd class="c" data-out="count">{say["count"]}</dd>'
        f'<dt>row total</dt><dd data-out="total">{say["total"]}</dd>'
        f'<dt><i>P</i>(<span data-out="b">{say["b"]}</span> | <span data-out="a">{say["a"]}</span>)</dt>'
        f'<dd class="p" data-out="p">{say["p"]}</dd>'
        f'<dt>surprise</dt><dd data-out="nats">{say["nats"]}</dd></dl>'
    )


def _bars(model, row, column):
    """The row as a PMF. All rows share one scale, or a flat row would look as sure of itself as row q.

    No bar carries its number: the words say it, and above a low bar it would cover the high one beside it.
    """
    counts = model["counts"]
    full = max(n / sum(of_row) for of_row in counts for n in of_row)
    line = next(p for p in (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0) if p <= full)
    bars = ""
    for j, (label, n) in enumerate(zip(model["labels"], counts[row], strict=True)):
        p = n / sum(counts[row])
        hit = ' class="hit"' if j == column else ""
        bars += f'<span style="--p:{p / full:.4f}"{hit}>{escape(label)}</span>'
    name = escape(f"The probabilities after {spoken(model['labels'][row])}, as bars")
    scale = f'<i aria-hidden="true" style="--p:{line / full:.4f}">{line:g}</i>'
    return f'<div class="pmf" role="img" aria-label="{name}" style="--n:{len(counts)}">{scale}{bars}</div>'


def _ways(model):
    """How to move, and what to look for: nothing that still paper could do."""
    buttons = "".join(
        f'<button type="button" data-key="{key}" aria-label="{name}">{sign}</button>'
        for key, name, sign in (
            ("ArrowLeft", "Next letter: one to the left", "←"),
            ("ArrowRight", "Next letter: one to the right", "→"),
            ("ArrowUp", "Current letter: one up", "↑"),
            ("ArrowDown", "Current letter: one down", "↓"),
        )
    )
    tasks = "".join(f"<li>{escape(task)}</li>" for task in model["tasks"])
    tasks = f'<p class="label js-only">Try</p><ul class="try js-only">{tasks}</ul>' if tasks else ""
    return f'<p class="keys js-only">{buttons}<span>or type a name</span></p>{tasks}'
