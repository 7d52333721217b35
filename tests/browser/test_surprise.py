"""The strip of surprise in a real Chromium: whatever is typed, it says what Python says."""

import json
import re
from itertools import combinations

import pytest
from companion.stills import surprise

from book.prepare import ROOT

CHAPTER = "probability/fresh/index.html"
MODULE = ROOT / "book/widgets/surprise.js"
PHONE = {"viewport": {"width": 400, "height": 800}, "has_touch": True, "is_mobile": True}
SAID = """() => {
    const figure = document.querySelector("#fig-strip"), mine = figure.querySelector(".mine");
    const said = {};
    for (const place of figure.querySelectorAll(".read [data-out], .mine [data-out]"))
        said[place.dataset.out] = place.textContent;
    const cells = [...mine.querySelectorAll(".strip > span")];
    return { said, letters: cells.map(c => c.querySelector("b").textContent).join(""),
             numbers: cells.map(c => c.querySelector("i").textContent),
             heights: cells.map(c => c.style.getPropertyValue("--s")),
             beside: [...figure.querySelectorAll(".kept .strip > span")]
                 .map(c => c.style.getPropertyValue("--s")),
             bars: [...figure.querySelectorAll(".pmf span")].map(b => b.style.getPropertyValue("--p")),
             on: cells.findIndex(c => c.classList.contains("on")),
             hand: figure.querySelector(".hand").style.getPropertyValue("--x") };
}"""
LINES = [
    "Shall I compare thee to a summer's day?",
    "zq xv jk",
    "a",
    "it’s a Self-made line — twice",
    "THE END",
    "qqqqqqqqqqqqqqqqqqqq",
    "the wifi in the graveyard has no bars",
]


class Strip:
    """The figure on an opened page."""

    def __init__(self, seen):
        self.seen, self.page = seen, seen.page
        self.figure = self.page.locator("#fig-strip")
        self.input, self.slide = self.figure.get_by_role("textbox"), self.figure.get_by_role("slider")
        self.model = json.loads(self.figure.locator("script").text_content())

    @property
    def state(self):
        return self.page.evaluate(SAID)

    def button(self, name):
        return self.figure.get_by_role("button", name=name, exact=True)


@pytest.fixture
def open_strip(visit):
    return lambda **settings: Strip(visit(CHAPTER, **settings))


def expected(model, text, n, i=None, kept=None):
    """Everything that the figure shows of a line, by the still's own functions."""
    line, other = (surprise.cleaned(x, model["vocabulary"])[0] for x in (text, kept or model["kept"][1]))
    nats, beside = (surprise.prices(model, x, n) for x in (line, other))
    tall = surprise.tall(nats, beside)
    i = surprise.dearest(nats) if i is None else i
    row, each = surprise.row(model, line, i, n), sum(nats) / len(nats)
    token = surprise.token_readout(model, line, i, n)
    token.pop("value")
    return {
        "said": token | surprise.line_readout(model, line, n) | {"best": surprise.expected(row, model)},
        "letters": "".join(map(surprise.shown, line + model["vocabulary"][0])),
        "numbers": [surprise.number(x) for x in nats],
        "heights": [f"{x / tall:.3f}" for x in nats],
        "beside": [f"{x / tall:.3f}" for x in beside],
        "bars": [f"{x / max(row):.4f}" for x in row], "on": i,
        "hand": f"{min(each / surprise.FULL, 1):.4f}",
    }  # fmt: skip


def test_typed_lines_say_what_python_says(open_strip):
    strip = open_strip()
    for line in LINES:
        strip.input.fill(line)
        assert strip.state == expected(strip.model, line, 6), line
    assert strip.seen.errors == []


@pytest.mark.parametrize("text", ["", "  ", "7!"])
def test_where_no_line_is_it_asks_for_one_and_weighs_nothing(open_strip, text):
    strip = open_strip()
    height = strip.figure.bounding_box()["height"]
    strip.input.fill(text)
    mine, keep = strip.figure.locator(".mine"), strip.button("Keep to compare")
    assert mine.locator(".name").text_content() == surprise.NOTHING and mine.locator(".name").is_visible()
    for part in (".mine .of [data-out]", ".mine .strip span", ".gauge", ".dial", ".read [data-out]", ".pmf"):
        assert not any(place.is_visible() for place in strip.figure.locator(part).all()), part
    assert keep.is_disabled() and strip.figure.locator(".try").is_visible()
    if not strip.figure.locator(".left").is_visible():
        assert strip.figure.bounding_box()["height"] == height
    strip.button("2").click()
    assert mine.locator(".name").text_content() == surprise.NOTHING
    strip.page.wait_for_function("document.querySelector('#fig-strip [role=status]').textContent")
    _, left = surprise.cleaned(text, strip.model["vocabulary"])
    assert strip.figure.get_by_role("status").text_content() == surprise.status(strip.model, "", left, 3)
    strip.input.fill("my heart")
    assert strip.state == expected(strip.model, "my heart", 3)
    assert strip.figure.locator(".gauge").is_visible() and keep.is_enabled() and strip.seen.errors == []


def test_with_less_memory_it_still_says_what_python_says(open_strip):
    strip = open_strip()
    strip.input.fill(LINES[0])
    for n in range(1, 7):
        button = strip.button(str(n - 1))
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        assert strip.state == expected(strip.model, LINES[0], n), n
        drawn = strip.figure.locator(".dial path").get_attribute("d")
        assert [float(x) for x in re.findall(r"M([\d.]+) ", drawn)] == pytest.approx(
            [125 * x for x in surprise.held(strip.model, n)], abs=0.051)  # fmt: skip
        other = surprise.line_readout(
            strip.model, surprise.cleaned(strip.model["kept"][1], strip.model["vocabulary"])[0], n
        )
        assert strip.figure.locator(".kept [data-out=rank]").text_content() == other["rank"]
    assert len(strip.figure.locator("[data-n][aria-pressed=true]").all()) == 1


def test_before_a_touch_the_still_stands_and_nothing_was_counted(open_strip):
    strip = open_strip()
    assert strip.state == expected(strip.model, strip.model["line"][1], 6)
    assert strip.input.input_value() == strip.model["line"][1]


def test_keys_walk_along_the_line(open_strip):
    strip = open_strip()
    strip.input.fill("my heart")
    strip.slide.focus()
    for key, place in [
        ("Home", 0),
        ("ArrowLeft", 0),
        ("ArrowRight", 1),
        ("End", 8),
        ("ArrowRight", 8),
        ("ArrowLeft", 7),
    ]:
        strip.page.keyboard.press(key)
        assert strip.state == expected(strip.model, "my heart", 6, place), key
        value = surprise.token_readout(strip.model, "my heart", place, 6)["value"]
        assert strip.slide.get_attribute("aria-valuetext") == value
        assert strip.slide.get_attribute("aria-valuenow") == str(place + 1)
    strip.button("One character back").click()
    assert strip.state["on"] == 6


def test_the_mouse_points_and_a_finger_taps(open_strip):
    strip = open_strip()
    strip.figure.locator(".mine .strip > span").nth(3).hover()
    assert strip.state == expected(strip.model, strip.model["line"][1], 6, 3)
    phone = open_strip(**PHONE)
    phone.figure.locator(".mine .strip > span").nth(5).tap()
    assert phone.state == expected(phone.model, phone.model["line"][1], 6, 5)
    assert phone.seen.errors == []


def test_examples_can_be_taken_and_a_line_kept(open_strip):
    strip = open_strip()
    for name, text in strip.model["examples"]:
        strip.button(name).click()
        assert strip.input.input_value() == text
        assert strip.state == expected(strip.model, text, 6), name
        assert strip.figure.locator(".mine .name").text_content() == name
    strip.input.fill("a line of mine")
    strip.button("Keep to compare").click()
    strip.input.fill("another")
    kept = strip.figure.locator(".kept")
    assert "".join(kept.locator("b:not([data-out])").all_text_contents()) == "a␣line␣of␣mine."
    assert kept.locator(".name").text_content() == "kept" and strip.state["letters"] == "another."


def test_both_strips_stand_on_the_scale_of_the_dearest_letter_of_either(open_strip):
    strip, dear, cheap = open_strip(), "zq xv jk", "my heart"
    for kept, line in ((cheap, dear), (dear, cheap)):
        strip.input.fill(kept)
        strip.button("Keep to compare").click()
        assert strip.state == expected(strip.model, kept, 6, kept=kept)
        strip.input.fill(line)
        assert strip.state == expected(strip.model, line, 6, kept=kept)
        assert max(map(float, strip.state["heights"] + strip.state["beside"])) == 1


def test_the_line_of_the_still_can_be_kept_before_anything_else(open_strip):
    strip = open_strip()
    strip.button("Keep to compare").click()
    line = strip.model["line"][1]
    assert strip.state == expected(strip.model, line, 6, kept=line) and strip.seen.errors == []


def test_what_no_token_stands_for_is_said(open_strip):
    strip = open_strip()
    note = strip.figure.locator(".left")
    assert not note.is_visible()
    strip.input.fill("Café 7!")
    assert note.is_visible() and note.text_content() == surprise.left_out(["é", "7", "!"])
    strip.input.fill("cafe")
    assert not note.is_visible()


def test_a_screen_reader_hears_a_summary_when_the_typing_rests(open_strip):
    strip = open_strip()
    status = strip.figure.get_by_role("status")
    assert status.text_content() == ""
    status.evaluate("""status => {
        window.told = [];
        new MutationObserver(() => told.push(status.textContent)).observe(status, { childList: true });
    }""")
    strip.input.fill("")
    strip.input.press_sequentially("my heart 7", delay=30)
    strip.page.wait_for_function("told.length")
    assert strip.page.evaluate("told") == [surprise.status(strip.model, "my heart", ["7"], 6)]
    assert strip.input.get_attribute("type") == "text" and strip.slide.get_attribute("aria-label")


def test_keys_typed_here_are_text_and_not_commands(open_strip):
    strip = open_strip()
    strip.input.fill("")
    strip.input.press_sequentially("a/b")
    assert strip.input.input_value() == "a/b"


@pytest.mark.parametrize("width", [320, 400, 1400])
def test_nothing_sticks_out_and_all_can_be_read(open_strip, width):
    strip = open_strip(viewport={"width": width, "height": 800})
    strip.input.fill("m" * 90)
    root = "document.documentElement"
    assert strip.page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
    sizes = strip.figure.locator(".strip b, .strip i, .mark, .axis span, .pmf span").evaluate_all(
        "all => all.map(e => parseFloat(getComputedStyle(e).fontSize))")  # fmt: skip
    assert min(sizes) >= 12
    for part in strip.figure.locator("dd, button, .mark, .strip > span:last-child, .pair").all():
        box = part.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width, part
    for button in strip.figure.get_by_role("button").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 24


def test_names_on_the_gauge_do_not_cover_each_other(open_strip):
    for width in (400, 1400):
        strip = open_strip(viewport={"width": width, "height": 800}, reduced_motion="reduce")
        for n in range(6, 0, -1):
            strip.button(str(n - 1)).click()
            boxes = [mark.bounding_box() for mark in strip.figure.locator(".mark").all()]
            for a, b in combinations(boxes, 2):
                # a name on a higher floor has a longer foot, so that both boxes end at the gauge
                apart = a["x"] + a["width"] < b["x"] or b["x"] + b["width"] < a["x"]
                assert apart or abs(a["height"] - b["height"]) > 15, (width, n)


def test_colours_follow_the_theme_and_focus_shows(open_strip):
    paint = "getComputedStyle(document.querySelector('#fig-strip .strip span'), '::before').backgroundColor"
    fills = set()
    for scheme in ("light", "dark"):
        strip = open_strip(color_scheme=scheme)
        fills.add(strip.page.evaluate(paint))
        strip.button("Keep to compare").focus()
        strip.page.keyboard.press("Tab")
        assert strip.slide.evaluate("slide => slide === document.activeElement")
        assert strip.slide.evaluate("slide => getComputedStyle(slide).outlineStyle") == "solid"
    assert len(fills) == 2


@pytest.mark.parametrize("motion, seconds", [("no-preference", "0.4s"), ("reduce", "0s")])
def test_bars_move_only_for_those_who_like_motion(open_strip, motion, seconds):
    strip = open_strip(reduced_motion=motion)
    strip.input.fill("heart")
    style = "getComputedStyle(document.querySelector('#fig-strip .hand'))"
    assert strip.page.evaluate(f"{style}.transitionDuration") == seconds


def test_the_module_itself_fills_an_empty_element(site):
    """What JupyterLab does with it."""
    vocabulary = ".abcdefghijklmnopqrstuvwxyz' "
    model = {"vocabulary": vocabulary, "train": "the cat\na hat", "held": "the hat\na mat", "n": 3, "k": 2,
             "line": ["mine", "The bat!"], "kept": ["other", "zz"], "examples": [["one", "a cat"]],
             "alt": "x", "tasks": [], "title": "x"}  # fmt: skip
    page = site.browser.new_page()
    said = page.evaluate(
        """async ({ code, model, still }) => {
            const { default: widget } = await import("data:text/javascript," + encodeURIComponent(code));
            const el = document.createElement("div");
            widget.render({ model: { get: name => ({ ...model, still })[name] }, el });
            const input = el.querySelector("input");
            input.value = "that hat";
            input.dispatchEvent(new Event("input"));
            return Object.fromEntries([...el.querySelectorAll(".read [data-out], .mine [data-out]")]
                .map(place => [place.dataset.out, place.textContent]));
        }""",
        {"code": MODULE.read_text(encoding="utf-8"), "model": model, "still": surprise.still(model)},
    )
    page.close()
    assert said == expected(model, "that hat", 3)["said"]


def test_without_javascript_the_still_stands_and_no_button_promises_more(visit):
    page = visit(CHAPTER, java_script_enabled=False).page
    figure = page.locator("#fig-strip")
    assert figure.get_by_text("fresher than 281 of 281").is_visible()
    assert figure.get_by_text("fresher than 40 of 281").is_visible()
    assert figure.locator(".strip > span").count() > 70
    for part in figure.locator("button, input, .try").all():
        assert not part.is_visible()


def test_paper_shows_the_still_alone(open_strip):
    strip = open_strip()
    strip.page.emulate_media(media="print")
    assert strip.figure.get_by_text("fresher than 40 of 281").is_visible()
    for part in (".memory", ".entry", ".keys", ".try"):
        assert not strip.figure.locator(part).is_visible(), part


def test_a_page_opened_from_a_disk_moves_too(site, browser):
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((site.folder / CHAPTER).as_uri())
    page.locator("#fig-strip input").fill("my heart")
    assert (
        page.locator("#fig-strip .mine b:not([data-out])").all_text_contents()[:2] == ["m", "y"]
        and errors == []
    )
    page.close()
