"""Text as numbers: one character is one token."""


def encode(vocabulary, tokens):
    """The tokens as a tuple of ints: "em" or [5, 13] → (5, 13). ValueError names an unknown one."""
    if isinstance(tokens, str):
        numbers = tuple(map(vocabulary.find, tokens))
        if -1 in numbers:
            raise ValueError(f"{tokens[numbers.index(-1)]!r} is not in the vocabulary {vocabulary!r}")
        return numbers
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
        """The characters of the texts in order, before them the end mark, which no text holds, or None."""
        return cls((end or "") + "".join(sorted(set().union(*texts))))

    def __len__(self):
        return len(self.vocabulary)

    def encode(self, text):
        """The tokens of a text. ValueError names an unknown character."""
        return encode(self.vocabulary, text)

    def decode(self, tokens):
        """The text of tokens, be they numbers, an array or a tensor."""
        return decode(self.vocabulary, tokens)
