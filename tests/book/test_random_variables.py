"""Chapter 02: its equations, code and charts are one object, and its figures show what its cells computed."""

import itertools
import re
from fractions import Fraction

import numpy as np
import pytest
import sympy
from companion import equations
from companion.charts import PMF_MIME
from companion.check import exercises
from companion.equations import RANDOM_VARIABLES, tex
from companion.three import agree

from tests.book.inprocess import run_cells
from tests.book.pages import chapters

PAGE = next(page for page in chapters() if page.number == "02")
BY_CODE = {  # displayed, and held to the code below without a sympy expression
    "eq-event", "eq-linear", "eq-given", "eq-independent", "eq-chain", "eq-telescope",
}  # fmt: skip


@pytest.fixture(scope="module")
def code():
    """What the chapter has defined after its last cell."""
    *_, (_, namespace) = run_cells(PAGE)
    return namespace


@pytest.fixture
def space(code):
    """A random space: (weights, its P, put in the place of the chapter's P)."""
    saved = code["P"]

    def make(seed, size=9):
        rng = np.random.default_rng(seed)
        weight = {w: int(n) for w, n in enumerate(rng.integers(1, 9, size))}
        code["P"] = code["measure"](weight)
        return weight, code["P"]

    yield make
    code["P"] = saved


def evaluate(label, **values):
    """The number that an equation of the page has for these values of its symbols."""
    symbols = [getattr(equations, name) for name in values]
    return sympy.lambdify(symbols, RANDOM_VARIABLES[label], "math")(*values.values())


def displayed():
    block = r"```\{math\}\n:label: (\S+)\n(?::\S+ \S+\n|\n)*(.*?)\n```"
    found = re.findall(block, PAGE.text, flags=re.DOTALL)
    return {label: re.sub(r"\s+", "", body) for label, body in found}


def bars(label):
    """{label of a bar: its height} of a PMF as it stands on the page."""
    cell = next(cell for cell in PAGE.stored.cells if cell.metadata.get("label") == label)
    pmf = cell.outputs[0]["data"][PMF_MIME]
    return dict(zip(map(int, pmf["labels"]), pmf["p"], strict=True))


@pytest.mark.parametrize("label", RANDOM_VARIABLES)
def test_the_page_prints_the_expression_that_is_tested(label):
    assert re.sub(r"\s+", "", tex(RANDOM_VARIABLES[label])) in displayed()[label]


def test_every_displayed_equation_is_tested_here():
    assert set(displayed()) == {*RANDOM_VARIABLES} | BY_CODE


def test_a_pmf_agrees_in_all_three_forms(code):
    """At every length of a word of the hat, and of a name: six values and fourteen, and those between."""
    hat, rows, names = code["hat"], code["rows"], code["names"]
    symbols = equations.mass, equations.X, equations.size, equations.value
    points, by_code, by_chart = [], {}, {}
    for label, weight, length in (
        ("fig-three-pmf", hat, len),
        ("fig-length", rows, lambda row: len(names[row])),
    ):
        counts = {}
        for w, n in weight.items():  # the rows that are alike, put together
            counts[length(w)] = counts.get(length(w), 0) + n
        mass, values = np.array(list(counts.values())) / sum(weight.values()), list(counts)
        code["P"] = code["measure"](weight)
        by_code[len(mass)] = code["pmf"](code["RandomVariable"](length, weight))
        by_chart[len(mass)] = bars(label)
        points += [(mass, values, len(mass), k) for k in range(1, 16)]
    code["P"] = code["measure"](rows)
    count = agree(
        RANDOM_VARIABLES["eq-pmf"],
        symbols,
        lambda mass, values, n, k: by_code[n].get(k, 0),
        lambda mass, values, n, k: by_chart[n].get(k, 0),
        points,
    )
    assert count == 30


@pytest.mark.parametrize("seed", range(20))
def test_expectation_tails_and_linearity_are_their_equations(code, space, seed):
    weight, P = space(seed)
    rng = np.random.default_rng(100 + seed)
    x, y = rng.integers(0, 6, (2, len(weight))).tolist()
    X, Y = (code["RandomVariable"](values.__getitem__, weight) for values in (x, y))
    E = code["E"]
    p = [float(P(X == k)) for k in range(7)]
    tails = [float(P(X >= k)) for k in range(7)]
    assert np.isclose(evaluate("eq-expectation", p_X=p, size=7), float(E(X)))
    assert np.isclose(evaluate("eq-tails", tail=tails, size=7), float(E(X)))
    both = code["RandomVariable"](lambda w: 2 * x[w] - 3 * y[w], weight)
    assert E(both) == 2 * E(X) - 3 * E(Y)


@pytest.mark.parametrize("seed", range(20))
def test_bayes_is_its_equation_and_the_conditional_turned_round(code, space, seed):
    weight, P = space(seed, 12)
    rng = np.random.default_rng(200 + seed)
    x = rng.integers(0, 4, len(weight)).tolist()
    A = set(rng.choice(len(weight), 5, replace=False).tolist())
    X = code["RandomVariable"](x.__getitem__, weight)
    prior = code["pmf"](X)
    likelihood = {k: code["given"](A, X == k) for k in prior}
    posterior = code["bayes"](prior, likelihood)
    arrays = {
        "prior": [float(prior.get(k, 0)) for k in range(4)],
        "likelihood": [float(likelihood.get(k, 0)) for k in range(4)],
    }
    for k in prior:
        assert np.isclose(evaluate("eq-bayes", **arrays, size=4, value=k), float(posterior[k]))
        assert posterior[k] == P((X == k) & A) / P(A)
    assert sum(posterior.values()) == 1


def test_a_comparison_is_the_event_of_its_definition(code):
    X, hat = code["X"], code["hat"]
    for k in [*hat, "e", "", "zzz"]:
        assert (X == k) == {w for w in hat if w == k}
        assert (X >= k) == {w for w in hat if w >= k}
        assert (X <= k) == {w for w in hat if w <= k}


def test_the_pieces_of_a_random_variable_are_a_partition(code):
    X1, rows = code["X1"], code["rows"]
    assert sum(len(X1 == k) for k in X1.values) == len(rows)
    assert set().union(*(X1 == k for k in X1.values)) == set(rows)


@pytest.mark.parametrize("name", ["emma", "xavier", "quinn", "abdulrahman"])
def test_the_factors_of_a_name_multiply_to_its_share(code, name):
    names = code["names"]
    found = code["factors"](name)
    assert len(found) == len(name) + 1
    assert np.prod(found) == Fraction(names.count(name), len(names)) > 0


def test_every_event_of_a_small_space_is_the_sum_over_its_outcomes(code):
    weight = {"x": 1, "y": 2, "z": 4}
    P = code["measure"](weight)
    for keep in itertools.product([0, 1], repeat=3):
        A = {w for w, k in zip(weight, keep, strict=True) if k}
        assert P(A) == sum(P({w}) for w in A)
    assert len({P({w for w, k in zip(weight, keep, strict=True) if k})
                for keep in itertools.product([0, 1], repeat=3)}) == 8  # fmt: skip


def test_the_false_variants_are_refuted_and_the_theorem_is_not(code):
    assert code["failed"] == {"chain rule": 0, "one letter of memory": 250, "marginals": 250}


def test_the_density_of_the_larger_dart_is_the_slope_of_its_cdf(code):
    F, h = code["F"], 1e-6
    for x in np.linspace(0.05, 0.95, 20):
        assert abs((F(x + h) - F(x - h)) / (2 * h) - 2 * x) < 1e-6


def test_who_counts_in_the_rows_of_the_chapter_is_sent_to_the_argument(code):
    def steps(name, names):
        so_far, found = set(code["rows"]), []
        for t, x in enumerate(name + ".", start=1):
            then = so_far & (code["letter"](t) == x)
            found.append(code["given"](then, so_far))
            so_far = then
        return found

    chain, length = (exercises("02")[name] for name in ("chain", "length"))
    for answer in (steps, lambda name, names: code["factors"](name)):
        assert chain.verdict(answer, "steps").reason.endswith("; count in the argument names")
    average = length.verdict(lambda names: code["E"](code["on_rows"](len)), "average_length")
    assert average.reason.endswith("; count in the argument names")


def test_of_a_long_line_that_an_answer_prints_the_verdict_shows_the_beginning(code, capsys):
    chain = exercises("02")["chain"]
    chain.verdict(lambda name, names: code["factors"](name), "steps")
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("4438/32257  627/4438  114/627  67/114  2/67  4438/")
    assert len(line) == 80 and line[-1] == "…"
    chain.verdict(lambda name, names: print(name), "steps")
    assert capsys.readouterr().out.startswith("anna\nann\nbo\nemma\nmia\n")
