"""Two events over a small vocabulary: words as tiles whose area is their probability, and exact fractions."""

from fractions import Fraction
from html import escape

NAMES = ("A", "B")
MEASURES = {"slips": "The hat", "alike": "All alike"}
OR, AND = 'A <span class="op">∪</span> B', 'A <span class="op">∩</span> B'
NOT, NOT_SAID = "<span data-chosen>A</span><sup>c</sup>", "not <span data-chosen>A</span>"


def weights(model, measure="slips"):
    """What each word weighs: its slips, or the same for all."""
    return list(model["slips"]) if measure == "slips" else [1] * len(model["words"])


def tiles(weights, rows):
    """(left, top, width) of each word in a unit square of equal rows, filled in reading order.

    ValueError if a word would have to be broken at the end of a row.

    >>> [(str(left), top, str(width)) for left, top, width in tiles([2, 1, 3], rows=2)]
    [('0', 0, '2/3'), ('2/3', 0, '1/3'), ('0', 1, '1')]
    """
    full, places, at = Fraction(sum(weights), rows), [], Fraction(0)
    for weight in weights:
        top = int(at / full)
        left = at / full - top
        if left + weight / full > 1:
            raise ValueError(f"the weights {weights} do not fill {rows} equal rows")
        places.append((left, top, weight / full))
        at += weight
    return places


def probability(model, event, measure="slips"):
    """P(event), a Fraction."""
    weight = dict(zip(model["words"], weights(model, measure), strict=True))
    return Fraction(sum(weight[word] for word in event), sum(weight.values()))


def readout(model, A, B, measure="slips", chosen="A"):
    """What the figure says of two events, as text: exact fractions. `chosen` is the one you paint."""
    A, B = set(A), set(B)
    left_out = set(model["words"]) - (A if chosen == "A" else B)
    P = {
        name: str(probability(model, event, measure))
        for name, event in (
            ("A", A), ("B", B), ("or", A | B), ("and", A & B), ("not", left_out),
        )
    }  # fmt: skip
    return P | {"sum": f"{P['A']} + {P['B']} − {P['and']} = {P['or']}"}


def spoken(model, A, B, measure="slips", chosen="A"):
    """What a screen reader hears when an event has changed."""
    said = readout(model, A, B, measure, chosen)
    return (f"A {said['A']}, B {said['B']}, A or B {said['or']}, A and B {said['and']}, "
            f"not {chosen} {said['not']}")     # fmt: skip


def spoken_word(model, word, A, B, measure="slips"):
    """What a screen reader hears of one word."""
    where = {(0, 0): "in neither", (1, 0): "in A", (0, 1): "in B", (1, 1): "in A and B"}
    return f"{word}, {probability(model, [word], measure)}, {where[word in A, word in B]}"


def still(model):
    """What book/widgets/events.js moves."""
    paint = "".join(_button("event", name, f"Event {name}", name == "A") for name in NAMES)
    measure = "".join(_button("measure", key, name, key == "slips") for key, name in MEASURES.items())
    return (
        f'<header><span class="label">Explorable</span><span class="note">{escape(model["title"])}</span>'
        f'<div class="seg js-only" role="group" aria-label="You paint">{paint}</div>'
        f'<div class="seg js-only" role="group" aria-label="The measure">{measure}</div></header>'
        f'<div class="events"><div><div class="plane">{_tiles(model)}</div>{_key()}</div>'
        f'<div class="read">{_words(model)}{_ways(model)}'
        '<p class="visually-hidden" role="status"></p></div></div>'
    )


def _button(kind, key, name, pressed):
    return (f'<button type="button" aria-pressed="{str(pressed).lower()}" data-{kind}="{key}">'
            f"{name}</button>")     # fmt: skip


def _tiles(model):
    html = ""
    for word, n, (left, top, width) in zip(
        model["words"], model["slips"], tiles(model["slips"], model["rows"]), strict=True
    ):
        classes = "".join(f" in-{name.lower()}" for name in NAMES if word in model[name])
        html += (
            f'<span class="tile{classes}" style="--x:{float(left):.4f};--y:{top};--w:{float(width):.4f}">'
            f'<span class="marks"><i>A</i><i>B</i></span><b class="tok">{escape(word)}</b>'
            f'<span class="c">{n}</span></span>'
        )
    return (f'<div class="tiles" role="img" aria-label="{escape(model["alt"])}" '
            f'style="--rows:{model["rows"]}">{html}</div>')     # fmt: skip


def _key():
    swatches = (("in-a", "A"), ("in-b", "B"), ("in-a in-b", "both"))
    signs = "".join(f'<span><i class="tile {kind}"></i>{name}</span>' for kind, name in swatches)
    return (f'<p class="signs">{signs}<span class="c" data-out="unit">number: slips</span>'
            "<span>area: probability</span></p>")     # fmt: skip


def _words(model):
    said = readout(model, model["A"], model["B"])
    rows = ""
    for key, formula, words in (
        ("A", "A", ""), ("B", "B", ""), ("or", OR, "A or B"), ("and", AND, "A and B"), ("not", NOT, NOT_SAID),
    ):  # fmt: skip
        share = float(Fraction(said[key]))
        rows += (
            f'<dt><i>P</i>({formula}) <span class="quiet">{words}</span></dt>'
            f'<dd class="p" data-out="{key}">{said[key]}</dd>'
            f'<dd class="share" aria-hidden="true" data-share="{key}" style="--p:{share:.4f}"></dd>'
        )
    return (f'<dl>{rows}</dl><p class="sum"><span class="quiet"><i>P</i>(A) + <i>P</i>(B) − <i>P</i>({AND})'
            f' = <i>P</i>({OR})</span><b data-out="sum">{said["sum"]}</b></p>')     # fmt: skip


def _ways(model):
    """How to move, and what to look for: nothing that still paper could do."""
    buttons = "".join(
        f'<button type="button" data-key="{key}">{name}</button>'
        for key, name in (("c", "Complement"), ("Backspace", "Clear"))
    )
    tasks = "".join(f"<li>{escape(task)}</li>" for task in model["tasks"])
    tasks = f'<p class="label js-only">Try</p><ul class="try js-only">{tasks}</ul>' if tasks else ""
    return (f'<p class="ways js-only">{buttons}<span>arrow keys walk, space paints, '
            f"<kbd>a</kbd> and <kbd>b</kbd> choose, <kbd>c</kbd> is the complement, "
            f"<kbd>backspace</kbd> clears</span></p>{tasks}")     # fmt: skip
