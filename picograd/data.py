"""Tokens as examples to learn from: contexts with their targets, and batches of them.

A sequence is a row of tokens without an end mark, as a tokenizer gives them: the mark is token 0, and it is
put where it belongs here. A text is one long row of tokens that goes on after every window.
"""

import operator
from itertools import chain

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from picograd.creation import tensor
from picograd.dtypes import float64
from picograd.sampling import rand, randint
from picograd.shapes import expect
from picograd.tensor import Tensor

END = 0  # the end mark is the first token of every vocabulary


def windows(sequences, T):
    """(contexts X_NT, targets y_N): every token of every sequence, its end included, and the T before it.

    Before the first token stand end marks: (5, 13), T = 3 gives 0 0 0 → 5, 0 0 5 → 13, 0 5 13 → 0.
    """
    expect(T >= 0, f"windows: T is {T}; it must be at least 0", ValueError)
    flat, lengths = _together(sequences, [END] * T)
    is_target = np.repeat(np.tile([False, True], len(lengths)), [n for m in lengths for n in (T, m + 1)])
    XY_NM = sliding_window_view(flat, T + 1)[is_target[T:]] if lengths else np.empty((0, T + 1), np.int64)
    return tensor(XY_NM[:, :T]), tensor(XY_NM[:, T])


def padded(sequences, ignore_index=-100):
    """(inputs X_BT, targets Y_BT), T being the length of the longest sequence with its end mark.

    (5, 13) gives 0 5 13 → 5 13 0. Behind a shorter one stand end marks and the targets ignore_index, which
    cross_entropy leaves out of the mean.
    """
    flat, lengths = _together(sequences, [END])
    inside_BT = np.arange(max(lengths, default=0) + 1) <= np.array(lengths, np.int64)[:, None]
    X_BT, Y_BT = np.zeros(inside_BT.shape, np.int64), np.full(inside_BT.shape, ignore_index)
    last = np.cumsum([n + 2 for n in lengths], dtype=np.int64) - 1
    inputs = np.delete(np.arange(len(flat)), last)
    X_BT[inside_BT], Y_BT[inside_BT] = flat[inputs], flat[inputs + 1]
    return tensor(X_BT), tensor(Y_BT)


def random_chunks(text, T, batch_size, generator=None):
    """(inputs X_BT, targets Y_BT): pieces of T tokens that begin anywhere in the text, all equally likely.

    The target is the next token.
    """
    text_N = np.asarray(text.detach() if isinstance(text, Tensor) else text)
    if text_N.ndim != 1 or text_N.dtype.kind not in "iu":
        raise TypeError(f"a text is one row of whole numbers, not {text_N.dtype} of shape {text_N.shape}")
    call = f"random_chunks: {len(text_N)} tokens, T = {T}, batch_size = {batch_size}"
    expect(1 <= T < len(text_N) and batch_size >= 1, f"{call}; all at least 1, and T + 1 tokens", ValueError)
    starts_B1 = randint(len(text_N) - T, (batch_size, 1), generator=generator).numpy()
    XY_BM = text_N[starts_B1 + np.arange(T + 1)].astype(np.int64)
    return tensor(XY_BM[:, :T]), tensor(XY_BM[:, 1:])


class Batches:
    """Tensors with one row for each example, batch_size rows at a time: for X, y in Batches(X, y, …).

    A walk through it is an epoch, and every epoch shuffles anew. The last batch may be smaller.
    """

    def __init__(self, *tensors, batch_size, shuffle=True, generator=None):
        sizes = [len(x) for x in tensors]
        given = f"Batches: tensors of {sizes} rows, {batch_size} at a time"
        expect(len(set(sizes)) == 1 <= batch_size, f"{given}; a row an example, and at least 1", ValueError)
        self.tensors, self.batch_size, self.N = tensors, batch_size, sizes[0]
        self.shuffle, self.generator = shuffle, generator

    def __len__(self):
        """The number of batches in an epoch."""
        return -(-self.N // self.batch_size)

    def __iter__(self):
        order = np.arange(self.N)
        if self.shuffle:
            order = rand(self.N, generator=self.generator, dtype=float64).numpy().argsort(kind="stable")
        for i in range(0, self.N, self.batch_size):
            rows = tensor(order[i : i + self.batch_size])
            yield tuple(x[rows] for x in self.tensors)


def _together(sequences, start):
    """(all sequences in one row, each after `start` and before an end mark; the lengths of the sequences)."""
    sequences = [tuple(sequence) for sequence in sequences]
    flat = [operator.index(k) for k in chain.from_iterable((*start, *s, END) for s in sequences)]
    if flat and (min(flat) < 0 or any(END in s for s in sequences)):
        raise ValueError("a token is negative, or a sequence holds the end mark, token 0, which is put here")
    return np.array(flat, np.int64), [len(s) for s in sequences]
