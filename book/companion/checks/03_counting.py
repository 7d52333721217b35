"""Chapter 03, counting. In a table of pairs the row is the letter you stand on, the column the next one."""

import math
import random
from functools import lru_cache

import numpy as np

from companion.check import LETTERS, Case, Exercise, place
from companion.data import load

INDEX = {letter: i for i, letter in enumerate(LETTERS)}


@lru_cache(1)
def counted():
    """C_VV of all names."""
    return pair_counts(load("names"))


def pair_counts(names):
    C_VV = np.zeros((27, 27), dtype=int)
    for name in names:
        for a, b in zip("." + name, name + ".", strict=True):
            C_VV[INDEX[a], INDEX[b]] += 1
    return C_VV


def random_counts(rng, V, low=0):
    return np.array([[rng.randrange(low, 10) for _ in range(V)] for _ in range(V)])


def random_names(rng, number):
    return ["".join(rng.choice("abc") for _ in range(rng.randrange(1, 6))) for _ in range(number)]


def row_sum(found, expected, case):
    """The row furthest from a sum of 1, if there is one."""
    sums = np.asarray(found, dtype=float).sum(axis=1)
    if np.shape(found) != np.shape(expected) or np.allclose(sums, 1, atol=1e-6):
        return None
    i = int(np.where(np.isfinite(sums), np.abs(sums - 1), math.inf).argmax())
    row = place((i, 0), np.shape(found)).partition(",")[0]
    return f"{case.call}: {row} sums to {sums[i]:.4f}, not to 1"


def before(b, C_VV):
    column_V = C_VV[:, INDEX[b]]
    return column_V / column_V.sum()


def after(b, C_VV):
    return C_VV[INDEX[b]] / C_VV[INDEX[b]].sum()


def before_explained(found, expected, case):
    if np.shape(found) != np.shape(expected):
        return None
    total = float(np.asarray(found, dtype=float).sum())
    return None if abs(total - 1) < 5e-5 else f"{case.call}: the 27 numbers sum to {total:.4f}, not to 1"


def before_cases():
    rng = random.Random(301)
    cases = [Case((b, counted()), f'before("{b}", C_VV)') for b in "qu."]
    return cases + [Case((b, random_counts(rng, 27, low=1)), f'before("{b}", random counts)') for b in "az"]


def smooth(C_VV, alpha):
    return (C_VV + alpha) / (C_VV.sum(axis=1, keepdims=True) + alpha * C_VV.shape[1])


def smooth_above_only(C_VV, alpha):
    return (C_VV + alpha) / C_VV.sum(axis=1, keepdims=True)


def smooth_cases():
    rng = random.Random(302)
    cases = [Case((counted(), alpha), f"smooth(C_VV, {alpha})") for alpha in (1, 0.01, 10)]
    for _ in range(3):
        alpha = rng.randrange(1, 30) / 10
        cases.append(Case((random_counts(rng, 5, low=1), alpha), f"smooth(random 5 by 5 counts, {alpha})"))
    return cases


def rows(C_VV):
    N_V1 = C_VV.sum(axis=1, keepdims=True)
    return np.where(N_V1 > 0, C_VV / np.maximum(N_V1, 1), 1 / C_VV.shape[1])


def rows_without_keepdims(C_VV):
    N_V = C_VV.sum(axis=1)
    return np.where(N_V > 0, C_VV / np.maximum(N_V, 1), 1 / C_VV.shape[1])


def rows_cases():
    rng = random.Random(303)
    tables = {"C_VV": counted(), "[[1, 3], [4, 4]]": np.array([[1, 3], [4, 4]])}
    tables |= {f"random {V} by {V} counts": random_counts(rng, V, low=1) for V in (3, 5, 8)}
    tables["[[2, 0, 2], [0, 0, 0], [1, 1, 2]]"] = np.array([[2, 0, 2], [0, 0, 0], [1, 1, 2]])
    return [Case((C_VV,), f"rows({text})") for text, C_VV in tables.items()]


def rows_explained(found, expected, case):
    empty = case.args[0].sum(axis=1) == 0
    if empty.any() and np.allclose(np.asarray(found)[~empty], expected[~empty]):
        i = int(empty.argmax())
        return f"{case.call}: row {i} has no counts; expected {1 / expected.shape[1]:.4f} in each cell, " \
               f"found {np.asarray(found)[i, 0]:.4f}"
    return row_sum(found, expected, case)


def bits(word, P_VV):
    return -sum(math.log2(P_VV[INDEX[a], INDEX[b]]) for a, b in zip("." + word, word + ".", strict=True))


def nats(word, P_VV):
    return bits(word, P_VV) * math.log(2)


def bits_cases():
    rng, P_VV = random.Random(304), smooth(counted(), 1)
    cases = [Case((word, P_VV), f'bits("{word}", P_VV)') for word in ("emma", "barbara", "andrejq", "xqz")]
    cases.append(Case((100 * "emma", smooth(counted(), 1)), 'bits(100 * "emma", P_VV)'))
    for word in random_names(rng, 3):
        Q_VV = smooth(random_counts(rng, 27), 1)
        cases.append(Case((word, Q_VV), f'bits("{word}", random table)'))
    return cases


def bits_explained(found, expected, case):
    word, P_VV = case.args
    last = -math.log2(P_VV[INDEX[word[-1]], 0])
    if math.isclose(found, expected - last, rel_tol=1e-6):
        return f"{case.call} is {found:.6g}, expected {expected:.6g}: " \
               f"the step from {word[-1]} to the end, {last:.6g} bits, is missing"
    return None


def inverse(p_V, u):
    ends_V = np.cumsum(p_V)
    return int(np.searchsorted(ends_V, u * ends_V[-1], side="right"))


def inverse_not_strict(p_V, u):
    return int(np.argmax(np.cumsum(p_V) >= u))


def inverse_cases():
    """Sixteenths, so that cumulative sums and u meet exactly."""
    rng = random.Random(305)
    pairs = [([8, 4, 4], 2), ([8, 4, 4], 10), ([0, 16], 0), ([8, 0, 8], 8), ([4, 0, 0, 12], 4)]
    for n in range(12):
        cuts = sorted(rng.randrange(1, 16) for _ in range(4))
        weights = [b - a for a, b in zip([0, *cuts], [*cuts, 16], strict=True)]
        pairs.append((weights, rng.choice(cuts) if n % 2 else rng.randrange(16)))
    cases = []
    for weights, u in pairs:
        shown = ", ".join(f"{k / 16:g}" for k in weights)
        cases.append(Case((np.array(weights) / 16, u / 16), f"inverse([{shown}], {u / 16:g})"))
    short = np.array([0] + 10 * [0.1])     # its floats add up to less than the largest u
    u = np.nextafter(1, 0)
    cases.append(Case((short, u), "inverse([0, 0.1, … ten times], the largest u < 1)"))
    return [*cases, Case((short[::-1], u), "inverse([0.1, … ten times, 0], the largest u < 1)")]


def inverse_explained(found, expected, case):
    p_V = case.args[0]
    if found != expected and 0 <= found < len(p_V) and p_V[found] == 0:
        return f"{case.call} is {found}, a bar of height 0; expected {expected}"
    end = np.cumsum(p_V)[-1]
    if found != expected and case.args[1] >= end:
        return f"{case.call}: the floats of p_V end at {end}, and u lies beyond; measure u by the last end"
    return None


def trigram_counts(names):
    C_VVV = np.zeros((27, 27, 27), dtype=int)
    for name in names:
        for a, b, c in zip(".." + name, "." + name + ".", name + ".", strict=False):
            C_VVV[INDEX[a], INDEX[b], INDEX[c]] += 1
    return C_VVV


def trigram_counts_without_end(names):
    C_VVV = trigram_counts(names)
    C_VVV[:, :, 0] = 0
    return C_VVV


def trigram_cases():
    rng = random.Random(306)
    cases = [["emma"], ["ava", "ava", "bo"], [], 300 * ["emma"]]
    cases += [random_names(rng, number) for number in (4, 9)]
    shown = [str(names) if len(names) < 10 else f"{len(names)} times {names[0]!r}" for names in cases]
    return [Case((names,), f"trigram_counts({how})") for names, how in zip(cases, shown, strict=True)]


def trigram_explained(found, expected, case):
    found = np.asarray(found)
    if found.shape == expected.shape and found.sum() < expected.sum() and not found[0, 0].any():
        return f"{case.call}: nothing was counted after two dots, where each first letter stands"
    if found.shape == expected.shape and found.sum() != expected.sum():
        return f"{case.call}: the counts add up to {found.sum()}, expected {expected.sum()}"
    return None


def steps(C_VV, Q_VV):
    seen = C_VV > 0
    ratio = Q_VV[seen] / smooth(C_VV, 0)[seen]
    return np.array([(C_VV[seen] * np.log(ratio)).sum(), (C_VV[seen] * (ratio - 1)).sum()])


def steps_of_all_cells(C_VV, Q_VV):
    """The right left side, and a middle that also runs over the pairs that never occur."""
    return np.array([steps(C_VV, Q_VV)[0], (C_VV.sum(axis=1, keepdims=True) * Q_VV - C_VV).sum()])


def steps_explained(found, expected, case):
    if np.isnan(np.asarray(found, dtype=float)).any():
        return f"{case.call}: 0 · log 0 is no number; leave out the pairs that never occur"
    return None


def steps_cases():
    rng = random.Random(307)
    cases = [Case((counted(), smooth(counted(), 1)), "steps(C_VV, the table with α = 1)")]
    for V in (2, 3, 5):
        C_VV = random_counts(rng, V) + np.eye(V, dtype=int)
        cases.append(Case((C_VV, smooth(random_counts(rng, V), 1)), f"steps(random {V} by {V} tables)"))
    return cases


NOT_THE_STEPS = {
    "the two have changed places; the left side comes first":
        lambda C_VV, Q_VV: steps(C_VV, Q_VV)[::-1],
    "the ratio is upside down; Q stands above, the estimate below":
        lambda C_VV, Q_VV: inverted_steps(C_VV, Q_VV),
    "these are averages per character; the proof adds up, over all characters of the training set":
        lambda C_VV, Q_VV: steps(C_VV, Q_VV) / C_VV.sum(),
}  # fmt: skip


def inverted_steps(C_VV, Q_VV):
    seen = C_VV > 0
    ratio = smooth(C_VV, 0)[seen] / Q_VV[seen]
    return np.array([(C_VV[seen] * np.log(ratio)).sum(), (C_VV[seen] * (ratio - 1)).sum()])


EXERCISES = {
    "before": Exercise(
        before, before_cases, wrong=after, explain=before_explained,
        right="all 27 letters agree; you divided by a column on purpose this time",
        hint="Which index is the letter you know, and which the letter you ask about?"),
    "smooth": Exercise(
        smooth, smooth_cases, wrong=smooth_above_only, explain=row_sum,
        right="every row sums to 1, for 27 letters and for 5",
        hint="You gave a present to each of 27 cells. By how much did the total of the row grow?"),
    "keepdim": Exercise(
        rows, rows_cases, wrong=rows_without_keepdims, explain=rows_explained,
        right="every row sums to 1, the empty one as well",
        hint="Line up the shapes from the right: (V, V) / (V,). Along which axis does the sum stretch?"),
    "surprise": Exercise(
        bits, bits_cases, wrong=nats, explain=bits_explained,
        right="every word agrees, its end included",
        hint="That is in nats. How many times does log 2 go into it?"),
    "inverse": Exercise(
        inverse, inverse_cases, wrong=inverse_not_strict, explain=inverse_explained,
        right="each bar owns its left end and not its right one, and a bar of height 0 owns nothing",
        hint="Two bars meet at u. Which of them begins there, and what does your comparison say of equals?"),
    "trigram": Exercise(
        trigram_counts, trigram_cases, wrong=trigram_counts_without_end, explain=trigram_explained,
        right="every triple agrees; a name of T letters has T + 1 of them",
        hint="How many tokens does your model have to get right for emma? The last one is no letter."),
    "steps": Exercise(
        steps, steps_cases, wrong=steps_of_all_cells, mistakes=NOT_THE_STEPS, explain=steps_explained,
        right="the left side is below the middle, and the middle at or below 0, for every table",
        hint="Over which pairs do the sums of the proof run? A pair that never occurs is not among them."),
}
