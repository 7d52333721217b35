"""check.py and checks/: every exercise answers back, whatever it is handed."""

import inspect
import math
import re
import sys
import warnings

import numpy as np
import pytest
from companion import check
from companion.check import Case, Exercise, Question, Verdict, _difference, exercises, place, verdict
from hypothesis import given
from hypothesis import strategies as st

CHAPTERS = ["01", "03", "04"]
ALL = [(f"{chapter}.{name}", e) for chapter in CHAPTERS for name, e in exercises(chapter).items()
       if isinstance(e, Exercise)]
by_name = pytest.mark.parametrize("name, exercise", ALL, ids=[name for name, _ in ALL])


class Hostile:
    """An object that fails at everything."""

    def __repr__(self):
        raise RuntimeError("no repr")

    __str__ = __eq__ = __len__ = __array__ = __bool__ = __repr__
    __hash__ = object.__hash__


def stub(*args):
    ...


def test_the_chapters_have_their_exercises():
    assert " ".join(exercises("01")) == "three tuples frequency half third axiom once back union"
    assert " ".join(exercises("03")) == "before smooth keepdim surprise inverse trigram steps"


@by_name
def test_the_stub_is_not_yet_solved(name, exercise):
    assert str(verdict(name, stub)) == "not yet: stub returned None; write your code in place of the dots"
    assert verdict(name, lambda *args: ...).kind == "not yet"
    assert verdict(name, None).kind == verdict(name, ...).kind == "not yet"


@by_name
def test_the_reference_is_right_and_the_reason_says_what_is_true(name, exercise):
    assert verdict(name, exercise.reference) == Verdict("right", exercise.right)
    assert not exercise.right.endswith(".")


@by_name
def test_no_constant_passes(name, exercise):
    assert {verdict(name, constant).kind for constant in exercise.constants()} == {"not yet right"}


@by_name
def test_the_typical_mistake_gets_its_hint_and_another_does_not(name, exercise):
    found = verdict(name, exercise.wrong)
    assert (found.kind, found.hint) == ("not yet right", exercise.hint)
    assert str(found).endswith(f"\nHint. {exercise.hint}")
    assert verdict(name, lambda *args: 0).hint is None


@by_name
def test_cases_are_the_same_every_time_and_some_are_random(name, exercise):
    first, second = exercise.cases(), exercise.cases()
    assert [c.call for c in first] == [c.call for c in second] and len(first) >= 4
    for a, b in zip(first, second, strict=True):
        np.testing.assert_equal(a.args, b.args)


@by_name
def test_an_answer_that_spoils_its_arguments_spoils_nothing(name, exercise):
    def vandal(*args):
        result = exercise.reference(*args)
        for arg in args:
            if isinstance(arg, np.ndarray):
                arg[...] = 0
            elif isinstance(arg, list):
                arg.clear()
        return result

    assert verdict(name, vandal).kind == verdict(name, exercise.reference).kind == "right"


RESULTS = [0, 1.5, "x", [], {}, (1, 2), [[1], [2, 3]], np.zeros(27), np.zeros((27, 27)), np.array("u"), 1j,
           b"", Hostile(), float("nan"), np.zeros((2, 2), dtype=object), np.array([None]), True, int,
           object()]


@by_name
@pytest.mark.parametrize("result", RESULTS, ids=range(len(RESULTS)))
def test_no_result_makes_check_raise(name, exercise, result, capsys):
    check(name, lambda *args: result)
    printed = capsys.readouterr().out
    assert printed.startswith("not yet right: ") and "could not run" not in printed and "0x" not in printed


ANSWERS = [*RESULTS, "smooth", check, Exercise]


@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
def test_no_answer_makes_check_raise(answer, capsys):
    check("03.smooth", answer)
    assert re.match("not yet( right)?: ", capsys.readouterr().out)


RAISED = [ZeroDivisionError("division by zero"), KeyError("q"), RecursionError(), SystemExit(3),
          StopIteration(), ValueError("a\nb"), OSError(2, "no"), Hostile]


@pytest.mark.parametrize("error", RAISED, ids=repr)
def test_an_exception_is_reported_with_the_call_that_raised_it(error):
    def smooth(C_VV, alpha):
        if error is Hostile:
            class Rude(Exception):
                __str__ = Hostile.__repr__
            raise Rude
        raise error

    found = verdict("03.smooth", smooth)
    assert found.kind == "not yet right" and found.reason.startswith("smooth(C_VV, 1) raised ")
    assert "\n" not in found.reason


def test_the_words_of_an_exception():
    def quotient(b, C_VV):
        return 1 / 0

    here = quotient.__code__.co_firstlineno + 1
    assert verdict("03.before", quotient).reason == \
        'before("q", C_VV) raised ZeroDivisionError: division by zero' \
        f" (line {here} of your code: {inspect.getsource(quotient).splitlines()[-1].strip()})"
    long = verdict("03.before", lambda b, C_VV: int("long " * 15 + "end")).reason
    assert "long end' (line" in long


def test_a_row_is_asked_for_where_a_number_came_and_a_result_where_it_was_printed():
    assert verdict("03.before", lambda b, C_VV: 5).reason == \
        'before("q", C_VV) is a number; expected a row of 27 numbers'

    def before(b, C_VV):
        print(end="")

    def documented(b, C_VV):
        """Not begun."""

    assert verdict("03.before", before).reason == "before returned None: does it end with return?"
    dots = "documented returned None; write your code in place of the dots"
    assert verdict("03.before", documented).reason == dots
    assert verdict("05.gap", stub).reason == "stub returned None; write your code in place of the dots"
    assert verdict("05.gap", lambda p, N: None if p else 1).reason.endswith("does it end with return?")


def test_the_steps_know_their_typical_mistakes():
    steps = exercises("03")["steps"]
    for words, mistake in steps.mistakes.items():
        assert verdict("03.steps", mistake).reason == f"steps(C_VV, the table with α = 1): {words}"


def test_falling_off_the_end_in_one_case_is_a_mistake_and_in_all_it_is_not_yet():
    def inverse(p_V, u):
        total = 0
        for k, p in enumerate(p_V):
            total += p
            if u < total:
                return k

    found = verdict("03.inverse", inverse)
    assert found.kind == "not yet right"
    assert found.reason == "inverse([0, 0.1, … ten times], the largest u < 1) returned None"
    late = verdict("03.inverse", lambda p_V, u: None if u else ...)
    assert late.kind == "not yet" and late.reason.endswith("returned None: does it end with return?")


def test_wrong_numbers_of_arguments_are_reported():
    assert "raised TypeError" in verdict("03.smooth", lambda C_VV: C_VV).reason


def test_ctrl_c_is_the_readers_own():
    def interrupted(*args):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("03.smooth", interrupted)


def test_the_messages_of_chapter_03():
    ex = exercises("03")
    says = {name: verdict(f"03.{name}", e.wrong).reason for name, e in ex.items()}
    assert says["smooth"] == "smooth(C_VV, 1): row q sums to 1.0985, not to 1"
    assert says["keepdim"] == "rows(C_VV): row . sums to 7.0114, not to 1"
    assert says["trigram"] == "trigram_counts(['emma']): the counts add up to 4, expected 5"
    assert says["surprise"].startswith('bits("emma", P_VV) is 12.5829, expected 18.15')
    assert says["inverse"] == "inverse([0, 1], 0) is 0, a bar of height 0; expected 1"
    bits = ex["surprise"].reference
    no_end = verdict("03.surprise", lambda w, P_VV: bits(w, P_VV) + np.log2(P_VV[ord(w[-1]) - 96, 0]))
    assert "the step from a to the end" in no_end.reason and no_end.hint is None
    nan = verdict("03.keepdim", lambda C_VV: C_VV / C_VV.sum(axis=1, keepdims=True))
    assert nan.reason.endswith("row 1 has no counts; expected 0.3333 in each cell, found nan")
    assert nan.hint is None


def test_another_correct_way_is_right():
    def smooth(C_VV, alpha):
        return [[(n + alpha) / (sum(row) + alpha * len(row)) for n in row] for row in C_VV.tolist()]

    def inverse(p_V, u):
        cumulative = np.cumsum(p_V)
        return np.searchsorted(cumulative / cumulative[-1], u, side="right")

    assert verdict("03.smooth", smooth).kind == verdict("03.inverse", inverse).kind == "right"


@pytest.mark.parametrize("name, listed", [
    ("03.smoth", "03.smooth"), ("03", "03.smooth"), ("03.smooth.x", "03.smooth"), ("", "03.…"),
    ("99.x", "03.…"), ("..", "03.…"), (3, "03.…"), (None, "03.…"), (Hostile(), "03.…")], ids=range(9))
def test_an_unknown_exercise_lists_what_there_is(name, listed, capsys):
    check(name, stub)
    printed = capsys.readouterr().out
    assert printed.startswith("not yet: there is no exercise ") and listed in printed


def test_a_check_that_cannot_run_says_so(monkeypatch, capsys):
    def missing(*args):
        raise FileNotFoundError("names.txt is missing")

    monkeypatch.setattr(sys.modules["companion.check"], "exercises", missing)
    check("03.smooth", stub)
    assert capsys.readouterr().out == \
        "not yet: the check itself could not run: FileNotFoundError: names.txt is missing\n"


def test_numpys_warnings_are_not_shown(recwarn, capfd):
    check("03.keepdim", lambda C_VV: C_VV / (0 * C_VV))
    assert not recwarn.list and capfd.readouterr().err == ""


QUESTION = Question(answer=3, offered=(3, 9, 27), right="three letters", hints={9: "That counts pairs."})


def test_a_question_takes_its_answer_and_no_other_offered_value():
    assert QUESTION.verdict(3, "n") == QUESTION.verdict(np.int64(3), "n") == Verdict("right", "three letters")
    assert QUESTION.verdict(9, "n") == Verdict("not yet right", "9 is not it", "That counts pairs.")
    assert QUESTION.verdict(27, "n") == Verdict("not yet right", "27 is not it")
    assert QUESTION.verdict(..., "n").kind == QUESTION.verdict(None, "n").kind == "not yet"
    assert "call it" in QUESTION.verdict(lambda: 3, "n").reason
    assert all(QUESTION.accepts(v) == (v == 3) for v in QUESTION.offered)


def test_the_answer_to_a_question_may_be_a_predicate_or_a_tuple():
    near = Question(lambda x: abs(x - 6) < 0.01, (6, 9), right="2x", hints={})
    assert near.verdict(6.001, "slope").kind == "right"
    for value in (9, "six", float("nan"), Hostile(), np.zeros(2)):
        assert near.verdict(value, "slope").kind == "not yet right"
    pair = Question((2, 5), ((2, 5), (5, 2)), right="rows, columns", hints={(5, 2): "Turned."})
    assert pair.accepts([2, 5]) and pair.accepts((2, 5)) and pair.verdict([5, 2], "n").hint == "Turned."


def test_a_hint_needs_agreement_in_most_cases_where_the_mistake_shows():
    def cases():
        return [Case((x,), f"f({x})") for x in (0, 2, 3, 4)]            # at 0 and 2 square and double agree

    square = Exercise(lambda x: x * x, cases, right="squares", wrong=lambda x: 2 * x, hint="Twice?")
    assert square.verdict(lambda x: 2 * x, "f").hint == "Twice?"
    assert square.verdict(lambda x: 2 * x if x < 4 else 0, "f").hint is None
    assert square.verdict(lambda x: x + 1, "f") == Verdict("not yet right", "f(0) is 1, expected 0")


@given(st.integers(0, 26), st.integers(0, 26))
def test_places_are_named_as_the_reader_knows_them(i, j):
    letters = ".abcdefghijklmnopqrstuvwxyz"
    assert place((i, j), (27, 27)) == f"row {letters[i]}, column {letters[j]}"
    assert place((i,), (27,)) == f"letter {letters[i]}"
    assert place((i, j), (30, 30)) == f"row {i}, column {j}"


def test_an_infinite_answer_is_compared_without_a_warning_and_nothing_finite_is_near_it():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert _difference(float("inf"), math.inf, "f()") is None
        assert _difference(math.inf, 2.0, "f()") == "f() is inf, expected 2"
        assert _difference(2.0, math.inf, "f()") == "f() is 2, expected inf"


def test_numbers_that_differ_late_are_told_apart():
    assert _difference(18.0001, 18.0, "f()") == "f() is 18.0001, expected 18"
    assert _difference(18.00003, 18.0, "f()") == "f() is 18.00003, expected 18"
    assert _difference(1 + 2e-6, 1.0, "f()") == "f() is 1.000002, expected 1"


def test_what_has_one_axis_is_called_a_row():
    assert _difference(3.0, np.ones(2), "f()") == "f() is a number; expected a row of 2 numbers"
    assert "is a row of 3 numbers; expected a number" in _difference([1, 2, 3], 1.0, "f()")


def cubed(x):
    return x**3


def about_cubes(*cases, mistakes, explain=lambda found, expected, case: None):
    return Exercise(cubed, lambda: [Case((x,), f"f({x})") for x in cases], right="cubes",
                    wrong=lambda x: 3 * x, hint="Three times?", mistakes=mistakes, explain=explain)


MISTAKES = {"doubled": lambda x: 2 * x, "fails": lambda x: 1 // 0, "squared": lambda x: x * x}


def test_a_mistake_is_named_if_it_alone_gives_what_was_found_in_the_first_case_that_goes_wrong():
    def reason(answer, *cases):
        return about_cubes(*cases, mistakes=MISTAKES).verdict(answer, "f").reason

    assert reason(lambda x: x * x, 1, 3, 2) == "f(3) is 9 (expected 27): squared"
    assert reason(lambda x: x + x, 3, 2) == "f(3) is 6 (expected 27): doubled"
    assert reason(lambda x: x * x, 2, 3) == "f(2) is 4, expected 8"
    assert reason(lambda x: x + 2, 3, 2) == "f(3) is 5, expected 27"


def test_only_what_no_mistake_explains_is_left_to_explain():
    cubes = about_cubes(4, 5, mistakes=MISTAKES, explain=lambda found, expected, case: "explained")
    assert cubes.verdict(lambda x: x * x, "f").reason == "f(4) is 16 (expected 64): squared"
    assert cubes.verdict(lambda x: x + 1, "f") == Verdict("not yet right", "explained")
    assert cubes.verdict(lambda x: 3 * x, "f") == Verdict("not yet right", "explained", "Three times?")


def test_the_numbers_of_a_named_mistake_are_told_apart_and_lists_and_arrays_are_not_printed():
    near = about_cubes(1.0, mistakes={"rounded": lambda x: x + 2e-6, "a list": lambda x: [x**3]})
    assert near.verdict(lambda x: x + 2e-6, "f").reason == "f(1.0) is 1.000002 (expected 1): rounded"
    array = about_cubes(np.full(3, 2), mistakes={"squared": lambda x: x * x})
    assert array.verdict(lambda x: x * x, "f").reason == "f([2 2 2]): squared"
    assert near.verdict(lambda x: [x * x * x], "f").reason == "f(1.0): a list"


def test_who_takes_every_table_for_a_square_and_every_number_for_a_whole_one_is_told_no_other_mistake():
    def double_sum(C):
        return sum(row[b] * b for row in C for b in range(len(C)))

    def product(numbers):
        return math.prod(map(int, numbers))

    assert verdict("toolkit.double_sum", double_sum).reason == \
        "double_sum([[1, 2, 3], [4, 5, 6]]) is 7, expected 25"
    assert verdict("toolkit.product", product).reason == "product([0.5, 8, 0.5]) is 0, expected 2"


@pytest.mark.parametrize("h, words", [
    (0.01, "your h is too long"), (0.5, "your h is too long"), (1e-10, "your h is too short"),
    (1e-12, "your h is too short")])
def test_the_check_of_the_slopes_knows_a_step_that_is_too_long_or_too_short(h, words):
    def partials(f, x, y):
        return (f(x + h, y) - f(x - h, y)) / (2 * h), (f(x, y + h) - f(x, y - h)) / (2 * h)

    assert words in verdict("toolkit.partials", partials).reason


@pytest.mark.parametrize("h", [0.1, 1e-3, 1e-5, -1e-4])
def test_the_check_of_the_slopes_knows_a_step_to_one_side(h):
    def partials(f, x, y):
        return [(f(x + h, y) - f(x, y)) / h, (f(x, y + h) - f(x, y)) / h]

    assert "to one side only" in verdict("toolkit.partials", partials).reason


def test_the_check_of_the_slopes_takes_any_step_that_is_short_enough():
    for h in (1e-4, 1e-5, 1e-6):
        def partials(f, x, y, h=h):
            return [(f(x + h, y) - f(x - h, y)) / (2 * h), (f(x, y + h) - f(x, y - h)) / (2 * h)]

        assert verdict("toolkit.partials", partials).kind == "right"


def test_what_is_undone_was_done():
    """An inverse never gives an answer twice."""
    inverses = {f for case in exercises("toolkit")["undo"].cases() for f in case.args[0]}
    for inverse in inverses:
        assert len({inverse(float(y)) for y in range(-9, 10)}) == 19
