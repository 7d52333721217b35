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
from fractions import Fraction
from types import MappingProxyType

import matplotlib
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.ticker import FuncFormatter

from companion.roles import MATPLOTLIB, ROLES, SHAPES
from companion.stills.events import tiles

PMF_MIME = "application/vnd.appendix.pmf+json"
WIDTH, MARGIN = 4.9, 2.5   # inches: a figure in the text, one in the margin
MOST_BYTES = 60_000
LEVELS = 8                 # shades of a heat map
GAP = 0.004                # around a tile of a unit square
SANS, MONO = "DejaVu Sans", "DejaVu Sans Mono"
FACES = {MONO: "'Appendix Mono', 'Source Code Pro', monospace",
         SANS: "'Appendix Sans', 'Source Sans 3', sans-serif"}
COLOURS = ROLES["light"]
HATCH = {"hatch.color": COLOURS["event"], "hatch.linewidth": 1.1}


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
            set_ticks(np.arange(V) + 0.5, labels, fontfamily=MONO, fontsize=8.5 if V > 15 else 10.5)
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


def line_chart(x, series, *, alt, xlabel="", ylabel="", roles=None, scale="linear", margin=False):
    """Lines over one x, each named at its end. `series` is {label: y}; `data` has x and, under each label, y.

    `roles` is {label: role}, for lines that mean something of the palette; up to four others are ink and
    dashed. `scale` "log" makes the y axis logarithmic; ValueError then for a number that is not above 0. With
    `margin` the chart is as narrow as the page's margin; its cell is tagged so, too.
    """
    if scale == "log" and not all((np.asarray(y, dtype=float) > 0).all() for y in series.values()):
        raise ValueError("a logarithmic axis shows numbers above 0 only")
    x, roles, plain = np.asarray(x, dtype=float), roles or {}, iter(("-", "--", ":", "-."))
    with _figure(1.9 if margin else 2.7, MARGIN if margin else WIDTH) as fig:
        ax = fig.add_axes((0.12, 0.2, 0.64, 0.66) if margin else (0.1, 0.15, 0.72, 0.73))
        lines = {}
        for label, y in series.items():
            role = roles.get(label)
            style = SHAPES[role][1] if role else next(plain)
            lines[label], = ax.plot(x, np.asarray(y, dtype=float), style, color=COLOURS[role or "ink"])
        ax.set(xlabel=xlabel, title=ylabel, yscale=scale)
        if scale == "log":
            ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: _power(v)))
        _name_at_the_end(ax, lines)
        svg = _svg(fig)
        data = {"x": x.copy()} | {label: line.get_ydata().copy() for label, line in lines.items()}
    return Chart(svg, data, alt)


def event_chart(slips, events, *, rows, alt):
    """Words as tiles whose area is their share of the slips, with one or two events as hatched regions.

    `slips` is {word: how many}, `events` {name: words}. `data` has the area of each word, and under each name
    that of the event's hatched region. ValueError for a count that is not above 0, or an unknown word.
    """
    places = _places(slips, events.values(), rows)
    with _figure(0.62 * rows, **HATCH) as fig:
        ax = fig.add_axes((0, 0, 1, 1))
        plain = [_tile(ax, place, rows, facecolor=COLOURS["raised"]) for place in places.values()]
        hatched = {}
        for (name, event), hatch in zip(events.items(), ("////", "\\\\\\\\"), strict=False):
            style = {"facecolor": "none", "edgecolor": COLOURS["event"], "hatch": hatch, "linewidth": 0.8}
            hatched[name] = [_tile(ax, places[word], rows, **style) for word in slips if word in event]
        for word, (left, top, width) in places.items():
            box = {"facecolor": COLOURS["paper"], "edgecolor": COLOURS["token"], "linewidth": 0.8, "pad": 2.5}
            ax.text(left + width / 2, top + 0.5, word, ha="center", va="center", fontfamily=MONO, bbox=box,
                    color=COLOURS["token"])
        _unit_square(ax, rows)
        svg = _svg(fig)
        areas = np.array([_area(patch, rows) for patch in plain])
        shares = {name: np.array(sum(_area(patch, rows) for patch in patches))
                  for name, patches in hatched.items()}
    return Chart(svg, {"area": areas} | shares, alt)


def measure_chart(slips, event, *, rows, alt):
    """One event three times: its slips among all slips as dots, its words as tiles, its share of the whole.

    `data` has how many dots are filled and how many are hollow, and the share that is drawn at the end.
    """
    places = _places(slips, [event], rows)
    columns = sum(slips.values()) // rows
    part = Fraction(sum(slips[word] for word in slips if word in event), sum(slips.values()))
    with _figure(1.62, **HATCH) as fig:
        axes = [fig.add_axes((left, 0.2, 0.275, 0.78)) for left in (0, 0.3625, 0.725)]
        dots, words, whole = axes
        counts = {}
        for inside in (False, True):
            xy = [((k + 0.5) / columns, top + 0.5) for word, (left, top, width) in places.items()
                  if (word in event) == inside
                  for k in range(round(left * columns), round((left + width) * columns))]
            face = COLOURS["data"] if inside else "none"
            drawn, = dots.plot(*zip(*xy, strict=True), "o", mfc=face, mec=COLOURS["data"], ms=6.5, mew=1.1)
            counts["filled" if inside else "hollow"] = np.array(len(drawn.get_xdata()))
        hatched = {"facecolor": "none", "edgecolor": COLOURS["event"], "hatch": "////", "linewidth": 0.8}
        for word, place in places.items():
            _tile(words, place, rows, facecolor=COLOURS["raised"])
            if word in event:
                _tile(words, place, rows, **hatched)
            box = {"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 2}
            words.text(place[0] + place[2] / 2, place[1] + 0.5, word[0], ha="center", va="center",
                       fontfamily=MONO, weight="bold", color=COLOURS["token"], bbox=box)
        _tile(whole, (0, 0, 1), 1, facecolor=COLOURS["raised"])
        share = Rectangle((0.0, 1 - part), 1, part, facecolor=COLOURS["probability"])
        whole.add_patch(share)
        for ax, ax_rows, text in ((dots, rows, f"{sum(slips.values())} slips"),
                                  (words, rows, f"{len(slips)} words"), (whole, 1, f"share: {part}")):
            _unit_square(ax, ax_rows)
            ax.text(0.5, -0.08, text, transform=ax.transAxes, ha="center", va="top")
        for left in (0.318, 0.68):
            fig.text(left, 0.59, "→", ha="center", va="center", fontsize=13, color=COLOURS["quiet"])
        svg = _svg(fig)
        counts["share"] = np.array(float(share.get_height()))
    return Chart(svg, counts, alt)


@contextmanager
def _figure(height, width=WIDTH, **more):
    style = {**MATPLOTLIB["light"], "font.family": SANS, "savefig.pad_inches": 0.02, **more}
    with matplotlib.rc_context(style):
        fig = Figure(figsize=(width, height))
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


def _places(slips, events, rows):
    """{word: (left, top, width)} of its tile."""
    for event in events:
        if unknown := sorted(set(event) - set(slips)):
            raise ValueError(f"{unknown[0]!r} is not among the words {', '.join(slips)}")
    if not all(isinstance(n, int) and n > 0 for n in slips.values()):
        raise ValueError("each word needs a whole number of slips, at least one")
    return {word: tuple(map(float, place)) for word, place in
            zip(slips, tiles(list(slips.values()), rows), strict=True)}


def _tile(ax, place, rows, **style):
    left, top, width = place
    corner, height = (left + GAP, top + GAP * rows), 1 - 2 * GAP * rows
    patch = Rectangle(corner, width - 2 * GAP, height, **style)
    return ax.add_patch(patch)


def _area(patch, rows):
    """The share of the square that a tile stands for: its own width and height, and the gap around it."""
    return (patch.get_width() + 2 * GAP) * (patch.get_height() + 2 * GAP * rows) / rows


def _unit_square(ax, rows):
    ax.set(xlim=(0, 1), ylim=(rows, 0))
    ax.set_axis_off()


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
    """Under the map: what a dot means, if there is one, and the shades from the least to the most."""
    ax = fig.add_axes((0.05, 0.02, 0.95, 0.06))
    never = [(0.9, "never", "left")] if (C_VV == 0).any() else []
    first = 7 if never else 3
    for k in range(0 if never else 1, LEVELS + 1):
        _cells(ax, np.array([(0, first + k - 1 if k else 0)]), k, role)
    least, most = (f"{v:,.0f}" if v >= 1 else np.format_float_positional(v, 2, fractional=False)
                   for v in (C_VV[C_VV > 0].min(), C_VV.max()))
    for x, text, side in (*never, (first - 0.2, least, "right"), (first + LEVELS + 0.2, most, "left")):
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
