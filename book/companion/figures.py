"""Figures that stand once in the book, drawn as the charts are: colours, type, and data to read back."""

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, NullLocator

from companion.charts import COLOURS, MONO, Chart, _figure, _name_at_the_end, _svg
from companion.roles import SHAPES


def mirror_chart(x, f, *, names, alt):
    """The curve of `f` over `x`, and its inverse as the mirror image in the diagonal; `data` has x and y."""
    x_N = np.asarray(x, dtype=float)
    y_N = f(x_N)
    low, high = min(x_N.min(), y_N.min()), max(x_N.max(), y_N.max())
    with _figure(3.4) as fig:
        ax = fig.add_axes((0.1, 0.08, 0.66, 0.9))
        ax.plot([low, high], [low, high], ":", color=COLOURS["quiet"], linewidth=1)
        curve, = ax.plot(x_N, y_N, "-", color=COLOURS["ink"])
        ax.plot(y_N, x_N, "--", color=COLOURS["ink"])
        above = y_N[-1] >= x_N[-1]
        for name, end, offset, side in ((names[0], (x_N[-1], y_N[-1]), (-7, -3), "right"),
                                        (names[1], (y_N[-1], x_N[-1]), (7, 0), "left")):
            ax.annotate(name, end, offset if above else (7, 0), textcoords="offset points", va="center",
                        ha=side if above else "left", annotation_clip=False)
        for spine in ("left", "bottom"):
            ax.spines[spine].set_position("zero")
        whole = [n for n in range(int(np.ceil(low)), int(high) + 1) if n or low == 0]
        ax.set(aspect="equal", xlim=(low, high), ylim=(low, high), xticks=whole, yticks=whole)
        svg = _svg(fig)
        drawn = curve.get_xydata().T.copy()
    return Chart(svg, {"x": drawn[0], "y": drawn[1]}, alt)


def secants_chart(f, x, steps, tangent, *, name, alt):
    """The curve of `f` around `x`, and for each of the steps a line through its points a step left and right.

    The dotted line has the slope `tangent` and goes through the full point at `x`. `data` has the slopes,
    read back from the lines.
    """
    reach = 1.12 * max(steps)                         # the names begin beyond the farthest points
    x_N = np.linspace(x - reach, x + reach, 61)
    with _figure(3.6) as fig:
        ax = fig.add_axes((0.08, 0.08, 0.72, 0.9))
        ax.plot(x_N, f(x_N), "-", color=COLOURS["ink"])
        ax.annotate(name, (x_N[-6], f(x_N[-6])), (6, -4), textcoords="offset points", va="center",
                    color=COLOURS["ink"])
        lines = {}
        for h in steps:
            ends = np.array([x - h, x + h])
            rise = (f(ends[1]) - f(ends[0])) / (2 * h)
            wide = x_N[[0, -1]]
            lines[f"h = {h:g}: {rise:g}"], = ax.plot(wide, f(ends[0]) + rise * (wide - ends[0]), "--",
                                                     color=COLOURS["gradient"], linewidth=1.4)
            ax.plot(ends, f(ends), "o", mfc=COLOURS["paper"], color=COLOURS["gradient"])
        lines[f"slope {tangent:g}"], = ax.plot(wide, f(x) + tangent * (wide - x), ":", color=COLOURS["ink"])
        ax.plot(x, f(x), "o", color=COLOURS["ink"])
        ax.annotate(f"x = {x:g}", (x, f(x)), (8, -8), textcoords="offset points", va="center")
        _name_at_the_end(ax, lines)
        svg = _svg(fig)
        drawn = [(y[1] - y[0]) / (wide[1] - wide[0]) for y in (line.get_ydata() for line in lines.values())]
    return Chart(svg, {"slopes": np.array(drawn)}, alt)


def product_chart(A, B, *, at, alt):
    """Two tables and their product, with the row and the column that make the number `at` shaded.

    `data` has A, B and their product, read back from the cells.
    """
    A, B = np.asarray(A), np.asarray(B)
    product, (i, j) = A @ B, at
    wide = A.shape[1] + B.shape[1] + product.shape[1] + 3
    tall = max(len(A), len(B))
    with _figure(4.9 * tall / wide) as fig:
        ax = fig.add_axes((0, 0, 1, 1))
        left, cells = 0.0, []
        tables = ((A, lambda r, c: r == i, ""), (B, lambda r, c: c == j, "@"),
                  (product, lambda r, c: (r, c) == (i, j), "="))
        for table, shaded, sign in tables:
            if sign:
                ax.text(left + 0.75, tall / 2, sign, ha="center", va="center", fontfamily=MONO, fontsize=14)
                left += 1.5
            cells.append(_table(ax, table, left, (tall - len(table)) / 2, shaded))
            left += table.shape[1]
        ax.set(xlim=(-0.05, left + 0.05), ylim=(tall + 0.05, -0.05), aspect="equal")
        ax.set_axis_off()
        svg = _svg(fig)
        drawn = [np.array([[float(text.get_text()) for text in row] for row in rows]) for rows in cells]
    return Chart(svg, dict(zip(("A", "B", "product"), drawn, strict=True)), alt)


def standings_chart(board, *, alt):
    """Each model as a dot: how many numbers it consists of, its nats per character, and their standard error.

    A model whose loss is ∞ has no place. `data` has numbers (0 counts as 1: an axis of logarithms has no 0),
    nats and se.
    """
    rows = [row for row in board.rows if not row.unseen]
    x_N, y_N, se_N = (np.array(values, dtype=float) for values in zip(
        *((max(row.numbers, 1), row.nats, row.se) for row in rows), strict=True))
    with _figure(3.4) as fig:
        ax = fig.add_axes((0.08, 0.13, 0.9, 0.77))
        ax.set(xscale="log", xlabel="numbers that the model consists of", title="nats per character")
        dots, _, (bars,) = ax.errorbar(x_N, y_N, se_N, fmt="o", color=COLOURS["model"],
                                       mfc=COLOURS["paper"], ms=6, mew=1.6, elinewidth=1.2)
        room = (y_N.max() - y_N.min() or 1) / 10
        ax.set(xlim=(0.6, 12 * x_N.max()), ylim=(y_N.min() - room, y_N.max() + room))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: "0" if v == 1 else f"{v:,.0f}"))
        ax.xaxis.set_minor_locator(NullLocator())
        _name_beside(ax, [row.model for row in rows], x_N, y_N)
        svg = _svg(fig)
        low_N, high_N = np.array([path.vertices[:, 1] for path in bars.get_paths()]).T
        drawn = dots.get_xydata().T.copy()
    return Chart(svg, {"numbers": drawn[0], "nats": drawn[1], "se": (high_N - low_N) / 2}, alt)


def _name_beside(ax, names, x_N, y_N, gap=11):
    """A name right of each dot; names that would meet are pushed apart."""
    points = ax.transData.transform(np.column_stack([x_N, y_N])) * 72 / ax.figure.dpi
    placed = []
    for i in np.argsort(points[:, 1]):
        left, height = points[i] + (8, 0)
        right = left + 5.6 * len(names[i])
        for other_left, other_right, other in placed:
            if left < other_right and other_left < right:
                height = max(height, other + gap)
        placed.append((left, right, height))
        ax.annotate(names[i], (x_N[i], y_N[i]), (8, height - points[i, 1]), textcoords="offset points",
                    va="center", annotation_clip=False)


def _table(ax, table, left, top, shaded):
    rows = []
    for r, row in enumerate(table):
        rows.append([])
        for c, value in enumerate(row):
            on = shaded(r, c)
            ax.add_patch(Rectangle((left + c, top + r), 1, 1, linewidth=1, edgecolor=COLOURS["quiet"],
                                   facecolor=COLOURS["rule"] if on else COLOURS["paper"]))
            rows[-1].append(ax.text(left + c + 0.5, top + r + 0.5, f"{value:g}", ha="center", va="center",
                                    weight="bold" if on else "normal", fontsize=12))
    return rows


def palette(*, alt):
    """Each role as it is drawn, so that it is known without its colour; `data` has the roles."""
    roles = list(SHAPES)
    half = -(-len(roles) // 2)
    with _figure(0.34 * half) as fig:
        ax, names = fig.add_axes((0, 0, 1, 1)), []
        for place, role in enumerate(roles):
            x, y = 8.4 * (place // half), half - 0.5 - place % half
            _sample(ax, role, x, y)
            names.append(ax.text(x + 3.2, y, role, va="center", color=COLOURS[role], weight="bold"))
        ax.set(xlim=(-0.1, 16.8), ylim=(0, half))
        ax.set_axis_off()
        svg = _svg(fig)
        drawn = np.array([name.get_text() for name in names])
    return Chart(svg, {"roles": drawn}, alt)


def _sample(ax, role, x, y):
    """What a role looks like in a chart or on the page: its second signal, in its colour."""
    colour, (marker, line, hatch, _) = COLOURS[role], SHAPES[role]

    def box(left, width, height=0.66, **look):
        ax.add_patch(Rectangle((x + left, y - 0.33), width, height, **look))

    if role == "token":
        for left, letter in ((0.4, "a"), (1.4, "b")):
            box(left, 0.85, facecolor="none", edgecolor=colour, linewidth=1)
            ax.text(x + left + 0.425, y - 0.03, letter, ha="center", va="center", fontfamily=MONO, fontsize=9,
                    color=colour)
    elif role == "event":
        box(0.2, 2.3, facecolor=colour, hatch=hatch)
    elif role == "probability":
        for place, height in enumerate((0.3, 0.66, 0.15, 0.45)):
            box(0.3 + 0.55 * place, 0.45, height, facecolor=colour)
    elif role == "data":
        ax.plot(x + np.array([0.5, 1.3, 2.1]), y + np.array([-0.2, 0.15, -0.05]), "o", mfc="none", mec=colour,
                ms=5.5)
    elif role in ("ok", "wrong", "hint"):
        strokes = {"ok": [[(0, -0.02), (0.15, -0.2), (0.5, 0.24)]], "hint": [],
                   "wrong": [[(0.05, -0.2), (0.45, 0.2)], [(0.05, 0.2), (0.45, -0.2)]]}[role]
        for stroke in strokes:
            ax.plot(*(np.array(stroke) + (x + 0.2, y)).T, color=colour)
        word = {"ok": "right", "wrong": "wrong", "hint": "Hint."}[role]
        ax.text(x + (0.95 if strokes else 0.2), y, word, va="center", color=colour, weight="bold")
    else:
        ax.plot([x + 0.2, x + 2.4], [y, y], linestyle=line, color=colour)
        ax.plot([x + (2.4 if role == "gradient" else 1.3)], [y], marker=marker, color=colour, ms=7)
