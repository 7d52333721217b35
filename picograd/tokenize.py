"""Text as numbers: one character is one token."""

from functools import lru_cache


@lru_cache
def _numbers(vocabulary):
    return {token: i for i, token in enumerate(vocabulary)}


def encode(vocabulary, tokens):
    """The tokens as a tuple of ints: "em" or [5, 13] → (5, 13). ValueError names an unknown one."""
    if isinstance(tokens, str):
        numbers = _numbers(vocabulary)
        if unknown := [token for token in tokens if token not in numbers]:
            raise ValueError(f"{unknown[0]!r} is not in the vocabulary {vocabulary!r}")
        return tuple(numbers[token] for token in tokens)
    tokens = tuple(int(token) for token in tokens)
    for token in tokens:
        if not 0 <= token < len(vocabulary):
            raise ValueError(f"{token} is not a token: the vocabulary has 0 … {len(vocabulary) - 1}")
    return tokens


def decode(vocabulary, tokens):
    """The tokens as a string: (5, 13) → "em". It undoes `encode`, and has its errors."""
    return "".join(vocabulary[token] for token in encode(vocabulary, tokens))


class CharTokenizer:
    """Characters as their places in `vocabulary`, a string of different characters.

    Where texts end, as names do, the end mark is token 0. The vocabulary is all there is to keep of it.
    """

    def __init__(self, vocabulary):
        if not isinstance(vocabulary, str) or len(set(vocabulary)) != len(vocabulary) or not vocabulary:
            raise ValueError(f"a vocabulary is a str of different characters, not {vocabulary!r:.80}")
        self.vocabulary = vocabulary

    @classmethod
    def of(cls, texts, end="."):
        """The characters of the texts in order, the end mark before them; end=None: there is none."""
        found = set().union(*texts)
        if end in found:
            raise ValueError(f"the end mark {end!r} stands in the texts: choose another, or end=None")
        return cls((end or "") + "".join(sorted(found)))

    def __len__(self):
        return len(self.vocabulary)

    def encode(self, text):
        """The tokens of a text. ValueError names an unknown character."""
        return encode(self.vocabulary, text)

    def decode(self, tokens):
        """The text of tokens, be they numbers, an array or a tensor."""
        return decode(self.vocabulary, tokens)
