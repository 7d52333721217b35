"""check_is_probability_space: hold (Ω, 𝓔, P) to the axioms, and say which one it breaks, where.

The space is finite and its events are listed, so that the check is complete: it looks at every event. An
event space falls into atoms, its smallest events that are not empty; each event is a union of them. That is
why closure needs a count, 2 to the number of atoms, and additivity one sum for each event and each atom
outside it, instead of one for each pair of events.
"""

import math
from functools import reduce
from numbers import Rational, Real

TOLERANCE = 1e-6           # for floats, float32 among them; fractions and integers are compared exactly


class SpaceError(ValueError):
    """Something is no probability space; the message names the events and the axiom."""


def check_is_probability_space(omega, events, P, *, quiet=False):
    """Print a short report if (omega, events, P) is a probability space, else raise a SpaceError.

    `omega` is a set of outcomes, `events` a collection of sets of outcomes, `P` a function of a frozenset.
    """
    omega = _as_set(omega, "Ω")
    if not omega:
        raise SpaceError("Ω is empty: an experiment has at least one outcome")
    events = {_event(event, omega) for event in events}
    atoms = _atoms(omega, events)
    p = {event: _probability(P, event) for event in sorted(events, key=_order)}
    _axioms(omega, atoms, p)
    if not quiet:
        print(f"A probability space: {_many(len(omega), 'outcome')}, {_many(len(events), 'event')}.\n"
              f"No probability is negative, P(Ω) = 1, and disjoint events add up.")


def _as_set(value, name):
    if isinstance(value, (set, frozenset, list, tuple, range)) or hasattr(value, "keys"):
        return frozenset(value)
    raise SpaceError(f"{name} is a {type(value).__name__}, not a set")


def _event(event, omega):
    """An event is a set, even if it has one outcome only; and Ω holds all of it."""
    if not isinstance(event, (set, frozenset)):
        raise SpaceError(f"{event!r} is a {type(event).__name__}, no event: an event is a set of outcomes")
    outside = sorted(map(repr, event - omega))
    if outside:
        raise SpaceError(f"the event {show(event)} holds {outside[0]}, which is no outcome of Ω")
    return frozenset(event)


def _atoms(omega, events):
    """The atoms of an event space; SpaceError if it is none: Ω, complements and unions have to be events."""
    if omega not in events:
        raise SpaceError("Ω is not among the events: that something happens is an event")
    for event in sorted(events, key=_order):
        if omega - event not in events:
            raise SpaceError(f"not closed under complement: {show(event)} is an event, "
                             f"its complement {show(omega - event)} is none")
    atoms = {reduce(frozenset.intersection, [e for e in events if outcome in e]) for outcome in omega}
    if len(events) < 2 ** len(atoms):
        A, B = _missing_union(omega, events, atoms)
        raise SpaceError(f"not closed under union: {show(A)} and {show(B)} are events, "
                         f"their union {show(A | B)} is none")
    return sorted(atoms, key=_order)


def _missing_union(omega, events, atoms):
    """Two events whose union is none. They exist: all complements are events, and a union of atoms is not."""
    listed = sorted(events, key=_order)
    for atom in sorted(atoms & events, key=_order):
        for event in listed:
            if event | atom not in events:
                return event, atom
    for atom in sorted(atoms - events, key=_order):              # an intersection that is no event
        met = omega
        for event in (e for e in listed if atom <= e):
            if met & event not in events:
                return omega - met, omega - event
            met &= event
    raise AssertionError("an event space without a missing union")


def _probability(P, event):
    try:
        p = P(event)
    except Exception as error:
        raise SpaceError(f"P({show(event)}) raised {type(error).__name__}: {error}") from error
    p = p.item() if hasattr(p, "item") else p
    if not isinstance(p, Real) or isinstance(p, bool) or not math.isfinite(p):
        raise SpaceError(f"P({show(event)}) is {p!r}: a probability is a number")
    return p


def _axioms(omega, atoms, p):
    for event, value in p.items():
        if value < 0 and not _equal(value, 0):
            raise SpaceError(f"axiom 1: P({show(event)}) = {number(value)} is negative")
    if not _equal(p[omega], 1):
        raise SpaceError(f"axiom 2: P(Ω) = {number(p[omega])}, not 1")
    empty = frozenset()
    if not _equal(p[empty], 0):
        raise SpaceError(f"axiom 3: ∅ and ∅ are disjoint and ∅ ∪ ∅ = ∅, so P(∅) has to be 0, "
                         f"not {number(p[empty])}")
    for event in p:
        for atom in atoms:
            if event and not event & atom and not _equal(p[event | atom], p[event] + p[atom]):
                raise SpaceError(
                    f"axiom 3: {show(event)} and {show(atom)} are disjoint, "
                    f"with P = {number(p[event])} and {number(p[atom])}, "
                    f"but their union has P = {number(p[event | atom])}, not {number(p[event] + p[atom])}")


def _equal(a, b):
    if isinstance(a, Rational) and isinstance(b, Rational):
        return a == b
    return abs(a - b) <= TOLERANCE


def _order(event):
    """Small events first, so that a message names a small one."""
    return len(event), sorted(map(repr, event))


def _many(n, what):
    return f"{n:,} {what}" + "s" * (n != 1)


def number(p):
    """A probability as a message shows it: a fraction as it is, a float with at most six digits."""
    return str(p) if isinstance(p, Rational) else f"{p:.6g}"


def show(event):
    """An event in a message: {a, the}, and ∅.

    >>> show({"the", "a"}), show({("we", "jump")}), show(set())
    ('{a, the}', "{('we', 'jump')}", '∅')
    """
    outcomes = sorted(outcome if isinstance(outcome, str) else repr(outcome) for outcome in event)
    text = ", ".join(outcomes)
    return "{" + (text if len(text) <= 70 else text[:67] + "…") + "}" if outcomes else "∅"
