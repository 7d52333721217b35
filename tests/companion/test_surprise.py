"""The strip of surprise: its still, its words, and what is stored of it."""

import json
import math

import numpy as np
import pytest
from companion import SurpriseStrip
from companion.stills import surprise
from companion.widgets import WIDGET_MIME

TOKENS = ".abcdefghijklmnopqrstuvwxyz' "
TRAIN = ["the cat sat", "the cat's hat", "a hat", "that"]


def small(**more):
    given = {"line": ("mine", "The hat!"), "kept": ("other", "zz"), "alt": "Two lines.",
             "examples": [("mine", "The hat!"), ("noise", "q'z x")]}  # fmt: skip
    return SurpriseStrip(TOKENS, TRAIN, ["the mat", "a cat", "oh"], n=3, k=2, **(given | more))


def by_hand(context, token):
    """P(token | context) for the trigram of TRAIN, step by step."""
    p = 1 / 29
    for m in range(min(3, len(context) + 1)):
        c = context[len(context) - m :]
        after = [x[t] for x in ("." + line + "." for line in TRAIN) for t in range(max(m, 1), len(x))
                 if x[t - m : t] == c]
        p = (after.count(token) + 2 * p) / (len(after) + 2)
    return p


def test_prices_are_those_of_the_counted_model():
    for line in ("the hat", "zz", ""):
        x = "." + line + "."
        expected = [-math.log(by_hand(x[:t], x[t])) for t in range(1, len(x))]
        assert surprise.prices(small().model, line, 3) == pytest.approx(expected)


def test_a_first_letter_that_no_line_began_with_pays_once_however_long_the_memory():
    for line in ("hat", "q"):
        none, one, two = (surprise.prices(small().model, line, n)[0] for n in (1, 2, 3))
        assert two == one == pytest.approx(none + math.log((len(TRAIN) + 2) / 2))


@pytest.mark.parametrize("n", [1, 2, 3])
def test_every_row_is_a_pmf_and_prices_are_read_off_it(n):
    line = "the hat"
    nats = surprise.prices(small().model, line, n)
    for i, token in enumerate(line + "."):
        row = surprise.row(small().model, line, i, n)
        assert sum(row) == pytest.approx(1) and min(row) > 0
        assert -math.log(row[TOKENS.index(token)]) == pytest.approx(nats[i])


def test_the_bundle_has_text_a_drawing_and_the_lines():
    bundle = small(tasks=["Look."])._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "image/svg+xml", WIDGET_MIME}
    assert bundle["text/plain"] == repr(small()) == "Two lines."
    model = bundle[WIDGET_MIME]["model"]
    assert bundle[WIDGET_MIME]["widget"] == "surprise" and model["train"].split("\n") == TRAIN
    assert (model["n"], model["k"], model["line"], model["tasks"]) == (3, 2, ["mine", "The hat!"], ["Look."])
    assert json.dumps(bundle) == json.dumps(small(tasks=["Look."])._repr_mimebundle_())


def test_the_drawing_shows_both_lines():
    data = small().chart.data
    assert list(data) == ["the hat.", "zz."]
    assert np.allclose(data["zz."], surprise.prices(small().model, "zz", 3))


def test_what_cannot_be_shown_is_refused():
    with pytest.raises(ValueError, match="needs an alt text"):
        small(alt=" ")
    with pytest.raises(ValueError, match="nothing is left of the text 'mine', '7!'"):
        small(line=("mine", "7!"))
    with pytest.raises(ValueError, match="'T' of the line 'The' is no token"):
        SurpriseStrip(TOKENS, ["The"], [], 2, 1, line=("a", "a"), kept=("b", "b"), alt="x")
    with pytest.raises(ValueError, match="'.' of the line 'a.b' is no token"):
        SurpriseStrip(TOKENS, ["a"], ["a.b"], 2, 1, line=("a", "a"), kept=("b", "b"), alt="x")


@pytest.mark.parametrize("text, line, left", [
    ("Shall I compare thee?", "shall i compare thee", ["?"]),
    ("  self-same — twice ", "self same twice", []),
    ("it’s 7 o'clock, 7!", "it's o'clock", ["7", ",", "!"]),
    ("日本 x", "x", ["日", "本"]),
    ("", "", []),
])  # fmt: skip
def test_what_is_left_out_of_a_line_is_known(text, line, left):
    assert surprise.cleaned(text, TOKENS) == (line, left)


def test_what_is_left_out_is_said_once_and_in_words():
    assert surprise.status(small().model, "x", ["7", "é"], 3).endswith("stands for it: 7 é")
    assert "Left out" not in surprise.status(small().model, "x", [], 3)
    assert surprise.status(small().model, "", [], 3) == "Type a line"
    assert surprise.status(small().model, "", ["7"], 3).startswith("Type a line. Left out")


def test_the_words_of_a_line_and_of_a_token():
    model, line = small().model, "the hat"
    nats = surprise.prices(model, line, 3)
    said = surprise.line_readout(model, line, 3)
    assert said["characters"] == "8" and said["each"] == f"{sum(nats) / 8:.2f}"
    assert float(said["perplexity"]) == pytest.approx(math.exp(sum(nats) / 8), abs=0.06)
    below = sum(x < sum(nats) / 8 for x in surprise.held(model, 3))
    assert said["rank"] == f"fresher than {below} of 3 held-out lines"
    token = surprise.token_readout(model, line, 3, 3)
    assert (token["a"], token["b"]) == ("he", "␣")
    assert token["value"] == f"space after h e: probability {token['p']}, surprise {nats[3]:.2f} nats"
    assert surprise.token_readout(model, line, 0, 3)["value"].startswith("t after the start: ")
    assert surprise.token_readout(model, line, 7, 3)["value"].startswith("the end after a t: ")
    assert surprise.token_readout(model, line, 2, 1)["a"] == "any"


def test_the_still_is_complete_and_its_controls_wait_for_the_script():
    html = surprise.still(small().model)
    for words in ("mine", "other", "held-out lines", "noise", ">␣</b>", "perplexity"):
        assert words in html, words
    before, entry = html.split('<div class="entry js-only">')
    assert "<button" not in before.split('<span class="memory js-only">')[0]
    assert "<input" not in before and entry.count("<input") == 1


def test_a_text_cannot_break_the_page():
    html = surprise.still(small(line=("</script>", '"><script>'), tasks=["</script>"]).model)
    assert "<script" not in html and "</script" not in html
    assert "&quot;&gt;&lt;script&gt;" in html
