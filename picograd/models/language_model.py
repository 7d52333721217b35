"""What every language model answers, and how all of it follows from the probabilities of the next token."""

from abc import ABC, abstractmethod

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

import picograd
from picograd.data import END
from picograd.shapes import expect
from picograd.tokenize import decode, encode

MOST_STRINGS = 2_000_000  # more than this, prob refuses to walk through


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
        tokens = self._unbroken(tokens)
        return self.next_pmfs([tokens[:t] for t in range(len(tokens))])[0].reshape(-1, self.V)

    def _unbroken(self, tokens):
        tokens = self.encode(tokens)
        expect(END not in tokens[:-1], f"{self.decode(tokens)!r} goes on after the end mark", ValueError)
        return tokens

    def _probs(self, tokens):
        """P(tokens[t] | tokens[:t]) for every t."""
        return self.pmfs(tokens)[np.arange(len(tokens)), tokens]

    def nll(self, tokens):
        """−Σₜ log P(tokens[t] | tokens[:t]) of a finished string, in nats; ∞ if it is impossible."""
        tokens = self.encode(tokens)
        rule = f"the end mark {self.vocabulary[END]!r} must stand at its end, and nowhere else"
        is_finished = tokens.count(END) == 1 and tokens[-1] == END
        expect(is_finished, f"{self.decode(tokens)!r} is not a finished string: {rule}", ValueError)
        with np.errstate(divide="ignore"):
            return float(0.0 - np.log(self._probs(tokens)).sum())

    def nll_per_token(self, tokens):
        """nll(tokens) / len(tokens); the end mark counts as a token."""
        return self.nll(tokens) / len(tokens)

    def next_pmfs(self, contexts, memory=None):
        """(B, V) array, the PMF after each context; and a memory for the call one token later, or None."""
        return np.array([self.pmf(context) for context in contexts]), None

    def generate(self, prompt="", max_new_tokens=1000, *, temperature=1.0, top_k=None, top_p=None,
                 generator=None, end=END):  # fmt: skip
        """The prompt and the tokens drawn after it, up to the first end mark; end=None: there is no mark.

        A list of prompts of one length gives a list of str. Before each draw the PMF is `sharpened`.
        """
        rows = [self.encode(text) for text in ([prompt] if isinstance(prompt, str) else prompt)]
        lengths = [len(row) for row in rows]
        expect(len(set(lengths)) == 1, f"generate: prompts of one length, not of {lengths}", ValueError)
        start, memory = lengths[0], None
        for _ in range(max_new_tokens):
            p_BV, memory = self.next_pmfs(rows, memory)
            p_BV = picograd.tensor(sharpened(p_BV, temperature, top_k, top_p))
            drawn = picograd.multinomial(p_BV, 1, generator=generator).tolist()
            rows = [(*row, token) for row, (token,) in zip(rows, drawn, strict=True)]
            if all(end in row[start:] for row in rows):
                break
        rows = [row[: row.index(end, start) + 1] if end in row[start:] else row for row in rows]
        texts = [self.decode(row) for row in rows]
        return texts[0] if isinstance(prompt, str) else texts

    def sample(self, generator, max_len=1000):
        """One finished string, drawn token by token, as a str: "zahonar.".

        ValueError if it has not ended after max_len letters: an unfinished string is not an outcome.
        """
        text = self.generate("", max_len + 1, generator=generator)
        ends = text.endswith(self.vocabulary[END])
        expect(ends, f"no end mark within {max_len} letters: {text[:12]}…", ValueError)
        return text

    def prob(self, event, max_len):
        """(lower, upper) bounds of P(event).

        `event` is a predicate on strings (called with the letters, without the mark) or a prefix such as
        "em"; the prefix "emma." holds one string. lower = mass of the strings of at most max_len letters in
        the event; upper = lower + mass that has not ended yet and can still fall into it: for a predicate all
        of it, for a prefix what begins alike. ValueError if more than two million strings would have to be
        walked.
        """
        prefix = "" if callable(event) else event
        expect(isinstance(prefix, str), f"an event is a predicate or a prefix, not {event!r}", TypeError)
        tokens = self._unbroken(prefix)
        letters = tuple(token for token in tokens if token != END)
        if tokens != letters and len(letters) <= max_len:  # a single string, and finished
            return (float(self._probs(tokens).prod()),) * 2
        start = letters[:max_len]
        strings = sum((self.V - 1) ** k for k in range(max_len - len(start) + 1))
        rule = f"more than {MOST_STRINGS:,}: choose a smaller max_len or a longer prefix"
        walked = f"{strings:,} strings of up to {max_len} letters would be walked"
        expect(strings <= MOST_STRINGS, f"{walked}, {rule}", ValueError)
        belongs = event if callable(event) else lambda text: len(text) >= len(letters)
        lower = open_mass = 0.0
        mass = self._probs(start).prod()
        walk = [(start, mass)] if mass else []  # branches without mass are not entered
        while walk:  # depth first
            context, mass = walk.pop()
            p_V = self.pmf(context)
            if p_V[END] and belongs(self.decode(context)):
                lower += mass * p_V[END]
            if len(context) == max_len:
                open_mass += mass * p_V[1:].sum()
            else:
                walk += [(context + (int(k),), mass * p_V[k]) for k in np.flatnonzero(p_V[1:]) + 1]
        return float(lower), float(lower + open_mass)


def sharpened(p_BV, temperature=1.0, top_k=None, top_p=None):
    """p^(1 / temperature), of it the top_k likeliest, of them the likeliest that hold top_p; sums to 1.

    Tokens as likely as the last that is kept of top_k stay as well. (top_p: Holtzman et al. 2020)
    """
    known = temperature > 0 and (top_k is None or top_k >= 1) and (top_p is None or 0 < top_p <= 1)
    given = f"not {temperature}, {top_k}, {top_p}"
    expect(known, f"temperature > 0, top_k ≥ 1, 0 < top_p ≤ 1, {given}", ValueError)
    if temperature != 1:
        p_BV = (p_BV / p_BV.max(axis=1, keepdims=True)) ** (1 / temperature)
    if top_k is not None:
        p_BV = np.where(p_BV < np.sort(p_BV, axis=1)[:, -top_k:][:, :1], 0, p_BV)
    if top_p is not None:
        order_BV = np.argsort(-p_BV, axis=1, kind="stable")
        falling_BV = np.take_along_axis(p_BV, order_BV, axis=1)
        before_BV = np.cumsum(np.insert(falling_BV[:, :-1], 0, 0, axis=1), axis=1)
        falling_BV[before_BV >= top_p * falling_BV.sum(axis=1, keepdims=True)] = 0
        p_BV = np.take_along_axis(falling_BV, np.argsort(order_BV, axis=1), axis=1)
    return p_BV / p_BV.sum(axis=1, keepdims=True)


class Network(LanguageModel, picograd.nn.Module):
    """A language model with parameters: a subclass gives `step`.

    step(tokens_BT, memory=None) returns logits_BTV, one row after each token, and what it needs to go on from
    there. It is given the end mark before each context, and at most `window` tokens: of a longer context the
    last ones. Answers are given in eval mode; a model in training is put back into it as a whole.
    """

    window = 2**31  # tokens: as good as all

    def forward(self, tokens_BT):
        """logits_BTV: scores for the token after each."""
        return self.step(tokens_BT)[0]

    def pmf(self, context):
        return self.next_pmfs([self.encode(context)])[0][0]

    def next_pmfs(self, contexts, memory=None):
        tokens = np.array([(END, *context) for context in contexts])
        if tokens.shape[1] > self.window:
            memory = None
        p_BTV, memory = self._pmfs(tokens[:, -self.window if memory is None else -1 :], memory)
        return p_BTV[:, -1], memory

    def pmfs(self, tokens):
        """(T, V), as pmf has it: what fits into the window at once, then a window for each token."""
        tokens = np.array([END, *self._unbroken(tokens)])[:-1]
        if len(tokens) == 0:
            return np.zeros((0, self.V))
        T = min(self.window, len(tokens))
        rows = [self._pmfs(tokens[None, :T])[0][0]]
        windows = sliding_window_view(tokens, T)[1:]
        rows += [self._pmfs(windows[i : i + 64])[0][:, -1] for i in range(0, len(windows), 64)]
        return np.concatenate(rows)

    def _pmfs(self, tokens, memory=None):
        """softmax of the logits as an array (B, T, V) of float64; and the new memory."""
        training = self.training
        if training:
            self.eval()
        try:
            with picograd.no_grad():
                logits_BTV, memory = self.step(picograd.tensor(tokens), memory)
                return picograd.softmax(logits_BTV.double(), -1).numpy(), memory
        finally:
            if training:
                self.train()
