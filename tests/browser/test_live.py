"""Chapters run in the page by its own Python: no stand-ins, and the network ends at the book's host."""

import json
import re

import pytest
from test_accessibility import AXE, RUN

COUNTING = "probability/counting/index.html"
VARIABLES = "probability/random-variables/index.html"
BEFORE = "#ex-before"
PATIENCE = 60_000                                            # milliseconds: Python starts in a few seconds
RIGHT = """def before(b, C_VV):
    column_V = C_VV[:, stoi[b]]
    return column_V / column_V.sum()


check("03.before", before)"""
WRONG = RIGHT.replace("C_VV[:, stoi[b]]", "C_VV[stoi[b]]")   # the letter after, not before


def cell(page, number):
    return page.locator(f".cell[data-live='{number}']")


def settled(cell, state="done"):
    cell.locator(f"xpath=self::*[@data-state='{state}']").wait_for()
    return cell


def write(cell, code):
    """Type `code` over what stands in a cell."""
    if not cell.locator(".cm-content").count():
        cell.locator("pre[aria-describedby]").click()
    cell.locator(".cm-content").click()
    cell.page.keyboard.press("Control+a")
    cell.page.keyboard.insert_text(code)


@pytest.fixture
def opened(visit):
    """opened(page, **settings): a page on which nobody waits for ever."""
    return lambda name=COUNTING, **settings: visit(
        name, before=lambda page: page.set_default_timeout(PATIENCE), **settings)


def test_a_first_run_brings_python_from_the_books_own_host_and_prints_what_is_printed(site, opened):
    seen = opened()
    cell(seen.page, 5).locator(".run").click()
    settled(cell(seen.page, 5))
    assert "same as printed" in cell(seen.page, 5).locator(".said").inner_text()
    for number in (2, 3, 4):
        assert "same as printed" in cell(seen.page, number).locator(".said").inner_text() \
            or not cell(seen.page, number).locator(".out").count()
    assert any(url.endswith(".wasm") for url in seen.requests)
    assert [url for url in seen.requests if not url.startswith((site.address, "data:", "blob:"))] == []
    assert seen.errors == []


def test_an_edited_cell_prints_what_it_says_while_it_runs_and_an_endless_one_is_stopped(opened):
    page = opened().page
    loop = cell(page, 3)
    write(loop, "import time\nn = 0\nwhile True:\n    print(n)\n    n += 1\n    time.sleep(0.1)")
    page.keyboard.press("Shift+Enter")
    loop.locator(".out pre:text('3')").wait_for()
    assert loop.get_attribute("data-state") == "running"
    loop.get_by_role("button", name="Stop").click()
    loop.get_by_text("stopped", exact=True).wait_for()
    loop.get_by_role("button", name="Reset").click()
    loop.locator(".run").click()
    assert "same as printed" in settled(loop).locator(".said").inner_text()


def test_the_editor_opens_where_the_listing_stood_with_the_cursor_where_the_reader_clicked(opened):
    page = opened().page
    listing = cell(page, 3).locator("pre").first
    listing.scroll_into_view_if_needed()
    before, top = cell(page, 3).bounding_box(), listing.bounding_box()
    letter = page.evaluate("""() => {
        const word = document.querySelector(".cell[data-live='3'] .nf").getBoundingClientRect();
        return [word.left + word.width * 0.42, word.top + word.height / 2];
    }""")                                                    # in p a|i r s, after its second letter
    page.mouse.click(*letter)
    cell(page, 3).locator(".cm-content:focus").wait_for()
    after = cell(page, 3).bounding_box()
    assert abs(after["height"] - before["height"]) < 1.5 and abs(after["y"] - before["y"]) < 1.5
    first = cell(page, 3).locator(".cm-line").first.bounding_box()
    assert abs(first["x"] - top["x"] - 16) < 1.5 and abs(first["y"] - top["y"] - 12.8) < 2.5
    page.keyboard.type("#")
    assert cell(page, 3).locator(".cm-line").first.inner_text() == "def pa#irs(name):"


def test_a_wrong_answer_gets_its_hint_a_right_one_its_tick_and_both_survive_a_reload(opened):
    page = opened().page
    box = page.locator(BEFORE)
    stub = box.locator(".cell").first
    write(stub, WRONG)
    stub.locator(".run").click()
    page.locator(f"{BEFORE}.wrong").wait_for()
    hint = box.locator(".hint").inner_text()
    assert hint.startswith("Hint. ") and box.locator("header .state").inner_text() == "not yet right"
    page.reload()
    page.locator(f"{BEFORE}.wrong").wait_for()
    assert stub.locator("pre").first.inner_text() == WRONG and box.locator(".hint").inner_text() == hint
    write(stub, RIGHT)
    page.keyboard.press("Shift+Enter")
    page.locator(f"{BEFORE}.ok").wait_for()
    page.reload()
    page.locator(f"{BEFORE}.ok").wait_for()
    assert box.locator("header .state").inner_text() == "right"
    assert "27 letters" in box.locator(".verdict").inner_text()


def test_a_readers_error_is_told_in_a_sentence_with_the_line_it_stands_on(opened):
    page = opened().page
    broken = cell(page, 2)
    write(broken, "x = 1\nprint(undefind)")
    broken.locator(".run").click()
    settled(broken, "error")
    assert "no cell of this page defines it" in broken.locator(".plain").inner_text()
    broken.get_by_text("Where it happened").click()
    assert "this cell, line 2" in broken.locator("details pre").inner_text()


def test_a_chart_that_is_run_follows_the_theme_and_keeps_its_caption(opened):
    page = opened(VARIABLES, color_scheme="light").page
    chart = cell(page, 9)
    caption = chart.locator("figcaption").inner_text()
    chart.locator(".run").click()
    settled(chart)
    assert "same as printed" in chart.locator(".said").inner_text()
    assert chart.locator("figcaption").inner_text() == caption
    assert chart.locator("figure svg, figure .pmf").count() == 1
    assert not re.search(r"#[0-9a-fA-F]{6}\b", chart.locator("figure").inner_html())     # roles, no colours


@pytest.mark.parametrize("missing, named", [("**/*.wasm", "pyodide.asm.wasm"), ("**/numpy-*.whl", "numpy"),
                                            ("**/book-*.zip", "book-")])
def test_a_file_that_does_not_come_is_named_and_the_printed_output_stays(opened, missing, named):
    page = opened().page
    page.route(missing, lambda route: route.abort())
    count = cell(page, 3)
    count.locator(".run").click()
    settled(count, "error")
    assert named in count.locator(".sorry").inner_text()
    assert count.locator(".out").inner_text() == "(207, 13, 229804)"
    page.unroute(missing)
    count.locator(".run").click()
    settled(count)


def test_the_keyboard_alone_leads_from_the_top_to_a_solved_exercise_and_out_of_the_editor(opened):
    page = opened().page
    for _ in range(500):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#ex-before pre')"):
            break
    page.keyboard.press("Enter")
    page.locator(f"{BEFORE} .cm-content:focus").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(RIGHT)
    page.keyboard.press("Shift+Enter")
    page.locator(f"{BEFORE}.ok").wait_for()
    assert page.evaluate("document.activeElement.matches('.cm-content')")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Check again"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.matches('.cm-content')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_editor_and_in_what_was_run(opened, scheme):
    page = opened(color_scheme=scheme).page
    write(cell(page, 3), "1 / 0")
    page.keyboard.press("Shift+Enter")
    settled(cell(page, 3), "error")
    write(cell(page, 3), "pairs = 'edited'  # still open\nprint(pairs)")
    page.keyboard.press("Shift+Enter")
    settled(cell(page, 3))
    page.evaluate(AXE)
    assert page.evaluate(RUN) == []


def test_what_is_kept_is_json_under_the_books_own_names(opened):
    page = opened().page
    cell(page, 2).locator(".run").click()
    settled(cell(page, 2))
    kept = json.loads(page.evaluate("localStorage['appendix-a:chapter/03-counting']"))
    assert kept["version"] == 1 and "03.before" in kept["exercises"]
