"""Chapter 01, language as a probability space. Events are sets of outcomes, sentences are tuples of words."""

import random
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from itertools import islice, permutations, product
from math import isclose

from companion.check import Case, Exercise, Question
from companion.space import SpaceError, check_is_probability_space, number, show

SLIPS = {"a": 4, "bee": 2, "jade": 1, "jazz": 2, "jump": 1, "moon": 2,
         "quiz": 1, "rain": 1, "the": 4, "we": 3, "you": 2, "zoo": 1}     # fmt: skip
WORDS = ["apple", "boat", "cat", "dune", "kite", "lamp", "mint", "note", "oak", "pear", "rose", "tin", "yak"]
MOST = 100_000             # outcomes that an answer may hand over


def power_set(omega):
    events = {frozenset()}
    for outcome in omega:
        events |= {event | {outcome} for event in events}
    return events


def listed(found):
    """What a collection holds, as a list; at most so much, since an iterator may never end."""
    if isinstance(found, (str, bytes)):
        raise TypeError
    return list(islice(found, MOST))


def once_each(listed):
    """As a set, if nothing stands twice; else the list, which equals no set."""
    return distinct if len(distinct := set(listed)) == len(listed) else listed


def twice(found, case):
    """What to say of a list that holds something twice, or None."""
    if isinstance(found, set):
        return None
    double = next(one for one, n in Counter(found).items() if n > 1)
    return f"{case.call}: {show(double) if isinstance(double, frozenset) else repr(double)} stands twice"


def no_collection(found, case, what):
    """What to say of an answer that holds nothing at all, or None."""
    if hasattr(type(found), "__iter__") and not isinstance(found, (str, bytes)):
        return None
    return f"{case.call} is of the type {type(found).__name__}; expected a set of {what}"


def as_fraction(found):
    """A float as the simple fraction it is but for rounding, the form of the reference; another as it is."""
    if not isinstance(found, float):
        return found
    fraction = Fraction(found).limit_denominator(1000)
    return fraction if isclose(fraction, found, rel_tol=1e-12, abs_tol=1e-15) else found


def in_decimals(found, expected, case):
    """Both numbers in decimals, where what was found is a float that is no simple fraction, or None."""
    return f"{case.call} is {found:.9g}, expected {float(expected):.9g}" if isinstance(found, float) else None


# --- three: the event space of three outcomes ---------------------------------------------------------------


def event_space(a, b, c):
    return power_set([a, b, c])


def event_space_without_nothing(a, b, c):
    return power_set([a, b, c]) - {frozenset()}


def as_events(found):
    events = listed(found)
    if not all(isinstance(event, (set, frozenset)) for event in events):
        raise TypeError
    return once_each([frozenset(event) for event in events])


def event_space_explained(found, expected, case):
    if problem := no_collection(found, case, "events"):
        return problem
    for event in listed(found):
        if not isinstance(event, (set, frozenset)):
            return f"{case.call}: {event!r} is a {type(event).__name__}; an event is a set"
    if problem := twice(found := as_events(found), case):
        return problem
    for event in sorted(found - expected, key=len):
        return f"{case.call}: {show(event)} is no event of these three outcomes"
    missing = sorted(expected - found, key=lambda event: (len(event), sorted(event)))
    return f"{case.call} has {len(found)} events; {show(missing[0])} is missing"


def event_space_cases():
    rng = random.Random(101)
    triples = [["rain", "snow", "sun"], ["x", "y", "z"]] + [rng.sample(WORDS, 3) for _ in range(3)]
    return [Case(tuple(words), f"event_space({', '.join(map(repr, words))})") for words in triples]


# --- tuples: all sentences of T words -----------------------------------------------------------------------


def sentences(words, T):
    return set(product(words, repeat=T))


def sentences_without_repeats(words, T):
    return set(permutations(words, T))


def as_sentences(found):
    rows = listed(found)
    if not all(isinstance(row, (tuple, list)) for row in rows):
        raise TypeError
    return once_each([tuple(row) for row in rows])


def sentences_explained(found, expected, case):
    if problem := no_collection(found, case, "tuples"):
        return problem
    for row in listed(found):
        if isinstance(row, (set, frozenset)):
            return f"{case.call}: {show(row)} is a set, which knows no order and no word twice; use a tuple"
        if not isinstance(row, (tuple, list)):
            return f"{case.call}: {row!r} is a {type(row).__name__}; a sentence is a tuple of words"
    if problem := twice(found := as_sentences(found), case):
        return problem
    if found - expected:
        row = min(found - expected, key=repr)
        return f"{case.call}: {row!r} is no sentence of {case.args[1]} words"
    row = min(expected - found, key=repr)
    return f"{case.call} has {len(found)} sentences, expected {len(expected)}; {row!r} is missing"


def sentences_cases():
    rng = random.Random(102)
    pairs = [(["we", "jump"], 2), (["we", "jump"], 3), (["zoo"], 4), (["rain", "sun", "moon"], 2)]
    pairs += [(rng.sample(WORDS, n), T) for n, T in ((4, 3), (5, 2), (6, 1))]
    return [Case((words, T), f"sentences({words}, {T})") for words, T in pairs]


# --- frequency ----------------------------------------------------------------------------------------------


def frequency(event, draws):
    return Fraction(sum(word in event for word in draws), len(draws))


def frequency_of_the_draft(event, draws):
    return Fraction(len(event), len(draws))


def frequency_explained(found, expected, case):
    event, draws = case.args
    if found == expected * len(draws):
        return f"{case.call} is {found}, a count; how large is its share of the {len(draws)} draws?"
    if abs(found - len(event & set(draws)) / len(draws)) < 1e-9:
        return f"{case.call} is {number(found)}: you counted different words, each once, however often drawn"
    return in_decimals(found, expected, case)


def frequency_cases():
    """Each event has words that do not come up: their number is not that of the different words drawn."""
    rng = random.Random(103)
    cases = [({"jazz", "moon", "zoo"}, ["jazz", "the", "jazz", "we"]), (set(), ["the", "a"])]
    for n in (5, 20, 200):
        cases.append(({*rng.sample(WORDS, 4), "yeti"}, rng.choices(WORDS, k=n)))
    cases.append((set(SLIPS), rng.choices(list(SLIPS), k=7)))
    return [Case((event, draws), f"frequency({show(event)}, {draws if len(draws) < 6 else 'random draws'})")
            for event, draws in cases]


# --- half: the event F --------------------------------------------------------------------------------------


def up_to(omega, last):
    return {pair for pair in omega if all(word[0] <= last for word in pair)}


def up_to_for_one(omega, last):
    return {pair for pair in omega if any(word[0] <= last for word in pair)}


NOT_UP_TO = {
    "a word that starts with the letter last itself counts as well; let <= stand for <":
        lambda omega, last: {pair for pair in omega if all(word[0] < last for word in pair)},
    "you compare whole words, and every longer word that starts with last comes after it; compare letters":
        lambda omega, last: {pair for pair in omega if all(word <= last for word in pair)},
    "these are the letters up to m, whatever last is":
        lambda omega, last: up_to(omega, "m"),
}  # fmt: skip


def up_to_explained(found, expected, case):
    if problem := no_collection(found, case, "pairs"):
        return problem
    for pair in listed(found):
        if not isinstance(pair, (tuple, list)):
            return f"{case.call} holds {pair!r}, which is no pair: F is a set of members of omega"
    if problem := twice(found := as_sentences(found), case):
        return problem
    last = case.args[1]
    for pair in sorted(found - expected):
        late = next((word for word in pair if word[0] > last), None)
        return f"{case.call} holds {pair!r}" + (f", and {late!r} starts after {last}" if late else "")
    pair = min(expected - found)
    return f"{case.call} lacks {pair!r}; {len(found)} of {len(expected)} pairs are there"


def up_to_cases():
    """Letters with which a word starts, and letters with which none does; in the first case one is a word."""
    rng = random.Random(104)
    vocabularies = [(["a", "apple", "boat"], "pairs of a, apple, boat", "a")]
    vocabularies += [(list(SLIPS), "omega_2", last) for last in "mq"]
    drawn = [(rng.sample(WORDS, n), rng.choice("cdkmn")) for n in (3, 4, 5)]
    for some, last in [(["mint", "note"], "m"), *drawn]:
        vocabularies.append((some, f"pairs of {', '.join(some)}", last))
    return [Case((set(product(v, repeat=2)), last), f"F({name}, {last!r})") for v, name, last in vocabularies]


def lies_in_F(weights, last):
    """How much of a measure on the pairs of the hat's words lies in F, a Fraction."""
    return Fraction(sum(weights[pair] for pair in up_to(set(weights), last)), sum(weights.values()))


# --- third: a table of four numbers that breaks the third axiom alone ---------------------------------------


def exactly(x):
    """A Decimal as a Fraction, True as 1; any other number as it is."""
    return Fraction(x) if isinstance(x, (Decimal, bool)) else x


def table(value):
    """{event: number} over rain and sun, from (P(∅), P({rain}), P({sun}), P(Ω))."""
    empty, rain, sun, omega = (exactly(x) for x in value)
    return {frozenset(): empty, frozenset({"rain"}): rain, frozenset({"sun"}): sun,
            frozenset({"rain", "sun"}): omega}     # fmt: skip


def complaint(P):
    """What check_is_probability_space says of a dict of all events, or None."""
    try:
        check_is_probability_space(max(P, key=len), list(P), P.__getitem__, quiet=True)
    except SpaceError as error:
        return str(error)
    return None


def breaks_the_third_alone(value):
    return (complaint(table(value)) or "").startswith("axiom 3")


def third_explained(value):
    if not isinstance(value, (tuple, list)) or len(value) != 4:
        return "it has to be four numbers: P(∅), P({rain}), P({sun}), P(Ω)"
    said = complaint(table(value))
    return said or "all three axioms hold, so this is a probability space"


# --- axiom: which one is broken -----------------------------------------------------------------------------


def broken(P, omega):
    said = complaint(P)
    return int(said.removeprefix("axiom ")[0]) if said else 0


def broken_on_all_pairs(P, omega):
    """Asks the third axiom of events that overlap as well, which no measure obeys."""
    return broken(P, omega) or 3


SOUND = "all three axioms hold"


def broken_explained(found, expected, case):
    return f"{case.call} is {int(found)}, expected {expected}: {complaint(case.args[0]) or SOUND}"


def measure(rng, omega):
    weight = {outcome: rng.randrange(1, 9) for outcome in omega}
    total = sum(weight.values())
    return {E: Fraction(sum(weight[o] for o in E), total) for E in power_set(omega)}


def by_size(*values):
    """{event: number} over three outcomes, where only the size of an event matters."""
    return {E: Fraction(values[len(E)]) for E in power_set(WORDS[:3])}


def broken_cases():
    rng, cases = random.Random(106), []
    for n, fault in enumerate(["none", "none", "none", "negative", "total", "sum", "empty", "both", "none"]):
        omega = frozenset(WORDS[: 2 + n % 3])
        P = measure(rng, omega)
        first, second = sorted(omega)[:2]
        if fault == "negative":                                  # additive, with a sum of 1, and below 0
            shift = P[frozenset({first})] + Fraction(1, 6)
            P = {E: p - shift * (first in E) + shift * (second in E) for E, p in P.items()}
        if fault == "total":
            P = {E: p * Fraction(5, 6) for E, p in P.items()}
        if fault in ("sum", "both"):
            P = {E: p * p for E, p in P.items()}
        if fault == "empty":
            P[frozenset()] = Fraction(1, 10)
        if fault == "both":
            P[frozenset({first})] = Fraction(-1, 10)
        cases.append(P)
    a, b, c = (frozenset({word}) for word in WORDS[:3])
    whole, third = by_size(0, "1/3", "2/3", 1), Fraction(1, 3)
    halved = {E: p / 2 for E, p in whole.items()}
    cases += [
        by_size(0, "1/6", "5/6", 1),                             # 3, with sound complements
        by_size(0, "1/3", "1/2", 1),                             # 3, with single outcomes that sum to 1
        by_size(0, "1/4", "1/2", 1),                             # 3, though single outcomes add up in pairs
        by_size(0, "1/2", "1/2", 1),
        by_size("1/4", "1/2", "3/4", 1),                         # 3, though the theorem's formula holds
        by_size(0, "1/12", "4/12", "9/12"),                      # 2 before 3
        halved | {a: -third},                                    # 1 before 2 and 3
        whole | {a | b: -third},                                 # 1, and no single outcome says so
        whole | {a | b: Fraction(3, 2)},                         # 3: no axiom speaks of more than 1
        whole | {b | c: Fraction(7, 12)},
    ]
    return [broken_case(P) for P in cases]


def broken_case(P):
    in_order = sorted(P.items(), key=lambda item: (len(item[0]), sorted(item[0])))
    shown = ", ".join(f"{show(E)}: {number(p)}" for E, p in in_order[:8])
    return Case((P, max(P, key=len)), f"broken({{{shown}{', …' if len(P) > 8 else ''}}}, omega)")


# --- once: at least one of T draws --------------------------------------------------------------------------


def at_least_once(p, T):
    return 1 - (1 - p) ** T


def at_least_once_added(p, T):
    return T * p


NOT_AT_LEAST_ONCE = {
    "the probability that it fails at least once":
        lambda p, T: 1 - p**T,
    "the probability of never; you want its complement":
        lambda p, T: (1 - p) ** T,
    "the probability of exactly once; twice and more often count as well":
        lambda p, T: T * p * (1 - p) ** (T - 1),
    "the probability of every time":
        lambda p, T: p**T,
    "the sum of T probabilities, but the third axiom adds only what cannot happen together":
        lambda p, T: min(1, T * p),
    "right for two draws; here there are more or fewer":
        lambda p, T: 1 - (1 - p) ** 2 if T else 0,      # without a draw there is more to say, below
}  # fmt: skip


def at_least_once_explained(found, expected, case):
    if not case.args[1]:
        return f"{case.call} is {number(found)} (expected 0): where nothing is drawn, nothing happens"
    return f"{case.call} is {number(found)}, more than 1" if found > 1 else \
        in_decimals(found, expected, case)


def at_least_once_cases():
    rng = random.Random(107)
    pairs = [(Fraction(1, 6), 3), (Fraction(1, 6), 12), (Fraction(1, 24), 24), (Fraction(1, 6), 1)]
    pairs += [(Fraction(1, 6), 0), (Fraction(1, 6), 2)]
    pairs += [(Fraction(rng.randrange(1, 20), 20), rng.randrange(2, 9)) for _ in range(4)]
    pairs += [(Fraction(0), 5), (Fraction(1), 3)]
    return [Case(pair, f"at_least_once({pair[0]}, {pair[1]})") for pair in pairs]


# --- back: the first slip stays out of the hat --------------------------------------------------------------


def slips_of_pairs(slips):
    return {(a, b): slips[a] * (slips[b] - (a == b)) for a, b in product(slips, repeat=2)}


def slips_put_back(slips):
    return {(a, b): slips[a] * slips[b] for a, b in product(slips, repeat=2)}


def with_zeros(found):
    """A dict of pairs; a Counter, which answers 0 of its own accord, with the zeros written out."""
    words = {word for pair in found for word in pair} if hasattr(type(found), "__missing__") else ()
    return dict.fromkeys(product(words, repeat=2), 0) | dict(found)


def slips_of_pairs_explained(found, expected, case):
    if not hasattr(found, "items"):
        return f"{case.call} is of the type {type(found).__name__}; expected a dict"
    for pair in found:
        if not isinstance(pair, tuple) or len(pair) != 2:
            return f"{case.call} has the key {pair!r}, which is no pair of words"
    if split := next((pair for pair, n in found.items() if n != int(n)), None):
        if isclose(float(sum(found.values())), 1):
            return f"{case.call}: these numbers sum to 1, so they are probabilities; counts are asked for, " \
                   f"here of {sum(expected.values())} pairs of slips"
        return f"{case.call}, {split!r}: {number(found[split])} is no whole number; counts are asked for, " \
               "not probabilities"
    for pair in sorted({*found, *expected}):
        if pair not in found and not expected[pair]:
            return f"{case.call} lacks {pair!r}, which is still an outcome; its number is 0"
        n, right = found.get(pair, 0), expected.get(pair, 0)
        if n != right:
            return f"{case.call}, {pair!r}: {n} pairs of slips, expected {right}"
    return None


def slips_of_pairs_cases():
    rng = random.Random(108)
    hats = [SLIPS, {"we": 2, "jump": 1}, {"zoo": 3}]
    hats += [{word: rng.randrange(1, 5) for word in rng.sample(WORDS, n)} for n in (2, 3, 4)]
    return [Case((hat,), f"slips_of_pairs({hat if len(hat) < 5 else 'slips'})") for hat in hats]


# --- three events -------------------------------------------------------------------------------------------


def union_of_three(a, b, c, ab, ac, bc, abc):
    return a + b + c - ab - ac - bc + abc


def union_of_three_short(a, b, c, ab, ac, bc, abc):
    return a + b + c - ab - ac - bc


NOT_THE_UNION = {
    "what lies in all three is added 3 times and taken away 4 times; which sign has abc?":
        lambda a, b, c, ab, ac, bc, abc: a + b + c - ab - ac - bc - abc,
    "the plain sum; what lies in two of the events is added twice":
        lambda a, b, c, ab, ac, bc, abc: a + b + c,
    "what lies in just two of the events is still added twice; take ab, ac and bc away":
        lambda a, b, c, ab, ac, bc, abc: a + b + c - abc,
}  # fmt: skip


def union_of_three_cases():
    rng, cases = random.Random(109), []
    for _ in range(6):
        omega = WORDS[:8]
        P = measure(rng, omega)
        A, B, C = (frozenset(rng.sample(omega, rng.randrange(4, 7))) for _ in range(3))
        args = tuple(P[E] for E in (A, B, C, A & B, A & C, B & C, A & B & C))
        cases.append(Case(args, f"union_of_three({', '.join(map(str, args))})"))
    half, nil = Fraction(1, 2), Fraction(0)
    return [*cases, Case((half, half, nil, nil, nil, nil, nil), "union_of_three(1/2, 1/2, 0, 0, 0, 0, 0)")]


PAIRS, DRAWN = slips_put_back(SLIPS), slips_of_pairs(SLIPS)
IN_F = {last: len(up_to(set(PAIRS), last)) for last in "mq"}
NEVER = sorted(a for (a, b), n in DRAWN.items() if not n)

EXERCISES = {
    "three": Exercise(
        event_space, event_space_cases, wrong=event_space_without_nothing, read=as_events,
        explain=event_space_explained,
        right="eight events, from the one that never happens to the one that always does",
        hint="Each outcome is in or out. What do you get if all three are out?"),
    "tuples": Exercise(
        sentences, sentences_cases, wrong=sentences_without_repeats, read=as_sentences,
        explain=sentences_explained,
        right="every sentence is there once; V words make V to the power of T of them",
        hint="May a sentence use the same word twice? The slip goes back into the hat."),
    "frequency": Exercise(
        frequency, frequency_cases, wrong=frequency_of_the_draft, read=as_fraction,
        explain=frequency_explained,
        right="you counted draws, and not outcomes",
        hint="len(event) stays the same however often you draw. Which number grows with the draws?"),
    "half": Exercise(
        up_to, up_to_cases, wrong=up_to_for_one, mistakes=NOT_UP_TO, read=as_sentences,
        explain=up_to_explained,
        right=f"up to m {IN_F['m']} of the {len(PAIRS)} pairs, P(F) = {lies_in_F(PAIRS, 'm')}, their share "
              f"by mere chance; up to q {IN_F['q']} of them, P(F) = {lies_in_F(PAIRS, 'q')}, which is less "
              "than their share, since slips weigh and pairs do not",
        hint="You let in every pair with one such word. How many of its words does the event speak of?"),
    "third": Question(
        answer=breaks_the_third_alone,
        offered=((0, 0.5, 0.6, 1), (0, 0.5, 0.5, 1), (0, -0.5, 1.5, 1), (0, 0.5, 0.4, 0.9), (0, 0, 1, 1)),
        right="axioms 1 and 2 hold and the third does not, so it does not follow from them",
        hints={(0, 0.5, 0.4, 0.9): "Axiom 2 is about one number of the four. Put that right first.",
               (0, -0.5, 1.5, 1): "These numbers do add up. Let the sum be wrong, and no sign."},
        explain=third_explained),
    "axiom": Exercise(
        broken, broken_cases, wrong=broken_on_all_pairs, explain=broken_explained,
        right="you name the axiom every time, and leave sound measures in peace",
        hint="Of which pairs of events does the third axiom speak? Most pairs overlap."),
    "once": Exercise(
        at_least_once, at_least_once_cases, wrong=at_least_once_added, mistakes=NOT_AT_LEAST_ONCE,
        read=as_fraction, explain=at_least_once_explained,
        right="one minus the probability of never",
        hint="A j first and a j second can both happen. What is the complement of at least once?"),
    "back": Exercise(
        slips_of_pairs, slips_of_pairs_cases, wrong=slips_put_back, read=with_zeros,
        explain=slips_of_pairs_explained,
        right="a word on n slips comes twice in n (n − 1) ways. Never twice in our hat: "
              f"{', '.join(NEVER)}. And the P(F) of a to m is now {lies_in_F(DRAWN, 'm')}",
        hint="When the first slip is out, how many slips with the same word are left?"),
    "union": Exercise(
        union_of_three, union_of_three_cases, wrong=union_of_three_short, mistakes=NOT_THE_UNION,
        read=as_fraction, explain=in_decimals,
        right="what lies in all three was added three times, taken away three times, and added once",
        hint="Take an outcome that lies in all three events. How often do you count it?"),
}
