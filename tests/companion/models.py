"""Language models for the tests: sound ones, and mutants that break the contract in one way each."""

import math

import numpy as np
from companion.contract import LanguageModel

import picograd

ABC = ".ab"
P_VV = np.array([[0.2, 0.5, 0.3], [0.5, 0.1, 0.4], [0.25, 0.75, 0.0]])


class Table(LanguageModel):
    """A bigram table over any vocabulary."""

    def __init__(self, P_VV=P_VV, vocabulary=ABC):
        self.P_VV, self.vocabulary = P_VV, vocabulary

    def pmf(self, context):
        return self.P_VV[(0, *self.encode(context))[-1]]


class Uniform(LanguageModel):
    vocabulary = ".abcdefghijklmnopqrstuvwxyz"

    def pmf(self, context):
        return np.full(27, 1 / 27)


class OneLetter(LanguageModel):
    """Geometric lengths: the smallest vocabulary there is."""

    vocabulary = ".a"

    def pmf(self, context):
        return np.array([0.4, 0.6])


class TwoBack(LanguageModel):
    """Memory of two tokens; strings always end by the parity of what went before."""

    vocabulary = ABC

    def pmf(self, context):
        a, b = (0, 0, *self.encode(context))[-2:]
        weights = np.array([1 + a, 1 + b, 1 + (a * b) % 3], dtype=float)
        return weights / weights.sum()


class TrappedElsewhere(Table):
    """After b nothing ends, but no string ever gets to b."""

    def __init__(self):
        super().__init__(np.array([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]))


class Batched(Table):
    """pmfs in one look-up."""

    def pmfs(self, tokens):
        tokens = self.encode(tokens)
        return self.P_VV[[0, *tokens[:-1]][:len(tokens)]]


class Unnormalised(Table):
    """Divided along the wrong axis: the keepdims trap."""

    def __init__(self):
        C_VV = np.array([[2, 5, 3], [5, 1, 4], [4, 8, 1]])
        super().__init__(C_VV / C_VV.sum(axis=1))


class Moody(Table):
    """Its answer depends on what was asked before."""

    last = 0

    def pmf(self, context):
        tokens = self.encode(context)
        mixed_V = 0.9 * super().pmf(tokens) + 0.1 * self.P_VV[self.last]
        self.last = (0, *tokens)[-1]
        return mixed_V


class Peeking(Table):
    """Row t looks at token t + 1."""

    def pmfs(self, tokens):
        tokens = self.encode(tokens)
        P_TV = super().pmfs(tokens)
        for t in range(len(tokens) - 1):
            P_TV[t] = 0.9 * P_TV[t] + 0.1 * np.eye(self.V)[tokens[t + 1]]
        return P_TV


class Cheating(Table):
    """Row t looks at token t itself, the one it has to predict."""

    def pmfs(self, tokens):
        return 0.5 * super().pmfs(tokens) + 0.5 * np.eye(self.V)[list(self.encode(tokens))]


class Endless(Table):
    """The end mark was forgotten when the rows were divided."""

    def __init__(self):
        without_end = P_VV * [0, 1, 1]
        super().__init__(without_end / without_end.sum(axis=1, keepdims=True))


class SometimesEndless(Table):
    """Nothing that contains a b ever ends."""

    def __init__(self):
        super().__init__(np.array([[0.5, 0.4, 0.1], [0.5, 0.4, 0.1], [0.0, 0.0, 1.0]]))


class Losing(Table):
    """prob leaves out the strings that have not ended."""

    def prob(self, event, max_len):
        lower, _ = super().prob(event, max_len)
        return lower, lower


class InBits(Table):
    def nll(self, tokens):
        return super().nll(tokens) / math.log(2)


class ForgetsEnd(Table):
    def nll(self, tokens):
        p_V = self.pmf(self.encode(tokens)[:-1])
        return super().nll(tokens) + math.log(p_V[0])


class Averages(Table):
    def nll(self, tokens):
        return super().nll(tokens) / len(tokens)


class PerLetter(Table):
    def nll_per_token(self, tokens):
        return self.nll(tokens) / max(len(tokens) - 1, 1)


class Negative(Table):
    def __init__(self):
        super().__init__(np.array([[0.2, 1.1, -0.3], [0.5, 0.1, 0.4], [0.25, 0.75, 0.0]]))


class NotANumber(Table):
    def __init__(self):
        super().__init__(np.array([[0.2, 0.5, 0.3], [0.5, np.nan, 0.4], [0.25, 0.75, 0.0]]))


class WithoutMark(Table):
    """One probability for each letter, none for the end."""

    def pmf(self, context):
        return super().pmf(context)[1:]


class Single(Table):
    def pmf(self, context):
        return super().pmf(context).astype(np.float32)


class Listed(Table):
    def pmf(self, context):
        return super().pmf(context).tolist()


class Overwriting(Table):
    """Returns the same array every time."""

    def __init__(self):
        super().__init__()
        self.buffer = np.empty(3)

    def pmf(self, context):
        self.buffer[:] = super().pmf(context)
        return self.buffer


class Deaf(Table):
    """sample has a source of its own."""

    def __init__(self):
        super().__init__()
        self.own = picograd.Generator().manual_seed(5)

    def sample(self, generator, max_len=1000):
        return super().sample(self.own, max_len)


class Frozen(Table):
    """sample is reproducible, and always the same."""

    def sample(self, generator, max_len=1000):
        return super().sample(picograd.Generator().manual_seed(5), max_len)


class WrongFirst(Table):
    """sample draws from the uniform distribution."""

    def sample(self, generator, max_len=1000):
        return Table(np.full((3, 3), 1 / 3)).sample(generator, max_len)


class WrongLater(Table):
    """sample forgets the context after the first token."""

    def sample(self, generator, max_len=1000):
        forgetful_VV = np.vstack([P_VV[0], [0.4, 0.2, 0.4], [0.4, 0.2, 0.4]])
        return Table(forgetful_VV).sample(generator, max_len)


class Cutting(Table):
    """sample stops after three letters, whether the string has ended or not."""

    def sample(self, generator, max_len=1000):
        drawn = super().sample(generator, max_len)
        return drawn if len(drawn) <= 3 else drawn[:3]


class Overlapping(Table):
    """prob counts strings of even length twice."""

    def prob(self, event, max_len):
        lower, upper = super().prob(event, max_len)
        if not callable(event):
            return lower, upper
        even, _ = super().prob(lambda letters: len(letters) % 2 == 0 and event(letters), max_len)
        return lower + even / 100, upper


class ForgetsPrefix(Table):
    """prob of a prefix takes any string that contains it."""

    def prob(self, event, max_len):
        if isinstance(event, str) and event:
            return super().prob(lambda letters: event in letters + ".", max_len)
        return super().prob(event, max_len)


class Broken(Table):
    def prob(self, event, max_len):
        raise ZeroDivisionError("division by zero")


GOOD = [Table(), Uniform(), OneLetter(), TwoBack(), TrappedElsewhere(), Batched()]

MUTANTS = {     # each with the words of its message
    Unnormalised: r'^after "\.", the probabilities sum to 0\.\d{4}, not 1$',
    Moody: "^pmf depends on the order of the calls: after ",
    Peeking: r"^a peek at the future: row \d of pmfs is not the same",
    Cheating: r"^a peek at the future: row \d of pmfs is not the same",
    Endless: r'^no string ends: the end mark "\." has probability 0 after .*; its mass is missing',
    SometimesEndless: r"^sample\(…\) raised ValueError: no end mark within 1000 letters: .*b",
    Losing: "end mass is missing",
    InBits: r"−Σ log pmf is .*: these are bits, the contract asks for nats",
    ForgetsEnd: "the end mark is a token, and its surprise is missing",
    Averages: "nll is the total, nll_per_token the average",
    PerLetter: r"^nll_per_token\(.*: the end mark counts as a token",
    Negative: r'^after "\.", the probability of "b" is -0\.3; it must be a number of at least 0',
    NotANumber: r'^after "\.a", the probability of "a" is nan',
    WithoutMark: r'^after "\.", pmf returned shape \(2,\), not \(3,\): .*the end mark included',
    Single: "pmf returned float32, not float64",
    Listed: "pmf returned a list, not a numpy array",
    Overwriting: "was overwritten by later calls: return a copy",
    Deaf: "sample must draw from its generator alone",
    Frozen: "^sample does not follow pmf",
    WrongFirst: "^sample does not follow pmf: the first token is one of",
    WrongLater: "^sample does not follow pmf along the string",
    Cutting: "sample must return finished strings",
    Overlapping: "lower bounds must add on disjoint events|bounds must keep|^prob",
    ForgetsPrefix: "^chain rule: prob",
    Broken: "raised ZeroDivisionError: division by zero",
}
