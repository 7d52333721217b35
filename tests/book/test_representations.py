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
SPACE = next(page for page in chapters() if page.number == "01")


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


def displayed(*shown):
    """The TeX of every labelled equation of the pages, without blanks."""
    block = r"```\{math\}\n:label: (\S+)\n(?::\S+ \S+\n|\n)*(.*?)\n```"
    found = [match for page in shown for match in re.findall(block, page.text, flags=re.DOTALL)]
    return {label: re.sub(r"\s+", "", body) for label, body in found}


def chart(label, page=PAGE):
    """The bars of a PMF as they stand on the page."""
    cell = next(cell for cell in page.stored.cells if cell.metadata.get("label") == label)
    return cell.outputs[0]["data"][PMF_MIME]["p"]


@pytest.mark.parametrize("label", EQUATIONS)
def test_the_page_prints_the_expression_that_is_tested(label):
    assert re.sub(r"\s+", "", tex(EQUATIONS[label])) in displayed(*chapters())[label]


def test_every_displayed_equation_is_tested_here():
    assert set(displayed(PAGE)) == {"eq-conditional", "eq-nll", "eq-smooth", "eq-walk", "eq-proof"}
    assert set(displayed(SPACE)) == {"eq-measure", "eq-first", "eq-second", "eq-countable"}


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


# --- chapter 01: a measure, and the two lines of a proof ----------------------------------------------------


@pytest.fixture(scope="module")
def space():
    """What chapter 01 has defined after its last cell."""
    *_, (_, namespace) = run_cells(SPACE)
    return namespace


def some_events(space, number=40, seed=1):
    """Random events of the hat as indices of words: from one word to all of them."""
    rng = np.random.default_rng(seed)
    V = len(space["words"])
    return [np.sort(rng.choice(V, size=1 + k % V, replace=False)) for k in range(number)]


def test_a_measure_agrees_in_all_three_forms(space):
    words, p_V = space["words"], chart("fig-words", SPACE)
    s_V = np.array([space["slips"][word] for word in words])
    symbols = equations.s, equations.V, equations.E, equations.M
    agree(
        EQUATIONS["eq-measure"],
        symbols,
        lambda s, V, E, M: space["measure"](dict(zip(words, s, strict=True)))({words[i] for i in E}),
        lambda s, V, E, M: sum(p_V[i] for i in E),
        [(s_V, len(words), E, len(E)) for E in some_events(space)],
        tolerance=1e-5,  # the page's bars have six decimals
    )


def test_a_measure_of_any_hat_is_its_equation(space):
    rng = np.random.default_rng(2)
    for E in some_events(space, seed=3):
        s_V = rng.integers(1, 9, 12)
        exact = space["measure"](dict(enumerate(s_V.tolist())))(set(E.tolist()))
        assert evaluate(EQUATIONS["eq-measure"], s=s_V, V=12, E=E, M=len(E)) == pytest.approx(float(exact))


def test_both_lines_of_the_proof_and_countable_additivity_hold_exactly(space):
    P, words = space["P"], space["words"]
    events = [frozenset(words[i] for i in E) for E in some_events(space)]
    for A in events:
        for B in events:
            assert P(A | B) == P(A) + P(B - A)
            assert P(B) == P(A & B) + P(B - A)
    ended, dot = 0, space["dot"]
    for k in range(200):
        ended += (1 - dot) ** k * dot
        assert 1 - ended == (1 - dot) ** (k + 1)
