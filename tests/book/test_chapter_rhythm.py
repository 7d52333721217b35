"""Every page keeps the rhythm and the spelling of the book; each rule is shown a page that breaks it."""

import re

import pytest

from book import notebooks
from tests.book import rhythm
from tests.book.pages import Page, identity, pages


@pytest.mark.parametrize("page", pages(), ids=identity)
def test_a_page_keeps_the_rules(page):
    assert (faults := rhythm.faults(page)) == [], "\n" + "\n".join(faults)


def test_no_label_stands_for_two_things():
    assert rhythm.twice(pages()) == []


def test_the_pages_without_code_keep_the_spelling_too():
    notebooks_of = {page.path for page in pages()}
    texts = [Page(path) for path in sorted((rhythm.BOOK / "back").glob("*.md")) if path not in notebooks_of]
    assert [
        fault
        for page in texts
        for rule in (rhythm.words, rhythm.headings, rhythm.citations)
        for fault in rule(page)
    ] == []


HEADER = """\
---
jupytext: {formats: 'md:myst,ipynb'}
kernelspec: {name: python3, display_name: Python 3}
subtitle: a small page
description: It counts to three.
numbering: {enumerator: 9.%s, heading_2: true}
---
"""
CODE = "```{code-cell} ipython3\n%s\n```\n"
PICTURE = CODE % ":tags: [remove-input]\n:label: fig-a\n:caption: '**It counts.** A picture.'\nprint(1)"
CHAPTER = (
    HEADER
    + "# Counting to three\n\nHow far is it?\n\n"
    + PICTURE
    + "\n:::{note} You will be able to\n- count;\n- prove;\n- read.\n:::\n\n## One\n\n"
    + "::::{hint} Predict, then run\n:class: predict\nHow many?\n\n- one\n- two\n\n"
    + ":::{dropdown} I have committed: show me\nOne.\n:::\n::::\n\n"
    + CODE % ":tags: [hide-output]\n1"
    + "".join(f"\nText {n} [@markov1913].\n\n" + CODE % f"print({n})" for n in range(14))
    + "\n:::{prf:theorem} T\n:label: thm-a\nOne is one.\n:::\n\n"
    + ":::{prf:proof}\n:class: dropdown\nSee.\n:::\n\n"
    + CODE % "assert 1 == 1  # theorem 9.1"
    + "\n## Exercises\n\nDo.\n\n## Summary\n\n- One.\n\n## Leaderboard\n\n"
    + CODE % "leaderboard(1)"
    + "\n## Further reading\n\n"
    + "".join(
        f"- {{cite:t}}`{key}`: it says why you would read it.\n"
        for key in ("markov1913", "shannon1951", "piech2024")
    )
)


BOARD = "## Leaderboard\n\n" + CODE % "leaderboard(1)" + "\n"


def page_of(tmp_path, text, number="09"):
    path = tmp_path / f"{number}-small.md"
    path.write_text(notebooks.in_own_form(text))
    return Page(path)


def test_a_page_that_keeps_the_rules_has_no_faults(tmp_path):
    assert rhythm.faults(page_of(tmp_path, CHAPTER)) == []


@pytest.mark.parametrize(
    "old, new, words",
    [
        ("description: It counts to three.\n", "", "the header has no description"),
        ("enumerator: 9.%s", "enumerator: 8.%s", "numbering in the header has to be"),
        ("# Counting to three\n\nHow", "How", "the first cell has to begin with the title"),
        ("How far is it?", "It is not far.", "the hook, a paragraph with a question"),
        (":tags: [remove-input]\n", "", "the hook's picture"),
        ("- prove;\n", "", "with 3 to 5 points"),
        ("## One", "### One", "a heading of level 3 below one of level 1"),
        ("## One", "# One", "a second title"),
        ("- one\n- two", "- one", "at least two answers"),
        (":class: predict\n", "", "needs :class: predict"),
        ("I have committed: show me", "Answer", "stands in a dropdown"),
        (":tags: [hide-output]\n", "", "tagged hide-output"),
        (":::{prf:theorem} T\n:label: thm-a\nOne is one.\n:::", "", "0 theorems, and not one"),
        (":::\n\n:::{prf:proof}", ":::\n\nBut:\n\n:::{prf:proof}", "its proof, with :class: dropdown"),
        ("  # theorem 9.1", "", "no later cell asserts it"),
        ("## Leaderboard", "## Board", "the last sections have to be"),
        ("- One.\n", "- One.\n" * 6, "the summary has 1 to 5 points"),
        ("- {cite:t}`piech2024`: it says why you would read it.\n", "", "further reading has 3 to 6"),
        ("leaderboard(1)", "board(1)", "no cell calls leaderboard"),
        ("Text 3 ", "This is obviously simple ", "“obviously” is banned"),
        ("Text 3 ", "Just add ", "“Just” is banned"),
        ("Text 3 ", "Normalize it ", "“Normalize” is American spelling"),
        ("A picture.", "The color of it.", "“color” is American spelling"),
        ("print(5)", "print(5)\n" * 31, "the cell has 31 lines"),
        ("print(5)", f"print({'5' * 62})", "69 columns, at most 68"),
        (":label: fig-a\n", "", "a caption needs a label"),
        ("**It counts.** A picture.", "A picture.", "begins with one bold sentence"),
        ("[@markov1913]", "[@nobody1900]", "nobody1900 is not in references.bib"),
        (
            "print(7)\n```",
            "print(7)\n```\n" + ("\n" + CODE % "1") * 40,
            "cells without the exercises'",
        ),
        ("print(", "a = 1\n" * 8 + "print(", "half of the code cells have 9 lines"),
        ("Text ", "word " * 61, "half of the text cells have"),
    ],
)
def test_a_page_that_breaks_a_rule_is_caught(tmp_path, old, new, words):
    assert old in CHAPTER
    faults = rhythm.faults(page_of(tmp_path, CHAPTER.replace(old, new)))
    assert any(words in fault for fault in faults), faults
    assert all(re.search(r"09-small\.md(:\d+)?: ", fault) for fault in faults)


@pytest.mark.parametrize("number", sorted(rhythm.UNSCORED))
def test_a_chapter_before_the_score_has_no_leaderboard(tmp_path, number):
    text = CHAPTER.replace("enumerator: 9", f"enumerator: {int(number)}")
    text = text.replace("theorem 9.1", f"theorem {int(number)}.1")
    assert rhythm.faults(page_of(tmp_path, text.replace(BOARD, ""), number)) == []
    (fault,) = rhythm.faults(page_of(tmp_path, text, number))
    assert "the last sections have to be Exercises, Summary, Further reading" in fault
    (fault,) = rhythm.faults(page_of(tmp_path, text.replace(BOARD, CODE % "leaderboard(1)"), number))
    assert "chapter 03 has yet to define the score" in fault


@pytest.mark.parametrize(
    "word", ["size", "prizes", "just`", "modelling", "labelled", "colour", "realise", "mathematics"]
)
def test_british_words_pass(tmp_path, word):
    text = CHAPTER.replace("Text 3 ", f"The `{word} " if word.endswith("`") else f"The {word} ")
    assert rhythm.faults(page_of(tmp_path, text)) == []


def test_a_label_that_stands_twice_is_named_with_its_pages(tmp_path):
    page = page_of(tmp_path, CHAPTER.replace(":label: thm-a", ":label: fig-a"))
    assert rhythm.twice([page]) == [f"the label fig-a stands 2 times: {page.name}"]
