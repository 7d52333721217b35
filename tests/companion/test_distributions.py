"""distributions.py: what was drawn is what was asked for; bytes, colours and size as in charts.py."""

import re
from fractions import Fraction

import numpy as np
import pytest
from companion.charts import MOST_BYTES
from companion.distributions import (
    balance_chart,
    cdf_chart,
    push_chart,
    shrinking_bins,
    tail_chart,
    update_chart,
)
from companion.roles import ROLES

MASS = {"a": Fraction(1, 2), "bee": Fraction(1, 8), "tea": Fraction(1, 4), "verse": Fraction(1, 8)}
P = {1: Fraction(1, 2), 3: Fraction(3, 8), 5: Fraction(1, 8)}

CHARTS = {
    "push": lambda alt="lines": push_chart(MASS, {w: len(w) for w in MASS}, alt=alt),
    "tail": lambda alt="cuts": tail_chart(P, (1, 3, 5), alt=alt, name="L"),
    "balance": lambda alt="beam": balance_chart(P, alt=alt),
    "cdf": lambda alt="stairs": cdf_chart(P, alt=alt, xlabel="k", ylabel="P(L ≤ k)"),
    "bins": lambda alt="bins": shrinking_bins(lambda x: x * x, lambda x: 2 * x, (4, 8, 32), alt=alt),
    "update": lambda alt="bars": update_chart({"a": 0.5, "b": 0.5}, {"b": 0.75, "a": 0.25}, alt=alt),
}
every = pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS)


@every
def test_a_chart_has_an_alt_text_few_bytes_and_the_same_each_time(draw):
    assert repr(draw("What there is to see.")) == "What there is to see."
    assert draw().svg == draw().svg and len(draw().svg.encode()) <= MOST_BYTES
    with pytest.raises(ValueError, match="a chart needs an alt text"):
        draw("")


@every
def test_every_colour_is_a_role_and_no_pattern_needs_a_name(draw):
    svg = draw().svg
    colours = set(re.findall(r"#[0-9a-fA-F]{6}\b", re.sub(r'(href="|url\()#\w+', "", svg)))
    assert colours and colours <= set(ROLES["light"].values())
    assert "<pattern" not in svg and "<text" in svg
    assert 300 <= float(re.search(r'width="([\d.]+)pt"', svg)[1]) <= 365


def test_mass_arrives_where_it_is_sent():
    data = CHARTS["push"]().data
    assert list(data["value"]) == [1, 3, 5]
    np.testing.assert_allclose(data["p"], [1 / 2, 3 / 8, 1 / 8])


def test_the_fulcrum_stands_where_the_bars_balance():
    data = CHARTS["balance"]().data
    np.testing.assert_allclose(data["value"], [1, 3, 5])
    np.testing.assert_allclose(data["p"] @ (data["value"] - data["mean"]), 0, atol=1e-9)


def test_a_cut_keeps_the_bars_from_it_on():
    data = CHARTS["tail"]().data
    np.testing.assert_allclose(data["at"], [1 / 2, 3 / 8, 1 / 8])
    np.testing.assert_allclose(data["tail"], [1, 1 / 2, 1 / 8])


def test_the_stairs_are_the_sums_from_the_left():
    data = CHARTS["cdf"]().data
    np.testing.assert_allclose(data["F"], [1 / 2, 7 / 8, 1])


def test_bins_add_up_to_one_and_their_densities_settle_on_the_line():
    data = CHARTS["bins"]().data
    for n in (4, 8, 32):
        assert np.isclose(data[f"p {n}"].sum(), 1)
        middle = (np.arange(n) + 0.5) / n
        np.testing.assert_allclose(data[f"density {n}"], 2 * middle)


def test_before_and_after_stand_over_the_same_labels():
    data = CHARTS["update"]().data
    np.testing.assert_allclose(data["prior"], [0.5, 0.5])
    np.testing.assert_allclose(data["posterior"], [0.25, 0.75])
