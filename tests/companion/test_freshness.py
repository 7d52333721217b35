"""freshness.py: what is drawn is what was asked for, in roles, small, and the same bytes each time."""

import re

import pytest
from companion.charts import MOST_BYTES
from companion.freshness import curve_chart, dots_chart, surprise_chart
from companion.roles import ROLES

CHARTS = {
    "curve": lambda alt="curve": curve_chart([0, 1, 2], [3, 4, 3.5], alt=alt, xlabel="x", ylabel="y"),
    "surprise": lambda alt="strip": surprise_chart(
        {"a b.": [1.5, 0.2, 3, 1], "it's.": [1, 2, 4, 0.5, 1]}, alt=alt
    ),
    "dots": lambda alt="rows": dots_chart({"verse": [1.2, 1.5], "noise": [4, 5, 6]}, alt=alt, xlabel="nats"),
}
every = pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS)


@every
def test_an_alt_text_is_shown_and_required(draw):
    assert draw("What there is.")._repr_mimebundle_()["text/plain"] == "What there is."
    with pytest.raises(ValueError, match="a chart needs an alt text"):
        draw(" ")


@every
def test_an_svg_is_small_in_roles_and_the_same_each_time(draw):
    svg = draw().svg
    colours = set(re.findall(r"#[0-9a-fA-F]{6}\b", re.sub(r'(href="|url\()#\w+', "", svg)))
    assert svg == draw().svg and len(svg.encode()) <= MOST_BYTES
    assert colours <= set(ROLES["light"].values())


def test_a_strip_reads_back_what_each_token_costs():
    data = CHARTS["surprise"]().data
    assert list(data) == ["a b.", "it's."]
    assert data["a b."].tolist() == [1.5, 0.2, 3, 1] and data["it's."].tolist() == [1, 2, 4, 0.5, 1]


def test_a_strip_needs_a_number_for_each_token():
    with pytest.raises(ValueError, match=r"'ab\.' has 3 tokens, and 2 numbers came with it"):
        surprise_chart({"ab.": [1, 2]}, alt="x")


def test_rows_of_dots_read_back_their_groups():
    data = CHARTS["dots"]().data
    assert list(data) == ["verse", "noise"]
    assert data["verse"].tolist() == [1.2, 1.5] and data["noise"].tolist() == [4, 5, 6]


def test_a_curve_fits_the_third_column_and_reads_back():
    chart = CHARTS["curve"]()
    assert chart.data["x"].tolist() == [0, 1, 2] and chart.data["y"].tolist() == [3, 4, 3.5]
    assert float(re.search(r'width="([\d.]+)pt"', chart.svg)[1]) <= 170
