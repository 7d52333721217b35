"""What a reader gets: each element of the conventions in the page that the small project becomes."""

import json
import re

import pytest

from tests.site import project
from tests.site.conftest import run_build


def test_addresses_are_the_sources_without_numbers(small):
    assert small.names == [
        "404.html", "back/glossary/index.html", "index.html", "probability/counting/index.html",
        "probability/next/index.html",
    ]  # fmt: skip


def test_the_opener_has_number_part_title_hook_figure_facts_and_abilities(counting):
    opener = counting.one("header.opener")
    assert opener.one("p.part").text == "Part 1 · Probability: language modeling"
    assert opener.one("div.title span.n").text == "03"
    assert opener.one("h1").text == "Counting n-grams as dict and as array"
    assert opener.one("p.hook").text.startswith("Which letter follows q?")
    assert opener.one("figure")["id"] == "fig-hook"
    assert [b.text for b in opener.all("div.facts b")] == ["4 min", "2"]
    assert len(opener.all("div.abilities li")) == 4


def test_seconds_are_those_that_were_recorded(tmp_path):
    from rendering.layout import facts
    from rendering.site import Site

    folder = project.write(tmp_path)
    assert project.run_myst(folder, "--site").returncode == 0
    (folder / "book/results").mkdir()
    (folder / "book/results/03-counting.json").write_text('{"seconds": 7.2}')
    site = Site(folder / "_build/site")
    assert facts(site.pages[1], site, [])["seconds"] == 8


def test_each_page_knows_its_place(small, counting):
    contents = counting.one("nav.contents")
    assert contents.one("a[aria-current=page]").text == "03Counting"
    assert [a.text for a in contents.all("div.sections a")][:2] == ["A name is a walk", "Counting, twice"]
    assert [span.text for span in contents.all("span.label")] == ["1 · Probability", "Back matter"]
    pager = counting.one("nav.pager")
    assert pager.one("a[rel=next]")["href"] == "../next/index.html"
    assert not pager.all("a[rel=prev]")


def test_sections_carry_numbers_but_for_the_closing_ones(counting):
    numbers = {s["id"]: [n.text for n in s.all("h2 span.n")] for s in counting.all("article section[id]")}
    assert numbers["a-name-is-a-walk"] == ["3.1"]
    assert numbers["summary"] == numbers["leaderboard"] == numbers["further-reading"] == []


def test_tokens_are_boxes_that_are_read_out(counting):
    tokens = counting.one("span.tokens")
    assert tokens["aria-label"] == "dot, e, m, m, a, dot"
    assert [b.text for b in tokens.all("b")] == list(".emma.")


def test_a_note_is_in_the_margin_and_folds_without_script(counting):
    first = counting.one("#note-1")
    assert (first.name, first["type"], first["aria-label"]) == ("input", "checkbox", "Show note 1")
    assert counting.one("label[for=note-1]").text == "1"
    assert "one row and one column stay empty" in counting.all("span.side")[0].text
    assert "A dict holds what it has seen" in counting.one("aside.side").text


def test_sources_have_letters_and_a_list(counting, small):
    assert [a.text for a in counting.all("span.footref a")][:2] == ["a", "b"]
    assert counting.all("span.footref a")[0]["aria-label"] == "Source a: Markov, 1913"
    entries = counting.all("ol.footnotes li")
    assert [entry["id"] for entry in entries] == ["source-a", "source-b", "source-c"]
    assert "10.1017/S0269889706001074" in entries[0].text
    assert "assumption</em><span" in small.text(
        "probability/counting/index.html"
    )  # no space before the letter


def test_definition_theorem_and_its_folded_proof(counting):
    definition = counting.one("#def-bigram")
    assert definition.one("p.label").text == "Definition 3.1Bigram model"
    theorem = counting.one("#thm-best")
    assert theorem.one("p.label").text == "Theorem 3.1Relative counts maximise the likelihood"
    proof = theorem.one("details")
    assert proof.get("open") is None and proof.one("summary").text == "Proof"
    assert proof.all("span.qed")


def test_only_equations_with_a_name_have_a_number(counting, small):
    numbers = [eq.all("span.no")[0].text for eq in counting.all("div.eq") if eq.all("span.no")]
    assert numbers == ["(3.1)", "(3.2)"]
    links = {a["href"]: a.text for a in counting.all("a.xref")}
    assert links["#eq-walk"] == "(3.1)"
    other = small.page("probability/next/index.html")
    assert {a.text for a in other.all("a.xref")} >= {"Theorem\u00a03.1", "(3.1)", "Figure\u00a03.2"}


def test_formulas_are_there_for_screen_readers(counting):
    assert len(counting.all("span.katex-mathml math")) >= 10


def test_a_cell_has_code_a_bar_and_its_output(counting):
    cell = counting.all("article div.cell")[0]
    assert cell.all("pre")[0].text.startswith("from collections import Counter")
    assert cell.one("div.tools").text.strip() == "as printed in the book"
    assert cell.one("button.copy")["aria-label"] == "Copy the code"
    assert cell.one("div.out").text.strip() == "(207, 13, 627)"


def test_a_definition_alone_promises_no_output(counting):
    assert "as printed" not in counting.one("#fig-three").text


def test_a_prediction_comes_before_its_answer(counting):
    box = counting.one("div.predict")
    assert [label.text.strip() for label in box.all("label")] == [
        "none",
        "about 15",
        "about 100",
        "about 400",
    ]
    assert len({radio["name"] for radio in box.all("input[type=radio]")}) == 1
    assert box.one("details summary").text == "I have committed: show me"
    after = next(cell for cell in counting.all("div.cell") if "empty =" in cell.text)
    assert after.one("details.out").get("open") is None


def test_an_error_is_one_plain_line(counting):
    cell = counting.one("div.cell[data-state=error]")
    assert cell.one("p.why").text == 'ContractError: after ".", the probabilities sum to 7.0114, not 1'
    assert "this cell, line 1" in cell.one("details").text


def test_three_representations_are_one_figure(counting):
    figure = counting.one("figure.three")
    assert figure["id"] == "fig-three"
    assert [p.text for p in figure.all("p.label")] == ["Equation", "Code", "Chart"]
    assert figure.all("math") and figure.all("pre") and figure.all("div.pmf")
    assert figure.one("figcaption strong").text == "One row, three ways."


def test_a_verdict_of_several_lines_loses_none():
    from rendering.boxes import verdict

    said = "not yet right: row q sums to 1.1,\nnot to 1\nHint. Look below\nthe line.\n"
    assert verdict(said) == ("not yet right", "row q sums to 1.1, not to 1", "Look below the line.")


def test_an_exercise_is_one_box_with_verdict_and_folded_solution(counting):
    first, second = counting.all("div.exercise")
    assert (first["id"], first.one("h3").text) == ("ex-before", "The other direction")
    assert first.one("span.stars")["aria-label"] == "difficulty 1 of 3"
    assert first.one("span.state").text == "not yet"
    assert first.one("div.verdict").text == "before returns nothing"
    assert second.one("span.state").text == "not yet right"
    assert second.one("p.hint").text == "Hint. By how much did the total of the row grow?"
    assert second.one("details summary").text == "Solution" and "alpha * 27" in second.one("details pre").text


def test_tables_have_captions_heads_and_row_names(counting):
    letters, smooth = counting.one("#tbl-letters"), counting.one("#tbl-smooth")
    assert letters.one("caption").text == "Table\u00a03.2 Letters and places. Three of the twenty-seven."
    assert smooth.one("caption").text.startswith("Table\u00a03.1 Smoothing")
    assert [th["scope"] for th in letters.all("tbody th")] == ["row"] * 3
    assert smooth.all("td.r") and not smooth.all("[style]")


def test_previews_find_what_they_show(site):
    for name in site.names:
        page = site.page(name)
        for link in page.all("a[data-preview]"):
            assert len(page.all(f"#{link['data-preview']}")) == 1, f"{name}: {link['data-preview']}"


def test_chapters_can_be_taken_along(small, counting):
    links = {a.text: a["href"] for a in counting.all("div.facts a[download]")}
    assert links == {"Notebook": "03-counting.ipynb", "Source": "03-counting.md"}
    assert json.loads(small.text("probability/counting/03-counting.ipynb"))["cells"]
    assert small.text("probability/counting/03-counting.md").startswith("---")


def test_the_title_page_is_made_of_plain_fences(small):
    page = small.page("index.html")
    cover = page.one("section.cover")
    assert cover.one("h1 b").text == "2.0"
    assert [a.text for a in cover.all("a.button")] == ["Start reading", "Look up a word"]
    assert cover.one("figure.sampler").all("div.pmf")
    assert len(page.all("section.doors h2")) == 3 and page.one("section.doors pre").text == "make lab"
    assert [li.one("a")["href"] for li in page.all("section.toc li")] == [
        "probability/counting/index.html", "probability/next/index.html", "back/glossary/index.html",
    ]  # fmt: skip


def test_the_title_page_promises_only_pages_that_exist(book):
    for link in book.page("index.html").all("main a[href]"):
        if not link["href"].startswith("http"):
            assert (book.folder / link["href"].partition("#")[0]).is_file(), link["href"]


def test_search_knows_every_section(small):
    script = small.text("assets/search-index.js")
    entries = json.loads(re.fullmatch(r"window\.searchEntries = (.*);\n", script)[1])
    found = {entry["url"]: entry for entry in entries}
    assert len(found) == len(entries)
    trap = found["probability/counting/index.html#trap"]
    assert (trap["page"], trap["section"]) == ("03 Counting", "A trap the loss cannot see")
    assert "numpy raises no error" in trap["text"]


def test_pages_link_to_their_source_once_the_repository_has_an_address(small, tmp_path):
    assert "Source of this page" not in small.text("probability/counting/index.html")
    address = "https://github.com/owner/book"
    folder = project.write(
        tmp_path, lambda path, text: text.replace("project:\n", f"project:\n  github: {address}\n", 1)
    )
    assert run_build("--root", folder).returncode == 0
    html = (folder / "_build/html/probability/counting/index.html").read_text()
    assert f'href="{address}/blob/main/book/1-probability/03-counting.md">Source of this page' in html


@pytest.fixture
def tied():
    from rendering.markup import Markup
    from rendering.nodes import tied

    return lambda *parts: tied([Markup(part) for part in parts])


def formula(letters):
    mathml = f'<span class="katex-mathml">{"x" * 50}</span>'
    seen = '<span class="base">x</span>' * letters
    return f'<span class="katex">{mathml}<span class="katex-html" aria-hidden="true">{seen}</span></span>'


def test_a_short_formula_stays_with_the_marks_around_it(tied):
    assert tied("so (", formula(16), "), and") == [
        "so ",
        f'<span class="tie">({formula(16)}),</span>',
        " and",
    ]


def test_a_long_formula_and_one_without_marks_are_left_as_they_are(tied):
    for parts in (("(", formula(17), ")"), ("so ", formula(16), " is")):
        assert tied(*parts) == list(parts)


def test_a_formula_that_is_a_number_is_told_from_a_number_in_a_sentence():
    from rendering.nodes import is_formula

    def words(value):
        return {"type": "text", "value": value, "position": {}}

    power = {"type": "span", "children": [words("2"), {"type": "superscript", "children": [words("12")]}]}
    row = [words("no less than "), words("-1"), words(", so it"), power, {"type": "emphasis"}, words("6")]
    assert [node for place, node in enumerate(row) if is_formula(node, row, place)] == [row[1], power]
