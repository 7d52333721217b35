"""The glossary: each term once, in order, with a home; linked where the book uses it for the first time."""

from itertools import pairwise

import pytest

from book import notebooks
from tests.book import rhythm, terms
from tests.book.pages import BOOK, ROOT, Page, pages


def test_each_term_stands_once_and_in_the_order_of_the_alphabet():
    names = [entry.term for entry in terms.glossary()]
    assert [(a, b) for a, b in pairwise(names) if a.casefold() >= b.casefold()] == []
    every = [name.casefold() for e in terms.glossary() for name in (e.term, *e.aliases)]
    assert sorted(name for name in set(every) if every.count(name) > 1) == []


def test_each_entry_is_a_sentence_or_two_and_leads_to_where_the_term_is_defined():
    known = {label for page in pages() for label in rhythm.labels(page)}
    for entry in terms.glossary():
        where = f"{terms.GLOSSARY.name}:{entry.line}: “{entry.term}”"
        assert entry.home, f"{where} has to end with a reference to its place, like [](#def-bigram)"
        assert entry.home in known, f"{where}: nothing is called {entry.home}"
        assert 3 <= len(entry.meaning.split()) <= 50, f"{where} is told in 3 to 50 words"


def test_nothing_in_the_glossary_is_left_out():
    """An entry that is laid out otherwise would be no entry for these tests."""
    body = terms.GLOSSARY.read_text(encoding="utf-8").partition(":::{glossary}\n")[2].partition("\n:::")[0]
    assert len(terms.glossary()) == body.count("\n: ") == len(body.strip().split("\n\n"))


def test_each_term_is_linked_at_its_first_use_in_the_book():
    assert (faults := terms.faults(terms.in_order(), terms.glossary())) == [], "\n" + "\n".join(faults)


def test_every_term_role_names_a_term():
    known = {entry.term.lower() for entry in terms.glossary()}
    for path in [*(BOOK / "back").glob("*.md"), *(page.path for page in pages())]:
        text = path.read_text(encoding="utf-8")
        for match in terms.ROLE.finditer(text):
            name = (match["name"] or match["text"]).lower()
            line = text.count("\n", 0, match.start()) + 1
            assert name in known, f"{path.relative_to(ROOT)}:{line}: the glossary has no “{name}”"


# --- the rule, on pages that break it -----------------------------------------------------------------------

GLOSSARY = """\
:::{glossary}
event
: A set of outcomes. [](#sec-a)

probability mass function
: *PMF*, *mass function*. Numbers that make 1. [](#sec-a)

function
: One answer for each input. [](#sec-a)
:::
"""
PAGE = """\
# A page

What is an event?

:::{note} You will be able to
- tell an event from a function;
:::

## The PMF

Here is an {term}`event`, `function` and $event$, and a
{term}`PMF <probability mass function>`. Another
probability mass
function, [one more event](#sec-a), and a {term}`function`.[^note]

[^note]: A function of events.

:::{note} In the margin
:class: margin
Another mass function.
:::

:::{exercise} An event ★
Which event?
:::

## Summary

- Functions.
"""


def page(tmp_path, text, name="09-small"):
    path = tmp_path / f"{name}.md"
    path.write_text(notebooks.in_own_form("---\njupytext: {formats: 'md:myst,ipynb'}\n---\n\n" + text))
    return Page(path)


def test_entries_are_read_with_their_other_names():
    found = terms.entries(GLOSSARY)
    assert [(e.term, e.aliases, e.home, e.line) for e in found] == [
        ("event", (), "sec-a", 2),
        ("probability mass function", ("PMF", "mass function"), "sec-a", 5),
        ("function", (), "sec-a", 8),
    ]


def test_a_page_that_links_each_term_at_its_first_use_passes(tmp_path):
    assert terms.faults([page(tmp_path, PAGE)], terms.entries(GLOSSARY)) == []


@pytest.mark.parametrize(
    "old, new, words",
    [
        ("{term}`event`", "event", "the book uses “event” here first"),
        ("{term}`PMF <probability mass function>`", "PMF", "uses “probability mass function” here first"),
        ("Here is", "Events.\n\nHere is", "“event” was used before on this page"),
        ("Another\n", "Another {term}`event`.\n", "“event” is linked here again"),
        ("Which event?", "Which {term}`event`?", "no term is linked here"),
        ("Another mass", "Another {term}`event` of mass", "“event” is linked here again"),
        ("## The PMF", "## The {term}`event`", "no term is linked here"),
        ("and a {term}`function`", "and more", "no page uses “function” in its running text"),
    ],
)
def test_a_page_that_breaks_the_rule_is_caught(tmp_path, old, new, words):
    assert old in PAGE
    faults = terms.faults([page(tmp_path, PAGE.replace(old, new))], terms.entries(GLOSSARY))
    assert any(words in fault for fault in faults), faults


def test_a_later_page_may_link_a_term_again_at_its_first_use_there(tmp_path):
    known = terms.entries(GLOSSARY)
    first = page(tmp_path, PAGE)
    again = page(tmp_path, "# Later\n\nA hook.\n\nAn {term}`event` and a function.\n", "10-later")
    late = page(tmp_path, "# Later\n\nA hook.\n\nAn event, an {term}`event`.\n", "11-late")
    assert terms.faults([first, again], known) == []
    (fault,) = terms.faults([first, late], known)
    assert "was used before on this page" in fault


@pytest.mark.parametrize("words", ["Events", "matrices", "held-out", "held\nout", "vocabularies"])
def test_a_term_is_known_in_the_forms_that_a_text_uses(words):
    import re

    names = ("event", "matrix", "held out", "vocabulary", "chain rule")
    assert re.fullmatch(terms.pattern(*names), words, re.IGNORECASE)


@pytest.mark.parametrize("words", ["eventually", "prevents", "non-event", "chain-rule-like", "withheld out"])
def test_other_words_are_not_taken_for_a_term(words):
    import re

    assert not re.search(terms.pattern("event", "chain rule", "held out"), words, re.IGNORECASE)
