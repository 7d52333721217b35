"""contract.py: what follows from pmf, against sums written out."""

import itertools
import math
import warnings

import numpy as np
import pytest
from companion.contract import decode, encode
from hypothesis import given, settings
from hypothesis import strategies as st

import picograd
from tests.companion.models import P_VV, Batched, Table, TwoBack, Uniform

LM = Table()
words = st.text("ab", max_size=6)


def by_hand(text):
    """log P of a finished string under the bigram table."""
    tokens = [".ab".index(c) for c in text]
    return sum(math.log(P_VV[a, b]) if P_VV[a, b] else -math.inf for a, b in itertools.pairwise([0, *tokens]))


def strings(max_len):
    return ["".join(s) for n in range(max_len + 1) for s in itertools.product("ab", repeat=n)]


@given(st.text("abcxyz."))
def test_decode_undoes_encode(text):
    assert decode(Uniform.vocabulary, encode(Uniform.vocabulary, text)) == text


def test_tokens_may_be_letters_lists_arrays_or_tensors():
    for tokens in ("ab.", [1, 2, 0], (1, 2, 0), np.array([1, 2, 0]), picograd.tensor([1, 2, 0])):
        assert LM.encode(tokens) == (1, 2, 0)
        assert LM.nll(tokens) == pytest.approx(-by_hand("ab."))


def test_an_unknown_token_is_named():
    with pytest.raises(ValueError, match="'é' is not in the vocabulary '.ab'"):
        LM.encode("aé")
    with pytest.raises(ValueError, match="3 is not a token: the vocabulary has 0 … 2"):
        LM.encode([0, 3])


@given(words)
def test_nll_is_minus_the_sum_of_logs_end_mark_included(text):
    assert LM.nll(text + ".") == pytest.approx(-by_hand(text + "."))
    assert LM.nll_per_token(text + ".") == pytest.approx(-by_hand(text + ".") / (len(text) + 1))


def test_an_impossible_string_costs_infinity_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert LM.nll("bb.") == math.inf


def test_a_certain_string_costs_plain_zero():
    lm = Table(np.array([[0.0, 1.0], [1.0, 0.0]]), ".a")
    assert math.copysign(1, lm.nll("a.")) == 1 and lm.nll("a.") == 0


@pytest.mark.parametrize("text", ["", "ab", "a.b", "a..", ".a."])
def test_nll_refuses_what_is_not_a_finished_string(text):
    with pytest.raises(ValueError, match="is not a finished string: the end mark '.' must stand at its end"):
        LM.nll(text)


@given(words)
def test_row_t_of_pmfs_is_pmf_of_what_stands_before_t(text):
    P_TV = TwoBack().pmfs(text + ".")
    assert P_TV.shape == (len(text) + 1, 3)
    for t in range(len(text) + 1):
        np.testing.assert_array_equal(P_TV[t], TwoBack().pmf(text[:t]))
    np.testing.assert_array_equal(Batched().pmfs(text), Table().pmfs(text))


def test_pmfs_of_nothing_has_no_rows_and_nothing_follows_the_end_mark():
    assert LM.pmfs("").shape == (0, 3)
    with pytest.raises(ValueError, match="goes on after the end mark"):
        LM.pmfs("a.b")


def test_a_sample_is_a_finished_string_and_the_seed_decides_it():
    drawn = [LM.sample(picograd.Generator().manual_seed(seed)) for seed in range(30)]
    assert drawn == [LM.sample(picograd.Generator().manual_seed(seed)) for seed in range(30)]
    assert all(s.endswith(".") and "." not in s[:-1] and math.isfinite(LM.nll(s)) for s in drawn)
    assert len(set(drawn)) >= 8


def test_a_sample_that_does_not_end_is_refused():
    endless = Table(np.array([[0.0, 1.0], [0.0, 1.0]]), ".a")
    with pytest.raises(ValueError, match="no end mark within 7 letters"):
        endless.sample(picograd.Generator(), max_len=7)


@settings(max_examples=30)
@given(st.integers(0, 5), st.sampled_from(["", "a", "b", "ab", "bb", "aab", "a.", "ab.", "."]))
def test_bounds_of_a_prefix_are_the_sums_they_claim_to_be(max_len, prefix):
    lower, upper = TwoBack().prob(prefix, max_len)
    mass = {s: math.exp(-TwoBack().nll(s + ".")) for s in strings(max_len)}
    assert lower == pytest.approx(sum(m for s, m in mass.items() if (s + ".").startswith(prefix)))
    longer = [s for s in strings(max_len) if len(s) == max_len]
    alike = [s for s in longer
             if s.startswith(prefix) or prefix.startswith(s) and prefix[len(s):] not in ("", ".")]
    open_mass = sum(mass[s] / TwoBack().pmf(s)[0] * TwoBack().pmf(s)[1:].sum() for s in alike)
    assert upper - lower == pytest.approx(open_mass)


@settings(max_examples=30)
@given(st.integers(0, 6), st.integers(0, 3))
def test_bounds_of_a_predicate_are_the_sums_they_claim_to_be(max_len, least):
    lower, upper = LM.prob(lambda letters: letters.count("a") >= least, max_len)
    mass = {s: math.exp(-LM.nll(s + ".")) for s in strings(max_len)}
    assert lower == pytest.approx(sum(m for s, m in mass.items() if s.count("a") >= least))
    assert upper - lower == pytest.approx(1 - sum(mass.values()))


def test_the_bounds_close_as_strings_grow():
    bounds = [LM.prob("a", n) for n in range(12)]
    assert all(a[0] <= b[0] + 1e-15 and b[1] <= a[1] + 1e-15 for a, b in itertools.pairwise(bounds))
    assert bounds[-1][1] - bounds[-1][0] < 0.01 and bounds[-1][1] == pytest.approx(P_VV[0, 1])


def test_prob_refuses_to_walk_through_too_many_strings():
    with pytest.raises(ValueError, match=r"12,356,631 strings of up to 5 letters .* a smaller max_len"):
        Uniform().prob(lambda letters: True, 5)
    assert Uniform().prob("emm", 5)[1] == pytest.approx(27**-3)


def test_an_event_is_a_predicate_or_a_prefix():
    with pytest.raises(TypeError, match="an event is a predicate or a prefix, not 3"):
        LM.prob(3, 2)
    with pytest.raises(ValueError, match="'a.b' goes on after the end mark"):
        LM.prob("a.b", 4)
