"""The two events in a real Chromium: by mouse, by touch and by keyboard they have Python's fractions."""

import json
from itertools import product

import pytest
from companion import EventMap
from companion.stills import events

from book.prepare import ROOT

CHAPTER = "probability/probability-space/index.html"
MODULE = ROOT / "book/widgets/events.js"
PHONE = {"viewport": {"width": 400, "height": 800}, "has_touch": True, "is_mobile": True}
SAID = """() => Object.fromEntries([...document.querySelectorAll("#fig-events .read [data-out]")]
    .map(place => [place.dataset.out, place.textContent]))"""
INSIDE = """() => ["a", "b"].map(name => [...document.querySelectorAll(`#fig-events .tiles .in-${name} .tok`)]
    .map(word => word.textContent))"""
# every event of the hat as A, one word in or out at a time, as fast as keys can be pressed
GRAY = """said => {
    const plane = document.querySelector("#fig-events .plane"), hear = eval(said), heard = [];
    const press = key => plane.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    press("Backspace");
    for (let step = 1; step < 4096; step++) {
        press("Home");
        for (let bit = step; bit % 2 === 0; bit /= 2) press("ArrowRight");
        press(" ");
        heard.push(hear());
    }
    return heard;
}"""


class Hat:
    """The figure on an opened page."""

    def __init__(self, seen):
        self.seen, self.page = seen, seen.page
        self.figure = self.page.locator("#fig-events")
        self.plane = self.figure.locator(".plane")
        self.model = json.loads(self.figure.locator("script").text_content())
        self.words = self.model["words"]

    @property
    def inside(self):
        return self.page.evaluate(INSIDE)

    def says_what_python_says(self, measure="slips", chosen="A"):
        return self.page.evaluate(SAID) == events.readout(self.model, *self.inside, measure, chosen)

    def press(self, *keys):
        self.plane.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def button(self, name):
        return self.figure.get_by_role("button", name=name, exact=True)

    def place(self, word):
        """A point of its tile, not on its letters."""
        tile = self.figure.locator(".tiles .tile").nth(self.words.index(word))
        tile.scroll_into_view_if_needed()
        box = tile.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.8


@pytest.fixture
def open_hat(visit):
    return lambda **settings: Hat(visit(CHAPTER, **settings))


def test_keys_reach_every_event_and_each_has_the_fractions_of_python(open_hat):
    hat = open_hat()
    A, B = set(), hat.model["B"]
    for step, said in enumerate(hat.page.evaluate(GRAY, SAID), start=1):
        A ^= {hat.words[(step & -step).bit_length() - 1]}
        assert said == events.readout(hat.model, A, B), step
    assert step == 4095 and hat.seen.errors == []


def test_space_and_enter_paint_and_a_and_b_choose(open_hat):
    hat = open_hat()
    hat.press(" ")
    assert hat.inside == [["a", "jade", "jazz", "jump"], ["jazz", "quiz", "zoo"]]
    assert hat.says_what_python_says()
    hat.press("b", "End", "Enter")
    assert hat.inside[1] == ["jazz", "quiz"] and hat.says_what_python_says(chosen="B")
    assert hat.figure.locator("[data-chosen]").all_text_contents() == ["B", "B"]
    assert [hat.button(f"Event {name}").get_attribute("aria-pressed") for name in "AB"] == ["false", "true"]
    hat.press("a", "Backspace")
    assert hat.inside == [[], ["jazz", "quiz"]] and hat.says_what_python_says()
    hat.press("c")
    assert hat.inside[0] == hat.words and hat.says_what_python_says()
    before = hat.page.evaluate(SAID)["B"]
    hat.button("Event B").click()
    hat.button("Complement").click()
    assert hat.page.evaluate(SAID)["not"] == before and hat.says_what_python_says(chosen="B")


def test_arrows_walk_climb_and_wrap(open_hat):
    hat, here = open_hat(), "document.querySelector('#fig-events .tile.here .tok').textContent"
    for key, word in [("ArrowRight", "bee"), ("ArrowLeft", "a"), ("ArrowLeft", "zoo"), ("ArrowRight", "a"),
                      ("ArrowDown", "jazz"), ("ArrowDown", "rain"), ("ArrowDown", "we"), ("ArrowDown", "a"),
                      ("ArrowUp", "we"), ("End", "zoo"), ("ArrowUp", "the"), ("Home", "a")]:     # fmt: skip
        hat.press(key)
        assert hat.page.evaluate(here) == word, key


def test_keys_that_mean_something_else_are_left_alone(open_hat):
    hat = open_hat()
    before = hat.inside
    hat.press("Control+a", "x", "Tab")
    assert hat.inside == before
    assert not hat.plane.evaluate("plane => plane === document.activeElement")
    hat.press("/")
    assert hat.page.evaluate("document.activeElement.type") == "search"


def test_one_stroke_of_the_mouse_adds_and_another_takes_away(open_hat):
    hat = open_hat()
    for words, inside in [
        (["moon", "jump", "the"], ["jade", "jazz", "jump", "moon", "the"]),     # jump was in and stays
        (["jade", "quiz"], ["jazz", "jump", "moon", "the"]),                    # quiz was out and stays
    ]:
        hat.page.mouse.move(*hat.place(words[0]))
        hat.page.mouse.down()
        for word in words[1:]:
            hat.page.mouse.move(*hat.place(word))
        hat.page.mouse.up()
        hat.page.mouse.move(*hat.place("you"))                                  # no button, no paint
        assert hat.inside[0] == inside and hat.says_what_python_says()
    hat.button("Event B").click()
    hat.page.mouse.click(*hat.place("zoo"))
    assert hat.inside == [["jazz", "jump", "moon", "the"], ["jazz", "quiz"]]
    assert hat.says_what_python_says(chosen="B")


def test_a_stroke_that_leaps_from_word_to_word_leaves_none_out(open_hat):
    hat = open_hat()
    hat.press("Backspace")
    hat.page.mouse.move(*hat.place("jade"))
    hat.page.mouse.down()
    hat.page.mouse.move(*hat.place("moon"))                                 # in one leap over jazz and jump
    hat.page.mouse.up()
    assert hat.inside[0] == ["jade", "jazz", "jump", "moon"] and hat.says_what_python_says()


def test_another_measure_keeps_the_events_and_changes_the_numbers(open_hat):
    hat = open_hat()
    before = hat.inside
    width = "+document.querySelector('#fig-events .tile').style.getPropertyValue('--w')"
    hat.button("All alike").click()
    assert hat.inside == before and hat.says_what_python_says("alike")
    assert hat.page.evaluate(SAID)["A"] == "1/4"
    assert hat.page.evaluate(width) == pytest.approx(1 / 3, abs=1e-4)
    hat.press("ArrowRight", " ")
    assert hat.says_what_python_says("alike")
    hat.button("The hat").click()
    assert hat.says_what_python_says()
    assert hat.page.evaluate(width) == pytest.approx(2 / 3, abs=1e-4)


def test_touch_paints_on_a_phone_and_a_scroll_does_not(open_hat):
    hat = open_hat(**PHONE)
    hat.page.touchscreen.tap(*hat.place("moon"))
    assert hat.inside[0] == ["jade", "jazz", "jump", "moon"] and hat.says_what_python_says()
    x, y = hat.place("quiz")
    hat.plane.evaluate("""(plane, [clientX, clientY]) => {
        const at = { clientX, clientY, pointerId: 7, pointerType: "touch", bubbles: true };
        plane.querySelector(".tile").dispatchEvent(new PointerEvent("pointerdown", at));
        document.dispatchEvent(new PointerEvent("pointercancel", at));
    }""", [x, y])
    assert hat.inside[0] == ["jade", "jazz", "jump", "moon"]
    hat.button("Complement").tap()
    assert "moon" not in hat.inside[0] and len(hat.inside[0]) == 8
    hat.button("Clear").tap()
    assert hat.inside[0] == [] and hat.says_what_python_says()
    for button in hat.figure.get_by_role("button").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 24


@pytest.mark.parametrize("width, scheme", product([320, 400], ["light", "dark"]))
def test_on_a_phone_all_words_can_be_read_and_nothing_sticks_out(open_hat, width, scheme):
    hat = open_hat(viewport={"width": width, "height": 800}, color_scheme=scheme)
    for measure in ("The hat", "All alike"):
        hat.button(measure).click()
        hat.page.wait_for_timeout(500)
        for tile in hat.figure.locator(".tiles .tile").all():
            outer, word = tile.bounding_box(), tile.locator(".tok").bounding_box()
            assert outer["x"] <= word["x"] and word["x"] + word["width"] <= outer["x"] + outer["width"] + 0.5
            assert 0 <= outer["x"] and outer["x"] + outer["width"] <= width
    root = "document.documentElement"
    assert hat.page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
    sizes = hat.figure.locator(".tok, .marks i, .tile .c, dt, dd, .signs").evaluate_all(
        "all => all.map(part => parseFloat(getComputedStyle(part).fontSize))"
    )
    assert min(sizes) >= 12


def test_events_are_told_apart_without_colour(open_hat):
    hat = open_hat()
    paints = hat.figure.locator(".tiles .tile").evaluate_all(
        "all => all.map(tile => getComputedStyle(tile).backgroundImage)"
    )
    kinds = {}
    for word, paint in zip(hat.words, paints, strict=True):
        kinds.setdefault(paint, set()).add(word)
    assert {frozenset(words) for words in kinds.values() if len(words) < 6} == {
        frozenset({"jade", "jump"}), frozenset({"jazz"}), frozenset({"quiz", "zoo"})
    }  # fmt: skip
    marks = hat.figure.locator(".tiles .tile").nth(hat.words.index("jazz")).locator(".marks i")
    assert [mark.is_visible() for mark in marks.all()] == [True, True]


def test_a_screen_reader_hears_a_word_and_then_the_events(open_hat):
    hat = open_hat()
    status = hat.figure.get_by_role("status")
    heard = "said => document.querySelector('#fig-events [role=status]').textContent === said"
    assert status.text_content() == ""     # nobody has asked yet
    hat.press("ArrowRight", "ArrowDown")
    said = events.spoken_word(hat.model, "moon", *hat.inside)
    assert said == "moon, 1/12, in neither"
    hat.page.wait_for_function(heard, arg=said)
    hat.press(" ")
    said = events.spoken(hat.model, *hat.inside)
    hat.page.wait_for_function(heard, arg=said)
    assert said.startswith("A 1/4, B 1/6, A or B 1/3, A and B 1/12")
    assert hat.plane.get_attribute("role") == "application" and hat.plane.get_attribute("aria-label")


def test_focus_shows_the_word_in_both_themes_and_colours_follow(open_hat):
    paints, paint = set(), "getComputedStyle(document.querySelector('#fig-events .in-a')).backgroundImage"
    for scheme in ("light", "dark"):
        hat = open_hat(color_scheme=scheme)
        hat.button("All alike").focus()
        hat.page.keyboard.press("Tab")
        assert hat.plane.evaluate("plane => plane === document.activeElement")
        style = "getComputedStyle(document.querySelector('#fig-events .tile.here'))"
        assert hat.page.evaluate(f"{style}.outlineStyle") == "solid"
        paints.add(hat.page.evaluate(paint))
    assert len(paints) == 2


@pytest.mark.parametrize("motion, seconds", [("no-preference", "0.4s"), ("reduce", "0s")])
def test_tiles_move_only_for_those_who_like_motion(open_hat, motion, seconds):
    hat = open_hat(reduced_motion=motion)
    took = "getComputedStyle(document.querySelector('#fig-events .tiles .tile')).transitionDuration"
    assert set(hat.page.evaluate(took).split(", ")) == {seconds}
    hat.button("All alike").click()
    assert hat.says_what_python_says("alike")


def test_the_module_itself_fills_an_empty_element(site):
    """What JupyterLab does with it, and what it leaves behind when the cell is run again."""
    model = EventMap({"x": 1, "y": 2, "z": 3}, A={"x"}, B={"z"}, rows=1, alt="Three words.").model
    page = site.browser.new_page()
    said = page.evaluate(
        """async ({ code, model, still }) => {
            const { default: widget } = await import("data:text/javascript," + encodeURIComponent(code));
            const el = document.createElement("div");
            const clear = widget.render({ model: { get: name => ({ ...model, still })[name] }, el });
            el.querySelector(".plane").dispatchEvent(new KeyboardEvent("keydown", { key: "c" }));
            const places = [...el.querySelectorAll(".read [data-out]")];
            clear();
            return Object.fromEntries(places.map(place => [place.dataset.out, place.textContent]));
        }""",
        {"code": MODULE.read_text(encoding="utf-8"), "model": model, "still": events.still(model)},
    )
    page.close()
    assert said == events.readout(model, {"y", "z"}, {"z"})


def test_without_javascript_the_still_stands_and_no_button_promises_more(visit):
    figure = visit(CHAPTER, java_script_enabled=False).page.locator("#fig-events")
    assert figure.get_by_text("1/6 + 1/6 − 1/12 = 1/4").is_visible()
    assert figure.locator(".tiles .tok").count() == 12 and figure.get_by_text("jazz").is_visible()
    assert not any(button.is_visible() for button in figure.locator("button").all())
    assert not figure.locator(".try").is_visible()


def test_paper_shows_the_still_alone(open_hat):
    hat = open_hat()
    hat.page.emulate_media(media="print")
    assert hat.figure.get_by_text("jazz").is_visible() and hat.figure.locator("dl").is_visible()
    for part in (".seg", ".ways", ".try"):
        assert not hat.figure.locator(part).first.is_visible(), part
    tile = "getComputedStyle(document.querySelector('#fig-events .tile')).printColorAdjust"
    assert hat.page.evaluate(tile) == "exact"                  # or the hatching would stay in the printer


def test_a_page_opened_from_a_disk_moves_too(site, browser):
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((site.folder / CHAPTER).as_uri())
    page.locator("#fig-events .plane").focus()
    page.keyboard.press("c")
    assert page.evaluate(SAID)["A"] == "5/6" and errors == []
    page.close()
