"""widgets.py and stills: one still each time, the numbers of the table, no state in what is stored."""

import json
import sys
from fractions import Fraction
from itertools import combinations, pairwise

import nbformat
import numpy as np
import pytest
from companion import EventMap, PairMap, Sampler, event_chart, heat_map, load
from companion.stills import events, pairs, sampler
from companion.widgets import BOOK, VIEW_MIME, WIDGET_MIME

from book import notebooks

LETTERS = ".abcdefghijklmnopqrstuvwxyz"
SMALL = [[0, 3, 1], [16, 0, 0], [1, 1, 14]]
CELL = """\
from companion import PairMap
PairMap([[0, 3, 1], [16, 0, 0], [1, 1, 14]], ".ab", pair=(".", "a"), alt="Three letters.")"""


def small(**more):
    return PairMap(SMALL, ".ab", **{"pair": (".", "a"), "alt": "Three letters."} | more)


@pytest.fixture(scope="module")
def names():
    C_VV = np.zeros((27, 27), dtype=int)
    for name in load("names"):
        for a, b in zip("." + name, name + ".", strict=True):
            C_VV[LETTERS.index(a), LETTERS.index(b)] += 1
    return PairMap(C_VV, LETTERS, alt="Letters.")


def bundle_in_a_kernel(folder, **environment):
    """What a cell shows in a kernel with these variables, and the widgets that the kernel announced."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    with notebooks.running(notebook, folder, **environment) as client:
        client.execute_cell(notebook.cells[0], 0)
        return dict(notebook.cells[0].outputs[0].data), dict(client.widget_state)


def test_the_bundle_has_text_a_drawing_and_the_numbers():
    bundle = small(tasks=["Look."])._repr_mimebundle_()
    assert bundle["text/plain"] == repr(small()) == "Three letters."
    assert bundle["image/svg+xml"] == heat_map(SMALL, ".ab", alt="Three letters.").svg
    assert bundle[WIDGET_MIME] == {"widget": "pairs", "model": {
        "counts": SMALL, "labels": [".", "a", "b"], "pair": [".", "a"], "alt": "Three letters.",
        "tasks": ["Look."], "title": "What follows what",
    }}  # fmt: skip
    assert json.dumps(bundle) == json.dumps(small(tasks=["Look."])._repr_mimebundle_())


@pytest.mark.parametrize("change, message", [
    ({"alt": " "}, "needs an alt text"),
    ({"pair": ("q", "u")}, r"\('q', 'u'\) is no pair of the labels '.ab'"),
    ({"pair": ".ab"}, "'.ab' is no pair"),
])  # fmt: skip
def test_what_cannot_be_shown_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        small(**change)


def test_only_counts_with_something_in_each_row_are_shown():
    with pytest.raises(ValueError, match="holds counts, integers, not float64"):
        PairMap([[0.5, 0.5], [1, 0]], "ab", pair="ab", alt="x")
    with pytest.raises(ValueError, match="the row of 'b' is empty"):
        PairMap([[1, 1], [0, 0]], "ab", pair="ab", alt="x")


def test_a_map_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        small().C_VV[0, 0] = 1


def test_the_still_has_the_shades_of_the_chart(names):
    P_VV = names.C_VV / names.C_VV.sum(axis=1, keepdims=True)
    for mode, chart in (
        ("counts", heat_map(names.C_VV, LETTERS, alt="x")),
        ("probabilities", heat_map(P_VV, LETTERS, alt="x", scale="sqrt")),
    ):
        assert np.array_equal(pairs.levels(names.model, mode), chart.data["level"]), mode


def test_the_words_say_what_the_table_holds(names):
    for i in range(27):
        for j in range(27):
            said, n, total = pairs.readout(names.model, i, j), names.C_VV[i, j], names.C_VV[i].sum()
            assert int(said["count"].split()[0].replace(",", "").replace("never", "0")) == n
            assert int(said["total"].replace(",", "")) == total
            if n:
                assert float(said["p"].replace("under 0.001", "0")) == pytest.approx(n / total, abs=5.1e-4)
                assert float(said["nats"].split()[0]) == pytest.approx(-np.log(n / total), abs=5.1e-3)
            else:
                assert (said["p"], said["nats"]) == ("0", "∞")


@pytest.mark.parametrize("pair, status", [
    ("qu", "q then u: 207 times, probability 0.755, surprise 0.28 nats"),
    ("qz", "q then z: never, probability 0, surprise infinite"),
    (".e", "dot then e: 1,536 times, probability 0.048, surprise 3.04 nats"),
])  # fmt: skip
def test_a_screen_reader_hears_the_pair(names, pair, status):
    assert pairs.readout(names.model, *map(LETTERS.index, pair))["status"] == status


def test_a_label_cannot_break_the_page():
    html = pairs.still(PairMap([[1, 1], [1, 1]], "<&", pair="<&", alt='"', tasks=["</script>"]).model)
    assert "<script" not in html and "</script" not in html and "<<" not in html
    assert '>&lt;</text>' in html and 'aria-label="&quot;"' in html


HAT = {"a": 3, "bee": 1, "jazz": 2, "jump": 2}


def hat(**more):
    usual = {"slips": HAT, "A": {"jazz", "jump"}, "B": {"jazz", "a"}, "rows": 2, "alt": "A hat."}
    return EventMap(**usual | more)


def test_a_map_of_events_has_text_a_drawing_and_its_words():
    bundle = hat(tasks=["Look."])._repr_mimebundle_()
    chart = event_chart(HAT, {"A": {"jazz", "jump"}, "B": {"jazz", "a"}}, rows=2, alt="A hat.")
    assert (bundle["text/plain"], bundle["image/svg+xml"]) == ("A hat.", chart.svg)
    assert bundle[WIDGET_MIME] == {"widget": "events", "model": {
        "words": ["a", "bee", "jazz", "jump"], "slips": [3, 1, 2, 2], "rows": 2,
        "A": ["jazz", "jump"], "B": ["a", "jazz"],
        "alt": "A hat.", "tasks": ["Look."], "title": "Two events, one measure",
    }}  # fmt: skip
    assert json.dumps(bundle) == json.dumps(hat(tasks=["Look."])._repr_mimebundle_())


@pytest.mark.parametrize("change, message", [
    ({"alt": ""}, "needs an alt text"),
    ({"A": {"zoo"}}, "'zoo' is not among the words"),
    ({"rows": 3}, "do not fill 3 equal rows"),
    ({"slips": {"a": 4, "b": 2, "c": 2}}, "do not fill 2 equal rows"),     # if all words weigh the same
])  # fmt: skip
def test_a_map_of_events_that_cannot_be_shown_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        hat(**change)


@pytest.mark.parametrize("measure", ["slips", "alike"])
def test_the_words_of_the_figure_are_the_fractions_of_python(measure):
    model, weight = hat().model, HAT if measure == "slips" else dict.fromkeys(HAT, 1)

    def P(event):
        return Fraction(sum(weight[word] for word in event), sum(weight.values()))

    subsets = [set(some) for n in range(5) for some in combinations(HAT, n)]
    for A in subsets:
        for B in subsets:
            said = events.readout(model, A, B, measure)
            found = [Fraction(said[key]) for key in ("A", "B", "or", "and", "not")]
            assert found == [P(A), P(B), P(A | B), P(A & B), 1 - P(A)]
            assert said["sum"] == f"{P(A)} + {P(B)} − {P(A & B)} = {P(A | B)}"


def test_a_screen_reader_hears_the_events_and_the_word():
    model = hat().model
    said = "A 1/2, B 5/8, A or B 7/8, A and B 1/4, not A 1/2"
    assert events.spoken(model, model["A"], model["B"]) == said
    spoken = [events.spoken_word(model, word, model["A"], model["B"]) for word in HAT]
    assert spoken == ["a, 3/8, in B", "bee, 1/8, in neither", "jazz, 1/4, in A and B", "jump, 1/4, in A"]


def test_the_tiles_fill_the_square_without_overlap_and_are_as_large_as_their_words():
    for weights, rows in (([3, 1, 2, 2], 2), ([1] * 12, 4), ([4, 2, 1, 2, 1, 2, 1, 1, 4, 3, 2, 1], 4)):
        places = events.tiles(weights, rows)
        assert [width / rows for *_, width in places] == [Fraction(n, sum(weights)) for n in weights]
        for (left, top, width), (next_left, next_top, _) in pairwise(places):
            assert (next_left, next_top) in ((left + width, top), (0, top + 1))
            assert left + width <= 1 and (next_top == top or left + width == 1)


def test_a_word_cannot_break_the_page():
    model = EventMap({"<b>": 1, '"&': 1}, A={"<b>"}, rows=1, alt='"', tasks=["</script>"], title="<i>").model
    html = events.still(model)
    assert "<b>" not in html.replace('<b class="tok">', "").replace("<b data", "") and "</script" not in html
    assert "&lt;b&gt;</b>" in html and 'aria-label="&quot;"' in html and "&lt;i&gt;" in html


def test_a_module_is_one_default_export_without_imports():
    for file in (BOOK / "widgets").glob("*.js"):
        text = file.read_text(encoding="utf-8")
        assert text.count("export ") == text.count("\nexport default {") == 1, file.name
        assert "import(" not in text and "\nimport " not in text, file.name


def test_each_explorable_moves_in_a_session_of_jupyter(monkeypatch):
    anywidget = pytest.importorskip("anywidget")
    made = []
    monkeypatch.setenv("JPY_SESSION_NAME", "01.ipynb")
    monkeypatch.setattr(anywidget.AnyWidget, "__init__", lambda self, **more: made.append(self))
    monkeypatch.setattr(anywidget.AnyWidget, "model_id", "0", raising=False)
    for figure, words in ((small(), ("counts", "labels", "pair")), (hat(), ("words", "slips", "A", "B"))):
        assert VIEW_MIME in figure._repr_mimebundle_()
        assert [getattr(made[-1], word) for word in words] == [figure.model[word] for word in words]


@pytest.mark.parametrize("environment", [{}, {"APPENDIX_RECORD": "1", "JPY_SESSION_NAME": "03.ipynb"}])
def test_what_is_recorded_or_tested_holds_no_state(tmp_path, monkeypatch, environment):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    bundle, widgets = bundle_in_a_kernel(tmp_path, **environment)
    assert set(bundle) == {"text/plain", "image/svg+xml", WIDGET_MIME} and widgets == {}


def test_in_a_session_of_jupyter_the_same_module_moves_the_same_still(tmp_path):
    pytest.importorskip("anywidget")
    bundle, widgets = bundle_in_a_kernel(tmp_path, JPY_SESSION_NAME="03.ipynb")
    assert set(bundle) == {"text/plain", "image/svg+xml", WIDGET_MIME, VIEW_MIME}
    state = widgets[bundle[VIEW_MIME]["model_id"]]
    assert state["_esm"] == (BOOK / "widgets/pairs.js").read_text(encoding="utf-8")
    assert pairs.still(small().model) in state["still"] and "@font-face" not in state["_css"]
    assert [state[name] for name in ("counts", "labels", "pair")] == [SMALL, [".", "a", "b"], [".", "a"]]


def test_without_anywidget_a_session_shows_the_still(monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.setenv("JPY_SESSION_NAME", "03.ipynb")
    assert set(small()._repr_mimebundle_()) == {"text/plain", "image/svg+xml", WIDGET_MIME}


def test_no_stored_notebook_holds_the_state_of_a_widget():
    for path in BOOK.rglob("*.ipynb"):
        assert VIEW_MIME not in path.read_text(encoding="utf-8"), path.name


def test_a_sampler_shows_what_may_follow_the_last_letter():
    shown = Sampler(SMALL, ".ab", word="ab", alt="After b.")
    assert [round(share * 14 / 0.86) for _, share, _ in sampler.bars(shown.model, "b")] == [1, 1, 14]
    assert [number for _, _, number in sampler.bars(shown.model, "b")] == [None, None, "0.875"]
    np.testing.assert_allclose(shown.chart.data["p"], np.array([1, 1, 14]) / 16)
    html = sampler.still(shown.model)
    assert '<span data-out="word">ab</span>' in html and 'aria-label="After b."' in html
    assert '<b class="tok" data-out="last">.</b>' in sampler.still(Sampler(SMALL, ".ab", alt="x").model)


@pytest.mark.parametrize("change, message", [
    ({"word": "abc"}, "'abc' is not made of the letters 'ab'"),
    ({"word": "."}, "'.' is not made of"),
    ({"C_VV": [[1, 1], [1, 1]]}, r"3 labels need a table of shape \(3, 3\), not \(2, 2\)"),
    ({"C_VV": np.ones((3, 3))}, "holds counts, integers, not float64"),
    ({"alt": ""}, "needs an alt text"),
])  # fmt: skip
def test_what_a_sampler_cannot_say_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        Sampler(**{"C_VV": SMALL, "labels": ".ab", "alt": "x"} | change)
