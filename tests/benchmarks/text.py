"""Names and Shakespeare as arrays of token numbers, the same for every library."""

from functools import lru_cache

import numpy as np
from companion import load

IGNORED = -100  # the target that PyTorch's cross-entropy leaves out


def name_tokens():
    """Every name as numbers, a = 1 … z = 26; 0 marks both ends."""
    return [[0, *(ord(letter) - 96 for letter in name), 0] for name in load("names")]


def name_pairs():
    """All pairs of neighbours: (x_N, y_N)."""
    pairs = np.array([pair for tokens in name_tokens() for pair in zip(tokens, tokens[1:], strict=False)])
    return pairs[:, 0].copy(), pairs[:, 1].copy()


def name_contexts(T):
    """What comes after T tokens: (x_NT, y_N); before a name stand as many marks as are needed."""
    padded = [[0] * (T - 1) + tokens for tokens in name_tokens()]
    x_NT = np.array([tokens[i : i + T] for tokens in padded for i in range(len(tokens) - T)])
    return x_NT, np.array([token for tokens in padded for token in tokens[T:]])


def name_rows(T):
    """One row for each name of less than T letters: (x_NT, y_NT), the targets behind its end are ignored."""
    names = [tokens for tokens in name_tokens() if len(tokens) - 1 <= T]
    x_NT, y_NT = np.zeros((len(names), T), np.int64), np.full((len(names), T), IGNORED)
    for n, tokens in enumerate(names):
        x_NT[n, : len(tokens) - 1], y_NT[n, : len(tokens) - 1] = tokens[:-1], tokens[1:]
    return x_NT, y_NT


@lru_cache
def shakespeare_tokens():
    """The whole text as numbers, and how many different characters it has."""
    characters, text_N = np.unique(list(load("shakespeare")), return_inverse=True)
    return text_N.astype(np.int64), len(characters)


def batches(rng, N, B, count=64):
    """Which of N rows each step sees: steps take turns with these."""
    return rng.integers(N, size=(count, B))
