"""tokenize.py: there and back, and the errors of both ways."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import picograd as pg
from picograd.tokenize import CharTokenizer


def test_names_have_the_end_mark_first():
    tokenizer = CharTokenizer.of(["emma", "ava"])
    assert tokenizer.vocabulary == ".aemv" and len(tokenizer) == 5
    assert tokenizer.encode("emma.") == (2, 3, 3, 1, 0) and tokenizer.decode([4, 1]) == "va"


def test_a_text_need_not_end():
    assert CharTokenizer.of(["to be.\n"], end=None).vocabulary == "\n .beot"


@given(st.lists(st.text(), min_size=1).filter(any))
def test_decode_undoes_encode(texts):
    tokenizer = CharTokenizer.of(texts, end=None)
    assert [tokenizer.decode(tokenizer.encode(text)) for text in texts] == texts


def test_tokens_may_be_lists_arrays_or_tensors():
    tokenizer = CharTokenizer(".ab")
    for tokens in ([1, 2, 0], (1, 2, 0), np.array([1, 2, 0]), pg.tensor([1, 2, 0])):
        assert tokenizer.decode(tokens) == "ab."


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: CharTokenizer(".ab").encode("aéb"), "'é' is not in the vocabulary '.ab'"),
        (lambda: CharTokenizer(".ab").decode([3]), "3 is not a token: the vocabulary has 0 … 2"),
        (lambda: CharTokenizer(".ab").decode([-1]), "-1 is not a token"),
        (lambda: CharTokenizer("abca"), "different characters, not 'abca'"),
        (lambda: CharTokenizer(""), "different characters"),
        (lambda: CharTokenizer(["a", "b"]), "a vocabulary is a str of different characters"),
        (lambda: CharTokenizer.of(["St. Ives"]), r"different characters, not '\. \.ISe"),
        (lambda: CharTokenizer.of([], end=None), "different characters"),
    ],
)
def test_what_is_unknown_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
