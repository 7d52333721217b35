"""live/runner.py and what it uses, in the Python that runs the tests."""

import re
import sys

import pytest

from book.prepare import ROOT

sys.path.insert(0, str(ROOT / "book/theme"))
import companion  # noqa: E402
from live import explain, runner, show, streams  # noqa: E402


class Cells:
    """A runner, and what its last cell said."""

    def __init__(self, **more):
        self.said = []
        self.runner = runner.Runner(lambda kind, values: self.said.append((kind, values)), **more)

    def __call__(self, code, name="cell 1"):
        self.said.clear()
        return self.runner.run(code, name)

    def printed(self, name="stdout"):
        return "".join(v["text"] for kind, v in self.said if kind == "stream" and v["name"] == name)

    def values(self):
        return [v["bundle"]["text/plain"] for kind, v in self.said if kind == "output"]

    def pages(self):
        return [v["page"] for kind, v in self.said if kind == "output"]


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "")                         # and back, after what a Runner sets
    monkeypatch.setenv("APPENDIX_PAGE", "")


@pytest.fixture
def cell():
    cells = Cells(later={"mobydick": "mobydick.txt"})
    cells.runner.attend()
    yield cells
    sys.modules["companion.check"].listeners.remove(cells.runner.hear)


def failed(cell, code):
    return cell(code)["error"]


def test_cells_share_one_namespace_and_the_last_expression_is_shown(cell):
    assert cell("x = 20")["error"] is None and cell.said == []
    cell("x + 1")
    assert cell.values() == ["21"]
    cell("def f():\n    return x\nx = 3\nf()")
    assert cell.values() == ["3"]


@pytest.mark.parametrize("code", ["x = 1", "None", "1;", "1 ;  # a note", "'a;'\n;", "if True:\n    1", ""])
def test_what_has_no_value_shows_none(cell, code):
    cell(code)
    assert cell.values() == []


def test_a_long_cell_shows_the_table_that_it_hands_to_keep(cell):
    cell("from companion import Table, keep\nkeep('timings', Table(['n', 'ms'], [['1', 22]]))    # recorded")
    assert cell.pages()[0]["role"] == "table" and "22" in cell.pages()[0]["html"]


def test_a_semicolon_in_a_comment_or_a_text_silences_nothing(cell):
    cell("'é;'  # well;")
    assert cell.values() == ["'é;'"]


def test_a_name_is_asked_of_the_cell_that_defines_it_only_if_there_is_one():
    cell = Cells(page={"code": ["from a import Table", "def f(inner):\n    mine = 1", "not python"]})
    said = {name: failed(cell, name)["plain"] for name in ("Table", "Tabel", "f", "mine", "weather")}
    assert said["Table"] == "`Table` does not exist yet. Run the cell that defines it."
    assert said["Tabel"] == "`Tabel` does not exist. Or is it `Table`?"
    assert said["f"] == "`f` does not exist yet. Run the cell that defines it."
    assert said["mine"].startswith("`mine` does not exist")
    assert said["weather"] == "`weather` does not exist: no cell of this page defines it."


def test_printed_text_and_values_come_in_order(cell):
    cell("import sys\nprint('a')\ndisplay(1)\nprint('b', end='')\nprint('e', file=sys.stderr)\n2")
    told = [values.get("text") or values["bundle"]["text/plain"] for _, values in cell.said]
    assert told[:2] == ["a\n", "1"] and told[-1] == "2"
    assert cell.printed() == "a\nb" and cell.printed("stderr") == "e\n"


def test_the_namespace_is_main_while_a_cell_runs_and_only_then(cell):
    before = sys.modules["__main__"], sys.stdout
    cell("import pickle, sys\nclass A: pass\npickle.loads(pickle.dumps(A())).__class__ is A")
    assert cell.values() == ["True"]
    assert (sys.modules["__main__"], sys.stdout) == before


def test_source_and_dataclasses_are_found(cell):
    cell("import inspect\ndef f():\n    return 7\nprint(inspect.getsource(f))")
    assert cell.printed() == "def f():\n    return 7\n\n"
    cell("from dataclasses import dataclass\n@dataclass\nclass P:\n    a: 'int'\nP(2)")
    assert cell.values() == ["P(a=2)"]


def test_a_cell_that_prints_without_end_is_cut(cell):
    cell("for _ in range(100):\n    print('x' * 9_999)")
    text = cell.printed()
    assert len(text) < streams.MOST + 100 and text.endswith("a cell may print 100,000 characters\n")


def test_many_small_prints_become_few_messages(cell):
    cell("for i in range(5_000):\n    print(i)")
    assert cell.printed().split() == [str(i) for i in range(5_000)]
    assert len(cell.said) < 1_000


def test_sets_are_shown_in_order_and_long_values_on_lines(cell):
    cell("{3, 1, 2}")
    cell_values = cell.values()
    cell("{n: 'a' * 30 for n in (2, 1, 3)}")
    assert cell_values == ["{1, 2, 3}"]
    assert cell.values() == [f"{{2: '{'a' * 30}',\n 1: '{'a' * 30}',\n 3: '{'a' * 30}'}}"]


def test_input_is_refused_in_words(cell):
    error = failed(cell, "name = input('who?')")
    assert error["name"] == "RuntimeError" and "put the value into the code" in error["message"]


# --- errors -------------------------------------------------------------------------------------------------


def test_a_traceback_holds_the_readers_lines_alone(cell):
    cell("import numpy as np\ndef f(x):\n    return np.linalg.inv(x)", "cell 3")
    error = cell.runner.run("y = 1\n1 + f(np.zeros((2, 2)))", "cell 5")["error"]
    assert error["trace"].split("\n") == [
        "cell 5, line 2",
        "    1 + f(np.zeros((2, 2)))",
        "        ^^^^^^^^^^^^^^^^^^^",
        "cell 3, line 3, in f",
        "    return np.linalg.inv(x)",
        "           ^^^^^^^^^^^^^^^^",
        "LinAlgError: Singular matrix",
    ]
    assert error["line"] == 3


def test_a_cell_that_was_run_again_keeps_the_lines_of_what_it_defined(cell):
    cell("def f():\n    return 1 / 0")
    cell("g = f")
    cell("def f():\n    return 2")
    assert "    return 1 / 0" in failed(cell, "g()")["trace"]


def test_carets_stand_under_what_follows_wide_letters(cell):
    lines = failed(cell, "é = 'ö'; 1 / 0")["trace"].split("\n")
    assert lines[1][4:][lines[2].index("^") - 4 :] == "1 / 0"


@pytest.mark.parametrize(
    ("code", "name", "line", "words"),
    [
        ("nmes = 1\nnames", "NameError", 2, "`names` does not exist. Or is it `nmes`?"),
        ("pritn(1)", "NameError", 1, "`pritn` does not exist. Or is it `print`?"),
        ("unheard", "NameError", 1, "`unheard` does not exist yet. Run the cell above that defines it."),
        ("def f():\n    x += 1\nx = 1\nf()", "UnboundLocalError", 2, "inside the function only after"),
        ("[1, 2][5]", "IndexError", 1, "the first is 0"),
        ("{'a': 1}['b']", "KeyError", 1, "The key 'b' is not in the dictionary."),
        ("'a' + 1", "TypeError", 1, "A value has a type"),
        ("1 + 'a'", "TypeError", 1, "Two values meet"),
        ("(lambda a: a)()", "TypeError", 1, "too few, too many or unknown arguments"),
        ("x = 3\nx(2)", "TypeError", 2, "A value of type `int` is called like a function."),
        ("len(None)", "TypeError", 1, "None where something else is needed"),
        ("int('a')", "ValueError", 1, "A value has the right type"),
        ("1 / 0", "ZeroDivisionError", 1, "divided by zero"),
        ("'a'.uper()", "AttributeError", 1, "The type `str` has no `.uper`. Or is it `.upper`?"),
        ("import math\nmath.sqr", "AttributeError", 2, "The module `math` has no `.sqr`. Or is it `.sqrt`?"),
        ("x = None\nx.y", "AttributeError", 2, "`.y` is asked of None"),
        ("import pandas_of_nobody", "ModuleNotFoundError", 1, "`pandas_of_nobody` is not among"),
        ("from math import tangent", "ImportError", 1, "`math` is there, but it has nothing of that name."),
        ("assert 1 > 2", "AssertionError", 1, "An assert does not hold."),
        ("open('/no/such')", "FileNotFoundError", 1, "There is no such file"),
        ("def f(): f()\nf()", "RecursionError", 1, "calls itself without end"),
        ("exit()", "SystemExit", None, "The cell ended itself"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", 1, "Stopped. The variables keep their values."),
        ("for x in [1]\n    x", "SyntaxError", 1, "Line 1 is not Python yet: expected ':'."),
        ("%timeit 1", "SyntaxError", 1, "Lines that begin with % or ! belong to Jupyter"),
        ("def f():\nreturn 1", "IndentationError", 2, "The indentation of line 2 does not fit"),
    ],
)  # fmt: skip
def test_the_common_errors_are_said_in_plain_words(cell, code, name, line, words):
    error = failed(cell, code)
    assert error["name"] == name and words in error["plain"], error
    assert line is None or error["line"] == line


def test_a_syntax_error_shows_its_place(cell):
    assert failed(cell, "x = 1\n  + (2")["trace"].startswith("cell 1, line 2\n    + (2\n")
    lines = failed(cell, "if x:\n    y = 3 3")["trace"].split("\n")
    assert lines[:2] == ["cell 1, line 2", "    y = 3 3"] and lines[1][lines[2].index("^")] == "3"


def test_an_error_with_a_cause_tells_both(cell):
    trace = failed(cell, "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('no') from e")
    assert "ZeroDivisionError: division by zero\n… which caused:\ncell 1, line 4" in trace["trace"]


def test_an_error_that_cannot_be_printed_is_an_error_all_the_same(cell):
    code = "class Bad(ValueError):\n    def __str__(self): raise KeyError\nraise Bad"
    assert failed(cell, code)["message"] == "an error that cannot be printed"


def test_a_value_that_cannot_be_shown_is_an_error_of_the_cell(cell):
    error = failed(cell, "class Bad:\n    def __repr__(self):\n        return 1 / 0\nBad()")
    assert error["name"] == "ZeroDivisionError" and error["line"] == 3


def test_every_sentence_ends_and_the_order_of_classes_lets_each_be_said():
    kinds = list(explain.SENTENCES)
    for place, kind in enumerate(kinds):
        assert not any(issubclass(kind, earlier) for earlier in kinds[:place]), kind


# --- what is shown ------------------------------------------------------------------------------------------


def test_charts_tables_and_explorables_look_as_the_theme_draws_them(cell):
    cell("from companion import PairMap, Table, heat_map, pmf_chart\nimport numpy as np\n"
         "display(pmf_chart([0.25, 0.75], 'ab', alt='Mostly b.'), Table(['a', 'b'], [['x', 1]]),\n"
         "        heat_map(np.eye(2), 'ab', alt='A diagonal.'),\n"
         "        PairMap(np.array([[1, 2], [3, 4]]), 'ab', pair=('a', 'b'), alt='Counts.'))")  # fmt: skip
    pmf, table, drawing, walk = cell.pages()
    assert (pmf["role"], table["role"], drawing["role"], walk["widget"]) == (
        "picture", "table", "picture", "pairs")  # fmt: skip
    assert 'class="pmf"' in pmf["html"] and 'aria-label="Mostly b."' in pmf["html"]
    assert "var(--data)" in drawing["html"] and "#037a71" not in drawing["html"]
    assert '<td class="r">1</td>' in table["html"]
    assert '<script type="application/json">' in walk["html"]


def test_two_drawings_do_not_share_a_name(cell):
    cell("from companion import heat_map\nimport numpy as np\n"
         "c = heat_map(np.eye(3), 'abc', alt='A.')\ndisplay(c, c)")  # fmt: skip
    first, second = (set(re.findall(r' id="([^"]+)"', page["html"])) for page in cell.pages())
    assert first and not first & second


def test_a_leaderboard_links_to_the_pages_it_is_told(cell):
    pages = {"03-counting": ["03", "../counting/index.html"], "leaderboard": [None, "../../board/index.html"]}
    cells = Cells(page={"page": "05-curse", "pages": pages})
    cells("from companion import standings\nstandings()")
    (page,) = cells.pages()
    assert 'href="../counting/index.html#leaderboard"' in page["html"]
    assert 'href="../../board/index.html"' in page["html"]


def test_figures_of_matplotlib_become_drawings_in_the_pages_colours(cell):
    cell("import matplotlib.pyplot as plt\nplt.plot([1, 2], [3, 4])\nplt.show()\nprint('then')\n"
         "fig, ax = plt.subplots()\nax.plot([1], [1], color='#123456')")  # fmt: skip
    assert [kind for kind, _ in cell.said][:2] == ["output", "stream"]
    first = cell.pages()[0]
    assert first["role"] == "picture" and "var(--ink)" in first["html"]
    assert sys.modules["matplotlib.pyplot"].get_fignums() == []


def test_a_cell_that_fails_leaves_no_figure_for_the_next(cell):
    failed(cell, "import matplotlib.pyplot as plt\nplt.figure()\n1 / 0")
    assert cell("1")["error"] is None and cell.values() == ["1"]


def test_html_and_pictures_of_other_objects_are_shown(cell):
    cell("class H:\n    def _repr_html_(self): return '<p>hello</p>'\n"
         "class P:\n    def _repr_png_(self): return b'abc'\ndisplay(H(), P(), H)")  # fmt: skip
    html, picture, name = cell.pages()
    assert html["html"] == "<div><p>hello</p></div>"
    assert picture["html"].startswith('<img src="data:image/png;base64,YWJj"')
    assert name["role"] == "text"


def test_what_is_no_json_is_left_out_of_a_bundle():
    assert show.sendable({"text/plain": "a", "x+json": {"p": float("nan")}, "y": b"1"}) == {"text/plain": "a"}


# --- exercises, and what a cell needs -----------------------------------------------------------------------


def test_an_answer_under_another_name_is_not_confused_with_the_one_before(cell):
    right = "def third(x):\n    return x / 3\n"
    assert cell(f"from companion import check\n{right}check('03.bits', third)")["verdict"]["kind"] != "right"
    done = cell("def thrid(x):\n    return x / 3\n\ncheck('03.bits', third)")
    assert done["verdict"] is None and done["error"]["name"] == "NameError"
    assert "thrid" in done["error"]["plain"]


def test_a_verdict_is_handed_over_with_its_exercise(cell):
    done = cell("from companion import check\ncheck('03.smooth', ...)")
    assert done["verdict"] == {
        "exercise": "03.smooth", "kind": "not yet", "hint": None,
        "reason": "smooth is Ellipsis; write your code in place of the dots",
    }  # fmt: skip
    assert cell.printed().startswith("not yet: ")
    assert cell("1")["verdict"] is None


@pytest.mark.parametrize(
    ("code", "needs"),
    [
        ("from companion import load, check", []),
        ("from companion import pmf_chart", ["matplotlib"]),
        ("import companion\ncompanion.pmf_chart", ["matplotlib"]),
        ("from companion.charts import Chart", ["matplotlib"]),
        ("from companion import *", ["matplotlib"]),
        ("import matplotlib.pyplot as plt", ["matplotlib"]),
        ("from companion.stills.surprise import prices", []),
        ("load('mobydick')", ["mobydick.txt"]),
        ("not python", []),
    ],
)
def test_a_cell_needs_what_it_mentions(cell, code, needs):
    assert cell.runner.needs(code) == needs


def test_whatever_draws_is_known_to_need_matplotlib(cell):
    """Imports nothing that draws without a name that `needs` knows."""
    for name in companion.__all__:
        module = getattr(companion, name).__module__ if hasattr(companion, name) else ""
        draws = module.rpartition(".")[2] in set(cell.runner.drawn.values())
        assert draws == (name in cell.runner.drawn), name
