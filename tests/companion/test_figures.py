"""figures.py: what is drawn is what was given, in the colours of roles, and it can be read back."""

import re

import numpy as np
import pytest
from companion import mirror_chart, palette, product_chart, secants_chart, standings_chart
from companion.leaderboard import Leaderboard, Row
from companion.roles import ROLES, SHAPES

BOARD = Leaderboard([
    Row("bigram, add 1", 729, 2.4601, 0.006, 0, 0.1), Row("unigram", 27, 2.8131, 0.0048, 0, 0.1),
    Row("uniform", 0, 3.2958, 0.0, 0, 0.1), Row("bigram", 729, float("inf"), None, 9, 0.1)])


def charts():
    return {
        "mirror": mirror_chart(np.linspace(-1, 1, 11), np.exp, names=("exp", "log"), alt="a"),
        "product": product_chart([[1, 2, 3], [4, 5, 6]], [[1, 0], [0, 1], [1, 1]], at=(1, 1), alt="a"),
        "secants": secants_chart(lambda x: x**3, 1, steps=(1, 0.5), tangent=3, name="x³", alt="a"),
        "palette": palette(alt="a"),
        "standings": standings_chart(BOARD, alt="a"),
    }


@pytest.fixture(scope="module")
def drawn():
    return charts()


def test_what_is_drawn_can_be_read_back(drawn):
    x, y = drawn["mirror"].data["x"], drawn["mirror"].data["y"]
    assert np.allclose(y, np.exp(x))
    assert np.allclose(drawn["product"].data["product"], [[4, 5], [10, 11]])
    assert np.allclose(drawn["secants"].data["slopes"], [4, 3.25, 3])
    assert list(drawn["palette"].data["roles"]) == list(SHAPES)
    assert np.allclose(drawn["standings"].data["numbers"], [729, 27, 1])
    assert np.allclose(drawn["standings"].data["nats"], [2.4601, 2.8131, 3.2958])
    assert np.allclose(drawn["standings"].data["se"], [0.006, 0.0048, 0])


@pytest.mark.parametrize("name", charts())
def test_every_colour_is_a_role(drawn, name):
    used = {colour.lower() for colour in re.findall(r"#[0-9a-fA-F]{6}\b", drawn[name].svg)}
    assert used <= set(ROLES["light"].values())


@pytest.mark.parametrize("name", charts())
def test_the_same_chart_has_the_same_bytes(drawn, name):
    assert charts()[name].svg == drawn[name].svg


def test_the_palette_shows_each_role_in_its_colour(drawn):
    words = re.findall(r"<text[^>]*fill: (#[0-9a-f]{6})[^>]*>([^<]+)</text>", drawn["palette"].svg)
    shown = {word: colour for colour, word in words}
    assert {role: shown.get(role) for role in SHAPES} == {role: ROLES["light"][role] for role in SHAPES}


def test_names_that_would_meet_are_pushed_apart():
    rows = [Row(f"model {i}", 729, 2.4 + 0.001 * i, 0.001, 0, 0.1) for i in range(5)] + [BOARD.rows[2]]
    svg = standings_chart(Leaderboard(rows), alt="a").svg
    places = re.findall(r'translate\(([\d.]+) ([\d.]+)\)">model \d<', svg) or re.findall(
        r'x="([\d.]+)" y="([\d.]+)"[^>]*>model \d<', svg)
    heights = sorted(float(y) for _, y in places)
    assert len(heights) == 5 and min(np.diff(heights)) > 8
