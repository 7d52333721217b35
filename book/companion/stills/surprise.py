"""The strip of surprise: what each character of a line costs, and how the line ranks among held-out ones."""

from collections import Counter
from functools import lru_cache
from html import escape
from math import exp, log

TALL = 10  # nats: what fills the height of a bar, where no letter costs more
FULL = 8  # nats: where the gauge ends
NARROW, LETTER = 300, 7  # pixels: the gauge on a small phone, a letter of its names
NOTHING = "type a line"  # in place of all that would be said of a line
SHOWN = {" ": "␣"}
SPOKEN = {".": "the end", " ": "space", "'": "apostrophe"}


def cleaned(text, vocabulary):
    """What the model reads of a text, and what it leaves out, each once.

    >>> cleaned("Déjà-vu, at 7!", ".abcdefghijklmnopqrstuvwxyz' ")
    ('dj vu at', ['é', 'à', ',', '7', '!'])
    """
    kept, left = "", []
    for c in text.lower():
        c = " " if c in "-–—" or c.isspace() else "'" if c in "’‘" else c
        if c in vocabulary[1:]:
            kept += c
        elif c not in left:
            left.append(c)
    return " ".join(filter(None, kept.split(" "))), left


@lru_cache(8)
def tables(train, n, end):
    """How often each piece of up to n tokens was seen, and each context before one more token."""
    marked = [end + line + end for line in train.split("\n")]
    places = [(x, t) for x in marked for t in range(1, len(x))]
    pieces, contexts = Counter(), Counter()
    for m in range(n):
        pieces.update(x[t - m : t + 1] for x, t in places if m <= t)
    for piece, times in pieces.items():
        contexts[piece[:-1]] += times
    return pieces, contexts


def probability_of(model, x, t, n):
    """P(x[t] | x[:t]): each context leans, by the weight k, on the one a token shorter.

    x begins with the end mark. A context is the last n − 1 tokens of x[:t], fewer at the beginning.
    """
    pieces, contexts = tables(model["train"], model["n"], model["vocabulary"][0])
    k, p = model["k"], 1 / len(model["vocabulary"])
    for m in range(min(n, t + 1)):
        p = (pieces[x[t - m : t + 1]] + k * p) / (contexts[x[t - m : t]] + k)
    return p


def prices(model, line, n):
    """−log P of each token of a cleaned line, the end last."""
    end = model["vocabulary"][0]
    x = end + line + end
    return [-log(probability_of(model, x, t, n)) for t in range(1, len(x))]


def row(model, line, i, n):
    """The PMF over the vocabulary at place i of a line."""
    x = model["vocabulary"][0] + line[:i]
    return [probability_of(model, x + token, len(x), n) for token in model["vocabulary"]]


@lru_cache(8)
def _held(train, held, vocabulary, most, k, n):
    model = {"train": train, "vocabulary": vocabulary, "n": most, "k": k}
    return [sum(nats) / len(nats) for nats in (prices(model, line, n) for line in held.split("\n"))]


def held(model, n):
    """Nats per character of every held-out line."""
    return _held(model["train"], model["held"], model["vocabulary"], model["n"], model["k"], n)


def shown(token):
    return SHOWN.get(token, token)


def spoken(token):
    return SPOKEN.get(token, token)


def number(nats):
    """One decimal below a bar, none from 10 on: four figures do not fit there."""
    return f"{nats:.1f}" if nats < 9.95 else f"{nats:.0f}"


def chance(p):
    return "under 0.001" if p < 0.0005 else f"{p:.3f}"


def context(model, line, i, n):
    """The tokens that the model sees before place i: the last n − 1, fewer at the beginning."""
    x = model["vocabulary"][0] + line[:i]
    return x[max(len(x) - n + 1, 0) :]


def line_readout(model, line, n):
    """What the figure says of a cleaned line."""
    nats = prices(model, line, n)
    total, each, others = sum(nats), sum(nats) / len(nats), held(model, n)
    below = sum(other < each for other in others)
    return {
        "characters": str(len(nats)), "total": f"{total:.2f} nats", "each": f"{each:.2f}",
        "perplexity": f"{exp(each):.1f}", "rank": f"fresher than {below} of {len(others)} held-out lines",
    }  # fmt: skip


def token_readout(model, line, i, n):
    """What the figure says of the token at place i."""
    token = (line + model["vocabulary"][0])[i]
    seen, nats = context(model, line, i, n), prices(model, line, n)[i]
    p, shown_nats = chance(exp(-nats)), f"{nats:.2f} nats"
    before = " ".join("the start" if c == model["vocabulary"][0] else spoken(c) for c in seen)
    return {
        "a": "".join(map(shown, seen)) or "any", "b": shown(token), "p": p, "nats": shown_nats,
        "value": f"{spoken(token)} after {before or 'anything'}: probability {p}, surprise {shown_nats}",
    }  # fmt: skip


def dearest(nats):
    """The place of the highest price, the first of several."""
    return nats.index(max(nats))


def tall(*strips):
    """What the height of a bar stands for in all strips alike, so that their bars compare.

    >>> tall([1.5, 3.0], [2.0]), tall([1.5, 14.4], [2.0])
    (10, 14.4)
    """
    return max(TALL, *(max(nats) for nats in strips))


def left_out(left):
    """What the model could not read, in words.

    >>> left_out(["é", "7"]), left_out([])
    ('Left out, since no token of the model stands for it: é 7', '')
    """
    return f"Left out, since no token of the model stands for it: {' '.join(left)}" if left else ""


def status(model, line, left, n):
    """What a screen reader hears once the typing rests."""
    if not line:
        return ". ".join(filter(None, [NOTHING.capitalize(), left_out(left)]))
    said, nats = line_readout(model, line, n), prices(model, line, n)
    words = [
        f"{said['characters']} characters, {said['each']} nats per character, {said['rank']}",
        f"Dearest: {token_readout(model, line, dearest(nats), n)['value']}",
        left_out(left),
    ]
    return ". ".join(filter(None, words))


def still(model):
    """What book/widgets/surprise.js moves."""
    n = model["n"]
    (name, text), (kept_name, kept_text) = model["line"], model["kept"]
    line, kept = (cleaned(t, model["vocabulary"])[0] for t in (text, kept_text))
    mine, other = prices(model, line, n), prices(model, kept, n)
    i, top = dearest(mine), tall(mine, other)
    memory = "".join(
        f'<button type="button" aria-pressed="{str(m == n).lower()}" data-n="{m}">{m - 1}</button>'
        for m in range(1, n + 1)
    )
    return (
        f'<header><span class="label">Explorable</span><span class="note">{escape(model["title"])}</span>'
        '<span class="memory js-only">letters of memory'
        f'<span class="seg" role="group" aria-label="Letters of memory">{memory}</span></span></header>'
        f'<div class="meter"><div class="writing">{_entry(model, text)}'
        f"{_strip(model, name, line, n, top, i)}{_strip(model, kept_name, kept, n, top)}"
        f"{_gauge(model, line, n)}</div>"
        f'<div class="read">{_words(model, line, i, n)}{_bars(model, line, i, n)}{_ways(model)}'
        '<p class="visually-hidden" role="status"></p></div></div>'
    )


def _entry(model, text):
    """Where to type, and lines to begin with: nothing that still paper could do."""
    buttons = "".join(
        f'<button type="button" data-line="{j}">{escape(name)}</button>'
        for j, (name, _) in enumerate(model["examples"])
    )
    keep = '<button type="button" class="keep">Keep to compare</button>'
    return (
        '<div class="entry js-only"><label>Type a line of your own'
        f'<input type="text" maxlength="90" autocomplete="off" autocapitalize="off" spellcheck="false" '
        f'value="{escape(text)}"></label><p class="begin"><span>or take</span>{buttons}{keep}</p></div>'
        '<p class="left" hidden></p>'
    )


def _strip(model, name, line, n, top, chosen=None):
    """One bar for each token, full at `top` nats, its price below it; the strip with one chosen is typed."""
    nats, say = prices(model, line, n), line_readout(model, line, n)
    cells = "".join(
        f'<span style="--s:{price / top:.3f}"{" class=on" if j == chosen else ""}>'
        f"<b>{escape(shown(token))}</b><i>{number(price)}</i></span>"
        for j, (token, price) in enumerate(zip(line + model["vocabulary"][0], nats, strict=True))
    )
    typed = chosen is not None
    return (
        f'<section class="{"mine" if typed else "kept"}"><p class="of">'
        f'<span class="name">{escape(name)}</span>'
        f'<span><b data-out="each">{say["each"]}</b> nats per character</span>'
        f'<span data-out="rank">{say["rank"]}</span></p>'
        f'<div class="strip" role="img" aria-label="{escape(_aloud(line, nats))}">{cells}</div></section>'
    )


def _aloud(line, nats):
    return f"Surprise of each character of “{line}”, in nats: {' '.join(map(number, nats))}"


def _gauge(model, line, n):
    """Nats per character, 0 to FULL: a stroke for each held-out line, names for some texts, one hand."""
    strokes = "".join(f"M{125 * x:.1f} 0v10" for x in held(model, n))
    names = [name for name, _ in model["examples"]]
    places = [_place(model, text, n) for _, text in model["examples"]]
    floors = levels(names, places)
    marks = "".join(
        f'<span class="mark" style="--x:{x:.4f};--l:{floor}">{escape(name)}</span>'
        for name, x, floor in zip(names, places, floors, strict=True)
    )
    x = min(_each(model, line, n) / FULL, 1)
    axis = "".join(f'<span style="--x:{v / FULL:g}">{v}</span>' for v in range(0, FULL + 1, 2))
    return (
        '<div class="gauge"><p class="label">Freshness, in nats per character</p>'
        f'<div class="dial" role="img" aria-label="{escape(gauge_words(model, line, n))}">'
        f'<div class="marks" style="--levels:{1 + max(floors, default=0)}">{marks}</div>'
        '<svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<path d="{strokes}"/></svg><i class="hand" style="--x:{x:.4f}"></i>'
        f'<div class="axis">{axis}</div></div>'
        '<p class="legend"><span class="strokes">held-out lines</span>'
        '<span class="pointer">this line</span></p></div>'
    )


def levels(names, places):
    """On which floor above the gauge each name stands, so that none covers another, on a phone either.

    >>> levels(["stock", "held out", "noise"], [0.16, 0.2, 0.7])
    [0, 1, 0]
    """
    floors = []
    for i, (name, x) in enumerate(zip(names, places, strict=True)):
        near = {
            floors[j]
            for j in range(i)
            if abs(places[j] - x) * NARROW < LETTER * (len(name) + len(names[j])) / 2 + LETTER
        }
        floors.append(next(floor for floor in range(i + 1) if floor not in near))
    return floors


def gauge_words(model, line, n):
    names = ", ".join(f"{name} {_each(model, cleaned(text, model['vocabulary'])[0], n):.2f}"
                      for name, text in model["examples"])  # fmt: skip
    return f"This line {_each(model, line, n):.2f} nats per character; for comparison: {names}"


def _each(model, line, n):
    nats = prices(model, line, n)
    return sum(nats) / len(nats)


def _place(model, text, n):
    return min(_each(model, cleaned(text, model["vocabulary"])[0], n) / FULL, 1)


def _words(model, line, i, n):
    say = {key: escape(text) for key, text in token_readout(model, line, i, n).items()}
    of = line_readout(model, line, n)
    return (
        f'<p class="pair"><b class="tok" data-out="a">{say["a"]}</b><span class="quiet">→</span>'
        f'<b class="tok" data-out="b">{say["b"]}</b></p>'
        f'<dl><dt>probability</dt><dd class="p" data-out="p">{say["p"]}</dd>'
        f'<dt>surprise</dt><dd class="s" data-out="nats">{say["nats"]}</dd></dl>'
        '<dl class="whole"><dt>characters, end included</dt>'
        f'<dd data-out="characters">{of["characters"]}</dd>'
        f'<dt>surprise in all</dt><dd data-out="total">{of["total"]}</dd>'
        f'<dt>perplexity</dt><dd data-out="perplexity">{of["perplexity"]}</dd></dl>'
    )


def _bars(model, line, i, n):
    """What the model expected here; the likeliest token fills the height, and words give its number."""
    p, token = row(model, line, i, n), (line + model["vocabulary"][0])[i]
    full = max(p)
    bars = "".join(
        f'<span style="--p:{x / full:.4f}"{" class=hit" if t == token else ""}>{escape(shown(t))}</span>'
        for t, x in zip(model["vocabulary"], p, strict=True)
    )
    return (f'<p class="best">expected here: <span data-out="best">{escape(expected(p, model))}</span></p>'
            f'<div class="pmf" aria-hidden="true" style="--n:{len(p)}">{bars}</div>')  # fmt: skip


def expected(p, model):
    """The three likeliest tokens in words."""
    best = sorted(range(len(p)), key=lambda j: -p[j])[:3]
    return ", ".join(f"{spoken(model['vocabulary'][j])} {chance(p[j])}" for j in best)


def _ways(model):
    """How to move, and what to look for."""
    keys = (
        '<p class="keys js-only">'
        '<button type="button" data-step="-1" aria-label="One character back">←</button>'
        '<button type="button" data-step="1" aria-label="One character on">→</button>'
        "<span>or point at a bar</span></p>"
    )
    tasks = "".join(f"<li>{escape(task)}</li>" for task in model["tasks"])
    tasks = f'<p class="label js-only">Try</p><ul class="try js-only">{tasks}</ul>' if tasks else ""
    return keys + tasks
