"""A live page in each of its states. A stand-in for Python (fake_runtime.js) brings them about at once."""

import gzip
import json
import math
import re
from pathlib import Path

import pytest
from test_accessibility import AXE, RUN
from test_in_chromium import ROOT, WIDER

HERE = Path(__file__).resolve().parent
COUNTING = "probability/counting/index.html"
CURSE = "probability/curse/index.html"
COUNT = ".cell[data-live='3']"                               # of chapter 03; what the stand-in prints for it
PRINTED = {'count["q", "u"]': "(207, 13, 229804)\n"}
TRAP = ".cell[data-live='21']"                               # it fails in the book
BEFORE = "#ex-before"
REASON = "row `q` sums to 1.1"
HINT = "Look below the line."
ANSWER = f"#! verdict not yet right | {REASON} | {HINT}"
RIGHT = "#! verdict right | all 27 letters agree"
PATIENCE = 5_000                                             # milliseconds: nothing here has to be computed
EXERCISES = 7                                                # of chapter 03


@pytest.fixture
def live(visit):
    """live(page, settings of the stand-in) opens a page whose Python and editor are stand-ins."""

    def open_page(name=COUNTING, fake=None, **settings):
        def stand_in(page):
            page.set_default_timeout(PATIENCE)
            page.add_init_script(f"window.fakeSettings = {json.dumps({'known': PRINTED, **(fake or {})})}")
            page.route("**/runtime.js", lambda route: route.fulfill(path=HERE / "fake_runtime.js"))
            page.route("**/editor.js", lambda route: route.fulfill(path=HERE / "fake_editor.js"))

        return visit(name, before=stand_in, **settings)

    return open_page


def write(cell, code):
    """Open the editor of a cell and put `code` there."""
    if not cell.locator("textarea").count():
        cell.locator("pre[aria-describedby]").click()
    cell.locator("textarea").fill(code)


def run(cell, code=None, until="done"):
    if code is not None:
        write(cell, code)
    cell.locator(".run").click()
    if until:
        cell.locator(f"xpath=self::*[@data-state='{until}']").wait_for()
    return cell


def check(box, code):
    """Check an exercise; returns when its verdict was told."""
    cell = box.locator(".cell").first
    write(cell, code)
    box.page.evaluate("document.querySelector('body > [role=status]').textContent = ''")
    cell.locator(".run").click()
    box.page.locator("body > [role=status]:text('Exercise 3.')").wait_for(state="attached")
    return box


def voice(page):
    """What a screen reader was told last."""
    page.wait_for_timeout(150)
    return page.locator("body > [role=status]").inner_text()


# ---- at rest ----

def test_nothing_of_python_or_the_editor_is_loaded_before_it_is_asked_for(live):
    seen = live()
    assert seen.page.locator(".run").count() > 30
    assert [url for url in seen.requests if "/live/" in url] == []


def test_what_comes_before_the_first_run_is_small(site):
    parts = [site.folder / "assets" / name for name in ("live.js", "live.css", "progress.js")]
    assert sum(len(gzip.compress(part.read_bytes())) for part in parts) <= 6_000


@pytest.mark.parametrize("width", [1400, 400])
def test_the_buttons_move_nothing_when_they_come(visit, live, width):
    places = "[...document.querySelectorAll('.cell, section, .box, figure, .contents li, footer')]" \
        ".map(e => [e.className, Math.round(e.getBoundingClientRect().top + scrollY)])"

    def block(page):
        page.route("**/assets/live.js", lambda route: route.abort())
        page.route("**/assets/progress.js", lambda route: route.abort())

    size = {"width": width, "height": 900}
    without = visit(COUNTING, before=block, viewport=size).page.evaluate(places)
    assert live(viewport=size).page.evaluate(places) == without


def test_without_javascript_code_and_output_stand_there_and_no_button(visit):
    page = visit(COUNTING, java_script_enabled=False).page
    cell = page.locator(COUNT)
    assert "Counter(pair" in cell.inner_text() and "(207, 13, 229804)" in cell.inner_text()
    assert cell.get_by_role("button").count() == 0
    assert page.locator(f"{BEFORE} .verdict").is_visible()


def test_a_page_opened_from_a_disk_says_how_its_cells_can_run(site):
    context = site.browser.new_context(offline=True)
    page = context.new_page()
    page.goto(f"file://{site.folder / COUNTING}")
    assert page.locator(".run").count() == 0
    assert "make book" in page.locator(f"{COUNT} .tools").inner_text()
    assert page.locator(f"{COUNT} .out").inner_text() == "(207, 13, 229804)"
    context.close()


def test_a_book_built_without_python_says_so_and_has_no_run(visit):
    why = "this copy of the book was built with LIVE=0"

    def without(page):
        def rewrite(route):
            html = re.sub(r'(id="live">).*?(</script>)', rf'\1{{"why": "{why}"}}\2', route.fetch().text())
            route.fulfill(body=html, content_type="text/html")

        page.route(f"**/{COUNTING}", rewrite)

    page = visit(COUNTING, before=without).page
    assert page.locator(".run").count() == 0
    assert page.locator(f"{COUNT} .tools").inner_text() == f"as printed in the book, not run here: {why}"


# ---- a run ----

def test_a_run_says_that_it_ran_how_long_it_took_and_that_it_agrees(live):
    seen = live()
    cell = run(seen.page.locator(COUNT))
    assert cell.locator(".state").inner_text() == "done"
    assert cell.locator(".said").inner_text() == "0.01 s, same as printed"
    assert cell.locator(".aside").inner_text() == "Ran the cell above first."
    assert cell.locator(".out").inner_text() == "(207, 13, 229804)"
    assert "same as printed" in voice(seen.page)
    assert seen.errors == []


def test_the_cells_above_run_once_and_none_of_the_exercises(live):
    page = live().page
    run(page.locator(COUNT))
    run(page.locator(COUNT))
    assert len(page.evaluate("fake.log")) == 3
    assert page.locator(f"{COUNT} .aside").count() == 0
    run(page.locator(".cell[data-live='44']"))
    assert len(page.evaluate("fake.log")) == 25                # 29 before the first exercise; 6 are hidden


def test_the_first_visible_cell_needs_no_hidden_figure_and_speaks_of_none(live):
    page = live().page
    first = run(page.locator(".cell[data-live='2']"))
    assert page.evaluate("fake.log") == ["the cell “from collections import Counter”"]
    assert first.locator(".aside").count() == 0


def test_a_hidden_cell_runs_where_the_readers_code_mentions_what_it_imports(live):
    page = live().page
    run(page.locator(COUNT), "pmf_chart([1], 'a')")
    assert len(page.evaluate("fake.log")) == 3               # the hidden first one, the one above, itself
    assert page.locator(f"{COUNT} .aside").inner_text() == "Ran the cell above first."


def test_the_code_of_three_representations_runs_from_a_bar_of_its_own(live):
    page = live().page
    cell = run(page.locator(".three .cell"))
    assert page.evaluate("fake.log").pop() == "the cell “def conditional(C_VV):”"
    assert cell.locator(".state").inner_text() == "done"
    write(cell, "#! print mine")
    page.keyboard.press("Shift+Enter")
    cell.get_by_text("mine", exact=True).last.wait_for()


def test_a_long_cell_is_left_out_of_what_runs_first_and_can_be_run_by_itself(live):
    page = live(CURSE).page
    long = page.locator(".cell[data-live='10']")
    seconds = page.evaluate("JSON.parse(document.getElementById('live').textContent).cells[9].seconds")
    here = 5 * math.ceil(9 * seconds / 5)
    assert f"runs only when you ask for it, about {here} s here" in long.locator(".said").inner_text()
    run(page.locator(".cell[data-live='11']"))
    assert len(page.evaluate("fake.log")) == 9               # without it and a hidden figure
    run(long)
    assert "ask" not in long.locator(".said").inner_text()


def test_an_output_that_is_not_the_printed_one_is_called_so_unless_the_code_is_the_readers(live):
    page = live(fake={"known": {'count["q", "u"]': "(1, 2, 3)\n"}}).page
    cell = run(page.locator(COUNT))
    assert "differs from the book" in cell.locator(".said").inner_text()
    run(cell, "#! print mine")
    assert cell.locator(".out").inner_text() == "mine"
    assert "edited" in cell.locator(".said").inner_text()
    assert "differs" not in cell.locator(".said").inner_text()


def test_what_is_below_a_cell_that_ran_with_other_code_says_that_it_is_out_of_date(live):
    page = live().page
    below = run(page.locator(".cell[data-live='4']"))
    run(page.locator(COUNT))
    assert below.get_attribute("data-state") == "done"       # the same code again changes nothing
    run(page.locator(COUNT), "#! print mine")
    assert below.locator(".said").inner_text() == "a cell above has changed: run again"
    assert below.locator(".state").inner_text() == "" and below.get_attribute("data-state") == "rest"
    assert "changed" not in page.locator(".cell[data-live='5'] .said").inner_text()      # it has not run
    assert "changed" not in page.locator(".cell[data-live='2'] .said").inner_text()      # it stands above
    run(below)
    assert "changed" not in below.locator(".said").inner_text()


def test_a_cell_that_was_reset_runs_again_before_what_is_below_it(live):
    page = live().page
    cell, below = page.locator(COUNT), page.locator(".cell[data-live='4']")
    run(cell, "#! print mine")
    cell.get_by_role("button", name="Reset").click()
    run(below)
    assert below.locator(".aside").inner_text() == "Ran the cell above first."
    assert "same as printed" in cell.locator(".said").inner_text()


def test_reset_brings_the_printed_state_back_and_keeps_the_focus(live):
    page = live().page
    cell = page.locator(COUNT)
    before = cell.locator("> pre").inner_html()
    run(cell, "#! print mine")
    cell.get_by_role("button", name="Reset").click()
    assert cell.locator("> pre").inner_html() == before
    assert cell.locator("textarea").input_value() == cell.locator("> pre code").text_content()
    assert cell.locator(".out").inner_text() == "(207, 13, 229804)"
    assert cell.locator(".said").inner_text() == "as printed in the book"
    assert page.locator(":focus").inner_text() == "Run"


def test_the_start_of_python_is_told_in_bytes(live):
    page = live(fake={"slowly": 800}).page
    cell = run(page.locator(COUNT), until=None)
    cell.get_by_text("4.2 of 13.9 MB").wait_for()
    assert cell.locator("progress").get_attribute("max") == "13900000"
    assert cell.locator(".out").inner_text() == "(207, 13, 229804)"      # meanwhile the printed output stays
    cell.locator("xpath=self::*[@data-state='done']").wait_for()
    assert cell.locator("progress").count() == 0


def test_stop_stands_where_run_was_and_ends_an_endless_cell(live):
    page = live().page
    cell = page.locator(COUNT)
    run(cell, "#! print one\n#! wait", until=None)
    cell.get_by_text("one", exact=True).wait_for()
    assert cell.locator(".run").inner_text() == "Stop" and cell.get_attribute("data-state") == "running"
    page.keyboard.press("Enter")                             # the focus is still there
    cell.get_by_text("stopped").wait_for()
    assert page.locator(":focus").inner_text() == "Run"
    assert cell.locator(".out").inner_text() == "one"
    assert page.evaluate("fake.stops") == 1
    run(cell, "#! print two")
    assert cell.locator(".aside").inner_text() == "Ran the cell above first."


def test_what_waits_is_given_up_with_what_runs(live):
    page = live().page
    first, second = page.locator(COUNT), page.locator(".cell[data-live='4']")
    run(first, "#! wait", until=None)
    run(second, until=None)
    assert second.locator(".state").inner_text() == "waiting"
    page.wait_for_function("fake.log.length === 2")
    second.locator(".run").click()
    second.get_by_text("stopped").wait_for()
    assert first.locator(".state").inner_text() == "stopped"
    page.wait_for_timeout(100)
    assert len(page.evaluate("fake.log")) == 2


def test_an_error_is_one_sentence_and_where_it_happened_is_folded(live):
    page = live().page
    cell = page.locator(COUNT)
    run(cell, "#! fail NameError | name 'x' is not defined | `x` does not exist yet.", until="error")
    assert cell.locator(".state").first.inner_text() == "stopped with an error"
    assert cell.locator(".plain").inner_text() == "x does not exist yet."
    assert cell.locator(".why").inner_text() == "NameError: name 'x' is not defined"
    assert not cell.locator("details pre").is_visible()
    cell.locator("summary").click()
    assert "line 1" in cell.locator("details pre").inner_text()


def test_a_cell_that_fails_in_the_book_may_fail_and_holds_nothing_up(live):
    page = live().page
    cell = page.locator(TRAP)
    said = cell.locator(".why").inner_text()
    name, message = said.split(": ", 1)
    assert cell.locator(".state").first.inner_text() == "stops with an error"
    code = cell.locator("pre code").first.text_content()
    page.evaluate(f"window.fakeSettings.fails = {json.dumps([code, name, message])}")
    run(cell, until=None)
    cell.get_by_text("stopped with an error").wait_for()
    assert "same as printed" in cell.locator(".said").inner_text()
    run(page.locator(".cell[data-live='23']"))


def test_a_cell_above_that_fails_is_named_and_reached(live):
    page = live().page
    write(page.locator(COUNT), "#! fail ValueError | no")
    below = page.locator(".cell[data-live='5']")
    run(below, until="error")
    assert "a cell above stops with an error" in below.locator(".said").inner_text()
    below.get_by_role("link").click()
    assert page.evaluate("document.activeElement.closest('.cell').dataset.live") == "3"


def test_python_that_does_not_come_leaves_the_printed_output_and_a_sentence(live):
    sentence = "pyodide.asm.wasm could not be loaded: is there a connection to the book’s server?"
    page = live(fake={"refuses": sentence}).page
    cell = run(page.locator(COUNT), until="error")
    assert cell.locator(".sorry").inner_text() == sentence
    assert cell.locator(".out").inner_text() == "(207, 13, 229804)"
    assert page.locator(".cell[data-live='2']").get_attribute("data-state") == "rest"
    page.evaluate("fake.refuses = null")
    run(cell)
    assert cell.locator(".sorry").count() == 0


def test_modules_that_do_not_come_leave_a_sentence_too(visit):
    page = visit(COUNTING, before=lambda page: page.route("**/runtime.js", lambda route: route.abort())).page
    cell = run(page.locator(COUNT), until=None)
    cell.get_by_text("could not be loaded").wait_for()
    assert cell.locator(".out").inner_text() == "(207, 13, 229804)"


def test_an_editor_that_does_not_come_leaves_the_code_as_it_is(live):
    seen = live()
    seen.page.unroute("**/editor.js")
    seen.page.route("**/editor.js", lambda route: route.abort())
    cell = seen.page.locator(COUNT)
    cell.locator("pre").first.click()
    cell.get_by_text("The editor could not be loaded").wait_for()
    run(cell)


def test_run_all_above_runs_them_again(live):
    page = live().page
    cell = run(page.locator(COUNT))
    cell.get_by_role("button", name="Run all above").click()
    cell.get_by_text("ran the 1 cell above").wait_for()
    assert len(page.evaluate("fake.log")) == 3


def test_a_figure_keeps_its_caption_its_name_and_takes_the_new_picture(live):
    page = live("probability/random-variables/index.html").page
    cell = page.locator(".cell[data-live='9']")
    figure = cell.locator("figure")
    name, caption = figure.get_attribute("id"), figure.locator("figcaption").inner_text()
    new = {"role": "picture", "html": '<svg role="img" aria-label="new"></svg>', "widget": None}
    run(cell, f"#! show {json.dumps(new)}")
    assert figure.get_attribute("id") == name and figure.locator("figcaption").inner_text() == caption
    assert figure.locator("svg").get_attribute("aria-label") == "new"


def test_an_explorable_that_was_run_moves(live):
    page = live("probability/random-variables/index.html").page
    page.evaluate("() => { (window.explorables ??= {}).demo = el => { el.dataset.moves = 'yes'; }; }")
    html = '<p>still</p><script type="application/json">{}</script>'
    new = {"role": "picture", "html": html, "widget": "demo"}
    cell = run(page.locator(".cell[data-live='9']"), f"#! show {json.dumps(new)}")
    assert cell.locator("figure").get_attribute("data-moves") == "yes"


def test_a_table_takes_the_caption_and_the_name_that_the_book_gave_it(live):
    page = live(CURSE).page
    cell = page.locator(".cell[data-live]:has(> .out > [id] table)").first
    name, caption = cell.locator(".out > [id]").get_attribute("id"), cell.locator("caption").inner_text()
    new = {"role": "table", "html": "<table><caption></caption><tr><td>1</td></tr></table>", "widget": None}
    run(cell, f"#! show {json.dumps(new)}")
    assert cell.locator("caption").inner_text() == caption
    assert cell.locator(".out > [id]").get_attribute("id") == name
    assert cell.locator("td").inner_text() == "1"


def test_a_folded_output_opens_when_its_cell_runs_and_stays_folded_for_those_below(live):
    page = live().page
    fold = page.locator("details.out").first
    cell = fold.locator("xpath=..")
    number = int(cell.get_attribute("data-live"))
    run(page.locator(f".cell[data-live='{number + 1}'], .cell[data-live='{number + 2}']").first)
    assert fold.get_attribute("open") is None
    run(cell)
    assert fold.get_attribute("open") is not None
    assert fold.locator("summary").inner_text() == "The output"


def test_a_line_that_begins_again_and_a_flood_of_text_are_shown_as_a_terminal_shows_them(live):
    page = live().page
    cell = run(page.locator(COUNT), "#! print 1 of 2\\r2 of 2")
    assert cell.locator(".out").inner_text() == "2 of 2"
    run(cell, "\n".join(["#! print " + "x" * 3_000] * 40))
    assert page.evaluate(f"document.querySelector(`{COUNT} .out pre`).textContent.length") == 100_000
    assert "The rest is not shown" in cell.locator(".out").inner_text()


def test_a_long_output_has_a_box_that_scrolls_shows_its_end_and_is_reached_by_keyboard(live):
    page = live().page
    cell = run(page.locator(COUNT), "#! print short")
    assert cell.locator(".out pre").get_attribute("tabindex") is None
    run(cell, "\n".join(f"#! print line {i}" for i in range(300)))
    box = cell.locator(".out pre")
    assert box.bounding_box()["height"] <= 40 * 16 and box.get_attribute("tabindex") == "0"
    assert box.evaluate("box => box.scrollTop + box.clientHeight >= box.scrollHeight - 25")
    page.emulate_media(media="print")
    assert box.bounding_box()["height"] > 3_000


# ---- exercises ----

def test_a_wrong_answer_gets_its_reason_and_its_hint(live):
    page = live().page
    box = check(page.locator(BEFORE), ANSWER)
    assert box.locator("header .state").inner_text() == "not yet right"
    assert box.get_attribute("class") == "box exercise wrong"
    assert box.locator(".verdict").inner_text() == f"{REASON}\n\nHint. {HINT}".replace("`", "")
    assert "not yet right:" not in box.locator(".cell").first.inner_text().replace(ANSWER, "")
    said = voice(page)
    assert "Exercise 3.1: not yet right" in said and HINT in said


def test_code_verdict_and_tick_survive_a_reload(live):
    page = live().page
    check(page.locator(BEFORE), ANSWER)
    right = check(page.locator("#ex-surprise"), RIGHT)
    assert right.locator("header .state").inner_text() == "right"
    page.reload()
    page.locator(f"{BEFORE}.wrong").wait_for()
    assert page.locator(f"{BEFORE} .cell pre").first.inner_text() == ANSWER
    assert HINT in page.locator(f"{BEFORE} .verdict").inner_text()
    assert page.locator("#ex-surprise header .state").inner_text() == "right"


def test_code_that_was_not_checked_is_kept_as_well(live):
    page = live().page
    write(page.locator(f"{BEFORE} .cell").first, "half a thought")
    page.reload()
    page.get_by_text("half a thought").first.wait_for()
    assert page.locator(f"{BEFORE} header .state").inner_text() == "not yet"


def header(box):
    return box.locator("header .state").inner_text(), box.locator("header .before").count()


def test_header_and_verdict_are_of_the_code_that_stands_there_and_solved_is_for_good(live):
    page = live().page
    box = check(page.locator(BEFORE), RIGHT)
    assert header(box) == ("right", 0)
    check(box, ANSWER)
    assert header(box) == ("not yet right", 1)
    assert box.locator("header .before").inner_text() == "solved before"
    page.reload()
    page.locator(f"{BEFORE}.wrong").wait_for()
    assert header(box) == ("not yet right", 1) and HINT in box.locator(".verdict").inner_text()
    assert box.locator(".cell pre").first.inner_text() == ANSWER
    assert json.loads(page.evaluate("localStorage['appendix-a:exercise/03.before']"))["solved"] is True
    box.locator(".cell").first.get_by_role("button", name="Reset").click()
    for _ in range(2):
        assert header(box) == ("not yet", 1)
        assert "your code" in box.locator(".cell pre").first.inner_text()
        assert "returned None" in box.locator(".verdict").inner_text()
        page.reload()
        page.locator(f"{BEFORE} .before").wait_for()


def test_code_that_was_changed_says_so_until_it_is_checked_or_changed_back(live):
    page = live().page
    box = check(page.locator(BEFORE), RIGHT)
    write(box.locator(".cell").first, "#! wait")
    assert header(box) == ("changed since checked", 1)
    said = box.locator(".verdict").inner_text()
    assert said.startswith("Before the change: right.") and "27 letters agree" in said
    box.locator(".run").first.click()
    page.wait_for_function("!!fake.end")
    box.locator(".run").first.click()
    box.get_by_text("stopped", exact=True).wait_for()
    assert header(box) == ("changed since checked", 1)
    page.reload()
    page.locator(f"{BEFORE} .before").wait_for()
    assert header(box) == ("changed since checked", 1)
    write(box.locator(".cell").first, RIGHT)
    assert header(box) == ("right", 0) and "change" not in box.locator(".verdict").inner_text()


def test_a_first_answer_that_was_not_checked_has_no_verdict(live):
    box = live().page.locator(BEFORE)
    write(box.locator(".cell").first, "mine")
    assert header(box) == ("not yet", 0) and box.locator(".verdict").count() == 0


def test_an_answer_that_is_changed_while_it_is_checked_is_changed_since_checked(live):
    page = live().page
    box = page.locator(BEFORE)
    write(box.locator(".cell").first, RIGHT + "\n#! wait")
    box.locator(".run").first.click()
    page.wait_for_function("!!fake.end")
    write(box.locator(".cell").first, "another")
    page.evaluate("fake.end()")
    box.get_by_text("Before the change: right.").wait_for()
    assert header(box) == ("changed since checked", 1)


def test_a_cell_without_its_check_says_which_line_is_missing(live):
    page = live().page
    box = check(page.locator(BEFORE), "def before(b, C_VV):\n    return 1")
    assert header(box) == ("not yet", 0)
    assert 'check("03.before", before)' in box.locator(".verdict").inner_text()
    assert "does not call check" in voice(page)


def test_a_check_that_stops_with_an_error_says_so_and_after_a_reload_still_why(live):
    page = live().page
    box = check(page.locator(BEFORE), RIGHT)
    check(box, "#! fail SyntaxError | invalid syntax | Line 1 is not Python yet.")
    assert header(box) == ("stops with an error", 1)
    assert "Line 1 is not Python yet." in box.locator(".cell .out").first.inner_text()
    assert box.locator(".verdict").count() == 0              # once is enough
    page.reload()
    page.locator(f"{BEFORE}.wrong").wait_for()
    assert header(box) == ("stops with an error", 1)
    assert box.locator(".verdict").inner_text() == "Line 1 is not Python yet."


def test_to_run_the_solution_solves_nothing_and_keeps_the_readers_code(live):
    page = live().page
    box = page.locator(BEFORE)
    write(box.locator(".cell").first, "mine")
    box.get_by_text("Solution").click()
    solution = box.locator("details .cell")
    run(solution)
    assert "differs" not in solution.locator(".said").inner_text()       # its output is not in the page
    run(solution, RIGHT)
    assert "right" in solution.locator(".out").inner_text()
    assert box.locator("header .state").inner_text() == "not yet"
    assert box.locator("textarea").first.input_value() == "mine"
    page.reload()
    page.get_by_text("mine", exact=True).wait_for()
    assert box.locator("header .state").inner_text() == "not yet"


# ---- what is kept ----

def ticks(page):
    return {link.locator(".n").inner_text(): link.locator(".tick").get_attribute("aria-label")
            for link in page.locator(".contents li > a[data-page]").all() if link.locator(".n").inner_text()}


def test_the_contents_of_every_page_say_what_is_begun_and_what_is_done(site, live):
    page = live().page
    assert set(ticks(page).values()) == {"not begun"}
    run(page.locator(COUNT))
    assert ticks(page)["03"] == "begun" and ticks(page)["04"] == "not begun"
    for box in page.locator("[data-exercise]").all():
        check(box, RIGHT)
    assert page.locator("[data-exercise]").count() == EXERCISES
    page.goto(site.address + "how-to-read/index.html")
    assert ticks(page)["03"] == "done" and ticks(page)["00"] == "not begun"
    assert page.locator(".contents").get_by_role("link", name="03 Counting done").count() == 1
    page.goto(site.address)
    assert page.locator(".toc a[data-page='03-counting'] .tick").get_attribute("aria-label") == "done"


def test_progress_is_saved_to_a_file_erased_and_read_again(live, tmp_path):
    page = live().page
    check(page.locator(BEFORE), ANSWER)
    check(page.locator("#ex-surprise"), RIGHT)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save them to a file").click()
    file = tmp_path / "progress.json"
    download.value.save_as(file)
    assert json.loads(file.read_text())["answers"]["exercise/03.before"]["code"] == ANSWER

    page.get_by_role("button", name="Erase all").click()
    dialog = page.get_by_role("dialog")
    assert "2 answers" in dialog.inner_text()
    dialog.get_by_role("button", name="Keep them").click()
    assert page.locator(f"{BEFORE}.wrong").count() == 1
    page.get_by_role("button", name="Erase all").click()
    dialog.get_by_role("button", name="Erase all").click()
    page.locator(f"{BEFORE}.open").wait_for()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('appendix-a:'))") == []
    assert "your code" in page.locator(f"{BEFORE} textarea").input_value()
    assert ticks(page)["03"] == "not begun"

    page.locator(".my-answers [type=file]").set_input_files(file)
    page.locator(f"{BEFORE}.wrong").wait_for()
    assert page.locator(f"{BEFORE} textarea").input_value() == ANSWER
    assert page.locator(".my-answers [role=status]").inner_text() == "2 answers read."
    assert ticks(page)["03"] == "begun"


def test_a_file_that_is_read_on_a_fresh_page_fills_its_exercises(live, tmp_path):
    page = live().page
    kept = {"code": "from the file", "kind": "right", "reason": "so", "solved": True}
    answers = {"exercise/03.before": kept}
    (tmp_path / "progress.json").write_text(json.dumps({"version": 1, "answers": answers}))
    page.locator(".my-answers [type=file]").set_input_files(tmp_path / "progress.json")
    page.locator(f"{BEFORE}.ok").wait_for()
    assert page.locator(f"{BEFORE} .cell pre").first.inner_text() == "from the file"


@pytest.mark.parametrize("text", ["no json", "{}", '{"version": 2, "answers": {}}', "null"])
def test_a_file_that_is_not_ours_changes_nothing_and_is_named(live, tmp_path, text):
    page = live().page
    check(page.locator(BEFORE), ANSWER)
    (tmp_path / "other.json").write_text(text)
    page.locator(".my-answers [type=file]").set_input_files(tmp_path / "other.json")
    page.get_by_text("This is not a").wait_for()
    assert page.locator(f"{BEFORE}.wrong").count() == 1


OTHERS = ["no json", '{"version": 99, "code": "old"}', "[]", '{"version": 1, "kind": "<b>"}']


@pytest.mark.parametrize("kept", OTHERS)
def test_what_another_version_kept_is_left_alone(live, kept):
    page = live().page
    page.evaluate("kept => localStorage.setItem('appendix-a:exercise/03.before', kept)", kept)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.locator(f"{BEFORE} header .state").inner_text() == "not yet"
    assert "your code" in page.locator(f"{BEFORE} pre").first.inner_text()
    check(page.locator(BEFORE), RIGHT)
    assert json.loads(page.evaluate("localStorage['appendix-a:exercise/03.before']"))["solved"] is True


def test_a_browser_that_keeps_nothing_is_told_and_the_exercise_is_checked_all_the_same(visit, live):
    seen = live()
    refuse = "get() { throw new DOMException('no'); }"
    seen.page.add_init_script(f"Object.defineProperty(window, 'localStorage', {{ {refuse} }})")
    seen.page.reload()
    check(seen.page.locator(BEFORE), RIGHT)
    assert seen.page.locator(f"{BEFORE} header .state").inner_text() == "right"
    assert ticks(seen.page)["03"] == "begun"
    assert "keeps nothing" in seen.page.locator(".my-answers [role=status]").inner_text()
    assert seen.errors == []


def test_another_tab_sees_the_tick(live):
    seen = live()
    other = seen.page.context.new_page()
    other.goto(seen.page.url)
    run(seen.page.locator(COUNT))
    other.locator("[data-page='03-counting'] .tick[aria-label=begun]").wait_for()


# ---- hands and eyes ----

def test_the_keyboard_alone_leads_from_the_top_of_a_chapter_to_a_solved_exercise(live):
    page = live().page
    box = page.locator(BEFORE)
    focused = "document.activeElement.matches('#ex-before pre')"
    for _ in range(400):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement !== document.body"), "the focus is lost"
        if page.evaluate(focused):
            break
    assert page.evaluate(focused)
    page.keyboard.press("Enter")
    box.locator("textarea").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(RIGHT)
    page.keyboard.press("Shift+Enter")
    page.locator(f"{BEFORE}.ok").wait_for()
    assert page.evaluate("document.activeElement.matches('#ex-before textarea')")
    page.keyboard.press("Escape")
    assert page.locator(":focus").inner_text() == "Check again"
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() in ("Run all above", "Reset")


def test_a_skip_link_and_the_contents_lead_to_the_exercises_and_tab_goes_on_from_there(live):
    page = live().page
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the exercises"
    for follow in (lambda: page.keyboard.press("Enter"),
                   lambda: page.locator(".contents .sections a[href='#exercises']").click()):
        follow()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('#exercises') !== null")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Shift+Tab")


def test_the_verdict_of_a_solution_is_wrapped(live):
    page = live(viewport={"width": 400, "height": 900}).page
    box = page.locator(BEFORE)
    box.get_by_text("Solution").click()
    run(box.locator("details .cell"), "#! verdict right | " + "all letters agree, and so on, " * 4)
    wide, room = box.locator("details .out pre").evaluate("pre => [pre.scrollWidth, pre.clientWidth]")
    assert wide <= room


def test_shift_enter_on_the_code_runs_it_without_an_editor(live):
    page = live().page
    cell = page.locator(COUNT)
    cell.locator("pre").first.focus()
    page.keyboard.press("Shift+Enter")
    cell.locator("xpath=self::*[@data-state='done']").wait_for()
    assert cell.locator("textarea").count() == 0
    assert page.evaluate("document.activeElement.matches('pre')")


def test_to_select_code_does_not_open_the_editor(live):
    page = live().page
    write(page.locator(".cell[data-live='2']"), "what it takes to edit is there now")
    page.locator(COUNT).scroll_into_view_if_needed()
    box = page.locator(f"{COUNT} pre").first.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 40, steps=4)
    page.mouse.up()
    page.wait_for_timeout(400)
    assert page.evaluate("getSelection().toString().length") > 5
    assert page.locator(f"{COUNT} textarea").count() == 0


def in_every_state(page):
    """Cells open, done, failed, stopped, running, waiting; exercises of each verdict."""
    run(page.locator(COUNT))
    stopped = run(page.locator(".cell[data-live='4']"), "#! print some\n#! wait", until=None)
    stopped.locator(".out pre:text('some')").wait_for()
    stopped.locator(".run").click()
    stopped.get_by_text("stopped", exact=True).wait_for()
    write(stopped, "#! print well")
    check(page.locator(BEFORE), ANSWER)
    check(page.locator("#ex-surprise"), RIGHT)
    run(page.locator(".cell[data-live='44']"), "#! fail ValueError | no | It does not fit.", until="error")
    run(page.locator(".cell[data-live='6']"), "#! print on its way\n#! wait", until=None)
    page.locator(".out pre:text('on its way')").wait_for()
    run(page.locator(".cell[data-live='9']"), until=None)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 400])
def test_axe_finds_nothing_in_any_state(live, scheme, width):
    page = live(color_scheme=scheme, viewport={"width": width, "height": 900}).page
    in_every_state(page)
    page.evaluate(AXE)
    assert page.evaluate(RUN) == []


def test_no_state_is_wider_than_a_phone(live):
    page = live(viewport={"width": 400, "height": 900}).page
    in_every_state(page)
    wide, room = page.evaluate(f"[{ROOT}.scrollWidth, {ROOT}.clientWidth]")
    assert wide <= room, page.evaluate(WIDER)


def test_paper_shows_the_readers_code_and_no_tools(live):
    page = live().page
    write(page.locator(COUNT), "mine = 1")
    page.emulate_media(media="print")
    assert page.locator(f"{COUNT} > pre").inner_text() == "mine = 1"
    assert not page.locator(f"{COUNT} textarea").is_visible()
    assert not page.locator(f"{COUNT} .tools").is_visible() and not page.locator(".my-answers").is_visible()
