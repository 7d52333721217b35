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
x = sympy.Symbol("x", integer=True)                 # an outcome
p, q = sympy.symbols("p q")                         # a coin's two probabilities
P = sympy.IndexedBase("P")


def total(expression, *letters):
    """Σ over all letters of the vocabulary."""
    return sympy.Sum(expression, *((letter, 0, V - 1) for letter in letters))


def plus(*terms):
    """A sum in the order in which a person would write it."""
    return sympy.Add(*terms, evaluate=False)


def times(*factors):
    return sympy.Mul(*factors, evaluate=False)


EQUATIONS = {   # the label of the equation on the page: its right-hand side
    "eq-conditional": C[a, b] / total(C[a, c], c),
    "eq-nll": times(-1, 1 / N, total(times(C[a, b], sympy.log(Q[a, b])), a, b)),
    "eq-smooth": plus(C[a, b], alpha) / plus(total(C[a, c], c), times(alpha, V)),
}


FRESH = {       # the same for chapter 04
    "eq-coin": plus(times(-1, p, sympy.log(p)), times(-1, q, sympy.log(q))),
    "eq-entropy": times(-1, total(times(P[x], sympy.log(P[x])), x)),
    "eq-cross": times(-1, total(times(P[x], sympy.log(Q[x])), x)),
    "eq-kl": total(times(P[x], sympy.log(P[x] / Q[x])), x),
}


class _Printer(LatexPrinter):
    """As the book writes it: C_{ab}, Q(b | a), P(x), and sums over the letters without their bounds."""

    def _print_Indexed(self, expr):
        letters = [self._print(i) for i in expr.indices]
        if expr.base in (P, Q) and len(letters) == 1:
            return f"{expr.base.label}({letters[0]})"
        if expr.base == Q:
            return rf"Q({letters[1]} \mid {letters[0]})"
        return f"{self._print(expr.base.label)}_{{{''.join(letters)}}}"

    def _print_Sum(self, expr):
        letters = ",".join(self._print(limits[0]) for limits in expr.limits)
        return rf"\sum_{{{letters}}} {self._print(expr.function)}"

    def _print_log(self, expr, exp=None):
        return rf"\log {self._print(expr.args[0])}"


def tex(expression):
    """The expression as TeX."""
    return _Printer({"order": "none", "long_frac_ratio": 2}).doprint(expression)


def evaluate(expression, **values):
    """The number that the expression has for these values of its symbols: `C` and `Q` are arrays.

    0 · log 0 is 0, as in the book: a pair that never occurs costs nothing.
    """
    names = {**{str(s): s for s in (a, b, c, V, N, alpha, p, q)}, "C": C, "Q": Q, "P": P}
    symbols = [names[name] for name in values]
    modules = [{"log": lambda x: math.log(x) if x else -sys.float_info.max}, "math"]
    return sympy.lambdify(symbols, expression, modules=modules)(*values.values())
