"""The pages in a real Chromium: they load from their own host, fit, and keep the reader's theme."""

import pytest

CHAPTER = "probability/counting/index.html"
ROOT = "document.documentElement"
WIDTHS = (320, 400, 600, 704, 768, 1008, 1100, 1312, 1400, 1900)
WIDER = """() => [...document.querySelectorAll("body *")].filter(e => {
    const box = e.getBoundingClientRect();
    const scroller = e.closest("pre, .scroll, .eq, .mid, [popover], .visually-hidden");
    return box.width && box.right > document.documentElement.clientWidth + 1 && !scroller;
}).map(e => `${e.tagName}.${e.className}`).slice(0, 5)"""


def test_every_page_loads_from_its_own_host_and_complains_of_nothing(site, visit):
    for name in site.pages:
        if name == "404.html":     # it stands for every address, so it names its files from the host's root
            continue
        seen = visit(name)
        assert seen.errors == [], name
        assert [url for url in seen.requests if not url.startswith((site.address, "data:"))] == [], name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_the_window(site, visit, scheme):
    for name in site.pages:
        seen = visit(name, color_scheme=scheme)
        for width in WIDTHS:
            seen.page.set_viewport_size({"width": width, "height": 900})
            wide, room = seen.page.evaluate(f"[{ROOT}.scrollWidth, {ROOT}.clientWidth]")
            assert wide <= room, (name, width, seen.page.evaluate(WIDER))


def test_the_fonts_of_the_look_are_used(visit):
    page = visit(CHAPTER).page
    loaded = page.evaluate("[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)")
    families = {family.strip('"') for family in loaded}
    assert families >= {*(f"Appendix {cut}" for cut in ("Serif", "Display", "Sans", "Mono")), "KaTeX_Main"}


def test_the_theme_switches_and_stays(site, visit):
    page = visit(CHAPTER, color_scheme="light").page
    ground = f"getComputedStyle({ROOT}).backgroundColor"
    light = page.evaluate(ground)
    button = page.locator("#theme")
    while "Dark" not in button.get_attribute("aria-label"):
        button.click()
    dark = page.evaluate(ground)
    assert dark != light
    page.goto(site.address + "how-to-read/index.html")
    assert page.evaluate(ground) == dark
    assert "Dark" in page.locator("#theme").get_attribute("aria-label")


def test_figures_follow_the_theme(visit):
    for scheme in ("light", "dark"):
        page = visit(CHAPTER, color_scheme=scheme).page
        ink = page.evaluate("getComputedStyle(document.body).color")
        title = page.locator("figure svg text").first.evaluate("e => getComputedStyle(e).fill")
        paper = page.evaluate(f"getComputedStyle({ROOT}).backgroundColor")
        assert title != paper and ink != paper


def test_a_page_can_be_read_without_javascript(visit):
    page = visit(CHAPTER, java_script_enabled=False).page
    assert page.get_by_text("Which letter follows").is_visible()
    proof = page.locator(".thm details")
    assert not proof.locator(".eq").is_visible()
    proof.locator("summary").click()
    assert proof.locator(".eq").is_visible()


def test_a_sidenote_opens_on_a_phone_by_keyboard(visit):
    page = visit(CHAPTER, viewport={"width": 400, "height": 800}).page
    note = page.locator(".side").first
    assert not note.is_visible()
    page.locator(".side-toggle").first.focus()
    page.keyboard.press("Space")
    assert note.is_visible()


def test_search_finds_a_section_from_any_page_by_keyboard(site, visit):
    page = visit("how-to-read/index.html").page
    page.keyboard.press("/")
    page.keyboard.type("row sum stretches")
    page.locator(".hits a").first.wait_for()
    assert "Counting, twice" in page.locator(".hits a").first.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.address}{CHAPTER}#*")


def found(page, words):
    """What the search lists for some words, by its headings."""
    page.locator("[type=search]").fill(words)
    page.locator(".hits a").first.wait_for()
    page.wait_for_timeout(200)
    return [hit.split("\n")[0] for hit in page.locator(".hits a").all_inner_texts()]


@pytest.mark.parametrize("words, term, place", [
    ("smoothing", "smoothing", "The pairs you never saw"),
    ("random variable", "random variable", "Random variable"),
    ("derivative", "slope", "Slope"),
    ("broadcasting", "broadcasting", "Counting, twice"),
    ("brodcasting", "broadcasting", "Counting, twice"),
    ("event", "event", "Event"),
])
def test_search_lists_the_meaning_first_then_where_it_is_defined(visit, words, term, place):
    hits = [hit.partition(" · ") for hit in found(visit("how-to-read/index.html").page, words)]
    names, pages = [name for name, _, _ in hits], [page for _, _, page in hits]
    assert (names[0], pages[0]) == (term, "Glossary")
    assert next(name for name, page in zip(names, pages, strict=True) if page != "Glossary") == place
    assert "Leaderboard" not in names[:names.index(place)]


@pytest.mark.parametrize("name, link", [
    (CHAPTER, "bigram model"), (CHAPTER, "broadcasting"), ("how-to-read/index.html", "contract"),
    ("back/toolkit/index.html", "inverse"),
])
def test_a_term_shows_its_meaning_on_focus_without_a_server(site, name, link):
    context = site.browser.new_context(viewport={"width": 1400, "height": 900}, offline=True)
    page = context.new_page()
    page.goto(f"file://{site.folder / name}")
    term = page.locator(f"a.xref[data-preview^=card-term]:text-is('{link}')")
    page.evaluate("e => e.focus({ focusVisible: true })", term.element_handle())
    card = page.locator("#card")
    assert card.is_visible() and card.locator("dt").inner_text() == link
    assert len(card.locator("dd").inner_text().split()) > 5
    page.keyboard.press("Escape")
    assert not card.is_visible()
    context.close()


def test_the_card_of_a_term_leads_to_the_place_that_defines_it(site, visit):
    page = visit(CHAPTER).page
    page.locator("a.xref[data-preview=card-term-logarithm]").hover()
    page.locator("#card .where a").click()
    page.wait_for_url(f"{site.address}back/toolkit/index.html#sec-log")


def card(page):
    return page.locator("#card")


def test_a_preview_opens_by_keyboard_and_closes_with_escape(visit):
    page = visit(CHAPTER).page
    link = page.locator("a.xref[data-preview]").first
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")                     # now the focus came by keyboard
    card(page).wait_for(state="visible")
    assert link.get_attribute("aria-describedby") == "card" and len(card(page).inner_text()) > 20
    page.keyboard.press("Escape")
    assert not card(page).is_visible()
    assert page.evaluate("document.activeElement.matches('a.xref')")


def test_a_preview_shows_what_the_link_names_and_the_pointer_may_enter_it(visit):
    page = visit(CHAPTER).page
    link = page.locator("a.xref[href='#thm-mle']").first
    link.scroll_into_view_if_needed()
    link.hover()
    card(page).wait_for(state="visible")
    assert "No bigram model gives the text a higher probability" in card(page).inner_text()
    box = card(page).bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.wait_for_timeout(400)
    assert card(page).is_visible()
    page.mouse.move(5, 5)
    card(page).wait_for(state="hidden")


def test_a_source_is_previewed_where_it_is_cited(visit):
    page = visit(CHAPTER).page
    page.locator("[data-preview^=source-]").first.hover()
    card(page).wait_for(state="visible")
    assert "Markov" in card(page).inner_text()
