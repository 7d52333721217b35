"""The toolkit: one exercise for each tool."""

import math
import random

import numpy as np

from companion.check import Case, Exercise, Question


def product(numbers):
    return math.prod(numbers)


def product_cases():
    rng = random.Random(1)
    drawn = [[rng.randrange(1, 50) / 10 for _ in range(n)] for n in (3, 6)]
    return [Case((numbers,), f"product({numbers})") for numbers in ([2, 3], [0.5, 8, 0.25], [7], *drawn)]


def double_sum(C):
    return sum(n * b for row in C for b, n in enumerate(row))


def double_sum_from_one(C):
    return sum(n * b for row in C for b, n in enumerate(row, start=1))


def double_sum_cases():
    rng = random.Random(2)
    tables = [[[1, 2], [3, 4]], [[5, 0, 1]]]
    tables += [[[rng.randrange(9) for _ in range(4)] for _ in range(rows)] for rows in (1, 3)]
    return [Case((C,), f"double_sum({C})") for C in tables]


def pick(i, W):
    return W[i]


def pick_column(i, W):
    return W[:, i]


def pick_cases():
    rng = random.Random(3)
    sizes = [(2, 2), (3, 2), (2, 3), (5, 5)]
    tables = [np.array([[rng.randrange(9) for _ in range(m)] for _ in range(n)]) for n, m in sizes]
    return [Case((i, W), f"pick({i}, {W.tolist()})") for W in tables for i in (0, min(W.shape) - 1)]


def partials(f, x, y, h=1e-4):
    return np.array([f(x + h, y) - f(x - h, y), f(x, y + h) - f(x, y - h)]) / (2 * h)


def partials_together(f, x, y, h=1e-4):
    both = (f(x + h, y + h) - f(x - h, y - h)) / (2 * h)
    return np.array([both, both])


def partials_cases():
    """Polynomials, of degree 3 in y, so that a step as long as 1 shows."""
    rng, cases = random.Random(4), []
    drawn = [(rng.randrange(1, 9), rng.randrange(1, 9), rng.randrange(9)) for _ in range(2)]
    for a, b, c in [(1, 0, 3), (2, 5, -1), *drawn]:
        def f(x, y, a=a, b=b, c=c):
            return a * x * x + b * x * y + c * y**3

        x, y = rng.randrange(1, 5), rng.randrange(1, 5)
        cases.append(Case((f, x, y), f"partials(f, {x}, {y}) for f(x, y) = {a}x² + {b}xy + {c}y³"))
    return cases


def partials_explained(found, expected, case):
    f, x, y = case.args
    for h in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7):
        one_sided = np.array([f(x + h, y) - f(x, y), f(x, y + h) - f(x, y)]) / h
        if np.allclose(found, one_sided, rtol=1e-9, atol=1e-9):
            return f"{case.call} is near, not right: x moved to one side only, so half a step is missing"
    return None


def chain(functions, slopes, x):
    factor = 1
    for f, slope in zip(functions, slopes, strict=True):
        factor *= slope(x)
        x = f(x)
    return factor


def chain_all_at_x(functions, slopes, x):
    return math.prod(slope(x) for slope in slopes)


def chain_cases():
    parts = {"x²": (lambda x: x * x, lambda x: 2 * x), "3x": (lambda x: 3 * x, lambda x: 3),
             "sin": (math.sin, math.cos), "exp": (math.exp, math.exp)}
    rng = random.Random(5)
    chosen = [["x²", "3x", "x²"], ["sin", "x²", "exp"], ["x²"], [rng.choice(list(parts)) for _ in range(3)]]
    cases = []
    for names in chosen:
        functions, slopes = zip(*(parts[name] for name in names), strict=True)
        x = rng.randrange(2, 9) / 10
        cases.append(Case((functions, slopes, x), f"chain of {', '.join(names)} at {x}"))
    return cases


def apart(pair):
    """By how much the two sides differ: |log(a + b) − log a − log b|."""
    a, b = pair
    return abs(math.log(a + b) - math.log(a) - math.log(b))


def refutes(pair):
    return apart(pair) > 1


def too_close(pair):
    if min(pair) <= 0:
        return "a and b have to be positive; there is no logarithm of other numbers"
    return f"for a, b = {pair[0]}, {pair[1]} the two sides differ by {apart(pair):.2f} only"


EXERCISES = {
    "product": Exercise(
        product, product_cases, wrong=sum,
        right="every product agrees",
        hint="You have added the numbers. Take the logarithm of each first, and undo it at the end."),
    "double_sum": Exercise(
        double_sum, double_sum_cases, wrong=double_sum_from_one,
        right="every table agrees",
        hint="From where is b counted? The first column has b = 0, so it adds nothing."),
    "pick": Exercise(
        pick, pick_cases, wrong=pick_column,
        right="every row agrees",
        hint="That is a column. On which side of W does the vector with the single 1 stand?"),
    "partials": Exercise(
        partials, partials_cases, wrong=partials_together, explain=partials_explained,
        right="both slopes agree, for every function",
        hint="Both variables moved at once. Hold y still while x moves, and the other way round."),
    "chain": Exercise(
        chain, chain_cases, wrong=chain_all_at_x,
        right="every chain agrees",
        hint="Each slope is taken where its own function stands. What reaches the second function?"),
    "refute": Question(
        refutes, offered=((10, 10), (2, 2), (1, 1), (3, 2)), explain=too_close,
        right="one pair is enough: the logarithm of a sum is not the sum of the logarithms",
        hints={(2, 2): "For 2 and 2 the two sides agree: 2 + 2 = 2 · 2. Try larger ones."}),
}
