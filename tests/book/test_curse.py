"""Chapter 05: its equations against its code and its chart, and the facts that its text relies on."""

import re
from collections import Counter
from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest
from companion import load, stored
from companion.charts import PMF_MIME
from companion.check import LETTERS, exercises, verdict
from companion.equations import RECURSIVE, C_ub, N_u, b, k, lower, tex
from companion.three import agree

from tests.book.inprocess import run_cells
from tests.book.pages import chapters

PAGE = next(page for page in chapters() if page.number == "05")


@pytest.fixture(scope="module")
def code():
    """What the chapter has defined after its last cell; the long cell is left out."""
    page = type(PAGE)(PAGE.path)
    page.source.cells = [cell for cell in page.cells if "long" not in cell.metadata.get("tags", ())]
    *_, (_, namespace) = run_cells(page)
    return namespace


def known(name):
    """The solution of an exercise, as its check knows it."""
    return exercises("05")[name].reference


def displayed():
    """The TeX of every labelled equation of the page, without blanks."""
    block = r"```\{math\}\n:label: (\S+)\n(?::\S+ \S+\n|\n)*(.*?)\n```"
    found = re.findall(block, PAGE.text, flags=re.DOTALL)
    return {label: re.sub(r"\s+", "", body) for label, body in found}


def test_every_displayed_equation_is_tested_here():
    assert set(displayed()) == {*RECURSIVE, "eq-ngram", "eq-turing"}
    for label, equation in RECURSIVE.items():
        assert re.sub(r"\s+", "", tex(equation)) in displayed()[label]


def leaning(code, context, weight):
    """(C_V, P of the shorter context, P) after a context, by the page's own functions."""
    p_V = lower_V = np.full(27, 1 / 27)
    for n in range(1, len(context) + 2):
        C_V, lower_V = code["counts_after"](context[len(context) - (n - 1) :], code["C"][n]), p_V
        p_V = code["lean"](C_V, lower_V, weight)
    return C_V, lower_V, p_V


@pytest.mark.parametrize("context", [".zel", "", "q", "mma", "zzzz"])
def test_recursive_smoothing_agrees_in_all_three_forms(code, context):
    C_V, lower_V, p_V = leaning(code, context, 20)
    if context == ".zel":
        cell = next(cell for cell in PAGE.stored.cells if cell.metadata.get("label") == "fig-lean")
        drawn = cell.outputs[0]["data"][PMF_MIME]["p"]
    else:
        drawn = code["pmf_chart"](p_V, code["letters"], alt="bars").data["p"]
    agree(
        RECURSIVE["eq-recursive"],
        (C_ub, lower, N_u, k, b),
        lambda C, P, N, weight, b: code["lean"](C_V, lower_V, weight)[b],
        lambda C, P, N, weight, b: drawn[b],
        [(C_V[b], lower_V[b], C_V.sum(), 20, b) for b in range(27)],
        tolerance=1e-5,  # the page's bars have six decimals
    )


def test_the_models_give_each_token_what_the_arrays_give_it(code):
    ends = code["T_N"].cumsum()
    for model, p_N in [
        (code["five"], code["recursive"](5, 20)),
        (code["Recursive"]([code["C"][n] for n in range(1, 4)], 7), code["recursive"](3, 7)),
        (code["NGram"](code["C"][4], 4, 0.1), code["add_alpha"](4, 0.1)),
    ]:
        nats = -np.add.reduceat(np.log(p_N), ends - code["T_N"])
        for i in range(0, len(code["dev"]), 150):
            assert np.isclose(model.nll(code["dev"][i] + "."), nats[i])


def test_a_string_is_the_product_of_its_steps(code):
    model = code["five"]
    for name in code["dev"][::300]:
        padded = "...." + name + "."
        steps = [model.after(padded[t : t + 4])[code["stoi"][padded[t + 4]]] for t in range(len(name) + 1)]
        assert np.isclose(np.exp(-model.nll(name + ".")), np.prod(steps))


def test_good_and_turing_by_way_of_the_binomial(code):
    """Both sides of eq-turing have a closed form: a kind is missed with (1 − p)^N."""
    rng = np.random.default_rng(5)
    for N in (1, 2, 3):
        p = rng.dirichlet(np.ones(4))
        unseen = (p * (1 - p) ** N).sum()
        assert np.isclose(code["expect"](code["missed"], p, N), unseen)
        assert np.isclose(code["expect"](code["seen"](1), p, N + 1), (N + 1) * unseen)
        outcomes = np.prod([p[list(w)] for w in product(range(4), repeat=N)], axis=1)
        assert np.isclose(outcomes.sum(), 1)


def test_no_ngram_is_repeated_in_one_name_and_found_in_no_other(code):
    for n in range(2, 7):
        homes = Counter(gram for name in load("names", "train") for gram in set(code["ngrams"](name, n)))
        assert all(code["C"][n][gram] == 1 for gram, number in homes.items() if number == 1)


def test_no_ngram_that_is_new_in_dev_is_repeated_in_one_name(code):
    for n in range(2, 7):
        for name in load("names", "dev"):
            new = [gram for gram in code["ngrams"](name, n) if gram not in code["C"][n]]
            assert len(new) == len(set(new))


def test_the_chance_that_the_next_draw_is_new_needs_no_independence(code):
    """Draws without replacement can be swapped; the expectation of U_N is then another number."""
    urn, N = "aabbbc", 3
    outcomes = list(permutations(urn, N + 1))
    new = np.mean([w[-1] not in w[:-1] for w in outcomes])
    once = np.mean([sum(w.count(x) == 1 for x in set(w)) for w in outcomes])
    unseen = np.mean([1 - sum(urn.count(x) for x in set(w[:-1])) / len(urn) for w in outcomes])
    assert np.isclose(new, once / (N + 1))
    assert not np.isclose(unseen, once / (N + 1))


# --- answers to the exercises that were once judged wrongly -------------------------------------------------


def quotient_as_float(V, budget):
    n = 0
    while V ** (n + 1) <= budget / 4:
        n += 1
    return n


def emptied(counts):
    result = Counter()
    while counts:
        gram, times = counts.popitem()
        result[gram[1:]] += times
    return result


def divided_as_float(number, n):
    gram = ""
    for _ in range(n):
        number, gram = int(number / 27), LETTERS[number % 27] + gram
    return gram


def sliced_from_the_end(C, context, k):
    p_V = np.full(27, 1 / 27)
    for m in range(len(context) + 1):
        C_V = np.array([C[m + 1][context[-m:] + b] for b in LETTERS])
        p_V = (C_V + k * p_V) / (C_V.sum() + k)
    return p_V


def one_order(C, context, k):
    C_V = np.array([C[len(context) + 1][context + b] for b in LETTERS])
    return (C_V + k / 27) / (C_V.sum() + k)


def all_outcomes(p, N):
    once = unseen = 0
    for w in product(range(len(p)), repeat=N):
        chance = np.prod([p[x] for x in w])
        once += chance * sum(w.count(x) == 1 for x in set(w))
        unseen += chance * sum(p[x] for x in range(len(p)) if x not in w)
    return once / N - unseen


def in_bytes(grams, M):
    C_M = np.zeros(M, dtype=np.uint8)
    for gram in grams:
        C_M[sum(LETTERS.index(b) * 27**i for i, b in enumerate(gram[::-1])) % M] += 1
    return C_M


def one_cell_further(grams, M):
    cells = [sum(LETTERS.index(b) * 27**i for i, b in enumerate(gram[::-1])) for gram in grams]
    return np.bincount([(cell + 1) % M for cell in cells], minlength=M)


@pytest.mark.parametrize(
    "name, answer, words",
    [
        ("largest", quotient_as_float, "but 10 ** 18 cells take"),
        ("largest", lambda V, budget: float(known("largest")(V, budget)), "a float; n is a whole number"),
        ("shorter", lambda counts: dict(known("shorter")(counts)), "is a dict; expected a Counter"),
        ("shorter", emptied, "changes what it was given"),
        ("address", divided_as_float, "into a float?"),
        ("recursive", sliced_from_the_end, "a slice [-0:] is the whole string"),
        ("recursive", one_order, "only the longest context was asked"),
        ("unseen", lambda counts: sum(t < 2 for t in counts.values()) / counts.total(), "a count of 0"),
        ("gap", all_outcomes, "do without a list of all outcomes"),
        ("gap", lambda p, N: sum((1 - x) ** N for x in p), "how many kinds are missed"),
        ("hashed", in_bytes, "what can one hold?"),
        ("hashed", one_cell_further, ", cell 1: 1, expected 0"),
    ],
)
def test_a_plausible_wrong_answer_is_told_what_is_wrong_with_it(name, answer, words):
    found = verdict(f"05.{name}", answer)
    assert found.kind == "not yet right" and words in found.reason, found


@pytest.mark.parametrize(
    "name, odd",
    [
        ("largest", np.int64),
        ("coverage", lambda share: Fraction(share).limit_denominator(10**6)),
        ("unseen", lambda share: Fraction(share).limit_denominator(10**6)),
        ("recursive", list),
        ("hashed", list),
        ("gap", np.float64),
    ],
)
def test_a_right_answer_in_another_form_is_right(name, odd):
    assert verdict(f"05.{name}", lambda *args: odd(known(name)(*args))).kind == "right"


def test_an_answer_by_way_of_the_pages_own_functions_is_right(code):
    def added_at(grams, M):
        C_M = np.zeros(M, dtype=int)
        np.add.at(C_M, [code["address"](gram) % M for gram in grams], 1)
        return C_M

    assert verdict("05.hashed", added_at).kind == "right"


def test_the_recorded_bill_has_the_bytes_of_the_arrays_and_a_dict_that_shrinks_with_the_names():
    rows = stored("05-cost").rows
    for n, _, _, _, _, megabytes in rows:
        if megabytes != "–":
            assert abs(float(megabytes) - 4 * 27 ** int(n) / 1e6) < 0.1
    at_five = [row for row in rows if row[0] == "5"]
    dict_megabytes = [float(row[3]) for row in at_five]
    assert dict_megabytes == sorted(dict_megabytes, reverse=True)
