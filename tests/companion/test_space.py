"""space.py: sound spaces pass, and each way to break one has its own message."""

import random
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from companion import SpaceError, check_is_probability_space

OMEGA = frozenset("abc")
SLIPS = {"a": 3, "b": 2, "c": 1}


def power_set(omega):
    return {frozenset(some) for n in range(len(omega) + 1) for some in combinations(sorted(omega), n)}


def P(event):
    return Fraction(sum(SLIPS[outcome] for outcome in event), 6)


def sets(*events):
    return [frozenset(event) for event in events]


def measure(weights):
    return lambda event: Fraction(sum(weights[outcome] for outcome in event), sum(weights.values()))


def test_a_sound_space_passes_and_says_so(capsys):
    check_is_probability_space(OMEGA, power_set(OMEGA), P)
    assert capsys.readouterr().out == (
        "A probability space: 3 outcomes, 8 events.\n"
        "No probability is negative, P(Ω) = 1, and disjoint events add up.\n"
    )
    check_is_probability_space(OMEGA, power_set(OMEGA), P, quiet=True)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("events", [
    sets("", "abc"), sets("", "a", "bc", "abc"), power_set("abc"), [set(), set("abc")],
])  # fmt: skip
def test_an_event_space_may_be_smaller_than_the_power_set(events):
    check_is_probability_space(OMEGA, events, P, quiet=True)


def test_one_outcome_is_enough_and_outcomes_may_be_tuples():
    check_is_probability_space({()}, [set(), {()}], len, quiet=True)
    pairs = {(a, b) for a in "ab" for b in "ab"}
    check_is_probability_space(pairs, power_set(pairs), lambda E: len(E) / 4, quiet=True)


@pytest.mark.parametrize("number", [float, np.float64, np.float32, np.array, lambda p: p])
def test_a_probability_may_be_any_kind_of_number(number):
    given = float if number is np.array else lambda p: p
    check_is_probability_space(OMEGA, power_set(OMEGA), lambda E: number(given(P(E))), quiet=True)


def plus(shift):
    return lambda event: P(event) + sum(shift[outcome] for outcome in event if outcome in shift)


HALF = Fraction(1, 2)
MUTANTS = {
    "axiom 1: P({c}) = -1/3 is negative": (power_set(OMEGA), plus({"c": -HALF, "a": HALF})),
    "axiom 2: P(Ω) = 5/6, not 1": (power_set(OMEGA), lambda E: P(E) * Fraction(5, 6)),
    "axiom 3: ∅ and ∅ are disjoint and ∅ ∪ ∅ = ∅, so P(∅) has to be 0, not 1/7":
        (power_set(OMEGA), lambda E: P(E) or Fraction(1, 7)),
    "axiom 3: {a} and {b} are disjoint, with P = 1/4 and 1/9, but their union has P = 25/36, not 13/36":
        (power_set(OMEGA), lambda E: P(E) ** 2),
    "Ω is not among the events: that something happens is an event": (sets("", "a"), P),
    "not closed under complement: {a} is an event, its complement {b, c} is none": (sets("", "a", "abc"), P),
    "not closed under union: {b} and {a} are events, their union {a, b} is none":
        (sets("", "a", "b", "bc", "ac", "abc"), P),
    "the event {a, z} holds 'z', which is no outcome of Ω": (sets("", "az", "abc"), P),
    "'a' is a str, no event: an event is a set of outcomes": ([set(), "a", OMEGA], P),
    "P(∅) raised KeyError: 'p'": (power_set(OMEGA), lambda E: {}["p"]),
    "P(∅) is None: a probability is a number": (power_set(OMEGA), lambda E: None),
    "P(∅) is nan: a probability is a number": (power_set(OMEGA), lambda E: float("nan")),
    "P(∅) is False: a probability is a number": (power_set(OMEGA), lambda E: len(E) == 3),
}  # fmt: skip


@pytest.mark.parametrize("message", MUTANTS)
def test_each_mutant_has_its_own_message(message):
    with pytest.raises(SpaceError) as found:
        check_is_probability_space(OMEGA, *MUTANTS[message])
    assert str(found.value) == message and isinstance(found.value, ValueError)


def test_a_sample_space_is_a_set_that_is_not_empty():
    with pytest.raises(SpaceError, match="Ω is empty: an experiment has at least one outcome"):
        check_is_probability_space(set(), [set()], P)
    with pytest.raises(SpaceError, match="Ω is a str, not a set"):
        check_is_probability_space("abc", power_set(OMEGA), P)


def test_the_check_agrees_with_the_definitions_on_every_collection_of_events_of_three_outcomes():
    """Closure and additivity are looked at by way of atoms; here pair by pair, on all 256 collections."""
    for chosen in range(256):
        events = {E for k, E in enumerate(sorted(power_set(OMEGA), key=sorted)) if chosen >> k & 1}
        pairs = [(A, B) for A in events for B in events]
        closed = OMEGA in events and all(OMEGA - A in events and A | B in events for A, B in pairs)
        try:
            check_is_probability_space(OMEGA, events, P, quiet=True)
        except SpaceError:
            assert not closed, events
        else:
            assert closed, events


def test_the_check_agrees_with_the_definitions_on_random_functions_of_events():
    rng, additive = random.Random(4), 0
    omega = frozenset("abcd")
    for n in range(300):
        p = {E: measure(dict.fromkeys("abcd", 1))(E) for E in power_set(omega)}
        if n % 3:
            for E in rng.sample(sorted(p, key=sorted), n % 3):
                p[E] = Fraction(rng.randrange(5), 4)
        sound = p[omega] == 1 and all(p[A | B] == p[A] + p[B] for A in p for B in p if not A & B)
        additive += sound
        try:
            check_is_probability_space(omega, p, p.__getitem__, quiet=True)
        except SpaceError:
            assert not sound
        else:
            assert sound
    assert 100 <= additive < 300


def test_a_missing_union_is_named_where_no_atom_is_an_event():
    pairs = [E for E in power_set("abcd") if len(E) % 2 == 0]
    with pytest.raises(SpaceError, match="not closed under union: .* their union .* is none") as found:
        check_is_probability_space(frozenset("abcd"), pairs, lambda E: len(E) / 4)
    named = [frozenset(part.split("}")[0].split(", ")) for part in str(found.value).split("{")[1:]]
    A, B, union = named
    assert A in pairs and B in pairs and union == A | B and union not in pairs
