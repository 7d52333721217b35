"""Charts: one curve beside its formula, the surprise along a line, groups as rows of dots."""

import numpy as np

from companion.charts import COLOURS, MONO, Chart, _figure, _svg
from companion.roles import SHAPES


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
