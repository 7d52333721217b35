"""An explorable is complete before a script runs, and its script comes only where there is one."""

import json
import re
from fractions import Fraction

import pytest
from companion import heat_map
from companion.stills import events, pairs
from companion.widgets import BOOK
from rendering import figures

COUNTING = "probability/counting/index.html"
SPACE = "probability/probability-space/index.html"


@pytest.fixture(scope="module")
def figure(book):
    return book.page(COUNTING).one("figure#fig-map")


@pytest.fixture(scope="module")
def model(figure):
    return json.loads(figure.one("script").text)


def test_the_still_shades_every_pair_as_python_does(figure, model):
    level = heat_map(model["counts"], model["labels"], alt="x").data["level"]
    drawn = {}
    for path in figure.all("path[data-level]"):
        for x, y in re.findall(r"M(\d+) (\d+)", path["d"]):
            drawn[(int(y) - 26) // 20, (int(x) - 26) // 20] = int(path["data-level"])
    assert len(figure.all("path")) == 9 and len(drawn) == 729
    assert all(drawn[i, j] == level[i, j] for i, j in drawn)
    assert sum(k == 0 for k in drawn.values()) == 102


def test_the_still_says_the_numbers_of_the_chosen_pair(figure, model):
    row, column = map(model["labels"].index, model["pair"])
    said = pairs.readout(model, row, column)
    assert (said["count"], said["p"], said["nats"]) == ("207 times", "0.755", "0.28 nats")
    for place in figure.one("div.read").all("[data-out]"):
        assert place.text == said[place["data-out"]]
    assert [letter.text for letter in figure.all("text.on")] == ["u", "q"]
    bars = figure.all(".pmf span")
    assert [bar.text for bar in bars] == model["labels"] and figure.one("span.hit").text == "u"
    shares = [float(bar["style"].removeprefix("--p:")) for bar in bars]
    assert shares == pytest.approx([n / 207 for n in model["counts"][row]], abs=5e-5)


def test_the_still_has_its_words_and_its_name(figure):
    assert figure.classes == ["explorable", "wide"] and figure["data-widget"] == "pairs"
    assert figure.one(".plane svg")["aria-label"].startswith("Heat map of 27 by 27 letter pairs.")
    assert figure.one("figcaption").text.startswith("Figure\N{NO-BREAK SPACE}3.3 Names end in n and a")
    assert [row.text for row in figure.all("text.row")] == list(".abcdefghijklmnopqrstuvwxyz")
    assert figure.one("[role=status]").text == ""


@pytest.fixture(scope="module")
def hat(book):
    return book.page(SPACE).one("figure#fig-events")


@pytest.fixture(scope="module")
def hat_model(hat):
    return json.loads(hat.one("script").text)


def test_the_still_has_a_tile_for_each_word_as_large_as_its_slips(hat, hat_model):
    shown = hat.one("div.tiles").all("span.tile")
    assert [tile.one("b").text for tile in shown] == hat_model["words"] and len(shown) == 12
    assert [int(tile.one("span.c").text) for tile in shown] == hat_model["slips"]
    widths = [float(re.search(r"--w:([\d.]+)", tile["style"])[1]) for tile in shown]
    total = sum(hat_model["slips"])
    assert [width / 4 for width in widths] == pytest.approx([n / total for n in hat_model["slips"]], abs=5e-5)
    for name in "AB":
        inside = [tile.one("b").text for tile in shown if f"in-{name.lower()}" in tile.classes]
        assert inside == hat_model[name] and len(inside) == 3


def test_the_still_says_the_fractions_of_its_events(hat, hat_model):
    said = events.readout(hat_model, hat_model["A"], hat_model["B"])
    assert list(said.values()) == ["1/6", "1/6", "1/4", "1/12", "5/6", "1/6 + 1/6 − 1/12 = 1/4"]
    for place in hat.one("div.read").all("[data-out]"):
        assert place.text == said[place["data-out"]]
    shares = {bar["data-share"]: float(bar["style"].removeprefix("--p:")) for bar in hat.all("[data-share]")}
    assert shares == pytest.approx({key: float(Fraction(said[key])) for key in shares}, abs=5e-5)
    assert len(shares) == 5


def test_the_still_of_events_has_its_words_and_its_name(hat):
    assert hat.classes == ["explorable", "wide"] and hat["data-widget"] == "events"
    assert hat.one("div.tiles")["aria-label"].startswith("Twelve tiles as large as their slips.")
    assert hat.one("figcaption").text.startswith("Figure\N{NO-BREAK SPACE}1.4 An event is a region")
    assert hat.one("[role=status]").text == ""


def test_what_needs_the_script_waits_for_it(figure, hat):
    for part in [*figure.all("button"), figure.one("ul.try"), *hat.all("button"), hat.one("ul.try")]:
        assert any("js-only" in box.classes for box in (part, *part.ancestors)), part.name


def test_script_and_style_come_only_where_there_is_an_explorable(book):
    found = set()
    for name in book.names:
        page = book.page(name)
        addresses = [link.get("href") for link in page.all("link")]
        addresses += [script.get("src") for script in page.all("script")]
        scripts = {a.rsplit("/", 1)[1] for a in addresses if a and "assets/widgets/" in a}
        widgets = {part["data-widget"] for part in page.all("[data-widget]")}
        assert scripts == {f"{widget}.js" for widget in widgets}, name
        assert bool(widgets) == any(a and a.endswith("assets/explorable.css") for a in addresses), name
        found |= widgets
    assert found == {file.stem for file in (BOOK / "widgets").glob("*.js")}


def test_the_script_is_no_module_since_a_page_on_a_disk_may_not_import(book):
    scripts = sorted((book.folder / "assets/widgets").glob("*.js"))
    assert {script.stem for script in scripts} >= {"events", "pairs"}
    for script in (script.read_text(encoding="utf-8") for script in scripts):
        assert "export " not in script and "const widget = {\n  render(" in script
        assert script.startswith('"use strict";\n{\n') and script.endswith("}\n")  # no name leaves it


class Sheet:
    def __init__(self):
        self.widgets, self.problems = set(), []

    def problem(self, message):
        self.problems.append(message)


def test_the_data_of_an_explorable_cannot_end_its_script():
    labels = ["</script>", "<!--"]
    words = {"alt": "x", "tasks": (), "title": "x"}
    model = {"counts": [[1, 1], [1, 1]], "labels": labels, "pair": labels} | words
    html = figures.explorable({"widget": "pairs", "model": model}, Sheet())
    assert html.count("<script") == html.count("</script>") == 1 and "<!--" not in html
    moving = json.loads(re.search(r"json\">(.*)</script>", html)[1])
    assert moving == {key: model[key] for key in ("counts", "labels", "pair")}


def test_an_unknown_explorable_is_refused():
    sheet = Sheet()
    assert figures.explorable({"widget": "levels", "model": {}}, sheet) == ""
    assert sheet.problems == ["there is no explorable “levels” (book/widgets, book/companion/stills)"]
    assert sheet.widgets == set()
