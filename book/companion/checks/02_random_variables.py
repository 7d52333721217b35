"""Chapter 02, random variables. PMFs are dicts; a fraction, a float and a missing zero all count as right."""

import functools
import io
import math
import random
from collections import Counter
from contextlib import contextmanager, redirect_stdout
from fractions import Fraction

import numpy as np

from companion.check import Case, Exercise, Question
from companion.data import load

HAT = {"a": 6, "aardvark": 1, "commotion": 1, "emotion": 2, "empire": 3, "jaguar": 1, "lotion": 2,
       "monopoly": 2, "notion": 2, "state": 2, "zebra": 1, "zygote": 1}
LINE = 80                  # characters of a line that an answer prints


class Distribution(dict):
    """A PMF that equals another if no probability differs by more than 1e-6; a missing value has 0."""

    __hash__ = None

    def __eq__(self, other):
        if not isinstance(other, dict):
            return NotImplemented
        return self.differs(other) is None

    def differs(self, other):
        """The first value whose probability is another there, or None."""
        for k in [*self, *(k for k in other if k not in self)]:
            if not math.isclose(float(self.get(k, 0)), float(other.get(k, 0)), rel_tol=1e-6, abs_tol=1e-9):
                return k
        return None


class Exact(Exercise):
    """An exercise whose right answers may be fractions, also in a list, and dicts of any kind."""

    def verdict(self, answer, name):
        with short_lines():
            return super().verdict(plainly(answer) if callable(answer) else answer, name)


@contextmanager
def short_lines():
    """Prints afterwards what is printed meanwhile, long lines cut: `factors` ends none, case after case."""
    printed = io.StringIO()
    try:
        with redirect_stdout(printed):
            yield
    finally:
        for line in printed.getvalue().splitlines():
            print(line if len(line) <= LINE else line[:LINE - 1] + "…")


def plainly(function):
    """The same function, its result in plain types."""
    @functools.wraps(function)
    def wrapper(*args):
        return plain(function(*args))

    return wrapper


def plain(value):
    """Fractions as floats, iterators as lists; a defaultdict as a dict, which leaves == to Distribution."""
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, dict):
        return dict(value)
    if hasattr(value, "__next__"):
        value = list(value)
    if isinstance(value, (list, tuple)) and any(isinstance(x, Fraction) for x in value):
        return [plain(x) for x in value]
    if isinstance(value, np.ndarray) and value.dtype == object:
        return value.astype(float)
    return value


def shares(weights):
    """Whole numbers as fractions that add up to 1; those that weigh nothing are left out."""
    total = sum(weights.values())
    return {k: Fraction(n, total) for k, n in weights.items() if n}


def random_joint(rng, values, zeros=0.0):
    weights = {(a, b): 0 if rng.random() < zeros else rng.randrange(1, 9) for a in values for b in values}
    return shares(weights | {(values[0], values[0]): 1})


def shown(p):
    return "{" + ", ".join(f"{k!r}: {v}" for k, v in p.items()) + "}"


def pmf_explained(found, expected, case):
    """Not a dict, a sum other than 1, or the first value whose probability is wrong."""
    if not isinstance(found, dict):
        return f"{case.call} is a {type(found).__name__}; expected a dict from value to probability"
    if not found:
        return f"{case.call} is an empty dict; expected a probability for {len(expected)} values"
    total = float(sum(found.values()))
    if abs(total - 1) > 1e-6:
        return f"{case.call}: the probabilities sum to {total:.4f}, not to 1"
    k = expected.differs(found)
    if k not in found:
        return f"{case.call}: the value {k!r} is missing"
    return f"{case.call}: P({k!r}) is {float(found[k]):.6g}, expected {float(expected.get(k, 0)):.6g}"


# --- PMF, CDF, average length -------------------------------------------------------------------------------


def masses(weight, question):
    mass = Distribution()
    for w, n in weight.items():
        mass[question(w)] = mass.get(question(w), 0) + n
    return mass


def pmf_of(weight, question):
    return Distribution(shares(masses(weight, question)))


def pmf_of_outcomes_alike(weight, question):
    return pmf_of(dict.fromkeys(weight, 1), question)


def first_letter(w):
    return w[0]


def last_letter(w):
    return w[-1]


NOT_THE_PMF = {
    "where words share a value, only the last of them counts; add their probabilities up":
        lambda weight, question: Distribution({question(w): p for w, p in shares(weight).items()}),
    "these are slips; divide each by the number of all slips":
        lambda weight, question: masses(weight, question),
    "the keys are the words; the question turns each into its value":
        lambda weight, question: Distribution(shares(weight)),
}  # fmt: skip


def pmf_cases():
    rng = random.Random(201)
    cases = [Case((HAT, question), f"pmf_of(hat, {how})") for question, how in
             ((len, "len"), (first_letter, "first letter"), (last_letter, "last letter"))]
    for _ in range(3):
        words = rng.sample(["on", "in", "at", "to", "rap", "rhyme", "beat", "verse"], 5)
        weight = {word: rng.randrange(1, 12) for word in words}
        question, how = rng.choice([(len, "len"), (last_letter, "last letter")])
        cases.append(Case((weight, question), f"pmf_of({weight}, {how})"))
    return cases


def at_most(p, k):
    return float(sum(p[value] for value in p if value <= k))


def below(p, k):
    return float(sum(p[value] for value in p if value < k))


def up_to_the_first_above(p, k):
    values = list(p)
    stop = next((i for i, value in enumerate(values) if value > k), len(values))
    return float(sum(p[value] for value in values[:stop]))


NOT_THE_CDF = {
    "that is P(X = k), one step; the CDF adds up every step from the left to k":
        lambda p, k: p.get(k, 0),
    "that is the tail, P(X ≥ k), and it looks the other way":
        lambda p, k: sum(p[value] for value in p if value >= k),
    "that is P(X > k), what is left above the stairs":
        lambda p, k: sum(p[value] for value in p if value > k),
    "that is how many values are at most k; how probable are they?":
        lambda p, k: sum(value <= k for value in p),
    "you stop at the first value above k, but a dict need not be sorted":
        up_to_the_first_above,
    "range visits the whole numbers from 0 on; values may be negative, or lie between":
        lambda p, k: sum(p.get(value, 0) for value in range(int(k) + 1)),
}  # fmt: skip


def at_most_explained(found, expected, case):
    p, k = case.args
    if k not in p and found != expected:
        where = "between the values" if min(p) < k < max(p) else "beyond the values"
        return f"{case.call} is {float(found):.6g}, expected {expected:.6g}: here k lies {where}"
    return None


def at_most_cases():
    rng, p = random.Random(202), pmf_of(HAT, len)
    signed = shares({-2: 1, 6: 2, 1: 3, 3: 4})
    cases = [Case((q, k), f"at_most({shown(q)}, {k})")
             for q, k in [(dict(p), 8), (signed, 3), *((dict(p), k) for k in (5, 6, 1, 5.5, 0, 100))]]
    for _ in range(5):
        q = shares({k: rng.randrange(1, 9) for k in rng.sample(range(-4, 9), 4)})
        k = rng.choice(list(q))
        cases.append(Case((q, k), f"at_most({shown(q)}, {k})"))
    broken = shares({-1.5: 2, 0: 1, 0.5: 4, 2.25: 1})            # numbers need not be whole
    return cases + [Case((broken, k), f"at_most({shown(broken)}, {k})") for k in (0.5, 2, -1.5)]


def average_length(names):
    return sum(map(len, names)) / len(names)


def average_length_of_distinct(names):
    return average_length(sorted(set(names)))


NOT_THE_AVERAGE = {
    "that is all the letters together; divide by the number of entries":
        lambda names: sum(map(len, names)),
    "that is the average with the end mark; a name has as many letters as len says":
        lambda names: average_length(names) + 1,
    "the letters of distinct names, divided by all entries: count both in the same list":
        lambda names: sum(map(len, set(names))) / len(names),
    "that is the average of the different lengths, each once; how often does each come up?":
        lambda names: sum(set(map(len, names))) / len(set(map(len, names))),
    "that is the most frequent length; the expectation weighs them all":
        lambda names: Counter(map(len, names)).most_common(1)[0][0],
    "that is the length in the middle; the expectation weighs them all":
        lambda names: sorted(map(len, names))[len(names) // 2],
    "that is rounded down to a whole number; divide with /":
        lambda names: sum(map(len, names)) // len(names),
    "that is the average over all names, as rows has them; count in the argument names":
        lambda names: average_length(load("names")),
}  # fmt: skip


def average_length_cases():
    rng = random.Random(203)
    long = "christopher", "maximilian"
    lists = [["bo", long[0], "bo", "emma", "olivia", "anna", "bo", long[1], long[0]]]
    lists.append(["bo", "bo", "bo", long[1]])
    lists += [[rng.choice(["bo", "al", "ava", "emma", "olivia"]) for _ in range(n)] for n in (5, 7, 11)]
    shown_lists = [f"average_length({names})" for names in lists]
    return [*(Case((names,), how) for names, how in zip(lists, shown_lists, strict=True)),
            Case((load("names"),), "average_length(all names)")]


# --- joint PMFs ---------------------------------------------------------------------------------------------


def given_b(joint, b):
    row = {x: p for (x, y), p in joint.items() if y == b}
    return Distribution({x: p / sum(row.values()) for x, p in row.items()})


def marginal_of_first(joint):
    marginal = Distribution()
    for (x, _), p in joint.items():
        marginal[x] = marginal.get(x, 0) + p
    return marginal


def b_given(joint, b):
    """The other conditional: P(Y = b | X = a) for each a."""
    marginal = marginal_of_first(joint)
    return Distribution({x: p / marginal[x] for (x, y), p in joint.items() if y == b})


NOT_GIVEN_B = {
    "these are P(X = a, Y = b), and they sum to P(Y = b); divide each by that sum":
        lambda joint, b: Distribution({x: p for (x, y), p in joint.items() if y == b}),
    "you held X fixed at b; in a pair (a, b) of the joint, b is what stands second":
        lambda joint, b: given_b({(y, x): p for (x, y), p in joint.items()}, b),
    "the keys are pairs; b is given, so let each key be a value of X alone":
        lambda joint, b: Distribution({(x, b): p for x, p in given_b(joint, b).items()}),
    "that is the PMF of X before anything was given; only the pairs with b are left":
        lambda joint, b: marginal_of_first(joint),
    "P(X = a, Y = b) is divided by P(X = a); b is given, so divide by P(Y = b)":
        lambda joint, b: b_given(joint, b),
}  # fmt: skip


def given_cases():
    rng = random.Random(204)
    joint = {("a", "x"): Fraction(1, 2), ("b", "x"): Fraction(1, 4), ("b", "y"): Fraction(1, 4)}
    cases = [Case((joint, "x"), f'given_b({shown(joint)}, "x")')]
    for n, zeros in ((2, 0), (3, 0), (3, 0.3), (4, 0.3)):
        values = "abcd"[:n]
        case = random_joint(rng, values, zeros)
        cases.append(Case((case, "a"), f'given_b(a random joint of {n} by {n} values, "a")'))
    return cases


def independent(joint):
    p, q = Counter(), Counter()
    for (x, y), both in joint.items():
        p[x] += both
        q[y] += both
    return all(joint.get((x, y), 0) == p[x] * q[y] for x in p for y in q)


def independent_at_one_pair(joint):
    (x, y), both = next(iter(joint.items()))
    p = sum(v for (a, _), v in joint.items() if a == x)
    q = sum(v for (_, b), v in joint.items() if b == y)
    return both == p * q


def independent_explained(found, expected, case):
    if not isinstance(found, (bool, np.bool_)):
        return None
    if found:
        return f"{case.call} is True, expected False: one pair whose probability is not the product is enough"
    return f"{case.call} is False, expected True: every pair has the product of its marginals"


def independent_cases():
    rng = random.Random(205)
    cases = []
    for n in (2, 3, 4):
        p = shares({a: rng.randrange(1, 6) for a in "abcd"[:n]})
        q = shares({b: rng.randrange(1, 6) for b in "xyzu"[:n]})
        joint = {(a, b): p[a] * q[b] for a in p for b in q}
        cases.append(Case((joint,), f"independent(a product of {n} by {n} values)"))
        for place in (slice(-2, None), slice(2)) if n > 2 else ():     # the others keep their products
            (a, b), (c, d) = list(p)[place], list(q)[place]
            e = min(joint[a, d], joint[b, c]) / 2
            moved = joint | {(a, c): joint[a, c] + e, (a, d): joint[a, d] - e, (b, c): joint[b, c] - e,
                             (b, d): joint[b, d] + e}
            cases.append(Case((moved,), f"independent(that product, with four of its {n * n} pairs changed)"))
    copied = {("h", "h"): Fraction(1, 2), ("t", "t"): Fraction(1, 2)}
    certain = {("a", "x"): Fraction(1, 3), ("a", "y"): Fraction(2, 3)}
    cases += [Case((joint,), f"independent({shown(joint)})") for joint in (copied, certain)]
    ninth = Fraction(1, 9)
    holes = {(a, b): ninth for a in "abc" for b in "xyz"} | {("b", "z"): 2 * ninth, ("c", "y"): 2 * ninth}
    del holes["b", "y"], holes["c", "z"]
    cases.append(Case((holes,), "independent(a joint of 3 by 3 values that leaves out two pairs)"))
    up, down = ninth + ninth / 2, ninth - ninth / 2                # the diagonal keeps its products
    turned = {(a, b): ninth for a in "abc" for b in "xyz"}
    turned |= dict.fromkeys([("a", "y"), ("b", "z"), ("c", "x")], up)
    turned |= dict.fromkeys([("b", "x"), ("c", "y"), ("a", "z")], down)
    cases.append(Case((turned,), "independent(a joint of 3 by 3 values, uniform on its diagonal)"))
    joint = random_joint(rng, "abc")
    return [*cases, Case((joint,), "independent(a random joint of 3 by 3 values)")]


def marginals_of(joint):
    hh, ht, th, tt = map(float, joint)
    return {"P(X = h)": hh + ht, "P(Y = h)": hh + th, "the sum": hh + ht + th + tt}


def same_margins(joint):
    right = {"P(X = h)": 0.5, "P(Y = h)": 0.5, "the sum": 1}
    hh = float(joint[0])
    return min(map(float, joint)) > -1e-9 and abs(hh - 0.25) > 1e-6 and \
        all(abs(value - right[name]) < 1e-6 for name, value in marginals_of(joint).items())


def margins_explained(joint):
    if isinstance(joint, dict) or not hasattr(joint, "__len__") or len(joint) != 4:
        return "the answer has to be a tuple of four numbers: P(hh), P(ht), P(th), P(tt)"
    if not all(map(math.isfinite, map(float, joint))):
        return "each of the four has to be a finite number"
    if min(map(float, joint)) < 0:
        return f"a probability is at least 0, and one of these is {min(map(float, joint)):g}"
    wanted = {"the sum": 1, "P(X = h)": 0.5, "P(Y = h)": 0.5}
    found = marginals_of(joint)
    for name, value in wanted.items():
        if abs(found[name] - value) > 1e-6:
            return f"{name} is {found[name]:g}, and has to be {value:g}"
    return "the marginals are right, and so is every product: this is the independent pair"


# --- chain rule, base rate, variance ------------------------------------------------------------------------


def steps(name, names):
    ended = [other + "." for other in names]
    counts = [sum(w.startswith((name + ".")[:t]) for w in ended) for t in range(len(name) + 2)]
    return np.array([b / a for a, b in zip(counts, counts[1:], strict=False)])


def steps_without_end(name, names):
    return steps(name, names)[:-1]


def shares_at(name, names, belongs):
    """For each t the share of names, ended, that `belongs` lets pass: name, t, other → yes or no."""
    name, ended = name + ".", [other + "." for other in names]
    return np.array([np.mean([belongs(name, t, other) for other in ended]) for t in range(len(name))])


def one_letter_back(name, names):
    pairs = Counter(pair for other in names for pair in zip("." + other, other + ".", strict=True))
    before = Counter(a for other in names for a in "." + other)
    return np.array([pairs[a, b] / before[a] for a, b in zip("." + name, name + ".", strict=True)])


NOT_THE_STEPS = {
    "that is the product; hand over the list of its factors":
        lambda name, names: float(np.prod(steps(name, names))),
    "each factor is the share of all entries that begin so; divide by those that have got as far":
        lambda name, names: shares_at(name, names, lambda name, t, other: other.startswith(name[:t + 1])),
    "each factor is P(Xₜ = xₜ), with nothing given; count among the names that begin alike":
        lambda name, names: shares_at(name, names, lambda name, t, other: other[t:t + 1] == name[t]),
    "each factor remembers one letter; the chain rule remembers all of them":
        one_letter_back,
    "an entry that stands twice counts twice; did you make a set?":
        lambda name, names: steps(name, sorted(set(names))),
    "you count in the list of all names, as rows and letter do; count in the argument names":
        lambda name, names: steps(name, load("names")),
}  # fmt: skip


def steps_explained(found, expected, case):
    name, names = case.args
    if not hasattr(found, "__len__"):
        return f"{case.call} is of type {type(found).__name__}; expected a list with {len(expected)} factors"
    found, share = [float(x) for x in found], names.count(name) / len(names)
    if len(found) != len(expected):
        return f"{case.call} has {len(found)} factors, expected {len(expected)}: one for each letter of " \
               f"{name} and one for its end"
    if not math.isclose(math.prod(found), share, rel_tol=1e-6):
        return f"{case.call}: the product is {math.prod(found):.6g}, and the share of {name} in the list " \
               f"{share:.6g}"
    return None


def steps_cases():
    rng = random.Random(206)
    few = ["ann", "anna", "anna", "hanna", "bo", "ana"]
    cases = [Case((name, few), f'steps("{name}", {few})') for name in ("anna", "ann", "bo")]
    names = load("names")[:2000]
    cases += [Case((name, names), f'steps("{name}", the first 2000 names)') for name in ("emma", "mia")]
    for _ in range(3):
        some = ["".join(rng.choice("ab") for _ in range(rng.randrange(1, 5))) for _ in range(12)]
        cases.append(Case((some[0], some), f'steps("{some[0]}", twelve random names)'))
    return cases


def guilty(rate, hit, false_alarm):
    return float(rate * hit / (rate * hit + (1 - rate) * false_alarm))


def only_hit(rate, hit, false_alarm):
    return float(hit)


NOT_GUILTY = {
    "that is P(machine and flag); divide by P(flag)":
        lambda rate, hit, false_alarm: rate * hit,
    "that is P(flag), by machines and by people; how much of it is by machines?":
        lambda rate, hit, false_alarm: rate * hit + (1 - rate) * false_alarm,
    "the false alarms come from the texts by people, a share of 1 − rate":
        lambda rate, hit, false_alarm: rate * hit / (rate * hit + false_alarm),
    "that would be right if half of the texts were by machines; where is their rate?":
        lambda rate, hit, false_alarm: hit / (hit + false_alarm),
    "that is P(person | flag), its complement":
        lambda rate, hit, false_alarm: 1 - guilty(rate, hit, false_alarm),
    "that is P(no flag | person); no text by a machine is counted there":
        lambda rate, hit, false_alarm: 1 - false_alarm,
    "people are flagged with probability false_alarm; 1 − hit is how often a machine gets through":
        lambda rate, hit, false_alarm: rate * hit / (rate * hit + (1 - rate) * (1 - hit)),
}  # fmt: skip


def guilty_cases():
    rng = random.Random(207)
    half = Fraction(1, 2)
    triples = [(Fraction(1, 100), Fraction(99, 100), Fraction(1, 20)), (half, half, half),
               (0.5, 0.99, 0.05), (0.001, 0.95, 0.05)]
    triples += [tuple(rng.randrange(1, 20) / 20 for _ in range(3)) for _ in range(5)]
    return [Case(t, f"guilty({', '.join(map(str, t))})") for t in triples]


def lotus(joint, g):
    return sum(g(x, y) * p for (x, y), p in joint.items())


def variance_of_sum(joint):
    mean = lotus(joint, lambda x, y: x + y)
    return float(lotus(joint, lambda x, y: (x + y - mean) ** 2))


def sum_of_variances(joint):
    x_mean, y_mean = lotus(joint, lambda x, y: x), lotus(joint, lambda x, y: y)
    return float(lotus(joint, lambda x, y: (x - x_mean) ** 2 + (y - y_mean) ** 2))


def variance_explained(found, expected, case):
    text = f"{case.call} is {float(found):.6g}, expected {expected:.6g}"
    if math.isclose(found, lotus(case.args[0], lambda x, y: (x + y) ** 2), rel_tol=1e-6):
        return f"{text}: that is E[(X + Y)²]; measure the distance from the mean"
    if math.isclose(found, math.sqrt(expected), rel_tol=1e-6):
        return f"{text}: that is its square root, the standard deviation"
    return None


def variance_cases():
    rng = random.Random(208)
    half, quarter = Fraction(1, 2), Fraction(1, 4)
    copied = {(0, 0): half, (1, 1): half}
    opposite = {(0, 3): half, (1, 2): half}
    apart = {(a, b): quarter for a in (0, 1) for b in (0, 2)}
    cases = [Case((joint,), f"variance_of_sum({shown(joint)})") for joint in (copied, opposite, apart)]
    for _ in range(5):
        joint = random_joint(rng, rng.sample(range(-3, 8), 3), zeros=0.3)
        cases.append(Case((joint,), f"variance_of_sum({shown(joint)})"))
    return cases


EXERCISES = {
    "pmf": Exact(
        pmf_of, pmf_cases, wrong=pmf_of_outcomes_alike, mistakes=NOT_THE_PMF, explain=pmf_explained,
        right="every value has the mass of the outcomes that are sent to it",
        hint="You counted words. How many slips carry each of them?"),
    "cdf": Exact(
        at_most, at_most_cases, wrong=below, mistakes=NOT_THE_CDF, explain=at_most_explained,
        right="the stairs agree on the steps, between them and beyond",
        hint="That is P(X < k). Does the step at k belong to P(X ≤ k)?"),
    "length": Exact(
        average_length, average_length_cases, wrong=average_length_of_distinct, mistakes=NOT_THE_AVERAGE,
        right="every list agrees; an entry that stands twice is drawn twice as often",
        hint="A set forgets how often a name stands in the list. Is the outcome a name or an entry?"),
    "given": Exact(
        given_b, given_cases, wrong=b_given, mistakes=NOT_GIVEN_B, explain=pmf_explained,
        right="each is a PMF again: b is given, so the masses with b are divided by their own sum",
        hint="That is P(Y = b | X = a), one for each a. Which of the two is given here?"),
    "independent": Exact(
        independent, independent_cases, wrong=independent_at_one_pair, explain=independent_explained,
        right="every joint is judged rightly, whichever pairs break the product",
        hint="Did you look at every pair? The definition asks for equality at each of them."),
    "margins": Question(
        same_margins,
        offered=((0.5, 0, 0, 0.5), (0, 0.5, 0.5, 0), (0.3, 0.2, 0.2, 0.3), (0.25, 0.25, 0.25, 0.25),
                 (1, 0, 0, 0), (0.5, 0.5, 0, 0), (0.75, -0.25, -0.25, 0.75), (0.1, 0.2, 0.3, 0.4)),
        explain=margins_explained,
        right="same marginals, another joint: the marginals leave one number of the four open",
        hints={(0.25, 0.25, 0.25, 0.25): "Take some mass from two of the pairs and give it to the other two: "
                                         "from which two, so that no row or column changes its sum?"}),
    "chain": Exact(
        steps, steps_cases, wrong=steps_without_end, mistakes=NOT_THE_STEPS, explain=steps_explained,
        right="each product is the share of the name in the list, to the last digit",
        hint="That is the probability of every name that begins so. What makes ann differ from anna?"),
    "base_rate": Exact(
        guilty, guilty_cases, wrong=only_hit, mistakes=NOT_GUILTY,
        right="every case agrees; a flag is right more often than not once rate · hit is more than "
              "(1 − rate) · false_alarm",
        hint="That is P(flag | machine). You were asked for P(machine | flag)."),
    "variance": Exact(
        variance_of_sum, variance_cases, wrong=sum_of_variances, explain=variance_explained,
        right="every joint agrees, dependent or not",
        hint="Variances add up if X and Y are independent. Here they may well move together."),
}
