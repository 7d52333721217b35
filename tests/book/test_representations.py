"""Equation, code and chart are one object: each displayed formula against its code, at 20 points or more."""

import re

import numpy as np
import pytest
from companion import equations
from companion.charts import PMF_MIME
from companion.equations import EQUATIONS, evaluate, tex
from companion.three import agree

from tests.book.inprocess import run_cells
from tests.book.pages import chapters

PAGE = next(page for page in chapters() if page.number == "03")


@pytest.fixture(scope="module")
def code():
    """What chapter 03 has defined after its last cell."""
    *_, (_, namespace) = run_cells(PAGE)
    return namespace


@pytest.fixture(scope="module")
def tables():
    """Random tables of counts without an empty row, each with a random rival."""
    rng = np.random.default_rng(3)
    counts = [rng.integers(0, 9, (V, V)) + np.eye(V, dtype=int) for V in [2, 3, 5, 8] * 5]
    return [(C_VV, rng.dirichlet(np.ones(len(C_VV)), size=len(C_VV))) for C_VV in counts]


def displayed():
    """The TeX of every labelled equation of the page, without blanks."""
    block = r"```\{math\}\n:label: (\S+)\n(?::\S+ \S+\n|\n)*(.*?)\n```"
    found = re.findall(block, PAGE.text, flags=re.DOTALL)
    return {label: re.sub(r"\s+", "", body) for label, body in found}


def chart(label):
    """The bars of a PMF as they stand on the page."""
    cell = next(cell for cell in PAGE.stored.cells if cell.metadata.get("label") == label)
    return cell.outputs[0]["data"][PMF_MIME]["p"]


@pytest.mark.parametrize("label", EQUATIONS)
def test_the_page_prints_the_expression_that_is_tested(label):
    assert re.sub(r"\s+", "", tex(EQUATIONS[label])) in displayed()[label]


def test_every_displayed_equation_is_tested_here():
    assert set(displayed()) == {*EQUATIONS, "eq-walk", "eq-proof"}


@pytest.mark.parametrize("label", ["fig-three", "fig-after-q"])
def test_conditional_agrees_in_all_three_forms(code, label):
    C_VV, p_V = code["C_VV"], chart(label)
    symbols = equations.C, equations.V, equations.a, equations.b
    points = [(C_VV, 27, code["stoi"]["q"], b) for b in range(27)]
    agree(
        EQUATIONS["eq-conditional"],
        symbols,
        lambda C, V, a, b: code["conditional"](C)[a, b],
        lambda C, V, a, b: p_V[b],
        points,
    )


def test_nll_is_its_equation(code, tables):
    for C_VV, Q_VV in tables:
        equation = evaluate(EQUATIONS["eq-nll"], C=C_VV, Q=Q_VV, V=len(C_VV), N=C_VV.sum())
        assert np.isclose(code["nll"](Q_VV, C_VV), equation)
    C_VV, P_VV = code["C_VV"], code["P_VV"]                    # with pairs that never occur
    equation = evaluate(EQUATIONS["eq-nll"], C=C_VV, Q=P_VV, V=27, N=C_VV.sum())
    assert np.isclose(code["nll"](P_VV, C_VV), equation)


def test_smoothing_is_its_equation(code, tables):
    for C_VV, _ in tables:
        for alpha in (0.01, 1, 7.5):
            a, b, V = 1, 0, len(C_VV)
            equation = evaluate(EQUATIONS["eq-smooth"], C=C_VV, a=a, b=b, V=V, alpha=alpha)
            assert np.isclose(code["smooth"](C_VV, alpha)[a, b], equation)
            assert np.allclose(code["conditional"](C_VV + alpha), code["smooth"](C_VV, alpha))


def test_a_walk_is_the_product_of_its_steps(code):
    P_VV, stoi = code["P_VV"], code["stoi"]
    for name in code["names"][::1500]:
        steps = [P_VV[stoi[a], stoi[b]] for a, b in zip("." + name, name + ".", strict=True)]
        assert np.isclose(np.exp(-code["bigram"].nll(name + ".")), np.prod(steps))


def test_both_steps_of_the_proof_hold_and_are_equalities_at_the_relative_counts(code, tables):
    for C_VV, Q_VV in tables:
        P_VV = code["conditional"](C_VV)
        seen = C_VV > 0
        for rival_VV in (Q_VV, P_VV):
            ratio = rival_VV[seen] / P_VV[seen]
            difference, first = (C_VV[seen] * np.log(ratio)).sum(), (C_VV[seen] * (ratio - 1)).sum()
            assert difference <= first + 1e-9 and first <= 1e-9
        assert abs(difference) < 1e-9 and abs(first) < 1e-9
