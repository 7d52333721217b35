"""A row, a square, a cube: the tables of one, two and three letters, and what of them is filled."""

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from companion.charts import COLOURS, WIDTH, Chart, _figure, _svg

STEPS = 4                  # shades of the cube's faces
GAP, DEPTH = 0.32, 0.42    # between the tables, and how far the cube leans back; a table is 1 wide


def row_square_cube(C_VVV, *, alt):
    """The counts of all triples, and those of pairs and letters that they add up to, as tables to fill.

    A cell of the row or of the square is filled if it was counted. The cube shows three faces; the shade of
    a cell says how many of the V cells that lie behind it are filled, in four steps. `data` has the levels
    `row`, `square` (0 or 4), `front`, `top`, `side` (0 to 4). ValueError for a table that is no cube.
    """
    C_VVV = np.asarray(C_VVV)
    V = C_VVV.shape[0]
    if C_VVV.shape != (V, V, V) or not V:
        raise ValueError(f"the counts of triples fill a cube, not the shape {C_VVV.shape}")
    seen = C_VVV > 0
    square, row = seen.any(axis=0), seen.any(axis=(0, 1))
    behind = {"front": seen.sum(axis=0), "top": seen.sum(axis=1), "side": seen.sum(axis=2).T}
    cells = {"row": STEPS * row[None], "square": STEPS * square}
    cells |= {name: np.ceil(STEPS * n_VV / V).astype(int) for name, n_VV in behind.items()}
    second, third = 1 + GAP, 2 * (1 + GAP)
    corners = {                # upper left corner, one step to the right, one step down; y grows downwards
        "row": ((0, 1 - 1 / V), (1, 0), (0, 1)), "square": ((second, 0), (1, 0), (0, 1)),
        "front": ((third, 0), (1, 0), (0, 1)), "top": ((third, 0), (1, 0), (DEPTH, -DEPTH)),
        "side": ((third + 1, 0), (DEPTH, -DEPTH), (0, 1)),
    }  # fmt: skip
    with _figure(WIDTH / (third + 1 + DEPTH + 0.1) * (1 + DEPTH + 0.42)) as fig:
        ax = fig.add_axes((0, 0, 1, 1))
        drawn = {}
        for name, level in cells.items():
            start, right, down = (np.array(v, dtype=float) for v in corners[name])
            edge = down * len(level) / V
            outline = _polygons([[start, start + right, start + right + edge, start + edge]])
            ax.add_artist(PathPatch(outline, facecolor="none", edgecolor=COLOURS["quiet"], linewidth=0.6))
            drawn[name] = _face(ax, level, start, right / V, down / V)
        for x, power, count in ((0, "", row.sum()), (second, "²", square.sum()), (third, "³", seen.sum())):
            size = V ** (1 + " ²³".index(power or " "))
            ax.text(x, 1.14, f"{V}{power} = {size:,}" if power else f"{V}", va="center", weight="bold")
            ax.text(x, 1.3, f"{count:,} filled", va="center", color=COLOURS["data"], fontsize=9.5)
        ax.set(xlim=(-0.02, third + 1 + DEPTH + 0.08), ylim=(1.4, -DEPTH - 0.02), aspect="equal")
        ax.set_axis_off()
        svg = _svg(fig)
        for name, level in cells.items():
            drawn[name] = _read(drawn[name], level.shape)
    return Chart(svg, drawn, alt)


def _face(ax, level, start, right, down):
    """One path for each shade, runs of equal cells joined; [(shade, patch, start, right, down)]."""
    patches = []
    for shade in range(1, STEPS + 1):
        runs = []
        for i, cells in enumerate(level == shade):
            edges = np.flatnonzero(np.diff(np.concatenate([[0], cells.astype(int), [0]])))
            for a, b in edges.reshape(-1, 2):
                left, end = (start + x * right + i * down for x in (a, b))
                runs.append([left, end, end + down, left + down])
        if runs:
            patch = PathPatch(_polygons(runs), facecolor=COLOURS["data"], alpha=shade / STEPS, linewidth=0)
            ax.add_artist(patch)
            patches.append((shade, patch, start, right, down))
    return patches


def _polygons(corners):
    """A compound path of parallelograms."""
    vertices = np.array([[*four, four[0]] for four in corners]).reshape(-1, 2)
    return Path(vertices, [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(corners))


def _read(patches, shape):
    """The levels, read back from the corners of the drawn runs."""
    level = np.zeros(shape, dtype=int)
    for shade, patch, start, right, down in patches:
        back = np.linalg.inv(np.array([right, down]).T)
        for four in patch.get_path().vertices.reshape(-1, 5, 2):
            (a, i), (b, _) = (np.rint(back @ (corner - start)).astype(int) for corner in four[:2])
            level[i, a:b] = shade
    return level
