"""Chapter 01: its checks take right answers in odd forms, and no wrong one that a reader may well give."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, permutations, product

import pytest
from companion.check import exercises

EXERCISES = exercises("01")


def verdict(name, answer):
    return EXERCISES[name].verdict(answer, name)


def broken(order=(1, 2, 3), **judges):
    """An answer to “Name the axiom” that asks in this order; `judges` say otherwise what breaks one."""
    say = {
        "one": lambda P, omega: min(P.values()) < 0,
        "two": lambda P, omega: P[omega] != 1,
        "three": lambda P, omega: any(not A & B and P[A | B] != P[A] + P[B] for A in P for B in P),
    } | judges  # fmt: skip
    named = dict(zip((1, 2, 3), ("one", "two", "three"), strict=True))
    return lambda P, omega: next((n for n in order if say[named[n]](P, frozenset(omega))), 0)


def single(P):
    return [E for E in P if len(E) == 1]


@pytest.mark.parametrize("order", [order for order in permutations((1, 2, 3)) if order != (1, 2, 3)])
def test_the_axioms_are_named_in_their_order(order):
    assert verdict("axiom", broken()).kind == "right"
    assert verdict("axiom", broken(order)).kind == "not yet right"


@pytest.mark.parametrize("judges", [
    {"one": lambda P, omega: any(P[E] < 0 for E in single(P))},
    {"one": lambda P, omega: any(not 0 <= p <= 1 for p in P.values())},
    {"three": lambda P, omega: any(P[A] + P[omega - A] != 1 for A in P)},
    {"three": lambda P, omega: sum(P[E] for E in single(P)) != 1 or P[frozenset()] != 0},
    {"three": lambda P, omega: P[frozenset()] != 0
        or any(P[A | B] != P[A] + P[B] for A, B in combinations(single(P), 2))},
    {"three": lambda P, omega: any(not A & B and P[A | B] > P[A] + P[B] for A in P for B in P)},
    {"three": lambda P, omega: any(P[A | B] != P[A] + P[B] - P[A & B] for A in P for B in P)},
], ids=[
    "1 of outcomes", "at most 1", "complement", "sum", "pairs of outcomes", "at most", "theorem",
])  # fmt: skip
def test_half_an_axiom_is_not_enough(judges):
    assert verdict("axiom", broken(**judges)).kind == "not yet right"


def test_additivity_may_be_asked_of_single_outcomes_alone():
    def adds_up(P, omega):
        return all(p == sum(P[frozenset({outcome})] for outcome in E) for E, p in P.items())

    assert verdict("axiom", broken(three=lambda *space: not adds_up(*space))).kind == "right"


def test_what_stands_twice_is_no_set():
    def events(a, b, c):
        return [set(), {a}, {b}, {c}, {a, b}, {a, c}, {b, c}, {a, b, c}]

    assert verdict("three", lambda *words: iter(events(*words))).kind == "right"
    assert verdict("three", lambda *words: iter(events(*words) * 2)).reason.endswith("∅ stands twice")
    assert verdict("tuples", lambda words, T: product(words, repeat=T)).kind == "right"
    assert "stands twice" in verdict("tuples", lambda words, T: [*product(words, repeat=T)] * 2).reason


def test_different_words_are_no_draws():
    said = verdict("frequency", lambda event, draws: len(event & set(draws)) / len(draws))
    assert "different words" in said.reason and said.hint is None


@pytest.mark.parametrize("numbers, kind", [
    ((0, Decimal("0.5"), Decimal("0.6"), 1), "right"), ((False, 0.5, 0.6, True), "right"),
    ((0, Decimal("0.1"), Decimal("0.9"), True), "not yet right"), ((0, "a", 0.5, 1), "not yet right"),
])  # fmt: skip
def test_numbers_of_any_kind_may_break_the_third(numbers, kind):
    assert verdict("third", numbers).kind == kind


def test_at_least_once_may_be_a_float_and_without_a_draw_nothing_happens():
    assert verdict("once", lambda p, T: float(1 - (1 - p) ** T)).kind == "right"
    for draws in (1, 2):
        said = verdict("once", lambda p, T, draws=draws: 1 - (1 - p) ** (T or draws))
        assert said.reason.endswith("(expected 0): where nothing is drawn, nothing happens")


def test_a_pair_without_slips_is_still_an_outcome():
    def table(slips):
        return {(a, b): slips[a] * (slips[b] - (a == b)) for a, b in product(slips, repeat=2)}

    def counter(slips):
        every = [(word, n) for word in slips for n in range(slips[word])]
        return Counter((a, b) for (a, _), (b, _) in permutations(every, 2))

    assert verdict("back", table).kind == verdict("back", counter).kind == "right"
    assert "is still an outcome" in verdict("back", lambda slips: dict(counter(slips))).reason


def test_the_numbers_in_the_verdicts_are_those_of_the_hat():
    slips = {"m": 4 + 2 + 1 + 2 + 1 + 2, "q": 4 + 2 + 1 + 2 + 1 + 2 + 1}
    for last, pairs in (("m", "36 of the 144 pairs"), ("q", "49 of them")):
        share = Fraction(slips[last], 24) ** 2
        assert f"up to {last} {pairs}, P(F) = {share}" in EXERCISES["half"].right
    assert "jade, jump, quiz, rain, zoo" in EXERCISES["back"].right


@pytest.mark.parametrize("starts, words", [
    (lambda word, last: word[0] < last, "let <= stand for <"),
    (lambda word, last: word < last, "let <= stand for <"),
    (lambda word, last: word <= last, "you compare whole words"),
    (lambda word, last: word[0] <= "m", "whatever last is"),
])  # fmt: skip
def test_letters_and_whole_words_are_told_apart(starts, words):
    said = verdict("half", lambda omega, last: {pair for pair in omega if all(starts(w, last) for w in pair)})
    assert words in said.reason and ("whole word" in said.reason) == ("whole word" in words)


def probabilities_of_pairs(slips):
    total = sum(slips.values())
    return {(a, b): Fraction(slips[a] * (slips[b] - (a == b)), total * (total - 1))
            for a, b in product(slips, repeat=2)}


@pytest.mark.parametrize("answer, words", [
    (probabilities_of_pairs, "so they are probabilities; counts are asked for, here of 552 pairs of slips"),
    (lambda slips: {pair: float(p) for pair, p in probabilities_of_pairs(slips).items()}, "probabilities"),
    (lambda slips: {(a, b): Fraction(slips[b] - (a == b), sum(slips.values()) - 1)
                    for a, b in product(slips, repeat=2)}, "('a', 'a'): 3/23 is no whole number; counts"),
    (lambda slips: dict.fromkeys(product(slips, repeat=2), 1), "('a', 'a'): 1 pairs of slips, expected 12"),
])  # fmt: skip
def test_who_gives_probabilities_of_pairs_is_asked_for_counts(answer, words):
    assert words in verdict("back", answer).reason


@pytest.mark.parametrize("sign, words", [(-1, "which sign has abc?"), (2, "is 7/5, expected 1")])
def test_the_sign_of_the_triple_intersection_is_named(sign, words):
    def union(a, b, c, ab, ac, bc, abc):
        return a + b + c - ab - ac - bc + sign * abc

    assert words in verdict("union", union).reason


@pytest.mark.parametrize("name, answer, words", [
    ("frequency", lambda event, draws: 0.75, "is 3/4, expected 1/2"),
    ("frequency", lambda event, draws: 0.123456789, "is 0.123456789, expected 0.5"),
    ("once", lambda p, T: 0.75, "is 3/4, expected 91/216"),
    ("once", lambda p, T: 1 - float(p) ** T, "is 215/216 (expected 91/216): the probability that it fails"),
    ("once", lambda p, T: 0.4213131, "is 0.4213131, expected 0.421296296"),
    ("union", lambda a, b, c, ab, ac, bc, abc: float(a + b + c - abc), "is 31/20 (expected 1): what"),
    ("union", lambda *_: 1 / 2**0.5, "is 0.707106781, expected 1"),
])  # fmt: skip
def test_both_numbers_of_a_verdict_are_fractions_or_both_are_decimals(name, answer, words):
    assert words in verdict(name, answer).reason
