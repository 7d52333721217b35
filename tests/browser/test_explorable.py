"""Explorables in a real Chromium: by mouse, by touch and by keyboard they say what Python says."""

import json

import pytest
from companion import PairMap
from companion.stills import pairs

from book.prepare import ROOT

CHAPTER = "probability/counting/index.html"
MODULE = ROOT / "book/widgets/pairs.js"
PHONE = {"viewport": {"width": 400, "height": 800}, "has_touch": True, "is_mobile": True}
SAID = """() => Object.fromEntries([...document.querySelectorAll("#fig-map .read [data-out]")]
    .map(place => [place.dataset.out, place.textContent]))"""
DRAWN = """() => {
    const level = {};
    document.querySelectorAll("#fig-map [data-level]").forEach(path => {
        for (const [, x, y] of path.getAttribute("d").matchAll(/M(\\d+) (\\d+)/g))
            level[[Math.floor((y - 26) / 20), Math.floor((x - 26) / 20)]] = +path.dataset.level;
    });
    return level;
}"""
# every pair in turn, as fast as keys can be pressed: the reader's way through all 729
WALK = """said => {
    const plane = document.querySelector("#fig-map .plane"), hear = eval(said), heard = [];
    const press = key => plane.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    press("PageUp"); press("Home");
    for (let i = 0; i < 27; i++, press("ArrowDown"))
        for (let j = 0; j < 27; j++, press("ArrowRight")) heard.push(hear());
    return heard;
}"""


class Map:
    """The figure on an opened page."""

    def __init__(self, seen):
        self.seen, self.page = seen, seen.page
        self.figure = self.page.locator("#fig-map")
        self.plane, self.svg = self.figure.locator(".plane"), self.figure.locator(".plane svg")
        self.model = json.loads(self.figure.locator("script").text_content())

    @property
    def said(self):
        return self.page.evaluate(SAID)

    @property
    def pair(self):
        said = self.said
        return said["a"] + said["b"]

    def press(self, *keys):
        self.plane.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def place(self, row, column):
        """The middle of a cell on the screen."""
        self.svg.scroll_into_view_if_needed()
        box = self.svg.bounding_box()
        unit = box["width"] / (pairs.EDGE + 27 * pairs.PITCH + 1)
        return tuple(
            box[side] + unit * (pairs.EDGE + pairs.PITCH * at + pairs.CELL / 2)
            for side, at in (("x", column), ("y", row))
        )


@pytest.fixture
def open_map(visit):
    return lambda **settings: Map(visit(CHAPTER, **settings))


def expected(model, row, column):
    said = pairs.readout(model, row, column)
    said.pop("status")
    return said


def test_arrow_keys_reach_every_pair_and_each_says_what_python_says(open_map):
    figure = open_map()
    said = figure.page.evaluate(WALK, SAID)
    for number, words in enumerate(said):
        assert words == expected(figure.model, *divmod(number, 27)), number
    assert len(said) == 729 and figure.seen.errors == []


def test_keys_step_jump_and_wrap(open_map):
    figure = open_map()
    assert figure.pair == "qu"
    for key, pair in [("ArrowRight", "qv"), ("ArrowDown", "rv"), ("ArrowLeft", "ru"), ("ArrowUp", "qu"),
                      ("Home", "q."), ("ArrowLeft", "qz"), ("End", "qz"), ("PageUp", ".z"), ("ArrowUp", "zz"),
                      ("PageDown", "zz")]:     # fmt: skip
        figure.press(key)
        assert figure.pair == pair, key


def test_a_typed_name_walks_through_its_pairs(open_map):
    figure, walked = open_map(), []
    for letter in ".emma.":
        figure.press(letter)
        walked.append(figure.pair)
    assert walked[1:] == [".e", "em", "mm", "ma", "a."]
    figure.press("Q", "ArrowLeft")     # a capital is the same letter
    assert figure.pair == ".p"


def test_keys_that_mean_something_else_are_left_alone(open_map):
    figure = open_map()
    figure.press("Control+a", "1", "Tab")
    assert figure.pair == "qu"
    assert not figure.plane.evaluate("plane => plane === document.activeElement")


def test_the_search_key_still_searches(open_map):
    figure = open_map()
    figure.press("/")
    assert figure.page.evaluate("document.activeElement.type") == "search"


def test_the_mouse_points(open_map):
    figure = open_map()
    for row, column in [(0, 5), (13, 1), (26, 26), (14, 0)]:
        figure.page.mouse.move(*figure.place(row, column))
        assert figure.said == expected(figure.model, row, column)
        cursor = figure.figure.locator(".cursor").last
        assert cursor.get_attribute("x") == str(25 + 20 * column)
        assert cursor.get_attribute("y") == str(25 + 20 * row)


def test_the_map_sits_still_when_the_pointer_is_on_its_letters(open_map):
    figure = open_map()
    x, y = figure.place(0, 0)
    figure.page.mouse.move(x - 15, y - 15)
    assert figure.pair == "qu"


def test_touch_chooses_on_a_phone_and_arrows_are_large_enough(open_map):
    figure = open_map(**PHONE)
    figure.page.touchscreen.tap(*figure.place(5, 13))
    assert figure.said == expected(figure.model, 5, 13)
    for button in figure.figure.get_by_role("button").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 24
    figure.figure.get_by_role("button", name="Next letter: one to the right").tap()
    assert figure.pair == "en"
    figure.figure.get_by_role("button", name="Current letter: one up").tap()
    assert figure.pair == "dn"


@pytest.mark.parametrize("width", [320, 400])
def test_on_a_phone_all_letters_can_be_read_and_nothing_sticks_out(open_map, width):
    figure = open_map(viewport={"width": width, "height": 800})
    figure.press("z")
    sizes = figure.figure.locator(".plane text").evaluate_all(
        "all => all.map(t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)"
    )
    assert min(sizes) >= 10
    bars = figure.figure.locator(".pmf span").evaluate_all(
        "all => all.map(s => [parseFloat(getComputedStyle(s).fontSize), s.scrollWidth <= s.clientWidth + 1])"
    )
    assert min(size for size, _ in bars) >= 12 and all(fits for _, fits in bars)
    root = "document.documentElement"
    assert figure.page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
    for part in figure.figure.locator("dd, button, .shades, .pair").all():
        box = part.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width


def test_the_switch_shades_probabilities_and_back(open_map):
    figure = open_map()
    counts, probabilities = (figure.figure.get_by_role("button", name=name)
                             for name in ("Counts", "Probabilities"))     # fmt: skip
    for button, other, mode in [(probabilities, counts, "probabilities"), (counts, probabilities, "counts")]:
        button.click()
        assert [part.get_attribute("aria-pressed") for part in (button, other)] == ["true", "false"]
        drawn, level = figure.page.evaluate(DRAWN), pairs.levels(figure.model, mode)
        assert drawn == {f"{i},{j}": level[i][j] for i in range(27) for j in range(27)}
        shown = tuple(figure.figure.locator(f"[data-out={end}]").text_content() for end in ("least", "most"))
        assert shown == pairs.ends(figure.model, mode)
        assert figure.pair == "qu"


def test_a_screen_reader_hears_where_one_came_to_rest(open_map):
    figure = open_map()
    status = figure.figure.get_by_role("status")
    assert status.text_content() == ""     # nobody has asked yet
    status.evaluate("""async status => {
        window.told = [];
        new MutationObserver(() => told.push(status.textContent)).observe(status, { childList: true });
        const plane = document.querySelector("#fig-map .plane");
        for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"]) {
            plane.dispatchEvent(new KeyboardEvent("keydown", { key }));
            await new Promise(done => setTimeout(done, 20));
        }
    }""")
    figure.page.wait_for_function("told.length")
    assert len(figure.page.evaluate("told")) == 1     # not what was passed on the way
    assert status.text_content() == "q then u: 207 times, probability 0.755, surprise 0.28 nats"
    assert figure.plane.get_attribute("role") == "application" and figure.plane.get_attribute("aria-label")


def test_focus_shows_in_both_themes_and_colours_follow(open_map):
    paint = "getComputedStyle(document.querySelector('#fig-map .cells')).fill"
    fills = set()
    for scheme in ("light", "dark"):
        figure = open_map(color_scheme=scheme)
        figure.figure.get_by_role("button", name="Probabilities").focus()
        figure.page.keyboard.press("Tab")
        assert figure.plane.evaluate("plane => plane === document.activeElement")
        assert figure.plane.evaluate("plane => getComputedStyle(plane).outlineStyle") == "solid"
        fills.add(figure.page.evaluate(paint))
        figure.figure.get_by_role("button", name="Probabilities").click()
        fills.add(figure.page.evaluate(paint))
        assert figure.seen.errors == []
    assert len(fills) == 4


@pytest.mark.parametrize("motion, seconds", [("no-preference", "0.4s"), ("reduce", "0s")])
def test_bars_move_only_for_those_who_like_motion(open_map, motion, seconds):
    figure = open_map(reduced_motion=motion)
    figure.press("e")
    style = "getComputedStyle(document.querySelector('#fig-map .pmf .hit'), '::before')"
    took = figure.page.evaluate(f"{style}.transitionDuration")
    assert took == seconds
    assert figure.pair == "ue"


def test_the_module_itself_fills_an_empty_element_and_rounds_as_python_does(site):
    """What JupyterLab does with it. Sixteenths are the ties that JavaScript and Python round apart."""
    counts = [[n if i == j else 16 - n if j == (i + 1) % 9 else 0 for j in range(9)]
              for i, n in enumerate([1, 3, 5, 7, 9, 11, 13, 15, 16])]     # fmt: skip
    model = PairMap(counts, "abcdefghi", pair="ab", alt="Sixteenths.").model
    page = site.browser.new_page()
    said = page.evaluate(
        """async ({ code, model, still }) => {
            const { default: widget } = await import("data:text/javascript," + encodeURIComponent(code));
            const el = document.createElement("div"), said = [];
            widget.render({ model: { get: name => ({ ...model, still })[name] }, el });
            const plane = el.querySelector(".plane"), places = el.querySelectorAll(".read [data-out]");
            for (const row of model.labels) for (const column of model.labels) {
                for (const key of [row, column]) plane.dispatchEvent(new KeyboardEvent("keydown", { key }));
                const words = [...places].map(place => [place.dataset.out, place.textContent]);
                said.push(Object.fromEntries(words));
            }
            return said;
        }""",
        {"code": MODULE.read_text(encoding="utf-8"), "model": model, "still": pairs.still(model)},
    )
    page.close()
    assert said == [expected(model, i, j) for i in range(9) for j in range(9)]
    assert {words["p"] for words in said} >= {"0.062", "0.188", "0.938", "1.000"}


def test_without_javascript_the_still_stands_and_no_button_promises_more(visit):
    page = visit(CHAPTER, java_script_enabled=False).page
    figure = page.locator("#fig-map")
    assert figure.get_by_text("207 times").is_visible() and figure.get_by_text("0.28 nats").is_visible()
    assert figure.locator("path.cells").count() == 8
    assert not any(button.is_visible() for button in figure.locator("button").all())
    assert not figure.locator(".try").is_visible()


def test_paper_shows_the_still_alone(open_map):
    figure = open_map()
    figure.page.emulate_media(media="print")
    assert figure.svg.is_visible() and figure.figure.get_by_text("207 times").is_visible()
    for part in (".seg", ".keys", ".try"):
        assert not figure.figure.locator(part).is_visible(), part


def test_a_page_opened_from_a_disk_moves_too(site, browser):
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((site.folder / CHAPTER).as_uri())
    page.locator("#fig-map .plane").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(SAID)["b"] == "v" and errors == []
    page.close()


def test_the_title_page_says_names_and_each_bar_is_its_probability(visit):
    page = visit("index.html").page
    figure, names = page.locator(".sampler"), []
    model = json.loads(figure.locator("script").text_content())
    labels, counts = model["labels"], model["counts"]
    word = figure.locator("[data-out=word]").inner_text()
    assert word == "mar"
    for _ in range(40):
        figure.get_by_role("button", name="Step").click()
        last = figure.locator("[data-out=last]").inner_text()
        new = figure.locator("[data-out=word]").inner_text()
        begun = "" if word.endswith(".") else word
        assert last == (begun or ".")[-1] and new[:-1] == begun
        row, hit = counts[labels.index(last)], figure.locator(".hit")
        assert hit.count() == 1 and hit.inner_text() == new[-1]
        p = row[labels.index(new[-1])] / sum(row)
        assert float(hit.get_attribute("data-p")) == pytest.approx(p, abs=6e-4)
        word, names = new, names + [new[:-1]] * new.endswith(".")
    assert figure.locator("[data-out=past]").inner_text().endswith(", ".join(names[-5:]))


def test_the_title_page_plays_until_it_is_told_to_pause(visit):
    page = visit("index.html").page
    figure = page.locator(".sampler")
    figure.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('[data-out=word]').textContent.length != 3")
    page.wait_for_timeout(1500)
    figure.get_by_role("button", name="Pause").click()
    word = figure.locator("[data-out=word]").inner_text()
    page.wait_for_timeout(1000)
    assert figure.locator("[data-out=word]").inner_text() == word
