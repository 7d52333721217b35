"""Generator: the same random numbers for the same seed, on every machine and in every version.

numpy promises never to change the 64-bit words of PCG64; it does not promise what its own distributions make
of them. So the words are all we take. What is made of them stands here, pinned by golden values in the tests.
"""

import math
import operator
import secrets

import numpy as np

from picograd.dtypes import float64


class Generator:
    """A stream of random numbers. Functions that draw take it as `generator=`."""

    def __init__(self):
        self.manual_seed(67280421310721)  # where an unseeded torch.Generator() starts as well

    def manual_seed(self, seed):
        """Go to the start of the stream with this number. Returns the generator itself."""
        seed = operator.index(seed)
        if not -(2**63) <= seed < 2**64:
            raise ValueError(f"manual_seed({seed}): a seed has 64 bits")
        self._seed = seed % 2**64
        self._source = np.random.PCG64(self._seed)
        return self

    def seed(self):
        """Go to the start of a stream that nobody has seen, and return its number."""
        return self.manual_seed(secrets.randbits(64)).initial_seed()

    def initial_seed(self):
        """The number of the stream."""
        return self._seed

    def uniform(self, shape, dtype=float64):
        """Numbers u with 0 ≤ u < 1: of each word as many leading bits as the dtype holds exactly.

        A float32 is the float64 of the same word cut short. (Rounded instead, it could reach 1.)
        """
        bits = np.finfo(dtype).nmant + 1
        numbers = (self._words(shape) >> np.uint64(64 - bits)) * 2.0**-bits
        return numbers.astype(dtype).reshape(shape)

    def normal(self, shape):
        """Numbers from N(0, 1), in pairs by Box and Muller: √(−2 ln u)·cos 2πv and √(−2 ln u)·sin 2πv."""
        n = math.prod(shape)
        u, v = self.uniform(((n + 1) // 2, 2)).T
        radius, angle = np.sqrt(-2 * np.log1p(-u)), 2 * np.pi * v  # of 1 − u, which is never 0
        pairs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
        return pairs.reshape(-1)[:n].reshape(shape)

    def integers(self, low, high, shape):
        """Whole numbers k with low ≤ k < high: the remainder of one word each.

        2⁶⁴ is seldom a multiple of high − low, so some remainders have one word more than others. Of at most
        2³² remainders none gains more than one part in 2³², which no experiment can see.
        """
        if not 0 < high - low <= 2**32:
            raise ValueError(f"whole numbers from {low} to below {high}: need at least 1 and at most 2**32")
        return ((self._words(shape) % np.uint64(high - low)).astype(np.int64) + low).reshape(shape)

    def _words(self, shape):
        """A word for each entry, in a row."""
        return self._source.random_raw(math.prod(shape))


default_generator = Generator()
default_generator.seed()  # as in PyTorch: without manual_seed every run differs


def manual_seed(seed):
    """Seed the generator that is used where none is given, and return it."""
    return default_generator.manual_seed(seed)
