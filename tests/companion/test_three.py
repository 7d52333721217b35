"""three.py: equation, code and chart are compared at points, and any two that differ are told."""

import numpy as np
import pytest
import sympy
from companion.charts import line_chart, pmf_chart
from companion.three import Disagreement, agree

x = sympy.Symbol("x")
GRID = np.linspace(-3, 3, 25)
SIGMOID = 1 / (1 + sympy.exp(-x))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


CHART = line_chart(GRID, {"σ": sigmoid(GRID)}, alt="A rising curve.")


def read(at):
    return np.interp(at, CHART.data["x"], CHART.data["σ"])


def test_three_that_agree_are_counted():
    assert agree(SIGMOID, [x], sigmoid, read, GRID) == 25


@pytest.mark.parametrize("equation, code, chart", [
    (1 / (1 + sympy.exp(x)), sigmoid, read), (SIGMOID, np.tanh, read),
    (SIGMOID, sigmoid, lambda at: read(at) + 1e-3)])
def test_each_of_the_three_can_be_the_odd_one(equation, code, chart):
    with pytest.raises(Disagreement, match=r"^at \(.*\): equation .*, code .*, chart "):
        agree(equation, [x], code, chart, GRID)


def test_an_equation_over_a_table():
    rng = np.random.default_rng(0)
    C_VV = rng.integers(1, 9, (5, 5))
    P_VV = C_VV / C_VV.sum(axis=1, keepdims=True)
    bars = [pmf_chart(P_V, ".abcd", alt="bars").data["p"] for P_V in P_VV]
    C, a, b, c = sympy.IndexedBase("C"), *sympy.symbols("a b c", integer=True)
    equation = C[a, b] / sympy.Sum(C[a, c], (c, 0, 4))
    points = [(C_VV, i, j) for i in range(5) for j in range(5)]
    assert agree(equation, [C, a, b], lambda C, i, j: P_VV[i, j], lambda C, i, j: bars[i][j], points) == 25


def test_few_points_and_constants_prove_nothing():
    with pytest.raises(ValueError, match="19 points prove little; take at least 20"):
        agree(SIGMOID, [x], sigmoid, read, GRID[:19])
    with pytest.raises(ValueError, match="a constant would do"):
        agree(SIGMOID, [x], sigmoid, read, [1.0] * 20)
