"""Glossary, bibliography, leaderboard, index of words: what the back of the book gathers from its pages."""

import doctest
import json
import re

import pytest

GLOSSARY, NEXT = "back/glossary/index.html", "probability/next/index.html"
COUNTING = "probability/counting/index.html"


def entries(site):
    script = site.text("assets/search-index.js")
    return json.loads(re.fullmatch(r"window\.searchEntries = (.*);\n", script)[1])


def terms_of(page):
    return {dt["id"]: dt for dt in page.all("dl.terms dt") if dt.get("id")}


# --- glossary -----------------------------------------------------------------------------------------------


def test_a_term_leads_to_its_entry_and_its_card_stands_on_the_page(small):
    page = small.page(NEXT)
    links = {link["href"]: link for link in page.all("a.xref") if "glossary" in link["href"]}
    link = links["../../back/glossary/index.html#term-end-mark"]
    assert (link.text, link["data-preview"]) == ("end marks", "card-term-end-mark")
    card = page.one("template#card-term-end-mark")
    assert card.one("dt").text == "end mark" and "that ends a string" in card.one("dd").text


def test_a_link_inside_a_card_is_seen_from_the_page_that_shows_it(small):
    """The way back to the definition, and the card of a term that another card names."""
    page = small.page(NEXT)
    card = page.one("template#card-term-bigram")
    assert [a["href"] for a in card.one("span.where").all("a")] == ["../counting/index.html#def-bigram"]
    assert page.one("template#card-term-token").one("dt").text == "token"


def test_an_entry_says_where_its_term_is_defined(small):
    places = [place.text for place in small.page(GLOSSARY).all("dl.terms span.where")]
    assert places == ["03 · Definition\u00a03.1", "03 · A trap the loss cannot see"]


def test_previews_need_no_network_and_no_other_page(site):
    """What a preview shows is in the page itself: a page opened from a folder may not fetch another."""
    for name in site.names:
        page = site.page(name)
        for link in page.all("a[data-preview]"):
            target = page.one(f"#{link['data-preview']}")
            assert target.name != "template" or target.text.strip(), f"{name}: {link['data-preview']}"


# --- bibliography -------------------------------------------------------------------------------------------


def test_the_bibliography_has_every_cited_source_by_author_and_leads_back(small):
    items = small.page(GLOSSARY).all("ul.bibliography li")
    assert [item["id"] for item in items] == ["ref-jurafsky2025", "ref-markov1913", "ref-shannon1951"]
    markov = items[1]
    assert markov.text.startswith("Markov, A. A. (1913).") and "10.1017/S0269889706001074" in markov.text
    links = {a.text: a["href"] for a in markov.one("span.cited").all("a")}
    assert links == {
        "03 Counting": "../../probability/counting/index.html#cite-markov1913",
        "04 What comes next": "../../probability/next/index.html#cite-markov1913",
    }


def test_a_source_that_nobody_checked_says_so(small):
    items = small.page(GLOSSARY).all("ul.bibliography li")
    assert [len(item.all("span.unchecked")) for item in items] == [0, 0, 1]
    assert items[2].one("span.unchecked").text == "not checked"
    assert "People guess letters, not checked. Cited in" in items[2].text


def test_each_citation_can_be_reached_and_each_source_leads_back_to_it(site):
    for name in site.names:
        page = site.page(name)
        marks = [a["href"].removeprefix("#source-") for a in page.all("span.footref a") if a.get("id")]
        for mark in marks:
            back = page.one(f"#source-{mark}").one("a.back")["href"]
            assert page.one(f"#{back.removeprefix('#')}")["href"] == f"#source-{mark}", name


# --- leaderboard --------------------------------------------------------------------------------------------


def test_the_leaderboard_of_a_chapter_leads_to_that_of_the_book_and_back(book):
    chapter = book.page(COUNTING).one("section#leaderboard")
    assert [a["href"] for a in chapter.one("table.lb").all("a")] == ["../../back/leaderboard/index.html"]
    whole = book.page("back/leaderboard/index.html").one("table.lb")
    links = {a["href"] for a in whole.all("tbody a")}
    assert "../../probability/counting/index.html#leaderboard" in links
    assert len(whole.all("tbody a")) == len(whole.all("tbody tr")) and not whole.all("tfoot a")


def test_without_a_page_for_all_models_a_leaderboard_stands_alone(counting):
    assert not counting.one("table.lb").all("a")


# --- the index of words -------------------------------------------------------------------------------------


def test_definitions_and_terms_are_entries_of_their_own(small):
    found = {entry["url"]: entry for entry in entries(small)}
    definition = found[f"{COUNTING}#def-bigram"]
    assert (definition["kind"], definition["section"]) == ("definition", "Bigram model")
    term = found[f"{GLOSSARY}#term-end-mark"]
    assert (term["kind"], term["section"], term["page"]) == ("term", "end mark", "Glossary")
    assert "that ends a string" in term["text"]
    assert "ends a string" not in found[GLOSSARY]["text"]
    assert found[f"{GLOSSARY}#term-bigram"]["names"] == "Pair" and "names" not in term


def test_a_section_knows_the_terms_that_it_defines(small):
    found = {entry["url"]: entry for entry in entries(small)}
    assert found[f"{COUNTING}#a-name-is-a-walk"]["names"] == "bigram"
    assert found[f"{COUNTING}#trap"]["names"] == "end mark"
    assert [url for url, entry in found.items() if entry.get("kind") == "closing"] == [
        f"{COUNTING}#{name}" for name in ("summary", "leaderboard", "further-reading")
    ]


def test_every_entry_has_an_address_of_its_own(site):
    addresses = [entry["url"] for entry in entries(site)]
    assert len(set(addresses)) == len(addresses)


@pytest.mark.parametrize("name", ["backmatter"])
def test_examples_in_docstrings(name):
    module = __import__(f"rendering.{name}", fromlist=["x"])
    result = doctest.testmod(module)
    assert result.attempted and not result.failed
