"""Chapter 04, freshness. A model of verse reads small letters, apostrophes and single blanks."""

import math
import random
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise

import numpy as np

from companion.check import LETTERS, Case, Exercise, Question, Verdict
from companion.data import load, sonnets

TOKENS = ".abcdefghijklmnopqrstuvwxyz' "
FIVE = {1: "wifi", 2: "the letters backwards", 3: "my love", 4: "zq xv", 5: "the words out of order"}
RANKED = (3, 5, 1, 2, 4)          # a test of the page computes it


def clean(text):
    text = text.lower().replace("-", " ").replace("’", "'")
    return " ".join("".join(c for c in text if c in TOKENS[1:] or c.isspace()).split())


def sure(x):
    """A finite number, or an error; the sign of a NaN is neither."""
    x = float(x)
    if not math.isfinite(x):
        raise ValueError
    return x


def bits(perplexity):
    return math.log2(perplexity)


def nats(perplexity):
    return math.log(perplexity)


def bits_cases():
    rng = random.Random(401)
    values = [2, 8, 27, 1, *(round(rng.uniform(1.5, 60), 3) for _ in range(4))]
    return [Case((value,), f"bits({value})") for value in values]


def bits_explained(found, expected, case):
    perplexity = case.args[0]
    if perplexity > 1 and math.isclose(float(found), 2**perplexity, rel_tol=1e-6):
        return f"{case.call} is {float(found):.6g}, and that is 2 to the perplexity; undo the power instead"
    return None


def divergence_explained(value):
    value = float(np.asarray(value, dtype=float))
    if math.isclose(value, 0.625 * math.log(2), abs_tol=5e-3):
        return f"{value:.4g} is the divergence in nats; the question asks for bits"
    if not math.isfinite(value):
        return "no outcome is impossible here, so the divergence is finite"
    return f"{value:.6g} is not it"


def right_divergence(value):
    return abs(sure(value) - 0.625) < 1e-3


def as_ranking(value):
    if isinstance(value, str):
        value = [c for c in value if c.isdigit()]
    return tuple(int(x) for x in value)


def right_ranking(value):
    return as_ranking(value) == RANKED


def ranking_explained(value):
    found = as_ranking(value)
    if sorted(found) != [1, 2, 3, 4, 5]:
        return "a ranking names each of 1 to 5 once"
    if found == RANKED[::-1]:
        return "that is the order from the freshest down; begin with the least fresh"
    first = next(i for i, (a, b) in enumerate(zip(found, RANKED, strict=True)) if a != b)
    wrong = f"{found[first]} ({FIVE[found[first]]})"
    so_far = "the first is right" if first == 1 else f"the first {first} are right"
    return f"{so_far}; {wrong} does not come next" if first else f"{wrong} is not the least fresh"


class Prices:
    """nll of a text and its end: each letter has its price, and so has the end."""

    def __init__(self, seed):
        rng = random.Random(seed)
        self.price = {c: rng.randrange(1, 60) / 10 for c in TOKENS}

    def __eq__(self, other):
        return isinstance(other, Prices) and self.price == other.price

    def __call__(self, text):
        if "." in text:
            raise ValueError("nll adds the end itself; hand it the text without a dot")
        return sum(self.price[c] for c in text) + self.price["."]

    def __repr__(self):
        return "nll"


def freshest(texts, nll):
    return max(texts, key=lambda text: nll(text) / (len(text) + 1))


def freshest_in_all(texts, nll):
    return max(texts, key=nll)


def freshest_without_end(texts, nll):
    return max(texts, key=lambda text: nll(text) / len(text))


def freshest_per_word(texts, nll):
    return max(texts, key=lambda text: nll(text) / len(text.split()))


def freshest_per_word_and_end(texts, nll):
    return max(texts, key=lambda text: nll(text) / (len(text.split()) + 1))


def least_fresh(texts, nll):
    return min(texts, key=lambda text: nll(text) / (len(text) + 1))


NOT_THE_FRESHEST = {
    "the end mark is in the surprise, so it counts among the tokens as well": freshest_without_end,
    "you divide by the number of words, but a token of this model is a character": freshest_per_word,
    "that is the least fresh one": least_fresh,
}


def freshest_cases():
    """Texts of different lengths: the largest quotient stands out, and most slips pick another text.

    In the first two cases each slip picks a text of its own; in the first six the total and the average per
    word disagree with the answer and with each other.
    """
    rng, cases, slips = random.Random(403), [], NOT_THE_FRESHEST.values()
    while len(cases) < 8:
        nll = Prices(rng.randrange(10**6))
        texts = [" ".join("".join(rng.choice("abcdxz'") for _ in range(rng.choice((1, 2, 4, 9))))
                          for _ in range(rng.choice((1, 2, 4)))) for _ in range(5)]
        each = sorted(nll(text) / (len(text) + 1) for text in texts)
        if len(set(texts)) < 5 or each[-1] - each[-2] < 0.01:
            continue
        chosen = [pick(texts, nll) for pick in (freshest, freshest_in_all, freshest_per_word)]
        if len(set(chosen)) < 3 and len(cases) < 6:
            continue
        chosen += [pick(texts, nll) for pick in slips if pick is not freshest_per_word]
        if len(cases) < 2 and (len(set(chosen)) < 5 or freshest_per_word_and_end(texts, nll) != chosen[2]):
            continue
        cases.append(Case((texts, nll), f"freshest({texts}, nll)"))
    return cases


def freshest_explained(found, expected, case):
    texts, nll = case.args
    if isinstance(found, (int, np.integer)) and not isinstance(found, bool):
        return f"{case.call} is {found}; return the text itself, not its place"
    if found in texts:
        return f"{case.call} is {found!r}, with {nll(found) / (len(found) + 1):.4f} nats per token; " \
               f"{expected!r} has {nll(expected) / (len(expected) + 1):.4f}"
    return None


def together(a, n, b, m):
    return math.exp((n * math.log(a) + m * math.log(b)) / (n + m))


def together_mean(a, n, b, m):
    return (n * a + m * b) / (n + m)


def together_cases():
    rng = random.Random(404)
    fixed = [(2, 10, 8, 10), (4, 1, 9, 3), (27, 100, 27, 5)]
    drawn = [(round(rng.uniform(2, 30), 2), rng.randrange(1, 90), round(rng.uniform(2, 30), 2),
              rng.randrange(1, 90)) for _ in range(5)]
    books = (12, 60_000, 20, 40_000)  # whose probability is no float any more: think in logarithms
    return [Case(args, f"together{args}") for args in (*fixed, *drawn, books)]


def together_explained(found, expected, case):
    a, _, b, _ = case.args
    if a != b and math.isclose(float(found), math.sqrt(a * b), rel_tol=1e-6):
        return f"{case.call} is {float(found):.6g}, expected {expected:.6g}: the longer text has more to say"
    return None


def excess(C_VV, Q_VV):
    total = 0.0
    for n_V, q_V in zip(C_VV, Q_VV, strict=True):
        for n, q in zip(n_V, q_V, strict=True):
            if n:
                total += n * math.log(n / n_V.sum() / q) if q else math.inf
    return total / C_VV.sum()


def excess_of_rows(C_VV, Q_VV):
    """Every row weighs the same, however often it was used."""
    rows = [row for row in range(len(C_VV)) if C_VV[row].any()]
    weightless = [C_VV * (np.arange(len(C_VV)) == row)[:, None] for row in rows]
    return sum(excess(alone, Q_VV) for alone in weightless) / len(rows)


def cross_only(C_VV, Q_VV):
    seen = C_VV > 0
    with np.errstate(divide="ignore"):
        return -(C_VV[seen] * np.log(Q_VV[seen])).sum() / C_VV.sum()


@lru_cache
def share_of_names():
    """`share_V` of the page: how often the names use each row of the bigram table."""
    used = Counter("".join("." + name for name in load("names")))
    return [used[a] / used.total() for a in LETTERS]


def excess_by_share_of_names(C_VV, Q_VV):
    rows = zip(share_of_names(), C_VV, Q_VV, strict=False)
    return sum(share * excess(n_V[None], q_V[None]) for share, n_V, q_V in rows if n_V.any())


def excess_turned_round(C_VV, Q_VV):
    """KL(Q ‖ P), row by row."""
    rows = [(n_V.sum(), q_V, n_V / n_V.sum()) for n_V, q_V in zip(C_VV, Q_VV, strict=True) if n_V.any()]
    return sum(N * excess(q_V[None], p_V[None]) for N, q_V, p_V in rows) / C_VV.sum()


NOT_THE_EXCESS = {
    "that is the cross-entropy alone": cross_only,
    "that is the total, not per character": lambda C_VV, Q_VV: excess(C_VV, Q_VV) * C_VV.sum(),
    "that is in bits": lambda C_VV, Q_VV: excess(C_VV, Q_VV) / math.log(2),
    "that is KL(Q ‖ P); the average is taken over the counts": excess_turned_round,
    "share_V says how often the names use each row; weigh the rows by the counts that you are handed":
        excess_by_share_of_names,
}  # fmt: skip


def excess_case(C_VV, Q_VV):
    C_VV, Q_VV = np.array(C_VV), np.array(Q_VV, dtype=float)
    return Case((C_VV, Q_VV), f"excess({C_VV.tolist()}, {Q_VV.tolist()})")


def excess_cases():
    """Small tables, and prices in twentieths, so that a message can show them in full."""
    rng, cases = random.Random(405), []
    for V in (2, 3, 3, 4):
        # in the first case every pair occurs, so that no other slip has a word there
        C_VV = [[rng.choice((0, 1, 2, 9, 30) if cases else (1, 2, 9)) for _ in range(V)] for _ in range(V)]
        C_VV[0][0] += 40
        cuts = [[0, *sorted(rng.sample(range(1, 20), V - 1)), 20] for _ in range(V)]
        cases.append(excess_case(C_VV, [[(b - a) / 20 for a, b in pairwise(row)] for row in cuts]))
    C_VV = [[2, 0, 2], [0, 0, 0], [1, 3, 4]]
    zeros = [[1, 0, 0], [0, 1, 0], [0.25, 0.25, 0.5]]
    return [*cases, excess_case(C_VV, [[0.25, 0.25, 0.5]] * 3), excess_case(C_VV, zeros)]


def excess_explained(found, expected, case):
    found = float(found)
    if math.isnan(found):
        return f"{case.call} is nan; 0 · log 0 is no number, so leave out what never occurs"
    if found < 0:
        return f"{case.call} is {found:.6g}; no excess is negative (Gibbs)"
    return None


def leaks(train, held):
    seen = {clean(line) for line in train}
    return [line for line in held if clean(line) in seen]


def as_list(found):
    """A tuple or an array of lines as a list; anything else as it is."""
    return [str(line) for line in found] if isinstance(found, (tuple, np.ndarray)) else found


def exact_leaks(train, held):
    return [line for line in held if line in train]


def folded_leaks(train, held):
    seen = {line.lower() for line in train}
    return [line for line in held if line.lower() in seen]


def leaks_of_clean_held(train, held):
    return [line for line in held if clean(line) in train]


def leaks_into_clean_train(train, held):
    seen = {clean(line) for line in train}
    return [line for line in held if line in seen]


NOT_THE_LEAKS = {
    "you fold capitals, but the model sees no commas, hyphens or double blanks either": folded_leaks,
    "you clean the lines of held alone, and compare them with raw ones of train": leaks_of_clean_held,
    "you clean the lines of train alone, and compare them with raw ones of held": leaks_into_clean_train,
    "a line that stands twice in held has leaked twice": lambda *piles: list(dict.fromkeys(leaks(*piles))),
    "these are lines of train; return those of held": lambda train, held: leaks(held, train),
    "the right lines, cleaned; return them as they stand in held":
        lambda train, held: [clean(line) for line in leaks(train, held)],
}  # fmt: skip


def dirtied(line, rng):
    """The same line to the model: other capitals, other marks."""
    line = line.replace(" ", rng.choice((" ", "  ", ", ")), 1)
    return rng.choice(("", "  ", "“")) + capitals(line, rng) + rng.choice(";.!")


def capitals(line, rng):
    return "".join(c.upper() if rng.random() < 0.2 else c for c in line)


def plant(train, held, times, rng):
    """Five kinds of leaks in turn: as the line stands, in other capitals, clean in one pile, and dressed."""
    for kind, i in enumerate(rng.sample(range(len(train)), times)):
        line = train[i]
        if kind % 5 == 2:
            train[i] = clean(line)
        dressed = line, capitals(line, rng), dirtied(line, rng), clean(line), dirtied(line, rng)
        held.append(dressed[kind % 5])
    rng.shuffle(held)


def leaks_cases():
    """Small piles, the first of which tell the slips apart, and large ones with planted leaks."""
    rng, poems = random.Random(406), sonnets()
    poems.sort(key=lambda poem: sha256("\n".join(map(clean, poem)).encode()).hexdigest())
    apart = (["O day!", "so still", "Ah, love"],
             ["O day!", "o DAY!", "so-still;", "ah love", "no more", "ah love"])
    words = ["Ah!", "we'll go"], ["ah", "oh", "AH?", "well go"]
    cases = [Case(piles, f"leaks({piles[0]}, {piles[1]})") for piles in (apart, words)]
    by_poem = [[line for poem in part for line in poem] for part in (poems[40:], poems[20:40])]
    for number, planted in enumerate((0, 5, 8, 11)):
        lines = [line for poem in rng.sample(poems, 12) for line in poem]
        rng.shuffle(lines)
        train, held = lines[:100], lines[100:]
        plant(train, held, planted, rng)
        cases.append(Case((train, held), f"leaks(100 lines, {len(held)} lines) no. {number + 1}"))
    return [*cases, Case(tuple(by_poem), "leaks(114 sonnets, 20 other sonnets)")]


def leaks_explained(found, expected, case):
    if isinstance(found, (set, frozenset)):
        return f"{case.call} is a set; return a list, in the order of `held`"
    if not isinstance(found, list):
        return f"{case.call} is a {type(found).__name__}; return a list"
    missed = [line for line in expected if line not in found]
    if missed:
        return f"{case.call} misses {len(missed)} of {len(expected)}, among them {missed[0]!r}"
    extra = [line for line in found if line not in expected]
    if extra:
        return f"{case.call} names {extra[0]!r}, which train does not hold"
    if sorted(found) == sorted(expected):
        return f"{case.call} has the right lines in another order than `held`"
    return None


def auc_by_rank(low, high):
    """By bisection, so that a large case is quick."""
    low, high = np.sort(np.asarray(low, dtype=float)), np.asarray(high, dtype=float)
    below, up_to = (np.searchsorted(low, high, side=side).sum() for side in ("left", "right"))
    return (below + up_to) / 2 / (len(low) * len(high))


def auc_strict(low, high):
    return np.searchsorted(np.sort(low), high, side="left").sum() / (len(low) * len(high))


def auc_ties_won(low, high):
    """A tie counts whole: what sorting gives if each of the equal values keeps a place of its own."""
    return np.searchsorted(np.sort(low), high, side="right").sum() / (len(low) * len(high))


NOT_THE_AUC = {
    "each of some equal values keeps its own place, those of high the later ones; they share the mean place":
        auc_ties_won,
    "the two groups have changed places": lambda low, high: auc_by_rank(high, low),
    "the ranks count how members of high compare with each other as well; take that off":
        lambda low, high: auc_by_rank(low, high) + (len(high) + 1) / 2 / len(low),
}  # fmt: skip


N = 1000                          # members of a large group


class Counted(float):
    """A number that counts how often it is compared with another, or taken away from one."""

    left = 0                      # comparisons until TooMany is raised, for all such numbers together
    __hash__ = float.__hash__


class TooMany(Exception):
    pass


def _counted(name):
    def method(self, other):
        Counted.left -= 1
        if Counted.left < 0:
            raise TooMany
        return getattr(float, name)(self, other)

    return method


for _name in ("__lt__", "__le__", "__gt__", "__ge__", "__eq__", "__ne__", "__sub__"):
    setattr(Counted, _name, _counted(_name))


def compares_all_pairs(auc):
    """Whether `auc` compares more than half as often as there are pairs; to sort takes a tenth of that.

    Arrays of objects keep the numbers, so that numpy's operations are counted too. What turns them into
    floats of its own, or cannot work with objects, is not counted: that is no reason to refuse it.
    """
    rng = random.Random(408)
    low, high = (np.array([Counted(rng.randrange(500)) for _ in range(N)], dtype=object) for _ in range(2))
    Counted.left = N * N // 2
    try:
        auc(low, high)
    except Exception:
        pass
    return Counted.left < 0


@dataclass(frozen=True)
class WithoutAllPairs(Exercise):
    """The right numbers are not enough."""

    def verdict(self, answer, name):
        verdict = super().verdict(answer, name)
        if verdict.kind == "right" and compares_all_pairs(answer):
            return Verdict(
                "not yet right",
                f"the numbers are right, but for two groups of {N:,} {name} compares more than "
                f"{N * N // 2:,} times, pair by pair",
                "Sort all the values once, and work with their places in that order.",
            )
        return verdict


def auc_cases():
    rng = random.Random(407)
    groups = [([1, 2, 3], [2, 3, 4]), ([1, 1], [1, 1, 1]), ([5, 6], [1, 2, 3]), ([0], [7])]
    for n, m in ((5, 9), (20, 20), (40, 3)):
        groups.append(([rng.randrange(12) for _ in range(n)], [rng.randrange(2, 14) for _ in range(m)]))
    cases = [Case((np.array(low), np.array(high)), f"auc_by_rank({_short(low)}, {_short(high)})")
             for low, high in groups]
    large = [np.array([rng.randrange(500) for _ in range(300)]) for _ in range(2)]
    return [*cases, Case(tuple(large), "auc_by_rank(two groups of 300)")]


def _short(values):
    return str(values) if len(values) < 10 else f"{len(values)} numbers"


def auc_explained(found, expected, case):
    found = float(found)
    if not 0 <= found <= 1:
        return f"{case.call} is {found:.6g}; a probability lies between 0 and 1"
    return None


EXERCISES = {
    "bits": Exercise(
        bits, bits_cases, wrong=nats, explain=bits_explained,
        right="a fair die with 8 sides is worth 3 bits, and all others agree as well",
        hint="That is in nats. To which base is a bit?"),
    "kl": Question(
        right_divergence, explain=divergence_explained,
        offered=(0.625, 0.5, -0.625, 2.375, 1.75, 0.433, 1, 0),
        right="½ · 2 − ¼ − ⅛ = ⅝ bits; the other way round it would be ½",
        hints={0.5: "That is KL(Q ‖ P). The average is taken over the source, P.",
               2.375: "That is the cross-entropy. Take the entropy off, or use log P/Q.",
               1.75: "That is the entropy of P, what the right prices cost.",
               -0.625: "Gibbs says that it cannot be negative. Which one stands above the line?"}),
    "rank": Question(
        right_ranking, explain=ranking_explained,
        offered=([3, 5, 1, 2, 4], [3, 1, 5, 2, 4], [4, 2, 1, 5, 3], [5, 3, 1, 2, 4], [3, 5, 1, 4, 2]),
        right="love is cheap, words out of order cost a little, news costs more, and letters that make no "
              "words cost most",
        hints={(3, 1, 5, 2, 4): "Five letters of memory: what does it notice of words that change places?",
               (3, 5, 1, 4, 2): "Both look like noise, but one of them has the letters of English. Which?"}),
    "freshest": Exercise(
        freshest, freshest_cases, wrong=freshest_in_all, mistakes=NOT_THE_FRESHEST,
        explain=freshest_explained,
        right="per token, the end mark included, in every case",
        hint="You compare totals, and a longer text has more of everything. Divide by the number of tokens."),
    "together": Exercise(
        together, together_cases, wrong=together_mean, explain=together_explained,
        right="surprises add; perplexities do not",
        hint="You have averaged the perplexities. What is it that adds up along a text?"),
    "excess": Exercise(
        excess, excess_cases, wrong=excess_of_rows, mistakes=NOT_THE_EXCESS, explain=excess_explained,
        right="the divergences of the rows, each weighed by how often the row was used",
        hint="Every row weighs the same in your average. How often does the text stand on each?"),
    "leaks": Exercise(
        leaks, leaks_cases, wrong=exact_leaks, mistakes=NOT_THE_LEAKS, explain=leaks_explained,
        read=as_list,
        right="every planted line was found, and so was the couplet that Shakespeare used twice",
        hint="You compare the lines as they stand. The model never sees capitals, commas or double blanks."),
    "auc": WithoutAllPairs(
        auc_by_rank, auc_cases, wrong=auc_strict, mistakes=NOT_THE_AUC, explain=auc_explained,
        right="it agrees with all pairs, ties included, and does not compare them all",
        hint="Ties count nothing in yours. Equal values share the mean of their places."),
}
