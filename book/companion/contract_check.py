"""check_is_language_model: hold any model to the contract of contract.py, and say what it breaks.

Nothing here asks how a model is built: counts, networks and policies answer the same questions. A model over
few tokens is enumerated; of a large one we ask all contexts of at most one letter (up to V = 300; then 300 of
them), and prefixes of drawn and of random strings. Its tests of drawing, together, refuse a sound model with
probability at most 1e-6 over seeds; a string longer than `sample` allows is refused as well.
"""

import math
import numbers
import random
from itertools import chain, islice

import numpy as np

import picograd
from companion.contract import END, decode, encode

METHODS = "pmf", "pmfs", "nll", "nll_per_token", "sample", "prob"
TOLERANCE = 1e-6           # what float32 arithmetic inside a model may cost
FALSE_ALARM = 1e-6         # the tests of drawing refuse a sound model with at most this probability
FEW, MOST_CONTEXTS = 150, 100_000


class ContractError(ValueError):
    """A model breaks the contract; the message says where, what was expected and what was found."""


def check_is_language_model(lm, *, max_len=None, draws=None, seed=0, quiet=False):
    """Print a short report if `lm` keeps the contract, else raise a ContractError.

    `max_len` bounds the strings that are enumerated (by default V decides); `draws` strings are sampled. A
    model is refused as well if a string does not end within the limit of its own `sample`.
    """
    __tracebackhide__ = True       # a reader's traceback ends at the reader's line
    try:
        _check(lm, max_len, draws, seed, quiet)
    except ContractError as error:
        raise error.with_traceback(None) from None


def _check(lm, max_len, draws, seed, quiet):
    asked, rng = _Asked(lm), random.Random(seed)
    longest = _length(asked.V) if max_len is None else max_len
    if _strings(asked.V, longest) > MOST_CONTEXTS:
        raise ValueError(f"there are {_strings(asked.V, longest):,} strings of up to {longest} letters; "
                         f"this check enumerates at most {MOST_CONTEXTS:,}: choose a smaller max_len")
    small = max_len is not None or longest > 1
    draws = draws or (1000 if small else 2000)
    contexts = _all_contexts(asked.V, longest)
    if not small and len(contexts) > 300:
        contexts = contexts[:1] + rng.sample(contexts[1:], 299)

    _some_string_ends(asked, contexts, seed)
    strings = _draws(asked, draws, seed)
    shown = list(dict.fromkeys(strings))[:25] + [_random_string(asked.V, rng) for _ in range(15)]
    contexts = list(dict.fromkeys(contexts + [s[:t] for s in shown for t in range(len(s))]))

    _order_does_not_matter(asked, contexts)
    for tokens in sorted(shown, key=lambda tokens: abs(len(tokens) - 5)):  # names make the clearest messages
        _no_peek(asked, tokens, rng)
        _nll_is_minus_log_pmf(asked, tokens)
    _sample_follows_pmf(asked, strings, rng)
    _prob_is_a_measure(asked, longest, small)
    _order_does_not_matter(asked, contexts)
    if not quiet:
        never = math.ceil(1000 * (1 - FALSE_ALARM ** (1 / draws))) / 10
        how = f"all of up to {longest} letters" if small else "by prefixes"
        print(f"{type(lm).__name__} is a language model over {asked.V} tokens, as far as we looked:\n"
              f"{len(contexts)} contexts ({how}), {len(shown)} strings scored, {draws} drawn.\n"
              f"At most {never} % of its strings never end (error 1 in a million).")


class _Asked:
    """The model behind questions that turn every answer of the wrong kind into a ContractError."""

    def __init__(self, lm):
        missing = [name for name in METHODS if not callable(getattr(lm, name, None))]
        if missing:
            raise ContractError(f"{type(lm).__name__} has no method {missing[0]}")
        self.vocabulary = getattr(lm, "vocabulary", None)
        if not isinstance(self.vocabulary, str) or len(set(self.vocabulary)) != len(self.vocabulary) or \
                len(self.vocabulary) < 2:
            raise ContractError(f"vocabulary must be a str of at least two different characters, "
                                f"not {self.vocabulary!r}")
        self.lm, self.V, self.answers = lm, len(self.vocabulary), {}

    def __call__(self, method, *args, read=lambda found: found):
        """The model's answer, passed through `read`, which raises an error if it is of the wrong kind."""
        texts = [self.text(encode(self.vocabulary, a)) for a in args if isinstance(a, (tuple, str))]
        call = f"{method}({', '.join(texts) or '…'})"
        try:
            found = getattr(self.lm, method)(*args)
        except Exception as error:
            raise ContractError(f"{call} raised {type(error).__name__}: {error}") from error
        try:
            return read(found)
        except Exception as error:
            raise ContractError(f"{call} gave the wrong kind of answer: {error}") from error

    def text(self, tokens):
        return f'"{decode(self.vocabulary, tokens)}"'

    def after(self, context):
        return f'after "{self.vocabulary[END]}{decode(self.vocabulary, context)}"'

    def pmf(self, context):
        """The first answer for this context, a PMF: a copy, kept beside the object that was returned."""
        if context not in self.answers:
            p_V = self.row(context)
            _row_is_a_pmf(self, p_V, self.after(context))
            self.answers[context] = p_V.copy(), p_V
        return self.answers[context][0]

    def row(self, context):
        """What pmf answers now."""
        return self.array("pmf", context, (self.V,), self.after(context))

    def rows(self, tokens):
        """What pmfs answers now."""
        return self.array("pmfs", tokens, (len(tokens), self.V), f"for {self.text(tokens)}")

    def array(self, method, tokens, shape, where):
        found, what = self(method, tokens), f"{where}, {method} returned"
        if not isinstance(found, np.ndarray):
            raise ContractError(f"{what} a {type(found).__name__}, not a numpy array of shape {shape}")
        if found.shape != shape:
            raise ContractError(f"{what} shape {found.shape}, not {shape}: one probability for each token, "
                                "the end mark included")
        if found.dtype != np.float64:
            raise ContractError(f"{what} {found.dtype}, not float64")
        return found


def _strings(V, max_len):
    """The number of strings of at most max_len letters."""
    return sum((V - 1) ** k for k in range(max_len + 1))


def _length(V):
    """The longest strings to enumerate: as long as they are few, but at least 1 letter and at most 6."""
    return max([n for n in range(1, 7) if _strings(V, n) <= FEW], default=1)


def _all_contexts(V, max_len):
    contexts, last = [()], [()]
    for _ in range(max_len):
        last = [c + (k,) for c in last for k in range(1, V)]
        contexts += last
    return contexts


def _random_string(V, rng):
    return tuple(rng.randrange(1, V) for _ in range(rng.randrange(7))) + (END,)


def _close(a, b):
    return a == b or abs(a - b) <= TOLERANCE * max(1, abs(b))


def _number(found):
    value = found.item() if getattr(found, "shape", None) == () else found
    if not isinstance(value, numbers.Real):
        raise TypeError(f"a {type(found).__name__} is not a number")
    return float(value)


def _pair(found):
    if not isinstance(found, tuple) or len(found) != 2:
        raise TypeError(f"a {type(found).__name__} is not a pair (lower, upper)")
    return _number(found[0]), _number(found[1])


def _row_is_a_pmf(asked, p_V, where):
    wrong = np.flatnonzero(~((p_V >= 0) & (p_V < math.inf)))
    if wrong.size:
        raise ContractError(f"{where}, the probability of {asked.text(wrong[:1])} is {p_V[wrong[0]]:.4g}; "
                            "it must be a number of at least 0")
    total = p_V.sum()
    if not abs(total - 1) <= TOLERANCE:
        shown = f"{total:.4f}" if abs(total - 1) >= 1e-4 else f"{total:.8f}"
        raise ContractError(f"{where}, the probabilities sum to {shown}, not 1")


def _order_does_not_matter(asked, contexts):
    """Asked again, last context first, the model answers the same, and leaves its earlier answers alone."""
    firsts = [asked.pmf(context) for context in contexts]
    for context, first_V in zip(reversed(contexts), reversed(firsts), strict=True):
        again_V = asked.row(context)
        gap_V = np.abs(again_V - first_V)
        if not gap_V.max() <= TOLERANCE:
            k = int(gap_V.argmax())
            raise ContractError(f"pmf depends on the order of the calls: {asked.after(context)}, "
                                f"{asked.text((k,))} had the probability {first_V[k]:.4g}, "
                                f"and when asked again {again_V[k]:.4g}")
    for context in contexts:
        copy_V, returned_V = asked.answers[context]
        if not np.array_equal(copy_V, returned_V):
            raise ContractError(f"{asked.after(context)}, the array that pmf returned was overwritten "
                                "by later calls: return a copy")


def _some_string_ends(asked, contexts, seed):
    """An end is possible in one of the contexts, or else the first draw ends."""
    end_mass = [asked.pmf(context)[END] for context in contexts]
    if not any(end_mass):
        try:
            _drawn(asked, 1, seed)
        except ContractError as error:
            raise ContractError(f"no end was possible in any of {len(contexts)} contexts, and no draw ended: "
                                f"the end mark {asked.text((END,))} is a token and needs probability "
                                f"({error})") from error


def _drawn(asked, number, seed):
    """Strings that sample draws from a new generator, as tuples of ints, each of them finished."""
    generator, strings = picograd.Generator().manual_seed(seed), []
    for n in range(number):
        tokens = asked("sample", generator, read=lambda found: encode(asked.vocabulary, found))
        if tokens.count(END) != 1 or tokens[-1] != END:
            shown = asked.text(tokens[:40]) + "…" * (len(tokens) > 40)
            raise ContractError(f"draw {n} is {shown}: sample must return finished strings, "
                                f"with the end mark {asked.text((END,))} at their end and nowhere else")
        strings.append(tokens)
    return strings


def _draws(asked, draws, seed):
    """The sampled strings; twice the same from the same seed."""
    strings = _drawn(asked, draws, seed)
    for n, (a, b) in enumerate(zip(strings, _drawn(asked, min(draws, 20), seed), strict=False)):
        if a != b:
            raise ContractError(f"draw {n} is {asked.text(a)}, and from a generator with the same seed "
                                f"{asked.text(b)}: sample must draw from its generator alone")
    return strings


def _no_peek(asked, tokens, rng):
    """Row t of pmfs stays what it is when token t and later ones change, and it is pmf(tokens[:t])."""
    V, text = asked.V, asked.text(tokens)
    P_TV = asked.rows(tokens).copy()
    if not np.isfinite(P_TV).all():
        raise ContractError(f"for {text}, pmfs returned {P_TV[~np.isfinite(P_TV)][0]} as a probability")
    for s in reversed(range(len(tokens))):             # the last token first: it names what is looked at
        k = rng.choice([k for k in range(V) if k != tokens[s]])
        tail = () if k == END else (*_random_string(V, rng),)
        other = tokens[:s] + (k,) + tail
        same = np.abs(asked.rows(other)[:s + 1] - P_TV[:s + 1]).max(axis=1) <= TOLERANCE
        if not same.all():
            raise ContractError(f"a peek at the future: row {same.argmin()} of pmfs is not the same for "
                                f"{text} and {asked.text(other)}, which differ only from token {s} on")
    for t in range(len(tokens)):
        gap = np.abs(P_TV[t] - asked.pmf(tokens[:t])).max()
        if not gap <= TOLERANCE:
            raise ContractError(f"row {t} of pmfs({text}) is not pmf({asked.text(tokens[:t])}): "
                                f"they differ by {gap:.4g}")


def _nll_is_minus_log_pmf(asked, tokens):
    text = asked.text(tokens)
    surprises = [-math.log(p) if p > 0 else math.inf
                 for p in (asked.pmf(tokens[:t])[tokens[t]] for t in range(len(tokens)))]
    expected, found = math.fsum(surprises), asked("nll", tokens, read=_number)
    if not _close(found, expected):
        reason = ""
        if _close(found, expected / math.log(2)):
            reason = ": these are bits, the contract asks for nats"
        elif _close(found, math.fsum(surprises[:-1])):
            reason = ": the end mark is a token, and its surprise is missing"
        elif _close(found, expected / len(tokens)):
            reason = ": nll is the total, nll_per_token the average"
        raise ContractError(f"nll({text}) is {found:.4f}, −Σ log pmf is {expected:.4f}{reason}")
    per_token = asked("nll_per_token", tokens, read=_number)
    if not _close(per_token, expected / len(tokens)):
        raise ContractError(f"nll_per_token({text}) is {per_token:.4f}, nll / {len(tokens)} is "
                            f"{expected / len(tokens):.4f}: the end mark counts as a token")


def _sample_follows_pmf(asked, strings, rng):
    """Three tests by the bound of Dvoretzky, Kiefer, Wolfowitz, Massart: P(max |Fₙ − F| > ε) ≤ 2 exp(−2nε²).

    First the n first tokens against pmf(""). Then n tokens from anywhere: line up the tokens by falling
    probability and pick a place on the drawn one; if sample follows pmf, such places are independent and
    uniform on [0, 1). So are, third, the steps from one place to the next, modulo 1: they show a token that
    hangs on the one before it more than pmf says. Before that, none of these tokens may have probability 0.
    """
    n = len(strings)
    allowed = math.sqrt(math.log(3 * 2 / FALSE_ALARM) / (2 * n))
    firsts = [((), tokens[0]) for tokens in strings]
    drawn = list(islice(((s[:t], token) for s in strings for t, token in enumerate(s)), n))
    for context, token in chain(firsts, drawn):
        if asked.pmf(context)[token] == 0:
            raise ContractError(f"sample drew {asked.text((token,))} {asked.after(context)}, "
                                "where its probability is 0")

    found_V = np.bincount([token for _, token in firsts], minlength=asked.V).cumsum() / n
    expected_V = asked.pmf(()).cumsum()
    k = int(np.abs(found_V - expected_V).argmax())
    if abs(found_V[k] - expected_V[k]) > allowed:
        raise ContractError(f"sample does not follow pmf: the first token is one of "
                            f"{asked.text(range(k + 1))} in {found_V[k]:.4f} of {n} draws, "
                            f"with probability {expected_V[k]:.4f} (chance explains {allowed:.4f})")

    places = []
    for context, token in drawn:
        p_V = asked.pmf(context)
        before = p_V[p_V > p_V[token]].sum() + p_V[:token][p_V[:token] == p_V[token]].sum()
        places.append(before + rng.random() * p_V[token])
    place, share = _furthest_from_uniform(places)
    if abs(place - share) > allowed:
        raise ContractError(f"sample does not follow pmf along the string: the likeliest tokens, which hold "
                            f"{place:.4f} of the probability, are {share:.4f} of {n} tokens drawn "
                            f"(chance explains {allowed:.4f})")
    step, share = _furthest_from_uniform(np.diff(places, prepend=0) % 1)
    if abs(step - share) > allowed:
        raise ContractError(f"sample does not follow pmf from one token to the next: {share:.4f} of {n} "
                            f"steps from place to place are below {step:.4f}, by pmf {step:.4f} would be "
                            f"(chance explains {allowed:.4f})")


def _furthest_from_uniform(places):
    """(F, Fₙ) where they are furthest apart: F is uniform on [0, 1), Fₙ the share of places up to there."""
    n = len(places)
    F, F_n = np.tile(np.sort(places), 2), np.concatenate([np.arange(n), np.arange(1, n + 1)]) / n
    k = np.abs(F - F_n).argmax()
    return F[k], F_n[k]


def _bounds(asked, event, max_len, name):
    lower, upper = asked("prob", event, max_len, read=_pair)
    if not -TOLERANCE <= lower <= upper + TOLERANCE <= 1 + 2 * TOLERANCE:
        raise ContractError(f"prob({name}, {max_len}) is ({lower:.4f}, {upper:.4f}): bounds must keep "
                            "0 ≤ lower ≤ upper ≤ 1")
    return lower, upper


def _prob_is_a_measure(asked, max_len, small):
    """Bounds against sums over pmf: sure event, predicates and complements, prefixes and continuations."""
    ended, unended = [], 0.0
    walk = [((), 1.0)]
    while walk:
        context, mass = walk.pop()
        p_V = asked.pmf(context)
        ended.append((decode(asked.vocabulary, context), mass * p_V[END]))
        if len(context) == max_len:
            unended += mass * (1 - p_V[END])
        else:
            walk += [(context + (k,), mass * p_V[k]) for k in range(1, asked.V)]

    lower, upper = _bounds(asked, lambda letters: True, max_len, "every string")
    if not _close(upper, 1):
        raise ContractError(f"prob(every string, {max_len}): {lower:.4f} has ended, {upper - lower:.4f} has "
                            f"not; together they are {upper:.4f}, not 1: end mass is missing")
    half = asked.vocabulary[: (asked.V + 1) // 2]
    events = {"every string": lambda letters: True,
              "even length": lambda letters: len(letters) % 2 == 0,
              f'ends with one of "{half[1:]}"': lambda letters: letters[-1:] in half[1:] and letters != "",
              f'contains "{asked.vocabulary[1]}"': lambda letters: asked.vocabulary[1] in letters}
    all_ended = sum(mass for _, mass in ended)
    for name, event in events.items():
        lower, upper = _bounds(asked, event, max_len, name)
        rest, _ = _bounds(asked, lambda letters, event=event: not event(letters), max_len, f"not: {name}")
        if not _close(lower + rest, all_ended):
            raise ContractError(f"lower bounds must add on disjoint events: {name} has {lower:.4f}, others "
                                f"{rest:.4f}, and all strings of up to {max_len} letters {all_ended:.4f}")
        expected = sum(mass for letters, mass in ended if event(letters))
        if not _close(lower, expected):
            raise ContractError(f"prob({name}, {max_len}): the lower bound is {lower:.4f}, "
                                f"its strings sum to {expected:.4f}")
        if not _close(upper - lower, unended):
            raise ContractError(f"prob({name}, {max_len}): the bounds are {upper - lower:.4f} apart, "
                                f"the mass not yet ended is {unended:.4f}")
    for prefix in _prefixes(asked, max_len if small else 1):
        _prefix_obeys_the_chain_rule(asked, prefix, max(max_len, len(prefix) + 1))


def _prefixes(asked, longest):
    """A few prefixes of up to `longest` letters, the likeliest continuations first among them."""
    prefixes, context = [(1,), (asked.V - 1,)], ()
    for _ in range(longest):
        context += (int(asked.pmf(context)[1:].argmax()) + 1,)
        prefixes.append(context)
    return prefixes


def _prefix_obeys_the_chain_rule(asked, prefix, max_len):
    name, text = asked.text(prefix), decode(asked.vocabulary, prefix)
    product = math.prod(asked.pmf(prefix[:t])[prefix[t]] for t in range(len(prefix)))
    lower, upper = _bounds(asked, text, max_len, name)
    if not _close(upper, product):
        raise ContractError(f"chain rule: prob({name}, {max_len}) has the upper bound {upper:.4f}, "
                            f"the product of pmf along it is {product:.4f}")
    parts = [_bounds(asked, text + token, max_len, asked.text(prefix + (k,)))
             for k, token in enumerate(asked.vocabulary)]
    for side, whole, pieces in (("lower", lower, sum(p[0] for p in parts)),
                                ("upper", upper, sum(p[1] for p in parts))):
        if not _close(whole, pieces):
            raise ContractError(f"prob({name}, {max_len}): the {side} bound is {whole:.4f}, those of its "
                                f"continuations and of the string that ends here add up to {pieces:.4f}")
