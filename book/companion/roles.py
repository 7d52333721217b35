"""Colours by what they mean, for charts and films. A test holds them equal to the page's tokens.css.

    plt.rcParams.update(MATPLOTLIB["light"])
    ax.bar(letters, p, color=ROLES["light"]["probability"])

Charts are stored once, in the light values: the page replaces each of them by the name of its role. So a
value belongs to one role only, and a chart uses no colour that is not here or in a `ramp`.
"""

ROLES = {
    "light": {
        "paper": "#fbf9f4", "raised": "#f3f0e8", "rule": "#d9d3c5", "quiet": "#5a554b", "ink": "#1d1b18",
        "accent": "#8a2f0c", "token": "#3b3f58", "event": "#8d47c6", "probability": "#0b3399",
        "model": "#a94f04", "data": "#037a71", "query": "#7d0742", "key": "#796410",
        "value": "#04728d", "gradient": "#86082f",
        "reward": "#7c6705", "ok": "#0a5819", "wrong": "#ad0a3b", "hint": "#965c02",
    },
    "dark": {
        "paper": "#16171a", "raised": "#1f2125", "rule": "#3a3d43", "quiet": "#aeaaa0", "ink": "#e8e4da",
        "accent": "#f69d83", "token": "#9ca6bb", "event": "#b98af5", "probability": "#a2c7ff",
        "model": "#f29523", "data": "#49a690", "query": "#ec7ba2", "key": "#d8bb37",
        "value": "#4bd4ee", "gradient": "#feb5ad",
        "reward": "#f5df4f", "ok": "#a6ecb8", "wrong": "#fb716f", "hint": "#ffb745",
    },
}  # fmt: skip

# What a colour says, in a sentence, a chart, an explorable and a film alike.
MEANINGS = {
    "token": "a token, an outcome",
    "event": "an event: a set of outcomes",
    "probability": "a probability",
    "model": "a model, a parameter",
    "data": "data, a count",
    "query": "a query",
    "key": "a key",
    "value": "a value",
    "gradient": "a gradient, a loss",
    "reward": "a reward",
    "ok": "an answer that is right",
    "wrong": "an answer that is wrong, an error",
    "hint": "a hint",
}

# Never colour alone: each role's matplotlib marker, line style and hatch, and what it is on the page.
SHAPES = {
    "token": ("s", "-", None, "box around monospaced type"),
    "event": ("o", "-", "///", "hatched region"),
    "probability": ("|", "-", None, "solid bar from zero"),
    "model": ("", "-", None, "unbroken line; the knob of a slider"),
    "data": ("o", ":", "...", "hollow dot; count as a number"),
    "query": ("^", "-", None, "triangle"),
    "key": ("D", "--", None, "diamond"),
    "value": ("s", "-.", None, "square"),
    "gradient": (">", "--", None, "arrow"),
    "reward": ("*", "-.", None, "star"),
    "ok": ("P", "-", None, "tick and the word"),
    "wrong": ("X", ":", None, "cross and the word"),
    "hint": ("o", "--", None, "the word Hint"),
}


def mix(colour, ground, share):
    """`share` of a colour laid over a ground, as hex.

    >>> mix("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = ((int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def ramp(theme, role, steps=8):
    """From paper to the role, in `steps` steps: `data` for counts, `probability` for probabilities."""
    colours = ROLES[theme]
    return [mix(colours[role], colours["paper"], k / steps) for k in range(steps + 1)]


def _matplotlib(colours):
    paper, ink, quiet = colours["paper"], colours["ink"], colours["quiet"]
    return {
        "figure.facecolor": paper, "axes.facecolor": paper, "savefig.facecolor": paper,
        "savefig.bbox": "tight", "figure.figsize": (4.9, 2.8), "figure.dpi": 96,
        "svg.fonttype": "none", "svg.hashsalt": "appendix",
        "font.family": ["Appendix Sans", "Source Sans 3", "sans-serif"], "font.size": 10.5,
        "mathtext.fontset": "cm", "text.color": ink, "axes.labelcolor": quiet, "axes.titlecolor": quiet,
        "axes.titlelocation": "left", "axes.titlesize": 10.5, "axes.titlepad": 10, "axes.edgecolor": quiet,
        "axes.linewidth": 0.8, "axes.spines.top": False, "axes.spines.right": False, "axes.grid": False,
        "grid.color": colours["rule"], "grid.linewidth": 0.6, "axes.axisbelow": True, "xtick.color": quiet,
        "ytick.color": quiet, "xtick.major.size": 3, "ytick.major.size": 3, "lines.linewidth": 2,
        "lines.markersize": 5.5, "patch.linewidth": 0, "hatch.color": paper, "hatch.linewidth": 0.8,
        "legend.frameon": False, "image.cmap": "gray_r", "axes.unicode_minus": True,
    }  # fmt: skip


MATPLOTLIB = {theme: _matplotlib(colours) for theme, colours in ROLES.items()}
MANIM = {
    theme: dict(colours, background_color=colours["paper"], stroke=colours["ink"])
    for theme, colours in ROLES.items()
}
