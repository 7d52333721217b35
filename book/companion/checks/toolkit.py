"""The toolkit: an exercise or two for each tool."""

import math
import random

import numpy as np

from companion.check import Case, Exercise, Question

STEP = 1e-5                                           # what the exercise on partial slopes asks for
ONE_SIDE_SHOWS = 1e-7                                 # with a shorter step only rounding differs
STEPS = [float(f"{m}e-{k}") for k in range(15) for m in (5, 2, 1)]


def undo(inverses, y):
    for inverse in reversed(inverses):
        y = inverse(y)
    return y


def undo_in_order(inverses, y):
    for inverse in inverses:
        y = inverse(y)
    return y


def undo_cases():
    inverses = {"y/2": lambda y: y / 2, "y−3": lambda y: y - 3, "∛y": math.cbrt, "−y": lambda y: -y,
                "y³": lambda y: y**3}
    rng = random.Random(6)
    chosen = [["y/2", "y−3"], ["∛y", "y/2"], ["y³"], ["y−3", "∛y", "y/2"]]
    chosen += [rng.sample(list(inverses), 3) for _ in range(3)]
    numbers = [10, 8, 2.5, 12, *(rng.randrange(9, 99) for _ in range(3))]
    return [Case(([inverses[name] for name in names], y), f"undo([{', '.join(names)}], {y})")
            for names, y in zip(chosen, numbers, strict=True)]


def product(numbers):
    return math.prod(numbers)


def product_left_as_logarithm(numbers):
    return math.fsum(math.log(x) for x in numbers)


def product_cases():
    rng = random.Random(1)
    drawn = [[rng.randrange(1, 50) / 10 for _ in range(n)] for n in (3, 6)]
    return [Case((numbers,), f"product({numbers})") for numbers in ([2, 3], [0.5, 8, 0.5], [7], *drawn)]


def orders(n, k):
    return math.perm(n, k)


def orders_from_one(n, k):
    return math.prod(n - i for i in range(1, k + 1))


def orders_explained(found, expected, case):
    if expected and not found:
        return f"{case.call} is 0, expected {expected}: a product that starts at 0 stays there"
    return None


def orders_cases():
    rng = random.Random(7)
    drawn = [(n, rng.randrange(1, n)) for n in (rng.randrange(5, 12) for _ in range(3))]
    return [Case(pair, f"orders{pair}") for pair in ((5, 2), (4, 1), (7, 0), (3, 3), *drawn)]


def double_sum(C):
    return sum(n * b for row in C for b, n in enumerate(row))


def double_sum_from_one(C):
    return sum(n * b for row in C for b, n in enumerate(row, start=1))


def double_sum_by_row(C):
    return sum(n * a for a, row in enumerate(C) for n in row)


def double_sum_cases():
    rng = random.Random(2)
    tables = [[[1, 2], [3, 4]], [[1, 2, 3], [4, 5, 6]], [[5, 0, 1]]]
    tables += [[[rng.randrange(9) for _ in range(4)] for _ in range(rows)] for rows in (1, 3)]
    return [Case((C,), f"double_sum({C})") for C in tables]


def apply(W, x):
    return np.array([sum(w * v for w, v in zip(row, x, strict=True)) for row in W])


def apply_by_columns(W, x):
    return np.array([sum(w * v for w, v in zip(column, x, strict=False)) for column in zip(*W, strict=True)])


def apply_cases():
    rng = random.Random(8)
    tables = [([[1, 2], [3, 4]], [1, 10]), ([[2, 0, 1]], [3, 5, 7])]
    for rows, columns in ((3, 3), (2, 4), (4, 2)):
        W = [[rng.randrange(-5, 9) for _ in range(columns)] for _ in range(rows)]
        tables.append((W, [rng.randrange(-5, 9) for _ in range(columns)]))
    return [Case(pair, "apply({}, {})".format(*pair)) for pair in tables]


def pick(i, W):
    return W[i]


def pick_column(i, W):
    return W[:, i]


def pick_cases():
    rng = random.Random(3)
    sizes = [(2, 2), (3, 2), (2, 3), (5, 5)]
    tables = [np.array([[rng.randrange(9) for _ in range(m)] for _ in range(n)]) for n, m in sizes]
    return [Case((i, W), f"pick({i}, {W.tolist()})") for W in tables for i in (0, min(W.shape) - 1)]


def partials(f, x, y):
    """Exact for polynomials up to degree 4, and those of the cases have 3."""
    def slope(f):
        return (8 * (f(1) - f(-1)) - (f(2) - f(-2))) / 12

    return np.array([slope(lambda h: f(x + h, y)), slope(lambda h: f(x, y + h))])


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

    def found_with(back, ahead):
        quotients = np.array([f(x + ahead, y) - f(x - back, y), f(x, y + ahead) - f(x, y - back)])
        return np.allclose(found, quotients / (back + ahead), rtol=1e-9, atol=1e-9)

    for h in STEPS:
        if h >= ONE_SIDE_SHOWS and (found_with(0, h) or found_with(h, 0)):
            return f"{case.call} is near, not right: x moved to one side only, so half a step is missing"
        if found_with(h, h):
            by_x, by_y = found
            what = "long, and the curve bends on the way" if h > STEP else "short, and only rounding is left"
            return f"{case.call} is {by_x:.9g}, {by_y:.9g}; your h is too {what}: take {STEP:g}"
    return None


def chain(functions, slopes, x):
    factor = 1
    for f, slope in zip(functions, slopes, strict=True):
        factor *= slope(x)
        x = f(x)
    return factor


def chain_all_at_x(functions, slopes, x):
    return math.prod(slope(x) for slope in slopes)


def chain_moved_first(functions, slopes, x):
    factor = 1
    for f, slope in zip(functions, slopes, strict=True):
        x = f(x)
        factor *= slope(x)
    return factor


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
    "undo": Exercise(
        undo, undo_cases, wrong=undo_in_order,
        right="every function is undone, the last one first",
        hint="You put on socks, then shoes. Which come off first?"),
    "orders": Exercise(
        orders, orders_cases, wrong=orders_from_one, explain=orders_explained,
        right="every number of orders agrees, and an empty product is 1",
        hint="Your product begins with n − 1. The sign says i = 0 below, so the first factor is n.",
        mistakes={"you chose k books, in no order; on a shelf another order counts as well": math.comb}),
    "apply": Exercise(
        apply, apply_cases, wrong=apply_by_columns,
        right="every dot product agrees",
        hint="You went down the columns. Each number of the answer belongs to one row of W."),
    "step": Question(
        5, offered=(1, 2, 3, 4, 5, 6, 7),
        right="a − b is 0, and who divides by 0 can prove anything",
        hints={4: "Multiply the brackets out: both sides are what they were. And after that?",
               7: "b is positive, so you may divide by it. By what else was something divided?"}),
    "product": Exercise(
        product, product_cases, wrong=sum,
        right="every product agrees",
        hint="You have added the numbers. Take the logarithm of each first, and undo it at the end.",
        mistakes={"that is the logarithm of the product; what undoes a logarithm?":
                  product_left_as_logarithm}),
    "double_sum": Exercise(
        double_sum, double_sum_cases, wrong=double_sum_from_one,
        right="every table agrees",
        hint="From where is b counted? The first column has b = 0, so it adds nothing.",
        mistakes={"you multiplied by a, the number of the row; b counts within a row": double_sum_by_row}),
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
        hint="Each slope is taken where its own function stands. What reaches the second function?",
        mistakes={"you moved x on too early; a slope is taken at what enters its function":
                  chain_moved_first}),
    "refute": Question(
        refutes, offered=((10, 10), (2, 2), (1, 1), (3, 2)), explain=too_close,
        right="one pair is enough: the logarithm of a sum is not the sum of the logarithms",
        hints={(2, 2): "For 2 and 2 the two sides agree: 2 + 2 = 2 · 2. Try larger ones."}),
}
