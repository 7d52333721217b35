"""Charts whose text never scales, whose colours are roles, and whose numbers can be read back.

A chart is drawn with matplotlib's Figure alone, without pyplot, so that drawing leaves no state behind. The
SVG has the same bytes on every machine: text is measured in DejaVu Sans, which matplotlib carries, and set in
the page's own face. Colours are the light hexes of roles.py; the page replaces each by its role.
"""

import io
import re
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

import matplotlib
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import FuncFormatter

from companion.roles import MATPLOTLIB, ROLES, SHAPES

PMF_MIME = "application/vnd.appendix.pmf+json"
WIDTH = 4.9                # inches
MOST_BYTES = 60_000
LEVELS = 8                 # shades of a heat map
SANS, MONO = "DejaVu Sans", "DejaVu Sans Mono"
FACES = {MONO: "'Appendix Mono', 'Source Code Pro', monospace",
         SANS: "'Appendix Sans', 'Source Sans 3', sans-serif"}
COLOURS = ROLES["light"]


@dataclass(frozen=True, eq=False, repr=False)
class Chart:
    """A drawn chart. `data` are the numbers read back from what was drawn, `alt` says what there is to see,
    and a PMF has `pmf` besides, from which the page makes bars of its own. ValueError without an alt text."""

    svg: str
    data: Mapping
    alt: str
    pmf: Mapping | None = None

    def __post_init__(self):
        if not isinstance(self.alt, str) or not self.alt.strip():
            raise ValueError("a chart needs an alt text: one or two sentences that say what there is to see")
        if len(self.svg.encode()) > MOST_BYTES:
            raise ValueError(f"the chart takes {len(self.svg.encode()):,} bytes, more than {MOST_BYTES:,}: "
                             "draw fewer points")
        for array in self.data.values():
            array.setflags(write=False)
        object.__setattr__(self, "data", MappingProxyType(dict(self.data)))

    def __repr__(self):
        return self.alt

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {"text/plain": self.alt, "image/svg+xml": self.svg}
        return bundle | ({PMF_MIME: dict(self.pmf)} if self.pmf else {})


def pmf_chart(p, labels, *, hit=None, alt):
    """Bars of a PMF over the tokens `labels`; the bar `hit` carries its number. `data` has p, shape (V,).

    ValueError if p is no PMF, or `hit` no label.
    """
    p_V, labels = np.asarray(p, dtype=float), list(labels)
    if p_V.shape != (len(labels),):
        raise ValueError(f"{len(labels)} labels need as many probabilities, not shape {p_V.shape}")
    if not (p_V >= 0).all() or abs(p_V.sum() - 1) > 1e-6:
        raise ValueError(f"not a PMF: the least is {p_V.min():.4g}, the sum {p_V.sum():.4f}")
    if hit is not None and hit not in labels:
        raise ValueError(f"{hit!r} is not among the labels {''.join(labels)!r}")
    with _figure(1.6) as fig:
        ax = fig.add_axes((0, 0, 1, 1))
        bars = ax.bar(range(len(p_V)), p_V, width=0.88, color=COLOURS["probability"])
        ax.spines[:].set_visible(False)
        ax.axhline(0, color=COLOURS["rule"], linewidth=0.8, zorder=0)
        ax.set(xlim=(-0.5, len(p_V) - 0.5), ylim=(0, 1.12 * p_V.max()), yticks=[])
        ax.set_xticks(range(len(p_V)), labels, fontfamily=MONO, fontsize=9)
        ax.tick_params(axis="x", length=0)
        if hit is not None:
            i = labels.index(hit)
            ax.get_xticklabels()[i].set(color=COLOURS["ink"], weight="bold")
            number = ax.text(i, p_V[i], f"{p_V[i]:.3f}", ha="center", va="bottom", weight="bold")
            number.set_color(COLOURS["probability"])
        svg = _svg(fig)
        drawn = np.array([bar.get_height() for bar in bars])
    pmf = {"labels": labels, "p": [round(float(x), 6) for x in drawn], "hit": hit, "alt": alt}
    return Chart(svg, {"p": drawn}, alt, pmf)


def heat_map(C_VV, labels, *, alt, role="data", scale="log"):
    """A table as eight shades, rows downwards; a zero is a dot, since never is not rarely.

    `scale` "log" shades log(1 + count), "sqrt" suits probabilities. `data` has the level, shape (V, V): 8
    holds the largest entry, 0 the zeros.
    """
    C_VV, labels = np.asarray(C_VV, dtype=float), list(labels)
    V = len(labels)
    if C_VV.shape != (V, V):
        raise ValueError(f"{V} labels need a table of shape {(V, V)}, not {C_VV.shape}")
    if not (np.isfinite(C_VV).all() and (C_VV >= 0).all() and C_VV.max() > 0):
        raise ValueError("a heat map needs finite entries of at least 0, and one above 0")
    shade = {"log": np.log1p, "sqrt": np.sqrt}[scale]
    level_VV = np.ceil(LEVELS * shade(C_VV) / shade(C_VV.max()) - 1e-9).astype(int)
    with _figure(WIDTH + 0.3) as fig:
        ax = fig.add_axes((0.05, 0.1, 0.95, 0.86))
        for k in range(LEVELS + 1):
            _cells(ax, np.argwhere(level_VV == k), k, role)
        ax.set(xlim=(0, V), ylim=(V, 0), aspect="equal")
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False, pad=2)
        for set_ticks in (ax.set_xticks, ax.set_yticks):
            set_ticks(np.arange(V) + 0.5, labels, fontfamily=MONO, fontsize=8.5)
        _key(fig, role, C_VV)
        svg = _svg(fig)
        drawn_VV = np.full((V, V), -1)
        for path, k in zip(ax.patches, np.unique(level_VV), strict=True):
            column, row = np.floor(path.get_path().vertices[::5]).astype(int).T
            drawn_VV[row, column] = k
    return Chart(svg, {"level": drawn_VV}, alt)


def scatter_loglog(x, y, *, alt, xlabel="", ylabel="", role="gradient"):
    """Hollow dots on logarithmic axes; `data` has x and y. ValueError for a number that is not above 0."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"x and y must be two rows of one length, not {x.shape} and {y.shape}")
    if not (np.isfinite([x, y]).all() and (x > 0).all() and (y > 0).all()):
        raise ValueError("logarithmic axes show finite numbers above 0 only")
    with _figure(2.7) as fig:
        ax = fig.add_axes((0.1, 0.15, 0.88, 0.73))
        ax.set(xscale="log", yscale="log", xlabel=xlabel, title=ylabel)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda v, _: _power(v)))
        dots, = ax.plot(x, y, "o", mfc="none", mec=COLOURS[role], ms=3.2, mew=0.7, alpha=0.75)
        svg = _svg(fig)
        drawn = dots.get_xydata().T.copy()
    return Chart(svg, {"x": drawn[0], "y": drawn[1]}, alt)


def line_chart(x, series, *, alt, xlabel="", ylabel="", roles=None):
    """Lines over one x, each named at its end. `series` is {label: y}; `data` has x and, under each label, y.

    `roles` is {label: role}, for lines that mean something of the palette; up to four others are ink and
    dashed.
    """
    x, roles, plain = np.asarray(x, dtype=float), roles or {}, iter(("-", "--", ":", "-."))
    with _figure(2.7) as fig:
        ax = fig.add_axes((0.1, 0.15, 0.72, 0.73))
        lines = {}
        for label, y in series.items():
            role = roles.get(label)
            style = SHAPES[role][1] if role else next(plain)
            lines[label], = ax.plot(x, np.asarray(y, dtype=float), style, color=COLOURS[role or "ink"])
        ax.set(xlabel=xlabel, title=ylabel)
        _name_at_the_end(ax, lines)
        svg = _svg(fig)
        data = {"x": x.copy()} | {label: line.get_ydata().copy() for label, line in lines.items()}
    return Chart(svg, data, alt)


def curve_chart(x, y, *, alt, xlabel="", ylabel="", role="gradient"):
    """One curve without a name, as narrow as the third of three representations. `data` has x and y."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    with _figure(2.1) as fig:
        fig.set_size_inches(2.3, 2.1)
        ax = fig.add_axes((0.16, 0.21, 0.8, 0.64))
        line, = ax.plot(x, y, SHAPES[role][1], color=COLOURS[role])
        ax.set(xlabel=xlabel, title=ylabel)
        ax.locator_params(nbins=4)
        svg = _svg(fig)
        drawn = line.get_xydata().T.copy()
    return Chart(svg, {"x": drawn[0], "y": drawn[1]}, alt)


def surprise_chart(lines, *, alt):
    """What each token of a line costs: bars of nats over the tokens. `lines` is {tokens: nats}; all share one
    scale. `data` has under each line's tokens what was drawn. ValueError if tokens and nats differ in number.
    """
    for tokens, nats in lines.items():
        if len(tokens) != len(nats):
            raise ValueError(f"{tokens!r} has {len(tokens)} tokens, and {len(nats)} numbers came with it")
    longest, top = max(map(len, lines)), max(max(nats) for nats in lines.values())
    with _figure(1.15 * len(lines)) as fig:
        data, share = {}, 1 / len(lines)
        for i, (tokens, nats) in enumerate(lines.items()):
            ax = fig.add_axes((0, 1 - (i + 1) * share, 1, 0.8 * share))
            bars = ax.bar(range(len(tokens)), nats, width=0.8, color=COLOURS["gradient"])
            ax.spines[:].set_visible(False)
            ax.axhline(0, color=COLOURS["rule"], linewidth=0.8, zorder=0)
            ax.set(xlim=(-0.5, longest - 0.5), ylim=(0, 1.16 * top), yticks=[])
            ax.set_xticks(range(len(tokens)), ["␣" if t == " " else t for t in tokens],
                          fontfamily=MONO, fontsize=9)
            ax.tick_params(axis="x", length=0, pad=2)
            j = int(np.argmax(nats))
            ax.text(j, nats[j], f"{nats[j]:.1f}", ha="center", va="bottom", weight="bold",
                    color=COLOURS["gradient"])
            data[tokens] = np.array([bar.get_height() for bar in bars])
        svg = _svg(fig)
    return Chart(svg, data, alt)


def dots_chart(groups, *, alt, xlabel="", role="data"):
    """Each group a row of hollow dots over one axis, its mean a short upright line. `groups` is
    {label: values}; `data` has under each label the values drawn."""
    with _figure(0.75 + 0.34 * len(groups)) as fig:
        ax = fig.add_axes((0.26, 0.24, 0.72, 0.74))
        data = {}
        for row, (label, values) in enumerate(groups.items()):
            values = np.asarray(values, dtype=float)
            dots, = ax.plot(values, np.full(len(values), row), "o", mfc="none", mec=COLOURS[role], ms=5,
                            mew=0.9)
            ax.plot([values.mean()] * 2, [row - 0.33, row + 0.33], color=COLOURS["ink"], linewidth=1.6)
            data[label] = dots.get_xdata().copy()
            ax.text(-0.36, row, label, transform=ax.get_yaxis_transform(), ha="left", va="center")
        ax.spines["left"].set_visible(False)
        ax.set(xlabel=xlabel, yticks=[], ylim=(len(groups) - 0.5, -0.5))
        ax.set_xlim(left=0)
        svg = _svg(fig)
    return Chart(svg, data, alt)


@contextmanager
def _figure(height):
    with matplotlib.rc_context({**MATPLOTLIB["light"], "font.family": SANS, "savefig.pad_inches": 0.02}):
        fig = Figure(figsize=(WIDTH, height))
        FigureCanvasSVG(fig)
        yield fig


def _svg(fig):
    """The figure as one <svg> element, a third of what matplotlib writes, and fit to stand inside a page."""
    file = io.StringIO()
    fig.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    svg = file.getvalue()
    svg = svg[svg.index("<svg"):]
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.S)
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.S)    # would reach the whole page
    svg = svg.replace("<svg ", f'<svg font-family="{FACES[SANS]}" stroke-linejoin="round" ', 1)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    svg = re.sub(r'<g/>| transform="rotate\(-0 [^"]*"', "", svg)
    svg = re.sub(r'="[^"]*"', lambda m: re.sub(r"(?<![\w#])(-?\d+\.\d\d)\d+", r"\1", m[0]), svg)
    svg = re.sub(r'(?<= d=")[^"]*', lambda m: _short_path(m[0]), svg)
    svg = re.sub(r'((?:id="|"#|url\(#)[mp][0-9a-f]{5})[0-9a-f]{5}(?=[")])', r"\1", svg)
    svg = svg.replace(f" font-family: '{SANS}';", "")                              # the root says it
    for face, ours in FACES.items():
        svg = svg.replace(f"'{face}'", ours)
    svg = re.sub(r'(?:<use xlink:href="#m\w+"[^>]*/>\s*){9,}', _share_style, re.sub(r"\s*\n\s*", "\n", svg))
    return svg.rstrip() + "\n"


def _short_path(d):
    """M 1 2 L 5 2 L 5 4 z → M1 2H5V4z: the same path in half of the letters."""
    out, x, y = [], None, None
    for command, numbers in re.findall(r"([A-Za-z])([^A-Za-z]*)", d):
        end = numbers.split()
        if command == "L" and end[1] == y:
            out.append(f"H{end[0]}")
        elif command == "L" and end[0] == x:
            out.append(f"V{end[1]}")
        else:
            out.append(command + " ".join(end))
        x, y = end[-2:] or (None, None)
    return "".join(out)


def _share_style(match):
    """Hundreds of equal dots: their style is said once, on a group."""
    style = re.search(r'style="[^"]*"', match[0])[0]
    return f"\n<g {style}>{match[0].replace(f' {style}', '').replace('xlink:href', 'href')}</g>"


def _cells(ax, cells, level, role):
    """One compound path: squares for the entries of a level, small squares for zeros."""
    low, high = (0.025, 0.975) if level else (0.42, 0.58)
    corners = np.array([(low, low), (high, low), (high, high), (low, high), (low, low)])
    if len(cells):
        vertices = (cells[:, None, ::-1] + corners).reshape(-1, 2)
        codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(cells)
        ax.add_patch(PathPatch(Path(vertices, codes), facecolor=COLOURS[role if level else "quiet"],
                               alpha=level / LEVELS if level else 1, linewidth=0))


def _key(fig, role, C_VV):
    """Under the map: what a dot means, and the shades from the least to the most."""
    ax = fig.add_axes((0.05, 0.02, 0.95, 0.06))
    for k in range(LEVELS + 1):
        _cells(ax, np.array([(0, 6 + k if k else 0)]), k, role)
    least, most = (f"{v:,.0f}" if v >= 1 else f"{v:.2g}" for v in (C_VV[C_VV > 0].min(), C_VV.max()))
    for x, text, side in ((0.9, "never", "left"), (6.8, least, "right"), (7.2 + LEVELS, most, "left")):
        ax.text(x, 0.5, text, ha=side, va="center", fontsize=8.5, color=COLOURS["quiet"])
    ax.set(xlim=(0, 27), ylim=(1.2, -0.2), aspect="equal", anchor="W")
    ax.set_axis_off()


def _power(v):
    """Tick labels of a logarithmic axis: 0.01, 1, 100, and 10⁻⁵ beyond four zeros."""
    if 1e-4 <= v < 1e5:
        return f"{v:g}"
    return "10" + f"{round(np.log10(v)):d}".translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _name_at_the_end(ax, lines, gap=12):
    """Each label right of its line's end, in its colour; labels closer than `gap` points are pushed apart."""
    points, last = 72 / ax.figure.dpi, -np.inf
    ends = {label: line.get_xydata()[-1] for label, line in lines.items()}
    heights = {label: ax.transData.transform(end)[1] * points for label, end in ends.items()}
    for label in sorted(heights, key=heights.get):
        last = max(heights[label], last + gap)
        ax.annotate(label, ends[label], (5, last - heights[label]), textcoords="offset points", va="center",
                    color=lines[label].get_color(), annotation_clip=False)
