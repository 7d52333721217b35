"""Every number of three or more digits in a text is computed on its page or has a source in numbers.toml."""

import tomllib

import pytest

from tests.book import prose
from tests.book.fixture import TEXT, write_chapter
from tests.book.pages import BOOK, Page, identity, pages


def registered():
    """The entries of numbers.toml: value, where, source."""
    path = BOOK / "numbers.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")).get("number", []) if path.exists() else []


def belongs(entry, page):
    return entry["where"] in (page.number, page.path.stem)


def check(page, entries):
    """(what is wrong with the page, the entries that it needs)."""
    computed, needed, faults = prose.evidence(page), [], []
    for claim in prose.claims(page):
        if prose.is_computed(claim.number, computed):
            continue
        known = [e for e in entries if belongs(e, page) and e["value"] == claim.number.text]
        needed += known
        if not known:
            near = prose.nearest(claim.number, computed)
            faults.append(
                f"{page.name}:{claim.line}: {claim.number.text} is in no output of the notebook "
                f"(the nearest is {near and near.text}); print it, or name its source in book/numbers.toml"
            )
    return faults, needed


@pytest.mark.parametrize("page", pages(), ids=identity)
def test_every_number_is_computed_on_its_page_or_has_a_source(page):
    faults, _ = check(page, registered())
    assert not faults, "\n" + "\n".join(faults)


def test_every_entry_of_numbers_toml_is_needed_and_names_its_source():
    needed = [entry for page in pages() for entry in check(page, registered())[1]]
    assert [entry for entry in registered() if entry not in needed] == []
    assert [entry for entry in registered() if len(entry.get("source", "")) < 10] == []


# --- the extractor ------------------------------------------------------------------------------------------


def seen(text):
    return [n.text for _, n in prose.numbers(prose.visible(text)) if n.digits >= 3]


@pytest.mark.parametrize(
    "text, found",
    [
        ("it pays 2.4544.", ["2.4544"]),
        ("of 32,257 names and 229{,}804 pairs", ["32,257", "229{,}804"]),
        ("75.5 % of them, 75.5% of us", ["75.5 %", "75.5%"]),
        ("$\\log 27 = 3.2958$ and −0.0757", ["3.2958", "0.0757"]),
        ("$1.23 \\times 10^{-4}$ and 4.56e-7", ["1.23 \\times 10^{-4}", "4.56e-7"]),
        ("207 ⁄ 274, 1015–1020", ["207", "274", "1015", "1020"]),
        ("| α = 10 | 2.4612 |", ["2.4612"]),
        ("e = 2.718\\ldots", ["2.718"]),
        ("in 1913, 729 cells", ["1913", "729"]),
        ("```{math}\n:label: eq-100\nx = 1.234\n```", ["1.234"]),
        ("[729 cells](#fig-274)", ["729"]),
        ("a {term}`token` of 274 and `x = 9`, {term}`nats <nat>` of 456 `y`", ["274", "456"]),
    ],
)
def test_a_number_that_a_reader_sees_is_found(text, found):
    assert seen(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "one in 7, 13 %, about 300, 1,000 times, 0.05, 10^{100}",
        "`x = 274` and {kbd}`.274.` and ``a ` 274``",
        "```bash\nmake 274\n```",
        "[@markov1913; @bach2024, p. 123] and {cite:t}`shannon1951` and @cho2015",
        "see [](#fig-274), [here](https://a.org/274) and <https://b.org/1234>",
        "section 3.14, theorem 3.141, chapters 10.1 and 11.25, Python 3.11",
        "(sec-1234)=\n## A\n",
        ":label: eq-1234\n:width: 640\n",
        "[^123] and float64, PCG64, x_128, version 1.2.345",
        "% a comment of 1234 words",
    ],
)
def test_what_is_no_claim_is_passed_over(text):
    assert seen(text) == []


def test_the_guesses_of_a_predict_box_are_no_claims_but_its_answer_is():
    box = (
        "::::{hint} Predict, then run\n:class: predict\nOf 729 cells?\n\n- 123\n- 456\n\n"
        ":::{dropdown} I have committed: show me\n102 are empty.\n- 103 more\n:::\n::::\n\nThen 789.\n"
    )
    assert seen(box) == ["729", "102", "103", "789"]


@pytest.mark.parametrize(
    "claimed, printed, agree",
    [
        ("0.755", "0.755474", True),
        ("0.755", "0.7555", True),  # 0.75547 was printed with four digits
        ("0.755", "0.756", False),
        ("0.755", "0.76", False),  # the output shows less than the text claims
        ("2.4550", "2.455", True),  # repr drops the zero
        ("2.4550", "2.45503", True),
        ("32,257", "32257", True),
        ("32,257", "32258", False),
        ("229,800", "229804", True),
        ("229,900", "229804", False),
        ("75.5 %", "0.7555", True),
        ("75.5 %", "75.47", True),
        ("75.5 %", "0.7655", False),
        ("1.23 \\times 10^{-4}", "1.2345e-04", True),
        ("274", "274.3", True),
    ],
)
def test_a_claim_agrees_with_what_it_is_the_rounding_of(claimed, printed, agree):
    (_, claim), (_, output) = *prose.numbers(claimed), *prose.numbers(printed)
    assert prose.is_computed(claim, {output}) == agree


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return write_chapter(tmp_path_factory.mktemp("book"))


def rewritten(page, old, new, tmp_path):
    """The page with another text beside the same notebook."""
    assert old in page.text
    path = tmp_path / page.path.name
    path.write_text(page.text.replace(old, new))
    path.with_suffix(".ipynb").write_text(page.path.with_suffix(".ipynb").read_text())
    return Page(path)


def test_a_page_whose_numbers_are_all_computed_passes(small):
    assert check(small, []) == ([], [])
    assert [c.number.text for c in prose.claims(small)] == ["0.333", "1,015", "0.125"]


@pytest.mark.parametrize(
    "old, new, near",
    [("1,015", "1,016", "1015"), ("0.333", "0.334", "0.3333333333333333"), ("0.125", "0.135", "0.125")],
)
def test_one_changed_digit_is_caught_with_file_line_and_nearest_number(small, tmp_path, old, new, near):
    page = rewritten(small, old, new, tmp_path)
    line = page.text[: page.text.index(new)].count("\n") + 1
    ((fault,), _) = check(page, [])
    file, at, message = fault.removeprefix(str(tmp_path)).split(":", 2)
    assert (file, message) == (
        "/09-small.md",
        f" {new} is in no output of the notebook (the nearest is {near}); print it, or name its source in "
        "book/numbers.toml",
    )
    assert int(at) >= line  # a caption is reported at the first line of its cell


def test_a_number_with_a_source_passes_and_only_on_its_own_page(small, tmp_path):
    page = rewritten(small, "1,015", "1,016", tmp_path)
    entry = {"value": "1,016", "where": "09", "source": "an invented almanac, page 4"}
    assert check(page, [entry]) == ([], [entry])
    assert len(check(page, [{**entry, "where": "08"}])[0]) == 1


def test_a_number_in_the_text_alternative_of_a_drawing_is_a_claim_and_no_evidence(tmp_path):
    text = TEXT.replace('"text/plain": "two bars"', '"text/plain": "a bar of 0.777"').replace(
        "0.125.", "0.777."
    )
    faults, _ = check(write_chapter(tmp_path, text), [])
    assert [fault.split(": ")[1].split()[0] for fault in faults] == ["0.777"]


@pytest.mark.parametrize("page", pages(), ids=identity)
def test_nearly_every_changed_digit_of_a_page_would_be_caught(page):
    """A test of the test, which is worth little if a wrong number finds some other output to agree with."""
    computed = prose.evidence(page)
    caught = []
    for claim in prose.claims(page):
        for digit in {position for position, letter in enumerate(claim.number.text) if letter.isdigit()}:
            letter = claim.number.text[digit]
            wrong = claim.number.text[:digit] + str((int(letter) + 1) % 10) + claim.number.text[digit + 1 :]
            ((_, changed),) = prose.numbers(wrong)
            if changed.digits >= 3:
                caught.append(not prose.is_computed(changed, computed))
    assert not caught or sum(caught) / len(caught) > 0.8
