"""Chapter 04: its formulas against its code, its theorem against its proof, its model against the figure."""

import ast
import math
import re
from bisect import bisect_left, bisect_right

import numpy as np
import pytest
from companion import equations
from companion.check import exercises, verdict
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


def test_the_stock_verse_is_cheap_and_three_fresh_lines_are_dearer_than_all_of_test(code):
    stock, fresh = (
        [code["per_token"](code["verse"], [line]) for line in code["verses"](code[verse])]
        for verse in ("stock", "fresh")
    )
    assert max(stock) < np.median(code["held"])
    assert sum(nats > max(code["held"]) for nats in fresh) == 3


def test_no_held_out_line_is_in_train(code):
    assert not set(code["train"]) & {*code["dev"], *code["test"]}


def test_the_ranking_of_the_exercise_is_what_the_model_says(code):
    assert exercises("04")["rank"].accepts(code["rank"])
    gaps = np.diff(sorted(code["scores"]))
    assert gaps.min() > 0.2  # no two are close enough to quarrel about


def test_the_texts_of_the_ranking_are_made_of_a_held_out_line(code):
    line = "when i consider every thing that grows"
    assert line in code["test"] and line not in code["train"]
    _, backwards, _, _, shuffled = (code["clean"](text) for text in code["five"])
    assert backwards == line[::-1] and sorted(shuffled.split()) == sorted(line.split())


# --- answers to the exercises that were once judged wrongly -------------------------------------------------


def with_loops(low, high):
    return sum((a < b) + (a == b) / 2 for a in low for b in high) / (len(low) * len(high))


def row_by_row(low, high):
    return np.mean([(low < b).mean() + (low == b).mean() / 2 for b in high])


def by_differences(low, high):
    return (np.sign(high[:, None] - low).mean() + 1) / 2


def from_a_list(low, high):
    both = sorted([*low, *high])
    ranks = [both.index(b) + (both.count(b) + 1) / 2 for b in high]
    return (sum(ranks) - len(high) * (len(high) + 1) / 2) / (len(low) * len(high))


def by_bisection(low, high):
    low = sorted(low)
    return sum(bisect_left(low, b) + bisect_right(low, b) for b in high) / 2 / (len(low) * len(high))


def by_a_dict(low, high):
    places = {}
    for place, x in enumerate(sorted([*low, *high]), start=1):
        places.setdefault(x, []).append(place)
    ranks = sum(sum(places[b]) / len(places[b]) for b in high)
    return (ranks - len(high) * (len(high) + 1) / 2) / (len(low) * len(high))


def by_unique(low, high):
    _, i, n = np.unique(np.concatenate([low, high]), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(n) - (n - 1) / 2)[i[len(low) :]]
    return (ranks.sum() - len(high) * (len(high) + 1) / 2) / (len(low) * len(high))


def by_floats(low, high):
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    both = np.sort(np.concatenate([low, high]))
    ranks = (np.searchsorted(both, high) + np.searchsorted(both, high, "right") + 1) / 2
    return (ranks.sum() - len(high) * (len(high) + 1) / 2) / (len(low) * len(high))


@pytest.mark.parametrize("answer", [with_loops, row_by_row, by_differences, from_a_list])
def test_an_auc_that_compares_all_pairs_is_told_so(answer):
    found = verdict("04.auc", answer)
    assert found.kind == "not yet right" and "pair by pair" in found.reason and "Sort" in found.hint


def test_the_auc_of_the_page_compares_all_pairs(code):
    assert "pair by pair" in verdict("04.auc", code["auc"]).reason


@pytest.mark.parametrize("answer", [by_bisection, by_a_dict, by_unique, by_floats])
def test_an_auc_that_sorts_is_right_however_it_ranks(answer):
    assert verdict("04.auc", answer).kind == "right"


@pytest.mark.parametrize("tokens", [0, 1, 2])
def test_a_dot_handed_to_nll_is_named(tokens):
    def freshest(texts, nll):
        return max(texts, key=lambda text: nll(text + ".") / (len(text) + tokens))

    found = verdict("04.freshest", freshest)
    assert found.kind == "not yet right" and "nll adds the end itself" in found.reason


@pytest.mark.parametrize("short", ["freshest", "excess", "leaks", "auc"])
def test_who_makes_another_mistake_is_not_told_of_the_typical_one(short):
    for words, mistake in exercises("04")[short].mistakes.items():
        assert verdict(f"04.{short}", mistake).hint is None, words


def test_the_average_per_word_is_named_with_or_without_the_end():
    for ends in (0, 1):
        def freshest(texts, nll, ends=ends):
            return max(texts, key=lambda text: nll(text) / (len(text.split()) + ends))

        found = verdict("04.freshest", freshest)
        assert found.hint is None and "by the number of words" in found.reason


def test_the_shares_of_the_names_are_named_where_others_are_asked_for(code):
    def excess(C_VV, Q_VV):
        rows = zip(code["share_V"], C_VV, Q_VV, strict=False)
        return sum(share * code["kl"](n_V / n_V.sum(), q_V) for share, n_V, q_V in rows)

    assert "share_V" in verdict("04.excess", excess).reason


@pytest.mark.parametrize("order, words", [("low first", "its own place"), ("high first", "0.666667")])
def test_ranks_that_equal_values_do_not_share_are_named(order, words):
    def by_places(low, high):
        mark = 1 if order == "low first" else -1
        both = sorted([(x, 0) for x in low] + [(x, mark) for x in high])
        ranks = sum(place for place, (_, group) in enumerate(both, start=1) if group)
        return (ranks - len(high) * (len(high) + 1) / 2) / (len(low) * len(high))

    found = verdict("04.auc", by_places)
    assert found.kind == "not yet right" and words in found.reason
    assert (found.hint is not None) == (order == "high first") and "share the mean" in str(found)
