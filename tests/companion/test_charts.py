"""charts.py: what was drawn is what was asked for; bytes, colours, size and silence."""

import re
import subprocess
import sys
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from companion.charts import (
    LEVELS,
    MOST_BYTES,
    PMF_MIME,
    event_chart,
    heat_map,
    line_chart,
    measure_chart,
    pmf_chart,
    scatter_loglog,
)  # fmt: skip
from companion.roles import ROLES
from hypothesis import given, settings
from hypothesis import strategies as st

LETTERS = ".abcdefghijklmnopqrstuvwxyz"
rng = np.random.default_rng(0)
C_VV = rng.integers(0, 5, (27, 27)) * 10 ** rng.integers(0, 4, (27, 27))
X = 10 ** rng.uniform(-3, 0, 1000)
SLIPS = {"a": 3, "bee": 1, "jazz": 2, "jump": 2}

CHARTS = {
    "pmf": lambda alt="bars": pmf_chart(np.full(27, 1 / 27), LETTERS, hit="u", alt=alt),
    "heat": lambda alt="map": heat_map(C_VV, LETTERS, alt=alt),
    "heat of P": lambda alt="map": heat_map(C_VV / C_VV.sum(), LETTERS, alt=alt, role="probability",
                                            scale="sqrt"),
    "scatter": lambda alt="dots": scatter_loglog(X, X**2, alt=alt, xlabel="x < 1", ylabel="y & more"),
    "lines": lambda alt="lines": line_chart([0, 1, 2], {"up": [0, 1, 2], "down": [2, 1, 0]}, alt=alt,
                                            roles={"up": "model"}, xlabel="x", ylabel="y"),
    "events": lambda alt="tiles": event_chart(SLIPS, {"A": {"a", "jazz"}, "B": {"jazz"}}, rows=2, alt=alt),
    "measure": lambda alt="dots": measure_chart(SLIPS, {"jazz", "jump"}, rows=2, alt=alt),
}
every = pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS)


@every
def test_the_bundle_has_the_alt_text_and_an_svg(draw):
    bundle = draw("What there is to see.")._repr_mimebundle_()
    assert bundle["text/plain"] == repr(draw("What there is to see.")) == "What there is to see."
    assert ElementTree.fromstring(bundle["image/svg+xml"]).tag.endswith("svg")


@every
@pytest.mark.parametrize("alt", ["", "  \n", None, 3])
def test_a_chart_without_an_alt_text_is_refused(draw, alt):
    with pytest.raises(ValueError, match="a chart needs an alt text"):
        draw(alt)


@every
def test_a_chart_cannot_be_changed(draw):
    chart = draw()
    with pytest.raises(AttributeError):
        chart.alt = "other"
    with pytest.raises(TypeError):
        chart.data["x"] = 1
    with pytest.raises(ValueError, match="read-only"):
        next(iter(chart.data.values()))[...] = 0


@every
def test_an_svg_is_small_and_has_the_same_bytes_each_time(draw):
    assert draw().svg == draw().svg
    assert len(draw().svg.encode()) <= MOST_BYTES


@every
def test_every_colour_is_a_role(draw):
    colours = set(re.findall(r"#[0-9a-fA-F]{6}\b", re.sub(r'(href="|url\()#\w+', "", draw().svg)))
    assert colours and colours <= set(ROLES["light"].values())


@every
def test_an_svg_has_text_as_text_and_nothing_that_reaches_the_page(draw):
    svg = draw().svg
    assert "<text" in svg and "Appendix Sans" in svg and "DejaVu" not in svg
    assert not re.search(r"<style|<metadata|<script|http(?!://www\.w3\.org)|<\?xml|<g id=", svg)
    assert re.match(r"<svg [^>]*viewBox=", svg)


@every
def test_charts_are_about_5_inches_wide(draw):
    assert 300 <= float(re.search(r'width="([\d.]+)pt"', draw().svg)[1]) <= 365


def test_drawing_leaves_no_state_and_says_nothing():
    code = ("import matplotlib, sys\n"
            "r = matplotlib.rcParams\n"
            "def settings(): return [r[k] for k in r if k != 'backend']\n"
            "before = settings()\n"                      # to ask for the backend would import pyplot
            "from companion.charts import pmf_chart; pmf_chart([0.5, 0.5], 'ab', hit='a', alt='two bars')\n"
            "assert settings() == before and 'matplotlib.pyplot' not in sys.modules")
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_readers_own_settings_do_not_reach_a_chart():
    plain = CHARTS["lines"]().svg
    with matplotlib.rc_context({"font.size": 30, "font.family": "serif", "lines.linewidth": 9}):
        assert CHARTS["lines"]().svg == plain


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=27), st.data())
def test_bars_are_the_pmf(weights, data):
    p = np.array(weights) / sum(weights)
    labels = list(LETTERS[:len(p)])
    hit = data.draw(st.sampled_from([None, *labels]))
    chart = pmf_chart(p, labels, hit=hit, alt="bars")
    np.testing.assert_allclose(chart.data["p"], p)
    pmf = chart._repr_mimebundle_()[PMF_MIME]
    assert pmf["labels"] == labels and pmf["hit"] == hit and pmf["alt"] == "bars"
    np.testing.assert_allclose(pmf["p"], p, atol=5e-7)
    assert (f">{p[labels.index(hit)]:.3f}<" in chart.svg) if hit else not re.search(r">\d\.\d{3}<", chart.svg)


@pytest.mark.parametrize("p, message", [([0.5, 0.4], "not a PMF: the least is 0.4, the sum 0.9000"),
                                        ([1.5, -0.5], "not a PMF"), ([np.nan, 1], "not a PMF"),
                                        ([1.0], "2 labels need as many probabilities"),
                                        (np.eye(2), "2 labels need as many probabilities")])
def test_what_is_no_pmf_is_refused(p, message):
    with pytest.raises(ValueError, match=message):
        pmf_chart(p, "ab", alt="bars")


def test_the_hit_must_be_a_label():
    with pytest.raises(ValueError, match="'z' is not among the labels 'ab'"):
        pmf_chart([0.5, 0.5], "ab", hit="z", alt="bars")


def test_a_heat_map_shows_every_cell_in_its_level():
    chart = heat_map(C_VV, LETTERS, alt="map")
    level_VV = chart.data["level"]
    assert level_VV.shape == (27, 27) and ((level_VV == 0) == (C_VV == 0)).all()
    assert (level_VV[C_VV == C_VV.max()] == LEVELS).all() and level_VV.min() == 0
    order = np.argsort(C_VV, axis=None)
    assert (np.diff(level_VV.flat[order]) >= 0).all()
    expected = np.ceil(LEVELS * np.log1p(C_VV) / np.log1p(C_VV.max()) - 1e-9)
    np.testing.assert_array_equal(level_VV, expected)


def test_a_heat_map_is_not_mirrored():
    C = np.zeros((3, 3))
    C[0, 1], C[2, 0] = 1, 9
    level_VV = heat_map(C, ".ab", alt="map").data["level"]
    np.testing.assert_array_equal(level_VV, [[0, 3, 0], [0, 0, 0], [8, 0, 0]])


def test_the_key_of_a_heat_map_says_never_only_if_there_is_a_zero():
    assert "never" in heat_map([[0, 1], [2, 3]], "ab", alt="map").svg
    assert "never" not in heat_map([[4, 1], [2, 3]], "ab", alt="map").svg


def test_a_heat_map_has_one_path_for_each_level():
    fills = re.findall(r"<path [^>]*fill: #037a71[^>]*>", heat_map(C_VV, LETTERS, alt="map").svg)
    assert len(fills) <= 2 * LEVELS          # the map and its key


@pytest.mark.parametrize("C, message", [
    (np.ones((2, 3)), "need a table of shape"), (-np.eye(3), "of at least 0"),
    (np.zeros((3, 3)), "one above 0"), (np.full((3, 3), np.nan), "finite")])
def test_what_cannot_be_mapped_is_refused(C, message):
    with pytest.raises(ValueError, match=message):
        heat_map(C, ".ab", alt="map")


def test_dots_are_where_the_numbers_say():
    chart = CHARTS["scatter"]()
    np.testing.assert_allclose(chart.data["x"], X)
    np.testing.assert_allclose(chart.data["y"], X**2)
    assert chart.svg.count("<use href=") == 1000


def test_labels_are_escaped():
    assert "x &lt; 1" in CHARTS["scatter"]().svg and "y &amp; more" in CHARTS["scatter"]().svg


@pytest.mark.parametrize("x, y", [([1, 0], [1, 1]), ([1], [-1]), ([1, np.inf], [1, 1]), ([np.nan], [1])])
def test_a_dot_without_a_place_on_logarithmic_axes_is_refused(x, y):
    with pytest.raises(ValueError, match="finite numbers above 0 only"):
        scatter_loglog(x, y, alt="dots")


def test_x_and_y_belong_together():
    with pytest.raises(ValueError, match="two rows of one length"):
        scatter_loglog([1, 2], [1], alt="dots")


def test_lines_are_what_the_numbers_say_and_carry_their_names():
    chart = CHARTS["lines"]()
    assert list(chart.data) == ["x", "up", "down"]
    np.testing.assert_array_equal(chart.data["down"], [2, 1, 0])
    assert ">up</text>" in chart.svg and ">down</text>" in chart.svg
    assert ROLES["light"]["model"] in chart.svg


def test_a_logarithmic_axis_takes_lines_above_0_only():
    lines = {"27ⁿ": [27, 729, 19_683], "seen": [27, 612, 5_776]}
    chart = line_chart([1, 2, 3], lines, alt="lines", scale="log")
    assert list(chart.data["seen"]) == [27, 612, 5_776]
    assert ">1000<" in chart.svg and ">5000<" not in chart.svg
    with pytest.raises(ValueError, match="numbers above 0 only"):
        line_chart([1, 2], {"none": [0, 1]}, alt="lines", scale="log")


def test_names_of_lines_that_end_together_are_pushed_apart():
    svg = line_chart([0, 1], {"a1": [0, 1], "b2": [0, 1.001], "c3": [0, 1.002]}, alt="lines").svg
    heights = [float(re.search(rf'y="([\d.]+)"[^>]*>{name}<', svg)[1]) for name in ("a1", "b2", "c3")]
    assert (np.diff(heights) < -8).all()


def test_a_chart_that_is_too_large_is_refused():
    with pytest.raises(ValueError, match=r"bytes, more than 60,000: draw fewer points"):
        scatter_loglog(np.tile(X, 3), np.tile(X, 3), alt="dots")


def test_the_area_of_an_event_is_its_share_of_the_slips():
    chart = CHARTS["events"]()
    np.testing.assert_allclose(chart.data["area"], np.array([3, 1, 2, 2]) / 8)
    np.testing.assert_allclose([chart.data["A"], chart.data["B"]], [5 / 8, 2 / 8])
    assert chart.svg.count("<pattern") == 2                # A and B are told apart by how they are hatched
    assert event_chart(SLIPS, {"A": set()}, rows=2, alt="x").data["A"] == 0


def test_dots_tiles_and_share_are_the_same_event():
    data = CHARTS["measure"]().data
    assert (data["filled"], data["hollow"], data["share"]) == (4, 4, 0.5)


@pytest.mark.parametrize("change, message", [
    ({"events": {"A": {"zoo"}}}, "'zoo' is not among the words a, bee, jazz, jump"),
    ({"slips": {"a": 0, "b": 4}}, "a whole number of slips, at least one"),
    ({"slips": {"a": 1.5, "b": 2.5}}, "a whole number of slips, at least one"),
    ({"slips": {"a": 3, "b": 2, "c": 3}}, "do not fill 2 equal rows"),
])  # fmt: skip
def test_tiles_that_cannot_be_laid_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        event_chart(**{"slips": SLIPS, "events": {"A": set()}, "rows": 2, "alt": "x"} | change)
