"""The film of chapter 03 as a reader meets it: at rest, playing, by keyboard, in the dark, missing."""

import json

import pytest

from book.prepare import ROOT

CHAPTER = "probability/counting/index.html"
ENTRY = json.loads((ROOT / "animations/rendered/manifest.json").read_text(encoding="utf-8"))["Counting"]
BEATS = ENTRY["beats"]
VIDEO = "document.querySelector('.film video')"


@pytest.fixture
def film(visit):
    seen = visit(CHAPTER, color_scheme="light")
    seen.figure = seen.page.locator(".film")
    seen.figure.scroll_into_view_if_needed()
    return seen


def playing(page, after):
    """Wait until the film is past `after` seconds; its element's state."""
    page.wait_for_function(f"{VIDEO} && {VIDEO}.currentTime > {after}")
    return page.evaluate(f"({{at: {VIDEO}.currentTime, width: {VIDEO}.videoWidth}})")


def test_nothing_of_a_film_is_loaded_before_it_is_asked_for(visit):
    seen = visit(CHAPTER)
    assert not [url for url in seen.requests if "counting-" in url]
    seen.page.locator(".film").scroll_into_view_if_needed()
    seen.page.wait_for_function("document.querySelector('.film img').complete")
    assert [url.rsplit(".", 1)[1] for url in seen.requests if "counting-" in url] == ["webp"]


def test_the_film_plays_and_shows_each_caption_at_its_time(film):
    film.figure.get_by_role("button", name="Play the film").click()
    assert playing(film.page, 0.2)["width"] == 1280
    assert film.figure.locator(".caption").inner_text() == BEATS[0]["caption"]
    for beat in BEATS[1:]:
        film.figure.get_by_role("button", name=beat["caption"]).click()
        playing(film.page, beat["start"] + 0.05)
        assert film.figure.locator(".caption").inner_text() == beat["caption"]
        assert film.figure.locator("[aria-current=step]").inner_text().endswith(beat["caption"])
    assert film.errors == []


def test_the_keyboard_is_enough(film):
    film.figure.get_by_role("button", name="Play the film").focus()
    film.page.keyboard.press("Enter")
    playing(film.page, 0.1)
    film.page.keyboard.press("Enter")
    assert film.page.evaluate(f"{VIDEO}.paused")
    film.page.keyboard.press("Tab")
    for _ in range(20):
        film.page.keyboard.press("PageUp")
    assert film.page.evaluate(f"{VIDEO}.currentTime") == pytest.approx(ENTRY["seconds"], abs=0.5)
    film.page.keyboard.press("Tab")
    film.page.keyboard.press("Space")
    assert not film.figure.locator(".caption").is_visible()
    assert film.page.locator(":focus").get_attribute("aria-pressed") == "false"


def test_a_change_of_theme_keeps_the_moment(film):
    film.figure.get_by_role("button", name=BEATS[4]["caption"]).click()
    light = playing(film.page, BEATS[4]["start"] + 0.05)
    while "Dark" not in film.page.locator("#theme").get_attribute("aria-label"):
        film.page.locator("#theme").click()
    dark = playing(film.page, light["at"])
    assert light["at"] < dark["at"] < BEATS[5]["start"]
    films = [url.rsplit("/", 1)[1].split(".")[0] for url in film.requests if url.endswith(".mp4")]
    assert sorted(set(films)) == ["counting-dark", "counting-light"]
    assert "counting-dark" in film.figure.locator("img").evaluate("image => image.currentSrc")


def test_a_film_that_cannot_be_loaded_says_so_and_leaves_its_lines(film):
    film.page.route("**/*.mp4", lambda route: route.abort())
    film.figure.get_by_role("button", name="Play the film").click()
    film.figure.get_by_role("status").wait_for()
    assert "could not be loaded" in film.figure.get_by_role("status").inner_text()
    assert film.figure.get_by_text(BEATS[2]["caption"]).is_visible()
    assert film.figure.locator("img").is_visible()


def test_without_javascript_a_film_has_the_browsers_own_controls(visit):
    page = visit(CHAPTER, java_script_enabled=False).page
    assert page.locator(".film video[controls] track[default]").count() == 1
    assert page.locator(".film .beats").get_by_text(BEATS[0]["caption"]).is_visible()
