"""Chapter 04: its formulas against its code, its theorem against its proof, its model against the figure."""

import ast
import math
import re

import numpy as np
import pytest
from companion import equations
from companion.check import exercises
from companion.equations import FRESH, evaluate, tex
from companion.stills import surprise
from companion.three import agree
from companion.widgets import WIDGET_MIME

from tests.book.inprocess import run_cells
from tests.book.pages import chapters

PAGE = next(page for page in chapters() if page.number == "04")
PROOF = "eq-gibbs"


@pytest.fixture(scope="module")
def code():
    """What the chapter has defined after its last cell."""
    *_, (_, namespace) = run_cells(PAGE)
    return namespace


@pytest.fixture(scope="module")
def model():
    """What the figure is handed, as it is stored."""
    return stored("fig-strip").outputs[0]["data"][WIDGET_MIME]["model"]


def stored(label):
    return next(cell for cell in PAGE.stored.cells if cell.metadata.get("label") == label)


def value(label, namespace):
    """What a cell shows: its last expression, after the rest of it has run."""
    *rest, last = ast.parse(stored(label).source).body
    exec(compile(ast.Module(rest, []), label, "exec"), namespace)
    return eval(compile(ast.Expression(last.value), label, "eval"), namespace)


def pmf_pairs():
    """Random pairs over the same outcomes; some of P's are impossible, none of Q's."""
    rng = np.random.default_rng(4)
    for V in [2, 3, 5, 29] * 6:
        p_V = rng.dirichlet(np.ones(V)) * (rng.random(V) < 0.8)
        p_V[0] += 0.01
        yield p_V / p_V.sum(), rng.dirichlet(np.ones(V))


def displayed():
    block = r"```\{math\}\n:label: (\S+)\n(?::\S+ \S+\n|\n)*(.*?)\n```"
    found = re.findall(block, PAGE.text, flags=re.DOTALL)
    return {label: re.sub(r"\s+", "", body) for label, body in found}


@pytest.mark.parametrize("label", FRESH)
def test_the_page_prints_the_expression_that_is_tested(label):
    assert re.sub(r"\s+", "", tex(FRESH[label])) in displayed()[label]


def test_every_displayed_equation_is_tested_here():
    assert set(displayed()) == {*FRESH, PROOF}


def test_the_coin_agrees_in_all_three_forms(code):
    data = value("fig-coin", dict(code)).data
    points = [(p, 1 - p) for p in data["x"]]
    heights = dict(zip(data["x"], data["y"], strict=True))
    assert (
        agree(
            FRESH["eq-coin"],
            (equations.p, equations.q),
            lambda p, q: code["coin"](p),
            lambda p, q: heights[p],
            points,
        )
        == 99
    )


def test_entropy_cross_entropy_and_divergence_are_their_equations(code):
    for p_V, q_V in pmf_pairs():
        V = len(p_V)
        assert np.isclose(code["entropy"](p_V), evaluate(FRESH["eq-entropy"], P_x=p_V, V=V))
        assert np.isclose(code["cross_entropy"](p_V, q_V), evaluate(FRESH["eq-cross"], P_x=p_V, Q_x=q_V, V=V))
        assert np.isclose(code["kl"](p_V, q_V), evaluate(FRESH["eq-kl"], P_x=p_V, Q_x=q_V, V=V))


def test_an_impossible_outcome_costs_infinitely_much(code):
    p_V, q_V = np.array([0.5, 0.5, 0]), np.array([1.0, 0, 0])
    assert code["kl"](p_V, q_V) == math.inf and np.isfinite(code["kl"](q_V, p_V))


def test_both_steps_of_the_proof_hold_and_are_equalities_for_equal_pmfs(code):
    for p_V, q_V in pmf_pairs():
        for rival_V in (q_V, p_V):
            seen = p_V > 0
            ratio = rival_V[seen] / p_V[seen]
            middle = (p_V[seen] * (ratio - 1)).sum()
            assert -code["kl"](p_V, rival_V) <= middle + 1e-12
            assert np.isclose(middle, rival_V[seen].sum() - 1) and middle <= 1e-12
        assert abs(code["kl"](p_V, p_V)) < 1e-12 and abs(middle) < 1e-12


def test_a_fair_choice_has_the_highest_entropy(code):
    for p_V, _ in pmf_pairs():
        assert code["entropy"](p_V) <= math.log(len(p_V)) + 1e-12


def test_the_figure_has_the_model_of_the_page(code, model):
    assert (model["n"], model["k"]) == (code["verse"].n, code["verse"].k)
    assert model["train"].split("\n") == code["train"] and model["held"].split("\n") == code["test"]
    for _, text in (*model["examples"], ["odd", "Déjà-vu, at 7 o’clock"], ["empty", ""]):
        line, _ = surprise.cleaned(text, model["vocabulary"])
        assert np.allclose(surprise.prices(model, line, model["n"]), code["surprises"](code["verse"], line))
    assert np.allclose(surprise.held(model, model["n"]), code["held"])


def test_page_and_figure_strip_a_text_alike(code, model):
    for line in [text for _, text in model["examples"]] + ["self-substantial fuel:", "  Two  blanks "]:
        assert code["clean"](line) == surprise.cleaned(line, model["vocabulary"])[0]


def test_the_hook_shows_the_prices_of_the_page(code):
    namespace = {}
    drawn = value("fig-two-lines", namespace).data
    for tokens, nats in drawn.items():
        assert np.allclose(nats, code["surprises"](code["verse"], tokens[:-1]))
    love, jacket = drawn.values()
    q, x = namespace["two"].index("q"), namespace["two"].index("x")
    assert love[3:7].sum() < jacket[q] and jacket.argmax() == x


def test_no_held_out_line_is_in_train(code):
    assert not set(code["train"]) & {*code["dev"], *code["test"]}


def test_the_ranking_of_the_exercise_is_what_the_model_says(code):
    assert exercises("04")["rank"].accepts(code["rank"])
    gaps = np.diff(sorted(code["scores"]))
    assert gaps.min() > 0.2  # no two are close enough to quarrel about
