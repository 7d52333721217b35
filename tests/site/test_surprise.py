"""The strip of surprise on the built page: complete before a script runs, and not too heavy."""

import gzip
import json
import re

import pytest
from companion.stills import surprise

FRESH = "probability/fresh/index.html"
MOST_PAYLOAD = 60_000  # bytes, compressed as a server sends them


@pytest.fixture(scope="module")
def figure(book):
    return book.page(FRESH).one("figure#fig-strip")


@pytest.fixture(scope="module")
def model(figure):
    return json.loads(figure.one("script").text)


def strips(figure, model):
    """[(strip, its line, what the line's characters cost)] of the line and of the one kept beside it."""
    for section, which in (("mine", "line"), ("kept", "kept")):
        line, _ = surprise.cleaned(model[which][1], model["vocabulary"])
        yield figure.one(f"section.{section} .strip"), line, surprise.prices(model, line, model["n"])


def test_both_lines_stand_there_with_the_price_of_each_character_on_one_scale(figure, model):
    dearest = max(max(nats) for _, _, nats in strips(figure, model))
    assert dearest > surprise.TALL
    for strip, line, nats in strips(figure, model):
        cells = strip.all("span")
        assert [cell.one("b").text for cell in cells] == [surprise.shown(c) for c in line + "."]
        assert [cell.one("i").text for cell in cells] == [surprise.number(x) for x in nats]
        heights = [float(re.match(r"--s:([\d.]+)$", cell["style"])[1]) for cell in cells]
        assert heights == pytest.approx([x / dearest for x in nats], abs=6e-4)
        assert strip["role"] == "img" and line in strip["aria-label"]


def test_the_words_are_those_of_the_dearest_character(figure, model):
    line, _ = surprise.cleaned(model["line"][1], model["vocabulary"])
    i = surprise.dearest(surprise.prices(model, line, model["n"]))
    said = surprise.token_readout(model, line, i, model["n"]) | surprise.line_readout(model, line, model["n"])
    said["best"] = surprise.expected(surprise.row(model, line, i, model["n"]), model)
    for place in figure.one("div.read").all("[data-out]"):
        assert place.text == said[place["data-out"]], place["data-out"]
    assert figure.one("span.on").one("b").text == said["b"] == "x"


def test_the_gauge_has_a_stroke_for_each_held_out_line_and_names_what_it_shows(figure, model):
    strokes = re.findall(r"M([\d.]+) 0v10", figure.one(".dial path")["d"])
    assert len(strokes) == len(model["held"].split("\n")) == 281
    assert [float(x) for x in strokes] == pytest.approx(
        [125 * x for x in surprise.held(model, model["n"])], abs=0.06)  # fmt: skip
    assert [mark.text for mark in figure.all(".mark")] == [name for name, _ in model["examples"]]
    assert figure.one(".dial")["aria-label"].startswith("This line 3.13 nats per character")


def test_what_needs_the_script_waits_for_it(figure):
    for part in [*figure.all("button"), *figure.all("input"), figure.one("ul.try")]:
        assert any("js-only" in box.classes for box in (part, *part.ancestors)), part.name
    assert figure.one("[role=status]").text == "" and figure.one("p.left").text == ""


def test_the_payload_is_small(figure):
    assert len(gzip.compress(figure.one("script").text.encode(), 9)) <= MOST_PAYLOAD
