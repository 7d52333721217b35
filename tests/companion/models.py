"""Language models for the tests: sound ones, and mutants that break the contract in one way each."""

import math

import numpy as np
from companion.contract import LanguageModel

import picograd

ABC = ".ab"
P_VV = np.array([[0.2, 0.5, 0.3], [0.5, 0.1, 0.4], [0.25, 0.75, 0.0]])
POSITIVE_VV = np.array([[0.2, 0.5, 0.3], [0.5, 0.1, 0.4], [0.25, 0.7, 0.05]])


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


class Lengths(LanguageModel):
    """Letters are uniform; the length of a string is one of two, equally likely."""

    def __init__(self, vocabulary, first, last):
        self.vocabulary, self.first, self.last = vocabulary, first, last

    def pmf(self, context):
        end = {self.first: 0.5, self.last: 1.0}.get(len(context), 0.0)
        return np.array([end] + (self.V - 1) * [(1 - end) / (self.V - 1)])


class Trigram(LanguageModel):
    """Counts of names, each of at least two letters; a row without counts is uniform."""

    vocabulary = Uniform.vocabulary

    def __init__(self):
        self.C_VVV = np.zeros((27, 27, 27))
        for name in (first + rest for first in self.vocabulary[1:] for rest in ("a", "lan", "ria")):
            tokens = (0, 0, *self.encode(name + "."))
            for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False):
                self.C_VVV[a, b, c] += 1

    def pmf(self, context):
        counts_V = self.C_VVV[(0, 0, *self.encode(context))[-2:]]
        return counts_V / counts_V.sum() if counts_V.any() else np.full(27, 1 / 27)


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


class NeverEnding(Uniform):
    """Endless, with 27 letters and a sample that hands out what it has after 1000 of them."""

    def pmf(self, context):
        return np.array([0.0] + 26 * [1 / 26])

    def sample(self, generator, max_len=1000):
        return "".join(self.vocabulary[1 + k] for k in picograd.randint(26, (max_len,), generator=generator))


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


class NotANumberInRows(Table):
    """pmfs is broken, and nll does without it."""

    def pmfs(self, tokens):
        return np.nan * super().pmfs(tokens)

    def nll(self, tokens):
        return Table().nll(tokens)


class NotANumberLater(NotANumberInRows):
    """pmfs is broken in the strings that hold aa."""

    def pmfs(self, tokens):
        P_TV = Table().pmfs(tokens)
        return np.nan * P_TV if "aa" in self.decode(tokens) else P_TV


class NotANumberAgain(Table):
    """The second answer for the same context is nan."""

    def __init__(self):
        super().__init__()
        self.asked = set()

    def pmf(self, context):
        known = context in self.asked
        self.asked.add(context)
        return np.nan * super().pmf(context) if known else super().pmf(context)

    def pmfs(self, tokens):
        return Table().pmfs(tokens)

    def sample(self, generator, max_len=1000):
        return Table().sample(generator, max_len)


class NotANumberNll(Table):
    def nll(self, tokens):
        return math.nan


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

    def __init__(self):
        super().__init__(POSITIVE_VV)

    def sample(self, generator, max_len=1000):
        return Table(np.full((3, 3), 1 / 3)).sample(generator, max_len)


class WrongLater(Table):
    """sample forgets the context after the first token."""

    def __init__(self):
        super().__init__(POSITIVE_VV)

    def sample(self, generator, max_len=1000):
        forgetful_VV = np.vstack([P_VV[0], [0.4, 0.2, 0.4], [0.4, 0.2, 0.4]])
        return Table(forgetful_VV).sample(generator, max_len)


class Repeating(Table):
    """sample repeats the first letter; each letter is drawn as often as it should be."""

    def __init__(self):
        super().__init__(np.tile([0.2, 0.4, 0.4], (3, 1)))

    def sample(self, generator, max_len=1000):
        drawn = super().sample(generator, max_len)
        return drawn[0] * (len(drawn) - 1) + "."


class Impossible(Table):
    """Now and then sample draws what cannot be: a b after a b."""

    def sample(self, generator, max_len=1000):
        drawn = super().sample(generator, max_len)
        return "bb." if drawn == "bab." else drawn


class ExcessFarOut(Table):
    """After nine letters the probabilities sum to 1.5, and only drawing gets there."""

    def __init__(self):
        super().__init__(np.tile([0.45, 0.275, 0.275], (3, 1)))

    def pmf(self, context):
        return super().pmf(context) * (1 if len(context) < 9 else 1.5)


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


GOOD = [Table(), Uniform(), OneLetter(), TwoBack(), TrappedElsewhere(), Batched(), Trigram(),
        Lengths(Uniform.vocabulary, 2, 5), Lengths(ABC, 7, 10)]

MUTANTS = {     # each with the words of its message
    Unnormalised: r'^after "\.", the probabilities sum to 0\.\d{4}, not 1$',
    Moody: "^pmf depends on the order of the calls: after ",
    Peeking: r"^a peek at the future: row \d of pmfs is not the same",
    Cheating: r"^a peek at the future: row \d of pmfs is not the same",
    Endless: r'^no end was possible in any of 127 contexts, and no draw ended: the end mark "\." is a token',
    NeverEnding: r"^no end was possible in any of 27 contexts, and no draw ended: .* needs probability",
    SometimesEndless: r"^sample\(…\) raised ValueError: no end mark within 1000 letters: .*b",
    Losing: "end mass is missing",
    InBits: r"−Σ log pmf is .*: these are bits, the contract asks for nats",
    ForgetsEnd: "the end mark is a token, and its surprise is missing",
    Averages: "nll is the total, nll_per_token the average",
    PerLetter: r"^nll_per_token\(.*: the end mark counts as a token",
    Negative: r'^after "\.", the probability of "b" is -0\.3; it must be a number of at least 0',
    NotANumber: r'^after "\.a", the probability of "a" is nan',
    NotANumberInRows: '^for ".*", pmfs returned nan as a probability',
    NotANumberLater: "pmfs returned nan as a probability|^a peek at the future",
    NotANumberAgain: "^pmf depends on the order of the calls: .* and when asked again nan",
    NotANumberNll: r"^nll\(.*\) is nan",
    WithoutMark: r'^after "\.", pmf returned shape \(2,\), not \(3,\): .*the end mark included',
    Single: "pmf returned float32, not float64",
    Listed: "pmf returned a list, not a numpy array",
    Overwriting: "was overwritten by later calls: return a copy",
    Deaf: "sample must draw from its generator alone",
    Frozen: "^sample does not follow pmf",
    WrongFirst: "^sample does not follow pmf: the first token is one of",
    WrongLater: "^sample does not follow pmf along the string",
    Repeating: "^sample does not follow pmf from one token to the next",
    Impossible: '^sample drew "b" after ".b", where its probability is 0',
    ExcessFarOut: r'^after "\.[ab]{9}", the probabilities sum to 1\.5000, not 1$',
    Cutting: "sample must return finished strings",
    Overlapping: "lower bounds must add on disjoint events|bounds must keep|^prob",
    ForgetsPrefix: "^chain rule: prob",
    Broken: "raised ZeroDivisionError: division by zero",
}
