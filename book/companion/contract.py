"""The contract of the book: what a language model is, seen from outside. contract_check.py enforces it."""

from abc import ABC, abstractmethod
from functools import lru_cache

import numpy as np

import picograd

END = 0                    # the end mark is the first token of every vocabulary
MOST_STRINGS = 2_000_000   # more than this, prob refuses to walk through


@lru_cache
def _index(vocabulary):
    return {token: i for i, token in enumerate(vocabulary)}


def encode(vocabulary, tokens):
    """The tokens as a tuple of ints: "em" or [5, 13] → (5, 13). ValueError names an unknown one."""
    if isinstance(tokens, str):
        index = _index(vocabulary)
        if unknown := [token for token in tokens if token not in index]:
            raise ValueError(f"{unknown[0]!r} is not in the vocabulary {vocabulary!r}")
        return tuple(index[token] for token in tokens)
    tokens = tuple(int(token) for token in tokens)
    for token in tokens:
        if not 0 <= token < len(vocabulary):
            raise ValueError(f"{token} is not a token: the vocabulary has 0 … {len(vocabulary) - 1}")
    return tokens


def decode(vocabulary, tokens):
    """The tokens as a string: (5, 13) → "em". It undoes `encode`, and has its errors."""
    return "".join(vocabulary[token] for token in encode(vocabulary, tokens))


class LanguageModel(ABC):
    """P(next token | context) over a vocabulary of V tokens. A subclass gives `vocabulary` and `pmf`.

    `vocabulary` is a string with one character a token; token 0 is the end mark ".". A string is *finished*
    when it ends with the mark. A model's strings end: the probabilities of the finished ones add up to 1;
    what falls short of it is mass that never ends. Tokens are a str such as "emma." or a sequence of ints; a
    context is tokens without the mark, possibly none. All other methods follow from `pmf`; a model may
    override them with something faster.
    """

    vocabulary: str

    @property
    def V(self):
        """The number of tokens, the end mark included."""
        return len(self.vocabulary)

    @abstractmethod
    def pmf(self, context):
        """P(· | context): float64 array (V,), ≥ 0, sum 1. A context longer than the model's window is cut."""

    def encode(self, tokens):
        """The tokens as a tuple of ints."""
        return encode(self.vocabulary, tokens)

    def decode(self, tokens):
        """The tokens as a str."""
        return decode(self.vocabulary, tokens)

    def pmfs(self, tokens):
        """(T, V): row t is the PMF of tokens[t], given tokens[:t] and nothing after it."""
        tokens = self.encode(tokens)
        if END in tokens[:-1]:
            raise ValueError(f"{self.decode(tokens)!r} goes on after the end mark")
        return np.array([self.pmf(tokens[:t]) for t in range(len(tokens))]).reshape(-1, self.V)

    def nll(self, tokens):
        """−Σₜ log P(tokens[t] | tokens[:t]) of a finished string, in nats; ∞ if it is impossible."""
        tokens = self.encode(tokens)
        if tokens.count(END) != 1 or tokens[-1] != END:
            end = self.vocabulary[END]
            raise ValueError(f"{self.decode(tokens)!r} is not a finished string: "
                             f"the end mark {end!r} must stand at its end, and nowhere else")
        p_T = self.pmfs(tokens)[np.arange(len(tokens)), tokens]
        with np.errstate(divide="ignore"):
            return float(0.0 - np.log(p_T).sum())

    def nll_per_token(self, tokens):
        """nll(tokens) / len(tokens); the end mark counts as a token."""
        return self.nll(tokens) / len(tokens)

    def sample(self, generator, max_len=1000):
        """One finished string, drawn token by token, as a str: "zahonar.".

        ValueError if it has not ended after max_len letters: an unfinished string is not an outcome.
        """
        tokens = []
        while len(tokens) <= max_len:
            p_V = picograd.tensor(self.pmf(tuple(tokens)))
            tokens.append(picograd.multinomial(p_V, 1, generator=generator).item())
            if tokens[-1] == END:
                return self.decode(tokens)
        raise ValueError(f"no end mark within {max_len} letters: {self.decode(tokens[:12])}…")

    def prob(self, event, max_len):
        """(lower, upper) bounds of P(event).

        `event` is a predicate on strings (called with the letters, without the mark) or a prefix such as
        "em"; the prefix "emma." holds one string. lower = mass of the strings of at most max_len letters in
        the event; upper = lower + mass that has not ended yet and can still fall into it: for a predicate all
        of it, for a prefix what begins alike. ValueError if more than two million strings would have to be
        walked.
        """
        if isinstance(event, str):
            prefix, belongs = event, lambda letters: True
        elif callable(event):
            prefix, belongs = "", event
        else:
            raise TypeError(f"an event is a predicate or a prefix, not {event!r}")
        tokens = self.encode(prefix)
        if END in tokens[:-1]:
            raise ValueError(f"the prefix {prefix!r} goes on after the end mark")
        letters = tuple(token for token in tokens if token != END)

        free = max_len - len(letters)
        strings = sum((self.V - 1) ** k for k in range(free + 1)) if tokens == letters else 1
        if strings > MOST_STRINGS:
            raise ValueError(f"{strings:,} strings of up to {max_len} letters would have to be walked, more "
                             f"than {MOST_STRINGS:,}: choose a smaller max_len or a longer prefix")

        mass = 1.0
        for t, letter in enumerate(letters[:max_len]):
            mass *= self.pmf(letters[:t])[letter]
        if free < 0:
            return 0.0, float(mass * self.pmf(letters[:max_len])[1:].sum())
        if tokens != letters:
            ended = float(mass * self.pmf(letters)[END])
            return ended, ended

        lower = open_mass = 0.0
        walk = [(letters, mass)] if mass else []       # branches without mass are not entered
        while walk:                                    # depth first
            context, mass = walk.pop()
            p_V = self.pmf(context)
            if p_V[END] and belongs(self.decode(context)):
                lower += mass * p_V[END]
            if len(context) == max_len:
                open_mass += mass * p_V[1:].sum()
            else:
                walk += [(context + (int(k),), mass * p_V[k]) for k in np.flatnonzero(p_V[1:]) + 1]
        return float(lower), float(lower + open_mass)
