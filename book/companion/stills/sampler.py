"""A name in the making: what has been said, and a bar for each letter that may come next."""

from html import escape

NUMBER = 1 / 0.86          # room above the highest bar for its number


def spoken(label):
    return {".": "dot", " ": "space"}.get(label, label)


def bars(model, last):
    """[(label, share of the height, the number that it carries or None)] of what may come after `last`."""
    labels, counts = model["labels"], model["counts"][model["labels"].index(last)]
    total, top = sum(counts), max(counts)
    best = counts.index(top)
    return [
        (label, n / top / NUMBER, f"{n / total:.3f}" if j == best else None)
        for j, (label, n) in enumerate(zip(labels, counts, strict=True))
    ]


def still(model):
    """What book/widgets/sampler.js moves."""
    labels, word = model["labels"], model["word"]
    last = word[-1] if word else labels[0]
    columns = ""
    for label, share, number in bars(model, last):
        carried = f' data-p="{number}"' if number else ""
        columns += f'<span style="--p:{share:.4f}"{carried}>{escape(label)}</span>'
    return (
        f'<header><span>After <b class="tok" data-out="last">{escape(last)}</b></span>'
        '<button type="button" class="js-only" data-do="step">Step</button>'
        '<button type="button" class="js-only" data-do="play" aria-pressed="false">Play</button></header>'
        f'<p class="word" aria-hidden="true"><span data-out="word">{escape(word)}</span>'
        '<span class="caret"></span></p>'
        f'<div class="pmf" role="img" aria-label="{escape(model["alt"])}" style="--n:{len(labels)}">'
        f'{columns}</div>'
        '<p class="past note js-only" data-out="past">It has said nothing yet: throw the die.</p>'
        '<p class="visually-hidden" role="status"></p>'
    )
