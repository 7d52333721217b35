"""contract_check.py: sound models pass, and each mutant is caught with its own message."""

import re
import time

import numpy as np
import pytest
from companion.contract_check import ContractError, check_is_language_model
from hypothesis import given, settings
from hypothesis import strategies as st

import picograd
from tests.companion.models import GOOD, MUTANTS, Repeating, Table, TwoBack, Uniform

REQUIRED = ["Unnormalised", "Moody", "Peeking", "Endless", "InBits", "ForgetsEnd"]


def names_of(models):
    return [getattr(m, "__name__", type(m).__name__) for m in models]


@pytest.mark.parametrize("lm", GOOD, ids=names_of(GOOD))
def test_a_sound_model_passes(lm, capsys):
    check_is_language_model(lm)
    report = capsys.readouterr().out
    name = type(lm).__name__
    assert report.startswith(f"{name} is a language model over {lm.V} tokens, as far as we looked:\n")
    assert ("by prefixes" if lm.V > 12 else "all of up to 6 letters") in report and "1 in a million" in report
    assert max(map(len, report.splitlines())) <= 72


@pytest.mark.parametrize("mutant", MUTANTS, ids=names_of(MUTANTS))
def test_a_mutant_is_caught_with_its_own_message(mutant):
    with pytest.raises(ContractError, match=MUTANTS[mutant]):
        check_is_language_model(mutant(), quiet=True)


def test_the_promised_mutants_are_all_there():
    assert set(REQUIRED) <= set(names_of(MUTANTS))


def test_messages_hold_no_addresses_and_are_the_same_every_time():
    for mutant in MUTANTS:
        texts = set()
        for _ in range(2):
            with pytest.raises(ContractError) as caught:
                check_is_language_model(mutant(), quiet=True)
            texts.add(str(caught.value))
        assert len(texts) == 1 and "0x" not in texts.pop()


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 6), st.integers(0, 10**6))
def test_random_tables_pass_and_a_spoiled_row_is_named(V, seed):
    rng = np.random.default_rng(seed)
    P_VV = rng.dirichlet(np.ones(V), size=V)
    P_VV = 0.8 * P_VV + 0.2 * np.eye(V)[0]
    letters = ".abcdef"[:V]
    check_is_language_model(Table(P_VV, letters), draws=200, quiet=True)
    row = rng.integers(V)
    P_VV[row] *= 1.01
    where = re.escape(f'after ".{letters[row]}"' if row else 'after "."')
    with pytest.raises(ContractError, match=f"^{where}, the probabilities sum to 1.0100, not 1$"):
        check_is_language_model(Table(P_VV, letters), quiet=True)


@pytest.mark.parametrize("method, answer, says", [
    ("sample", None, "'NoneType' object is not iterable"),
    ("sample", "aé.", "'é' is not in the vocabulary '.ab'"),
    ("sample", [1, 3, 0], "3 is not a token: the vocabulary has 0 … 2"),
    ("nll", "12.3", "a str is not a number"),
    ("nll", None, "a NoneType is not a number"),
    ("nll", np.ones(3), "a ndarray is not a number"),
    ("nll_per_token", 1j, "a complex is not a number"),
    ("prob", None, "a NoneType is not a pair (lower, upper)"),
    ("prob", (0, 0.5, 1), "a tuple is not a pair (lower, upper)"),
    ("prob", ("a", "b"), "a str is not a number")])
def test_an_answer_of_the_wrong_kind_is_named(method, answer, says):
    lm = type("Odd", (Table,), {method: lambda *args: answer})()
    says = rf"^{method}\(.*\) gave the wrong kind of answer: {re.escape(says)}$"
    with pytest.raises(ContractError, match=says):
        check_is_language_model(lm, quiet=True)


@pytest.mark.parametrize("method", ["pmf", "pmfs"])
@pytest.mark.parametrize("spoil", [lambda P: None, np.ndarray.tolist, lambda P: P[:-1], lambda P: P[..., 1:]])
def test_the_second_answer_is_held_to_the_same_shape(method, spoil):
    class Tired(Table):
        asked = frozenset()

        def answer(self, name, tokens):
            found, tired = getattr(Table(), name)(tokens), name == method and name in self.asked
            self.asked |= {name}
            return spoil(found) if tired else found

        def pmf(self, context):
            return self.answer("pmf", context)

        def pmfs(self, tokens):
            return self.answer("pmfs", tokens)

    with pytest.raises(ContractError, match=f", {method} returned "):
        check_is_language_model(Tired(), quiet=True)


def test_a_number_may_be_a_scalar_of_numpy_or_picograd():
    for kind in (np.float32, np.array, picograd.tensor):
        class Wrapped(Table):
            def nll(self, tokens, kind=kind):
                return kind(super().nll(tokens))

        check_is_language_model(Wrapped(), draws=50, quiet=True)


def test_missing_end_mass_is_noticed_at_the_first_draw():
    class Counting(Table):
        draws = 0

        def sample(self, generator, max_len=1000):
            self.draws += 1
            return super().sample(generator, max_len)

    lm = Counting(np.array([[0.0, 1.0], [0.0, 1.0]]), ".a")
    with pytest.raises(ContractError, match="^no end was possible"):
        check_is_language_model(lm)
    assert lm.draws == 1


def test_the_tests_of_drawing_see_a_fault_whatever_the_seed():
    for seed in range(6):
        check_is_language_model(Table(), seed=seed, quiet=True)
        with pytest.raises(ContractError, match="^sample does not follow pmf"):
            check_is_language_model(Repeating(), seed=seed, quiet=True)


def test_a_tiny_excess_is_not_rounded_away_in_the_message():
    P_VV = np.array([[0.5, 0.50001], [0.5, 0.5]])
    with pytest.raises(ContractError, match='after ".", the probabilities sum to 1.00001000, not 1'):
        check_is_language_model(Table(P_VV, ".a"))


def test_the_keepdims_trap_is_caught_on_27_letters():
    rng = np.random.default_rng(0)
    C_VV = rng.integers(1, 100, (27, 27))
    check_is_language_model(Table(C_VV / C_VV.sum(axis=1, keepdims=True), Uniform.vocabulary), quiet=True)
    with pytest.raises(ContractError, match=r'^after "\.", the probabilities sum to \d\.\d{4}, not 1$'):
        check_is_language_model(Table(C_VV / C_VV.sum(axis=1), Uniform.vocabulary), quiet=True)


def test_zero_entries_and_long_contexts_are_allowed():
    P_VV = np.array([[0.0, 1.0, 0.0], [0.5, 0.0, 0.5], [1.0, 0.0, 0.0]])
    check_is_language_model(Table(P_VV), max_len=8, quiet=True)


def test_max_len_asks_for_enumeration_and_has_a_limit(capsys):
    check_is_language_model(TwoBack(), max_len=3)
    assert "all of up to 3 letters" in capsys.readouterr().out
    with pytest.raises(ValueError, match="this check enumerates at most 100,000: choose a smaller max_len"):
        check_is_language_model(Uniform(), max_len=4)


def test_quiet_prints_nothing(capsys):
    check_is_language_model(TwoBack(), quiet=True)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("missing", ["pmf", "pmfs", "nll", "nll_per_token", "sample", "prob"])
def test_a_missing_method_is_named(missing):
    class Bare(Table):
        pass

    setattr(Bare, missing, None)
    with pytest.raises(ContractError, match=f"^Bare has no method {missing}$"):
        check_is_language_model(Bare())


@pytest.mark.parametrize("vocabulary", [None, ".aa", ".", [".", "a"]])
def test_a_vocabulary_is_a_str_of_different_characters(vocabulary):
    with pytest.raises(ContractError, match="vocabulary must be a str of at least two different characters"):
        check_is_language_model(Table(vocabulary=vocabulary))


def test_a_model_need_not_inherit_anything():
    class Duck:
        def __init__(self):
            inner = TwoBack()
            self.vocabulary = inner.vocabulary
            for name in ("pmf", "pmfs", "nll", "nll_per_token", "sample", "prob"):
                setattr(self, name, getattr(inner, name))

    check_is_language_model(Duck(), quiet=True)


def test_a_bigram_of_27_letters_is_checked_in_about_a_second():
    rng = np.random.default_rng(0)
    P_VV = 0.85 * rng.dirichlet(np.ones(27), size=27) + 0.15 * np.eye(27)[0]
    start = time.process_time()
    check_is_language_model(Table(P_VV, Uniform.vocabulary), quiet=True)
    assert time.process_time() - start < 2          # 0.4 s on a quiet machine
