"""What each film shows, computed with the companion. No Manim here: any machine can ask if a film is stale.

A scene's `numbers()` calls the function of its file's name; the manifest keeps a hash of what it returned.
"""

from collections import Counter

from companion.data import load


def counting():
    """Chapter 03: the pairs of two names one by one, the table after more and more names, one row divided.

    Five letters stand in the table with a column of their own; the last column is all others together, so
    that a row's sum is the chapter's row sum. The two names come first, then the others in their order: the
    table only ever grows.
    """
    letters, slow, stops = ".aemn", ("emma", "anna"), (10, 100, 1_000, 10_000)
    names = load("names")
    for name in slow:
        names.remove(name)
    names = [*slow, *names]
    after = [*stops, len(names)]
    count, tables = Counter(), {}
    for number, name in enumerate(names, start=1):
        count.update(_pairs(name))
        if number in after:
            tables[number] = _shown(count, letters)
    table = tables[len(names)]
    return {
        "letters": letters,
        "slow": list(slow),
        "steps": _steps(slow, letters),
        "after": after,
        "last": [names[number - 1] for number in after],
        "tables": [tables[number] for number in after],
        "names": len(names),
        "sums": [sum(row) for row in table],
        "row": "n",
        "pmf": [[n / sum(row) for n in row] for row in table],
    }


def _pairs(name):
    return zip("." + name, name + ".", strict=True)


def _shown(count, letters):
    """Counts of pairs as rows of the table: a column for each letter, then all others."""
    rows = [[count[a, b] for b in letters] for a in letters]
    totals = Counter()
    for (a, _), n in count.items():
        totals[a] += n
    return [[*row, totals[a] - sum(row)] for a, row in zip(letters, rows, strict=True)]


def _steps(names, letters):
    """For each pair of the names in turn: [row, column, the count of that cell, the count of all pairs]."""
    count, steps = Counter(), []
    for name in names:
        for pair in _pairs(name):
            count[pair] += 1
            steps.append([letters.index(pair[0]), letters.index(pair[1]), count[pair], count.total()])
    return steps
