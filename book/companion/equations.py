r"""Each core formula, stated once, as a sympy expression: it prints the TeX of the page and can be evaluated.

`tex(expression)` gives what stands on the page; `evaluate(expression, C=…)` gives its value. A test compares
the page's TeX, the chapter's code and the chart's data with these.
"""

import math
import sys

import sympy
from sympy.printing.latex import LatexPrinter

a, b, c = sympy.symbols("a b c", integer=True)      # letters: the one you stand on, the next one, any
V, N, alpha = sympy.symbols("V N alpha")
C, Q = sympy.IndexedBase("C"), sympy.IndexedBase("Q")
omega, M = sympy.symbols("omega M", integer=True)   # an outcome; how many outcomes an event has
s, E = sympy.IndexedBase("s"), sympy.IndexedBase("E")    # slips of an outcome; the outcomes of an event


def total(expression, *letters):
    """Σ over all letters of the vocabulary."""
    return sympy.Sum(expression, *((letter, 0, V - 1) for letter in letters))


def over_event(base):
    """Σ over the outcomes of the event E."""
    return sympy.Sum(base[E[omega]], (omega, 0, M - 1))


def plus(*terms):
    """A sum in the order in which a person would write it."""
    return sympy.Add(*terms, evaluate=False)


def times(*factors):
    return sympy.Mul(*factors, evaluate=False)


EQUATIONS = {   # the label of the equation on the page: its right-hand side
    "eq-conditional": C[a, b] / total(C[a, c], c),
    "eq-measure": over_event(s) / total(s[omega], omega),
    "eq-nll": times(-1, 1 / N, total(times(C[a, b], sympy.log(Q[a, b])), a, b)),
    "eq-smooth": plus(C[a, b], alpha) / plus(total(C[a, c], c), times(alpha, V)),
}


# Chapter 02: an outcome ω; values k and j of a random variable; all are numbered 0, 1, 2, …
outcome, value, rival = sympy.symbols("omega k j", integer=True)
size = sympy.Symbol("size")
mass, X, p_X, tail, prior, likelihood = map(sympy.IndexedBase, "mass X p_X tail prior likelihood".split())

RANDOM_VARIABLES = {
    "eq-pmf": sympy.Sum(times(mass[outcome], sympy.KroneckerDelta(X[outcome], value)),
                        (outcome, 0, size - 1)),
    "eq-expectation": sympy.Sum(times(value, p_X[value]), (value, 0, size - 1)),
    "eq-tails": sympy.Sum(tail[value], (value, 1, size - 1)),
    "eq-bayes": times(prior[value], likelihood[value],
                      1 / sympy.Sum(times(prior[rival], likelihood[rival]), (rival, 0, size - 1))),
}

# Chapter 05: u is a context, v the same without its first letter, b the token that comes next.
k, N_u = sympy.symbols("k N_{u}")
C_ub, lower = sympy.Symbol("C_{ub}"), sympy.Symbol("P_{vb}")

RECURSIVE = {"eq-recursive": plus(C_ub, times(k, lower)) / plus(N_u, k)}

# Chapter 04: x is an outcome, p and q the two probabilities of a coin.
x = sympy.Symbol("x", integer=True)
p, q = sympy.symbols("p q")
P_x, Q_x = sympy.IndexedBase("P_x"), sympy.IndexedBase("Q_x")

FRESH = {
    "eq-coin": plus(times(-1, p, sympy.log(p)), times(-1, q, sympy.log(q))),
    "eq-entropy": times(-1, total(times(P_x[x], sympy.log(P_x[x])), x)),
    "eq-cross": times(-1, total(times(P_x[x], sympy.log(Q_x[x])), x)),
    "eq-kl": total(times(P_x[x], sympy.log(P_x[x] / Q_x[x])), x),
}

NOTATION = {           # how the book writes what is indexed
    Q: r"Q({1} \mid {0})", mass: r"P(\{{{0}\}})", X: "X({0})", p_X: "P(X={0})", tail: r"P(L\ge {0})",
    prior: "P({0})", likelihood: r"P(e \mid {0})",
    P_x: "P({0})", Q_x: "Q({0})",
}


class _Printer(LatexPrinter):
    """As the book writes it: C_{ab}, Q(b | a), and sums over the letters without their bounds."""

    def _print_Indexed(self, expr):
        letters = [self._print(i) for i in expr.indices]
        if expr.base == E:                                       # the outcome itself: E only lists them
            return letters[0]
        if expr.base in NOTATION:
            return NOTATION[expr.base].format(*letters)
        return f"{self._print(expr.base.label)}_{{{''.join(letters)}}}"

    def _print_Sum(self, expr):
        letters = ",".join(self._print(limits[0]) for limits in expr.limits)
        if expr.limits[0][1] == 1:
            letters += r" \geq 1"
        if expr.has(s):
            letters = rf"\omega \in {'E' if expr.has(E) else self._print(sympy.Symbol('Omega'))}"
        return rf"\sum_{{{letters}}} {self._print(expr.function)}"

    def _print_KroneckerDelta(self, expr, exp=None):
        value, indexed = sorted(map(self._print, expr.args), key=len)
        return rf"\left[{indexed} = {value}\right]"

    def _print_log(self, expr, exp=None):
        return rf"\log {self._print(expr.args[0])}"


def tex(expression):
    """The expression as TeX."""
    return _Printer({"order": "none", "long_frac_ratio": 2}).doprint(expression)


def evaluate(expression, **values):
    """The number that the expression has for these values of its symbols: C, Q, s and E are arrays.

    0 · log 0 is 0, as in the book: a pair that never occurs costs nothing.
    """
    names = {**{str(x): x for x in (a, b, c, V, N, M, alpha, p, q)}, "C": C, "Q": Q, "s": s, "E": E,
             "P_x": P_x, "Q_x": Q_x}
    symbols = [names[name] for name in values]
    modules = [{"log": lambda x: math.log(x) if x else -sys.float_info.max}, "math"]
    return sympy.lambdify(symbols, expression, modules=modules)(*values.values())
