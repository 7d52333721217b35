"""Charts: where mass goes, what a cut-off keeps, how bins become a density, what evidence adds."""

import numpy as np

from companion.charts import COLOURS, MONO, Chart, _figure, _svg


def push_chart(mass, value, *, alt, left="", right=""):
    """Outcomes on the left, values on the right, a line from each outcome to its value.

    `mass` is {outcome: probability}, `value` {outcome: value}. The width of a line is the outcome's mass, the
    bar of a value the mass that arrived there. `data` has `value`, and `p` read from the bars.
    """
    outcomes = sorted(mass, key=lambda outcome: (value[outcome], outcome))
    values = sorted(set(value.values()))
    rows = np.linspace(0, len(outcomes) - 1, len(values))
    with _figure(0.24 * len(outcomes)) as fig:
        ax = fig.add_axes((0, 0, 1, 0.93))
        for i, outcome in enumerate(outcomes):
            end = rows[values.index(value[outcome])]
            ax.plot([0.24, 0.58], [i, end], color=COLOURS["quiet"], alpha=0.55,
                    linewidth=max(0.6, 22 * float(mass[outcome])), solid_capstyle="butt")
            ax.text(0.22, i, str(outcome), ha="right", va="center", fontsize=9, fontfamily=MONO,
                    color=COLOURS["token"])
        arrived = [float(sum(mass[o] for o in outcomes if value[o] == k)) for k in values]
        longest = 0.27 / max(arrived)
        bars = ax.barh(rows, [p * longest for p in arrived], 0.62, left=0.65, color=COLOURS["probability"])
        for row, k, p in zip(rows, values, arrived, strict=True):
            ax.text(0.615, row, str(k), ha="center", va="center", fontsize=9.5, fontfamily=MONO)
            end = 0.66 + p * longest
            ax.text(end, row, f"{p:.3f}", va="center", fontsize=9, color=COLOURS["probability"])
        for x, side, text in ((0.22, "right", left), (0.58, "left", right)):
            ax.text(x, -1, text, ha=side, va="center", fontsize=9, color=COLOURS["quiet"])
        ax.set(xlim=(0, 1), ylim=(len(outcomes) - 0.4, -1.3))
        ax.set_axis_off()
        svg = _svg(fig)
        drawn = np.array([bar.get_width() / longest for bar in bars])
    return Chart(svg, {"value": np.array(values), "p": drawn}, alt)


def tail_chart(p, cuts, *, alt, name="X"):
    """The bars of a PMF once for each cut k: the bar at k is named, the event X ≥ k is hatched.

    `p` is {value: probability} with numbers as values. `data` has `cut`, `at` and `tail`, the two
    probabilities of each panel as they are read from its bars.
    """
    values, heights = np.array(sorted(p), dtype=float), np.array([float(p[k]) for k in sorted(p)])
    width, at, tail = 1 / len(cuts), [], []
    with _figure(1.9) as fig:
        for i, k in enumerate(cuts):
            ax = fig.add_axes((i * width + 0.01, 0.14, width - 0.02, 0.56))
            bars = ax.bar(values, heights, 0.84, color=COLOURS["probability"])
            edge = ax.axvline(k - 0.5, color=COLOURS["event"], linewidth=1)
            start = edge.get_xdata()[0] + 0.5
            drawn = {bar.get_x() + bar.get_width() / 2: bar.get_height() for bar in bars}
            at.append(sum(h for x, h in drawn.items() if abs(x - start) < 1e-6))
            tail.append(sum(h for x, h in drawn.items() if x > start - 1e-6))
            ax.set(xlim=(values.min() - 0.5, values.max() + 0.5), ylim=(0, 1.06 * heights.max()), yticks=[])
            _hatch(ax, k - 0.5)
            ax.spines[["left", "top", "right"]].set_visible(False)
            ticks = [x for x in values if x % 2 == k % 2]
            ax.set_xticks(ticks, [f"{x:g}" for x in ticks], fontsize=8.5)
            ax.tick_params(axis="x", length=0)
            for y, text, role in ((1.26, f"P({name} = {k}) = {at[-1]:.3f}", "probability"),
                                  (1.1, f"P({name} ≥ {k}) = {tail[-1]:.3f}", "event")):
                ax.text(0.5, y, text, transform=ax.transAxes, ha="center", fontsize=9.5, color=COLOURS[role])
        svg = _svg(fig)
    return Chart(svg, {"cut": np.array(cuts), "at": np.array(at), "tail": np.array(tail)}, alt)


def balance_chart(p, *, alt):
    """A PMF on a true axis, with a fulcrum under its expectation.

    `p` is {value: probability} with whole numbers as values. `data` has `value` and `p`, and `mean`, all read
    from the drawing.
    """
    values, heights = sorted(p), [float(p[k]) for k in sorted(p)]
    mean = float(sum(k * p[k] for k in values))
    with _figure(1.7) as fig:
        ax = fig.add_axes((0.01, 0.34, 0.98, 0.64))
        bars = ax.bar(values, heights, 0.84, color=COLOURS["probability"])
        ax.axhline(0, color=COLOURS["ink"], linewidth=1.4)
        below = ax.get_xaxis_transform()
        fulcrum, = ax.plot([mean], [-0.1], "^", markersize=10, color=COLOURS["ink"], transform=below,
                           clip_on=False)
        ax.text(mean, -0.47, f"{mean:.2f}", ha="center", fontsize=9.5, weight="bold", transform=below)
        ticks = range(values[0], values[-1] + 1)
        for k in ticks:
            if abs(k - mean) > 0.3:
                ax.text(k, -0.2, str(k), ha="center", fontsize=9, fontfamily=MONO, transform=below)
        ax.set(xlim=(values[0] - 0.7, values[-1] + 0.7), ylim=(0, 1.06 * max(heights)), yticks=[], xticks=[])
        ax.spines[:].set_visible(False)
        svg = _svg(fig)
        drawn = {bar.get_x() + bar.get_width() / 2: bar.get_height() for bar in bars}
        data = {"value": np.array([*drawn]), "p": np.array([*drawn.values()]), "mean": fulcrum.get_xdata()[0]}
    return Chart(svg, data, alt)


def cdf_chart(p, *, alt, xlabel="", ylabel=""):
    """P(X ≤ k) as stairs: at each value a step as high as its probability, the new height included.

    `p` is {value: probability} with numbers as values. `data` has `value` and `F`, read from the dots.
    """
    values = sorted(p)
    heights = np.cumsum([float(p[k]) for k in values])
    with _figure(2.2) as fig:
        ax = fig.add_axes((0.08, 0.19, 0.9, 0.66))
        edges = [values[0] - 1, *values, values[-1] + 1]
        for y, start, end in zip([0, *heights], edges[:-1], edges[1:], strict=True):
            ax.plot([start, end], [y, y], color=COLOURS["probability"], linewidth=1.6)
        for x, low, high in zip(values, [0, *heights], heights, strict=False):
            ax.plot([x, x], [low, high], color=COLOURS["probability"], linewidth=0.7, linestyle=":")
        dots, = ax.plot(values, heights, "o", color=COLOURS["probability"], markersize=4)
        ax.plot(values, [0, *heights[:-1]], "o", markerfacecolor=COLOURS["paper"],
                markeredgecolor=COLOURS["probability"], markersize=4)
        ax.set(xlim=(edges[0], edges[-1]), ylim=(-0.04, 1.06), yticks=[0, 0.5, 1], xticks=values,
               xlabel=xlabel, title=ylabel)
        svg = _svg(fig)
        drawn = dots.get_xydata().T.copy()
    return Chart(svg, {"value": drawn[0], "F": drawn[1]}, alt)


def shrinking_bins(cdf, density, bins, *, alt):
    """A PMF becomes a density: above the probability of each bin, below the same divided by the bin's width.

    `cdf` and `density` are functions on [0, 1]; `bins` says into how many bins each column cuts that range.
    `data` has, for each number n of bins, `p n` and `density n` as drawn.
    """
    data, columns = {}, len(bins)
    x = np.linspace(0, 1, 60)
    top = 1.1 * max(density(t) for t in x)
    highest = 1.3 * max(float(cdf((i + 1) / n) - cdf(i / n)) for n in bins[:1] for i in range(n))
    with _figure(3.3) as fig:
        for column, n in enumerate(bins):
            left = np.arange(n) / n
            p = np.array([float(cdf((i + 1) / n) - cdf(i / n)) for i in range(n)])
            place = 0.065 + column * 0.935 / columns
            for row, heights, limit in ((0, p, highest), (1, p * n, top)):
                ax = fig.add_axes((place, 0.57 - 0.5 * row, 0.87 / columns, 0.33))
                bars = ax.bar(left, heights, 1 / n, align="edge", color=COLOURS["probability"],
                              edgecolor=COLOURS["paper"], linewidth=0.8 if n < 20 else 0.3)
                ax.set(xlim=(0, 1), ylim=(0, limit), xticks=[0, 0.5, 1])
                ax.set_xticks([0, 0.5, 1], ["0", "½", "1"], fontsize=8.5)
                ax.spines[["left", "top", "right"]].set_visible(False)
                ax.set_yticks([0.5] if row == 0 else [1, 2])
                ax.tick_params(axis="y", length=0, labelsize=8.5, pad=1, labelleft=column == 0)
                ax.grid(axis="y", linewidth=0.6)
                ax.set_axisbelow(True)
                data[f"{'density' if row else 'p'} {n}"] = np.array([bar.get_height() for bar in bars])
                if row:
                    ax.plot(x, [density(t) for t in x], color=COLOURS["model"], linewidth=1.4)
                if column == 0:
                    title = ("probability ÷ width of the bin", "probability of a bin")[1 - row]
                    ax.text(-0.1, 1.09, title, transform=ax.transAxes, fontsize=9.5)
                if row == 0:
                    ax.text(0.05, 0.72, f"{n} bins", transform=ax.transAxes, fontsize=9,
                            color=COLOURS["quiet"])
        svg = _svg(fig)
    return Chart(svg, data, alt)


def update_chart(prior, posterior, *, alt, names=("before", "after")):
    """Two PMFs over the same labels: an outline for what was believed before, solid bars for what is now.

    Both are {label: probability}, the labels in the order of `prior`. `data` has `prior` and `posterior`.
    """
    labels = list(prior)
    before = [float(prior[k]) for k in labels]
    after = [float(posterior.get(k, 0)) for k in labels]
    places = np.arange(len(labels))
    with _figure(1.9) as fig:
        ax = fig.add_axes((0, 0.11, 1, 0.86))
        solid = ax.bar(places, after, 0.62, color=COLOURS["probability"])
        outline = ax.bar(places, before, 0.86, facecolor="none", edgecolor=COLOURS["quiet"], linewidth=1)
        ax.spines[["left", "top", "right"]].set_visible(False)
        ax.set(xlim=(-0.6, len(labels) - 0.4), ylim=(0, 1.12 * max(before + after)), yticks=[])
        ax.set_xticks(places, labels, fontfamily=MONO, fontsize=9)
        ax.tick_params(axis="x", length=0)
        handles = (outline[0], solid[0])
        ax.legend(handles, names, loc="upper right", frameon=False, fontsize=9)
        svg = _svg(fig)
        drawn = [np.array([bar.get_height() for bar in bars]) for bars in (outline, solid)]
    return Chart(svg, {"prior": drawn[0], "posterior": drawn[1]}, alt)


def _hatch(ax, start, gap=7):
    """Diagonal lines, `gap` points apart, from `start` to the right end of the axes: the mark of an event."""
    box = ax.get_window_extent()
    width, height = (side * 72 / ax.figure.dpi for side in (box.width, box.height))
    first = ax.transAxes.inverted().transform(ax.transData.transform((start, 0)))[0] * width
    x, y = [], []
    for foot in np.arange(first - height + gap, width, gap):
        low, high = max(foot, first), min(foot + height, width)
        x += [low / width, high / width, np.nan]
        y += [(low - foot) / height, (high - foot) / height, np.nan]
    ax.plot(x, y, transform=ax.transAxes, color=COLOURS["event"], linewidth=0.7, alpha=0.6, zorder=0.5)
