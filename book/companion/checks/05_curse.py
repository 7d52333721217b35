"""Chapter 05, the curse of dimensionality. An n-gram is a string of n letters, the dots among them."""

import copy
import functools
import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from companion.check import LETTERS, Case, Exercise, place

INDEX = {letter: i for i, letter in enumerate(LETTERS)}
V = len(LETTERS)
PATIENCE = 1.0             # seconds for one call; the next would take many times as long


@dataclass(frozen=True)
class Fault:
    """What stands in the place of a result: `says` ends the sentence that begins with the call."""

    says: str


@dataclass(frozen=True)
class Watched(Exercise):
    """An exercise whose calls may neither change what they are given nor go on for ever."""

    def verdict(self, answer, name):
        if not callable(answer):
            return super().verdict(answer, name)
        slow = []

        @functools.wraps(answer)
        def watched(*args):
            if slow:
                return slow[0]
            given, start = copy.deepcopy(args), time.perf_counter()
            found = answer(*args)
            if (seconds := time.perf_counter() - start) > PATIENCE:
                says = f"took {seconds:.0f} s, and larger cases follow; do without a list of all outcomes"
                slow.append(Fault(says))
                return slow[0]
            return found if args == given else Fault("changes what it was given; work on a copy")

        return super().verdict(watched, name)


def plain(found):
    """A Fraction is as good as a float."""
    return float(found) if isinstance(found, Fraction) else found


def ngrams(name, n):
    text = "." * (n - 1) + name + "."
    return [text[i : i + n] for i in range(len(name) + 1)]


def count(names, n):
    return Counter(gram for name in names for gram in ngrams(name, n))


def address(gram):
    number = 0
    for letter in gram:
        number = V * number + INDEX[letter]
    return number


def random_names(rng, number, alphabet="abc"):
    return ["".join(rng.choice(alphabet) for _ in range(rng.randrange(1, 6))) for _ in range(number)]


def shown(names):
    return str(names) if len(str(names)) < 45 else f"{len(names)} random names"


# --- the memory of the array --------------------------------------------------------------------------------


def largest(V, budget):
    n = 0
    while 4 * V ** (n + 1) <= budget:
        n += 1
    return n


def largest_in_cells(V, budget):
    """Counts cells, and forgets that each takes four bytes."""
    return largest(V, 4 * budget)


def largest_cases():
    rng = random.Random(501)
    pairs = [(27, 16 * 10**9), (27, 10**6), (2, 64), (27, 107), (27, 108), (10, 4 * 10**15), (256, 2**34)]
    pairs += [(10, 4 * 10**18 - 1), (27, 4 * 27**12 - 1)]      # a quarter of it rounds up as a float
    for _ in range(8):
        V, n = rng.randrange(2, 300), rng.randrange(1, 9)
        pairs.append((V, 4 * V**n - rng.randrange(2)))         # fits to the byte, or misses by one
    for _ in range(6):
        V, n = rng.randrange(2, 300), rng.randrange(1, 9)
        pairs.append((V, V**n))                                # would fit if a cell took one byte
    for _ in range(14):
        V, n = rng.randrange(30, 300), rng.randrange(1, 9)
        pairs.append((V, 12 * V**n))                           # fits with room to spare
    return [Case(pair, f"largest({pair[0]}, {pair[1]:_})") for pair in pairs]


def whole(found):
    """A float is no whole number, even if it equals one."""
    return Fault(f"is {found}, a float; n is a whole number") if isinstance(found, float) else found


def largest_explained(found, expected, case):
    V, budget = case.args
    if isinstance(found, Fault):
        return f"{case.call} {found.says}"
    if int(found) != found:
        return f"{case.call} is {found}; n is a whole number"
    need = 4 * V ** int(found)
    if found > expected:
        return f"{case.call} is {found}, but {V} ** {int(found)} cells take {need:_} bytes"
    if found < expected:
        return f"{case.call} is {found}, but n = {int(found) + 1} fits as well: {need * V:_} bytes"
    return None


# --- from n to n − 1 ----------------------------------------------------------------------------------------


def shorter(counts):
    result = Counter()
    for gram, times in counts.items():
        result[gram[1:]] += times
    return result


def without_the_last(counts):
    """What came before: the contexts, and not the (n − 1)-grams."""
    result = Counter()
    for gram, times in counts.items():
        result[gram[:-1]] += times
    return result


def shorter_cases():
    rng = random.Random(502)
    cases = [(["emma"], 3), (["ava", "ava", "bo"], 2)]
    cases += [(random_names(rng, number), n) for number, n in ((5, 4), (9, 3), (20, 5), (12, 2))]
    return [Case((count(names, n),), f"shorter(the {n}-grams of {shown(names)})") for names, n in cases]


def a_counter(found):
    """A plain dict raises a KeyError where a Counter has 0."""
    if isinstance(found, Mapping) and not isinstance(found, Counter):
        return Fault(f"is a {type(found).__name__}; expected a Counter, which answers 0 for what it lacks")
    return found


def shorter_explained(found, expected, case):
    if isinstance(found, Fault):
        return f"{case.call} {found.says}"
    found = dict(found)
    lengths = {len(gram) for gram in found}
    wanted = {len(gram) for gram in expected}
    if lengths != wanted:
        return f"{case.call} has keys of {sorted(lengths)} letters, expected {sorted(wanted)}"
    if sum(found.values()) != sum(expected.values()):
        return f"{case.call}: the counts add up to {sum(found.values())}, expected {sum(expected.values())}"
    for gram in sorted(set(found) | set(expected)):
        n, times = found.get(gram, 0), expected[gram]
        if n != times:
            return f"{case.call}: {gram} has {n}, and the names hold it {times} times"
    return None


# --- an address, read backwards -----------------------------------------------------------------------------


def gram_at(number, n):
    gram = ""
    for _ in range(n):
        number, i = divmod(number, V)
        gram = LETTERS[i] + gram
    return gram


def without_leading_dots(number, n):
    gram = ""
    while number:
        number, i = divmod(number, V)
        gram = LETTERS[i] + gram
    return gram


def gram_at_cases():
    rng = random.Random(503)
    grams = ["emm", "..e", "...", "a.", "z", ".", "zzzzz", "....a"]
    grams += ["christopherxavier", "." * 8 + "emmanuel"]          # addresses beyond the digits of a float
    for _ in range(10):
        n = rng.randrange(2, 7)
        dots = rng.randrange(1, n)
        grams.append("." * dots + "".join(rng.choice(LETTERS[1:]) for _ in range(n - dots)))
    return [Case((address(gram), len(gram)), f"gram_at({address(gram)}, {len(gram)})") for gram in grams]


def gram_at_explained(found, expected, case):
    if not isinstance(found, str):
        return f"{case.call} is of type {type(found).__name__}; expected a str, {expected!r}"
    if found == expected[::-1]:
        return f"{case.call} is {found!r}, the right letters from back to front; expected {expected!r}"
    if len(found) != len(expected):
        return f"{case.call} is {found!r}, {len(found)} letters; expected {len(expected)}: {expected!r}"
    if found != expected and len(expected) > 11:
        return f"{case.call} is {found!r}, expected {expected!r}; has a / turned the number into a float?"
    return None


# --- coverage -----------------------------------------------------------------------------------------------


def coverage(known, names, n):
    counts = count(known, n)
    grams = [gram for name in names for gram in ngrams(name, n)]
    return sum(gram in counts for gram in grams) / len(grams)


def coverage_of_kinds(known, names, n):
    """Each kind of n-gram once, however often it is met."""
    kinds = set(count(names, n))
    return len(kinds & set(count(known, n))) / len(kinds)


def coverage_cases():
    rng = random.Random(504)
    cases = [(["eva", "anna"], ["ella", "ella", "nan"], 2), (["ava"], ["ava", "ava", "bo"], 3)]
    cases.append((["ann"], ["anna", "nan"], 1))
    for n in (2, 3, 3, 4, 5):
        cases.append((random_names(rng, 6), random_names(rng, 9), n))
    return [Case(case, f"coverage({shown(case[0])}, {shown(case[1])}, {case[2]})") for case in cases]


def share_of(judge):
    """The mean over the names of judge(name, the counts of known, n)."""
    return lambda known, names, n: float(np.mean([judge(name, count(known, n), n) for name in names]))


def met(name, counts, n):
    """How many n-grams of one name are among the counted."""
    return sum(gram in counts for gram in ngrams(name, n))


NOT_THE_COVERAGE = {
    "the share that was not seen":
        lambda known, names, n: 1 - coverage(known, names, n),
    "known and names have changed places: of the n-grams in names, which occur in known?":
        lambda known, names, n: coverage(names, known, n),
    "the n-grams that were met, divided by those in known; divide by those in names":
        lambda known, names, n: coverage(known, names, n) * count(names, n).total() / count(known, n).total(),
    "how many n-grams were met; divide by how many there are":
        lambda known, names, n: coverage(known, names, n) * count(names, n).total(),
    "the share of whole names that are covered; count n-grams":
        share_of(lambda name, counts, n: met(name, counts, n) > len(name)),
    "the average of the names' shares; a longer name has more n-grams and weighs more":
        share_of(lambda name, counts, n: met(name, counts, n) / (len(name) + 1)),
    "an n-gram is met however often known holds it; you took the smaller of the two counts":
        lambda known, names, n: (count(known, n) & count(names, n)).total() / count(names, n).total(),
    "the dots are missing; ngrams puts them before and after the name":
        lambda known, names, n: coverage_without_dots(known, names, n),
}  # fmt: skip


def coverage_without_dots(known, names, n):
    def inside(some):
        return [name[i : i + n] for name in some for i in range(len(name) - n + 1)]

    return float(np.mean(np.isin(inside(names), inside(known))))


def coverage_explained(found, expected, case):
    if not 0 <= found <= 1:
        return f"{case.call} is {found:.6g}; a share lies between 0 and 1, expected {expected:.6g}"
    return None


# --- recursive smoothing ------------------------------------------------------------------------------------


def recursive(C, context, k):
    p_V = np.full(V, 1 / V)
    for n in range(1, len(context) + 2):
        u = context[len(context) - (n - 1) :]
        C_V = np.array([C[n].get(u + letter, 0) for letter in LETTERS])
        p_V = (C_V + k * p_V) / (C_V.sum() + k)
    return p_V


def divided_by_kV(C, context, k):
    """Above the line k · P, below it N + k · V, as if P had 27 ones in it."""
    p_V = np.full(V, 1 / V)
    for n in range(1, len(context) + 2):
        u = context[len(context) - (n - 1) :]
        C_V = np.array([C[n].get(u + letter, 0) for letter in LETTERS])
        p_V = (C_V + k * p_V) / (C_V.sum() + k * V)
    return p_V


def every_suffix(context):
    return [context[i:] for i in range(len(context), -1, -1)]


def smoothed(C_V, lower_V, k):
    return (C_V + k * lower_V) / (C_V.sum() + k)


def walked(suffixes=every_suffix, step=smoothed):
    """The walk over the contexts that suffixes(context) lists, from the shortest on; a `step` for each."""
    def after(C, context, k):
        p_V = np.full(V, 1 / V)
        for u in suffixes(context):
            p_V = step(np.array([C[len(u) + 1].get(u + letter, 0) for letter in LETTERS]), p_V, k)
        return p_V

    return after


NOT_SMOOTHED = {
    "nothing was smoothed, these are relative counts: add k of the shorter context's PMF to the counts":
        walked(step=lambda C_V, lower_V, k: C_V / C_V.sum() if C_V.sum() else lower_V),
    "k was added to each letter alike; hand out k in all, split as the shorter context would":
        walked(step=lambda C_V, lower_V, k: (C_V + k) / (C_V.sum() + k * V)),
    "k more counts stand above the line, so add k below it as well":
        walked(step=lambda C_V, lower_V, k: (C_V + k * lower_V) / max(C_V.sum(), 1)),
    "these are counts; divide by their sum after each context":
        walked(step=lambda C_V, lower_V, k: C_V + k * lower_V),
    "the mean of the two PMFs, whatever was visited; the counts weigh N_u, the shorter context k":
        walked(step=lambda C_V, lower_V, k: (C_V / max(C_V.sum(), 1) + lower_V) / 2),
    "the two weights have changed places: the counts weigh N_u, the shorter context k":
        walked(step=lambda C_V, lower_V, k: smoothed(k * C_V / max(C_V.sum(), 1), lower_V, C_V.sum())),
    "only the longest context was asked, and it leaned on the uniform PMF: ask the shorter ones first":
        walked(lambda context: [context]),
    "the empty context is missing; a slice [-0:] is the whole string":
        walked(lambda context: [context[i:] for i in range(len(context) - 1, -1, -1)]),
    "the contexts were shortened at the wrong end: of zel they are l and el, not z and ze":
        walked(lambda context: [context[:i] for i in range(len(context) + 1)]),
    "the first context of all leaned on nothing: begin with the uniform PMF":
        lambda C, context, k: leaning_on_zeros(C, context, k),
}  # fmt: skip


def leaning_on_zeros(C, context, k):
    p_V = np.zeros(V)
    for i in range(len(context), -1, -1):
        C_V = np.array([C[len(context) - i + 1].get(context[i:] + letter, 0) for letter in LETTERS])
        p_V = (C_V + k * p_V) / (C_V.sum() + k)
    return p_V


def recursive_cases():
    rng = random.Random(505)
    small = ["anna", "ava", "eva"]
    cases = [(small, "", 1), (small, "va", 2), (small, "nn", 3)]
    for context, k in ((".", 2), ("a", 5), (".a", 20), ("ab", 3), ("zz", 4), ("abca", 0.5)):
        cases.append((random_names(rng, 15), context, k))
    return [
        Case(({n: count(names, n) for n in range(1, len(context) + 2)}, context, k),
             f'after(C of {shown(names)}, "{context}", {k})')
        for names, context, k in cases
    ]  # fmt: skip


def recursive_explained(found, expected, case):
    found = np.asarray(found, dtype=float)
    if found.shape != expected.shape:
        return None
    if not np.isfinite(found).all():
        return f"{case.call} holds a number that is not finite; what is N of a context that was never seen?"
    if abs(found.sum() - 1) > 1e-6:
        return f"{case.call}: the 27 numbers sum to {found.sum():.4f}, not to 1"
    i = int(np.argmax(np.abs(found - expected)))
    return f"{case.call}, {place((i,), (V,))}: {found[i]:.6g}, expected {expected[i]:.6g}"


# --- what was not seen --------------------------------------------------------------------------------------


def unseen(counts):
    return sum(times == 1 for times in counts.values()) / sum(counts.values())


def unseen_per_kind(counts):
    return sum(times == 1 for times in counts.values()) / len(counts)


def unseen_cases():
    rng = random.Random(506)
    cases = [Counter("committees"), Counter({"..e": 3, "emm": 2}), Counter({"a": 1})]
    cases += [Counter({"a": 1, "b": 0, "c": 3}), Counter({"x": 0, "y": 2, "z": 0})]
    for _ in range(6):
        kinds = LETTERS[: rng.randrange(6, 20)]
        cases.append(Counter({letter: rng.choice([1, 1, 2, 3, 8]) for letter in kinds}))
    text = [dict(counts) if len(counts) < 8 else "random counts" for counts in cases]
    return [Case((counts,), f"unseen({how})") for counts, how in zip(cases, text, strict=True)]


def number_of(times, counts):
    return sum(n == times for n in counts.values())


NOT_THE_UNSEEN = {
    "that is S, how many kinds were seen once; divide by the number of draws":
        lambda counts: number_of(1, counts),
    "that is 1 − S/N, the estimate for what was seen":
        lambda counts: 1 - unseen(counts),
    "kinds seen twice say nothing here; count those seen once":
        lambda counts: number_of(2, counts) / counts.total(),
    "you have N draws; N + 1 belongs to the S of N + 1 draws":
        lambda counts: number_of(1, counts) / (counts.total() + 1),
    "that is the share of all kinds; count only those seen once":
        lambda counts: len(counts) / counts.total(),
    "a count of 0 was not seen once":
        lambda counts: (number_of(0, counts) + number_of(1, counts)) / counts.total(),
}  # fmt: skip


# --- how far off ------------------------------------------------------------------------------------------


def gap(p, N):
    return sum(x * x * (1 - x) ** (N - 1) for x in p)


def the_bound(p, N):
    return 1 / N


def gap_cases():
    """From small to large: who lists all outcomes is stopped before it takes minutes."""
    rng = random.Random(507)
    cases = [([0.25, 0.25, 0.5], 3), ([0.5, 0.5], 1), ([0.5, 0.5], 2), ([1.0], 1), ([0.9, 0.1, 0.0], 6)]
    sizes = (2, 4), (3, 2), (4, 4), (5, 5), (6, 6), (7, 7), (6, 8), (7, 8), (8, 8), (8, 40), (30, 100)
    for kinds, N in sizes:
        weights = [rng.randrange(1, 9) for _ in range(kinds)]
        cases.append(([w / sum(weights) for w in weights], N))
    shown = [str([round(x, 3) for x in p]) if len(p) < 6 else f"a PMF over {len(p)} kinds" for p, _ in cases]
    return [Case(case, f"gap({how}, {case[1]})") for case, how in zip(cases, shown, strict=True)]


def gap_explained(found, expected, case):
    if isinstance(found, Fault):
        return f"{case.call} {found.says}"
    p, N = case.args
    if np.isclose(found, expected):
        return None
    if np.isclose(found, -expected):
        return f"{case.call} is {found:.6g}: the sign is turned round; E[S]/N is never below E[U]"
    once, missed = sum(x * (1 - x) ** (N - 1) for x in p), sum((1 - x) ** N for x in p)
    probability = sum(x * (1 - x) ** N for x in p)
    for number, what in [
        (probability, "which is E[U]; what was asked is by how much E[S]/N exceeds it"),
        (once, "which is E[S]/N; what was asked is by how much it exceeds E[U]"),
        (missed, "how many kinds are missed on average; U adds up their probabilities, each kind's own"),
        (once - missed, "as if U were the number of missed kinds; it adds up their probabilities"),
        (N * once - probability, "which is E[S] − E[U]; divide E[S] by N"),
    ]:
        if np.isclose(found, number):
            return f"{case.call} is {found:.6g}, {what}"
    return None


# --- the hashing trick --------------------------------------------------------------------------------------


def hashed_counts(grams, M):
    C_M = np.zeros(M, dtype=int)
    for gram in grams:
        C_M[address(gram) % M] += 1
    return C_M


def hashed_once(grams, M):
    """C_M[cells] += 1 adds 1 to a cell once, however often it stands among the cells."""
    C_M = np.zeros(M, dtype=int)
    C_M[[address(gram) % M for gram in grams]] += 1
    return C_M


def hashed_cases():
    rng = random.Random(508)
    cases = [(ngrams("emma", 2), 5), (ngrams("anna", 3), 1)]
    for n, M in ((2, 31), (3, 101), (5, 1009), (9, 997), (14, 64)):
        cases.append(([gram for name in random_names(rng, 30) for gram in ngrams(name, n)], M))
    text = [str(grams) if len(grams) < 8 else f"{len(grams)} random n-grams" for grams, _ in cases]
    long = ["".join(rng.choice(LETTERS[1:]) for _ in range(14)) for _ in range(20)]
    cases += [(long, 101), (300 * ["emm"], 7)]                 # beyond 64 bits; beyond one byte
    text += ["20 n-grams of 14 letters", '300 * ["emm"]']
    return [Case(case, f"hashed_counts({how}, {case[1]})") for case, how in zip(cases, text, strict=True)]


def hashed_explained(found, expected, case):
    found, grams = np.asarray(found), case.args[0]
    if found.shape != expected.shape:
        return None
    if len(grams[0]) == 14 and LETTERS[0] not in grams[0]:
        return f"{case.call}: addresses of 14 letters need more than 64 bits; use Python's own integers"
    if len(set(grams)) == 1 and len(grams) > 255 and found.sum() < len(grams):
        return f"{case.call}: 300 times one n-gram, and the cells add up to {found.sum()}; what can one hold?"
    if found.sum() != expected.sum():
        return f"{case.call}: the cells add up to {found.sum()}, and there are {expected.sum()} n-grams"
    i = int(np.argmax(found != expected))
    return f"{case.call}, cell {i}: {found[i]:g}, expected {expected[i]}"


EXERCISES = {
    "largest": Exercise(
        largest, largest_cases, wrong=largest_in_cells, explain=largest_explained, read=whole,
        right="every n is the last that fits, to the byte",
        hint="A cell is an int32. How many bytes does it take?"),
    "shorter": Watched(
        shorter, shorter_cases, wrong=without_the_last, explain=shorter_explained, read=a_counter,
        right="every (n − 1)-gram has its count; you never looked at the names again",
        hint="Dots are put before a name, not after it. Which end of ..e can you drop, and still have an "
             "n-gram of the shorter kind?"),
    "address": Exercise(
        gram_at, gram_at_cases, wrong=without_leading_dots, explain=gram_at_explained,
        right="every address leads back to its n-gram, leading dots included",
        hint="The dot is the digit 0. What does a number with zeros in front of it look like?"),
    "coverage": Exercise(
        coverage, coverage_cases, wrong=coverage_of_kinds, mistakes=NOT_THE_COVERAGE,
        explain=coverage_explained, read=plain,
        right="every share agrees; an n-gram that is met twice counts twice",
        hint="You compare kinds. How often does each of them come up in the names?"),
    "recursive": Exercise(
        recursive, recursive_cases, wrong=divided_by_kV, mistakes=NOT_SMOOTHED, explain=recursive_explained,
        right="27 numbers, sum 1, for contexts seen and unseen",
        hint="You hand out k more counts, split by a PMF. By how much did the total grow?"),
    "unseen": Exercise(
        unseen, unseen_cases, wrong=unseen_per_kind, mistakes=NOT_THE_UNSEEN, read=plain,
        right="every estimate agrees",
        hint="A share of what? Divide by the number of draws, not by the number of kinds."),
    "gap": Watched(
        gap, gap_cases, wrong=the_bound, explain=gap_explained, read=plain,
        right="every gap agrees; it is never negative, and at most 1/N",
        hint="That is how large the gap may be at most. Its own value depends on p."),
    "hashed": Exercise(
        hashed_counts, hashed_cases, wrong=hashed_once, explain=hashed_explained,
        right="every cell agrees, and a table of M cells took n-grams of any one length",
        hint="C_M[cells] += 1 reads, adds and writes once. What becomes of a cell that is named twice?"),
}  # fmt: skip
