"""Pictures take the page's colours and type, and say what they show."""

import re
from types import SimpleNamespace

import pytest

from tests.site import project
from tests.site.markup import read


@pytest.fixture
def figures():
    from rendering import figures

    return figures


class Sheet:
    """What figures need of a page."""

    site = SimpleNamespace(page_called=lambda stem: None)

    def __init__(self):
        self.drawings, self.problems = 0, []

    def problem(self, message, node=None):
        self.problems.append(message)


@pytest.fixture
def sheet():
    return Sheet()


def test_roles_are_the_tokens(figures):
    css = (project.THEME / "assets/tokens.css").read_text()
    pairs = re.findall(r"--([a-z]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", css)
    assert {name: light for name, light, _ in pairs} == figures.ROLES["ROLES"]["light"]
    assert {name: dark for name, _, dark in pairs} == figures.ROLES["ROLES"]["dark"]


def test_each_light_colour_is_one_role(figures):
    light = figures.ROLES["ROLES"]["light"]
    assert len(set(light.values())) == len(light)


@pytest.mark.parametrize("file", ["page.css", "elements.css", "explorable.css", "title.css", "print.css"])
def test_no_style_sheet_but_tokens_has_colours(file):
    css = (project.THEME / "assets" / file).read_text()
    assert not set(re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*;)", css)) - {"#fff"}


def test_a_chart_of_matplotlib_becomes_part_of_the_page(figures, sheet):
    svg = (project.HERE / "fixtures/excess.svg").read_text()
    html = figures.drawing(svg, 'dots "rise"', sheet)
    assert sheet.problems == []
    assert html.startswith("<svg") and 'role="img" aria-label="dots &#34;rise&#34;"' in html
    for gone in ("<?xml", "<!DOCTYPE", "<metadata", "<style", "xlink", "#86082f", "Source Sans 3", "<!--"):
        assert gone not in html
    assert "stroke: var(--gradient)" in html and "var(--sans)" in html
    assert not re.search(r'="[^"]*\d\.\d{3,}', html)
    read(html)


def test_two_charts_on_a_page_share_no_id(figures, sheet):
    svg = (project.HERE / "fixtures/excess.svg").read_text()
    both = figures.drawing(svg, "one", sheet) + figures.drawing(svg, "two", sheet)
    ids = re.findall(r'\sid="([^"]*)"', both)
    assert ids and len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', both)) | set(re.findall(r"url\(#([^)]*)\)", both)) == set(ids)


def test_text_keeps_its_decimals(figures, sheet):
    html = figures.drawing('<svg viewBox="0 0 1.23456 2"><text x="0.98765">0.001234</text></svg>', "x", sheet)
    assert 'viewBox="0 0 1.23 2"' in html and 'x="0.99"' in html and ">0.001234<" in html


def test_a_shade_of_a_ramp_follows_the_theme(figures, sheet):
    shade = figures.ROLES["ramp"]("light", "data")[2]
    html = figures.drawing(f'<svg><path fill="{shade}"/></svg>', "x", sheet)
    assert 'fill="color-mix(in srgb, var(--data) 25%, var(--paper))"' in html


def test_a_colour_without_a_role_is_refused(figures, sheet):
    figures.drawing('<svg><path fill="#123456"/></svg>', "x", sheet)
    assert sheet.problems == ["the colour #123456 of a drawing is no role (book/companion/roles.py)"]


def test_pmf_bars(figures, sheet):
    values = {"labels": ["a", "b", " "], "p": [0.5, 0.25, 0.25], "hit": "b"}
    pmf = read(figures.pmf(values, "half on a", sheet)).one("div.pmf")
    assert (pmf["role"], pmf["aria-label"], pmf["style"]) == ("img", "half on a", "--n:3")
    bars = pmf.all("span")
    assert [bar.text for bar in bars] == ["a", "b", "␣"]
    assert [bar["style"] for bar in bars] == ["--p:0.8600", "--p:0.4300", "--p:0.4300"]
    assert [bar.get("data-p") for bar in bars] == [None, "0.250", None] and bars[1].classes == ["hit"]


def test_a_pmf_without_a_choice_shows_its_highest_number(figures, sheet):
    bars = read(figures.pmf({"labels": ["a", "b"], "p": [0.1, 0.9], "hit": None}, "x", sheet)).all("span")
    assert [bar.get("data-p") for bar in bars] == [None, "0.900"]


def test_leaderboard_places_dots_on_a_line(figures, sheet):
    table = read(figures.board(project.BOARD, "best on the left", sheet)).one("table.lb")
    uniform, unigram, endless, bigram = table.all("tbody tr")
    assert [row.one("span.track")["style"] for row in (uniform, unigram, bigram)] == [
        "--x:0.9305", "--x:0.6113", "--x:0.3687",
    ]  # fmt: skip
    assert bigram.classes == ["now"] and "± 0.008" in bigram.text
    assert not endless.all("span.track")
    assert endless.all("td")[2].text == "∞" and endless.one("td.off").text == "6 pairs unseen"
    assert table.one("th.axis").text == "on a line from 1.9 to 3.4"
    assert table.one("tfoot").text.strip().startswith("∞ has no place on the line")


def test_the_ends_of_the_leaderboards_line_are_written_alike_from_json_and_from_python(figures, sheet):
    ends = [{"rows": [], "low": low, "high": 3.4} for low in (2, 2.0)]
    assert figures.board(ends[0], "", sheet) == figures.board(ends[1], "", sheet)


def test_a_leaderboard_without_infinity_does_not_explain_it(figures, sheet):
    rows = [{**project.BOARD["rows"][0]}]
    assert "∞" not in figures.board({"rows": rows, "low": 1, "high": 4}, "", sheet)


def test_a_row_off_the_line_is_refused(figures, sheet):
    rows = [{**project.BOARD["rows"][0], "nats": 5.0}]
    figures.board({"rows": rows, "low": 1, "high": 4}, "", sheet)
    assert sheet.problems == ["uniform: 5.0 lies outside the leaderboard’s line from 1 to 4"]


def test_html_in_an_output_is_a_bare_table(figures, sheet):
    figures.plain_table("<div>no</div>", "", sheet)
    assert sheet.problems == ["text/html in an output is a bare table and nothing else"]


def test_a_cross_in_a_table_is_drawn_and_its_row_marked(figures, sheet):
    html = figures.plain_table(
        "<table><tbody><tr><td>yes</td></tr><tr><td>no ✗</td></tr></tbody></table>", "", sheet
    )
    rows = read(html).all("tr")
    assert [row.classes for row in rows] == [[], ["bad"]] and "✗" not in html
