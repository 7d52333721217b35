"""Exercises that answer back: check("03.smooth", smooth) prints a verdict with its reason, and never raises.

The exercises of chapter NN stand in checks/NN_slug.py as a dict EXERCISES. An `Exercise` asks for a function
and compares it with a reference, case by case; a `Question` asks for a value.
"""

import copy
import dis
import importlib
import inspect
import pkgutil
import re
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from numbers import Number

import numpy as np

from companion import checks

listeners = []  # functions of (name, Verdict) that hear of every check: the page ticks its exercises
LETTERS = ".abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Verdict:
    """kind: "not yet", "not yet right" or "right"; reason: what is the case; hint: what may help, or None."""

    kind: str
    reason: str
    hint: str | None = None

    def __str__(self):
        return f"{self.kind}: {self.reason}" + (f"\nHint. {self.hint}" if self.hint else "")


@dataclass(frozen=True)
class Case:
    """One call: the arguments, and how the call is written in a message, such as `smooth(C_VV, 1)`."""

    args: tuple
    call: str


@dataclass(frozen=True)
class Exercise:
    """The reader writes a function. It is right if it agrees with `reference` in every case.

    `cases()` returns fixed and seeded random cases. `right` says what is true of a right answer. `wrong` is
    the typical mistake, a function as well: who agrees with it in most cases, and in most of those where it
    differs from the reference, is shown `hint`. `mistakes` is a dict {words: function} of others: if just
    one of them gives what was found in the first case that goes wrong, its words are the reason. So the first
    case should tell them apart. Else `explain(found, expected, case)` may give a better reason than the first
    number that differs, or None. `read(found)` brings a right answer in another form, say a list of sets,
    into the form of the reference; what it cannot read stays as it is.
    """

    reference: Callable
    cases: Callable
    right: str
    wrong: Callable
    hint: str
    mistakes: dict = field(default_factory=dict)
    explain: Callable = lambda found, expected, case: None
    read: Callable = lambda found: found

    def verdict(self, answer, name):
        if answer is None or answer is Ellipsis:
            return Verdict("not yet", f"{name} is {_show(answer)}; write your code in place of the dots")
        if not callable(answer):
            what = "hand over the function itself, without calling it"
            return Verdict("not yet right", f"{_show(answer)} is no function: {what}")
        reason, cases, blank, seen = None, self.cases(), 0, []
        for case in cases:
            expected = self.reference(*copy.deepcopy(case.args))
            try:
                found = _run(answer, case.args)
            except (Exception, SystemExit) as error:
                text = _show(error, str, 200)
                problem = f"{case.call} raised {type(error).__name__}{text and ': '}{text}"
                problem += _line(error, answer)
                found = error
            else:
                if found is not None and found is not Ellipsis:
                    understood = _quietly(self.read, found)
                    found = found if understood is None else understood
                problem = _difference(found, expected, case.call)
                if found is None or found is Ellipsis:
                    problem, blank = f"{case.call} returned {_show(found)}", blank + 1
                elif problem:
                    problem = _quietly(_named, self.mistakes, found, expected, case) or \
                        _quietly(self.explain, found, expected, case) or problem
            reason = reason or problem
            made = _run(self.wrong, case.args)
            seen.append((not _difference(found, made, ""), bool(_difference(made, expected, ""))))
        if blank == len(cases):
            written = found is None and not _is_stub(answer)
            what = ": does it end with return?" if written else "; write your code in place of the dots"
            return Verdict("not yet", f"{name} returned {_show(found)}{what}")
        if reason is None:
            return Verdict("right", self.right)
        return Verdict("not yet right", reason, self.hint if _recognised(seen) else None)

    def constants(self):
        """Functions that ignore their arguments, one for the right result of each case; none may pass."""
        def always(result):
            return lambda *_: result

        return [always(self.reference(*copy.deepcopy(case.args))) for case in self.cases()]


@dataclass(frozen=True)
class Question:
    """The reader gives a value. `answer` is the right one, or a predicate that says whether a value is right.

    `offered` are values that a reader may well give, right and wrong ones; `hints` has a hint for some wrong
    ones, and `explain(value)` may say of any wrong one what is the matter with it, else None.
    """

    answer: object
    offered: tuple
    right: str
    hints: dict
    explain: Callable = lambda value: None

    def verdict(self, answer, name):
        if answer is None or answer is Ellipsis:
            return Verdict("not yet", "the dots are still there; write your answer in their place")
        if callable(answer):
            return Verdict("not yet right", f"{name} asks for a value, and this is a function; call it")
        if self.accepts(answer):
            return Verdict("right", self.right)
        alike = [hint for value, hint in self.hints.items() if not _difference(answer, value, name)]
        reason = _quietly(self.explain, answer) or f"{_show(answer)} is not it"
        return Verdict("not yet right", reason, alike[0] if alike else None)

    def accepts(self, value):
        """Whether a value is right; one that the predicate cannot digest is not."""
        if callable(self.answer):
            return bool(_quietly(lambda: bool(self.answer(value))))
        return not _difference(value, self.answer, "")


def exercises(chapter):
    """The exercises of a chapter by name: exercises("03")["smooth"]; empty if the chapter has none."""
    for module in _modules():
        if module.name.partition("_")[0] == chapter:
            return importlib.import_module(f"companion.checks.{module.name}").EXERCISES
    return {}


def _modules():
    return pkgutil.iter_modules(checks.__path__)


def verdict(name, answer):
    """What check prints, as a Verdict. The name is chapter and exercise: "03.smooth"."""
    chapter, _, short = name.partition(".") if isinstance(name, str) else (_show(name), "", "")
    known = exercises(chapter)
    if short not in known:
        listed = [f"{chapter}.{k}" for k in known] or [f"{m.name.partition('_')[0]}.…" for m in _modules()]
        return Verdict("not yet", f"there is no exercise {_show(name)}; there are {', '.join(listed)}")
    return known[short].verdict(answer, getattr(answer, "__name__", short) if callable(answer) else short)


def check(name, answer):
    """Print whether `answer` solves the exercise, and if not, why: not yet, not yet right, or right."""
    try:
        found = verdict(name, answer)
    except Exception as error:
        found = Verdict("not yet", f"the check itself could not run: {type(error).__name__}: {error}")
    print(found)
    for listen in listeners:
        listen(name, found)


def place(index, shape):
    """Where in an array: "row q, column u" in a table of letters, "row 1, column 0" in another."""
    shown = [LETTERS[i] if n == len(LETTERS) else str(i) for i, n in zip(index, shape, strict=True)]
    if len(shown) == 1:
        return f"letter {shown[0]}" if shape[0] == len(LETTERS) else f"number {shown[0]}"
    if len(shown) == 2:
        return f"row {shown[0]}, column {shown[1]}"
    return f"cell [{', '.join(shown)}]"


def _recognised(seen):
    """Whether an answer makes a mistake; `seen` has (are they alike?, does it show?) for each case."""
    there = [alike for alike, tells in seen if tells]
    return 2 * sum(alike for alike, _ in seen) > len(seen) and 2 * sum(there) > len(there)


def _named(mistakes, found, expected, case):
    """A reason in the words of the mistake that gives what was found; None if none does, or more than one."""
    def gives(mistake):
        return not _difference(found, _run(mistake, case.args), "")

    alike = [words for words, mistake in mistakes.items() if _quietly(gives, mistake)]
    if len(alike) != 1:
        return None
    if np.ndim(found) or not isinstance(expected, Number):
        return f"{case.call}: {alike[0]}"
    shown, wanted = _apart(found, expected)
    return f"{case.call} is {shown} (expected {wanted}): {alike[0]}"


def _run(function, args):
    """Call with copies, so that changing an argument spoils nothing; numpy's warnings are muted."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*copy.deepcopy(args))


def _quietly(function, *args):
    try:
        return function(*args)
    except Exception:
        return None


def _is_stub(answer):
    """Whether the body of a function is empty: dots, or a docstring."""
    code = getattr(inspect.unwrap(answer), "__code__", None)
    return code is None or [i.opname for i in dis.Bytecode(code)] == [i.opname for i in dis.Bytecode(_stub)]


def _stub():
    ...


def _line(error, answer):
    """“ (line 3 of your code: …)” of an exception, where it left the reader's own code; else nothing."""
    code = getattr(inspect.unwrap(answer), "__code__", None)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if code is not None and frame.filename == code.co_filename]
    if not frames:
        return ""
    source = _show(frames[-1].line or "", str)
    return f" (line {frames[-1].lineno} of your code{source and ': '}{source})"


def _show(value, how=repr, most=60):
    """A short text for any object, even one whose repr fails."""
    try:
        text = re.sub(r" at 0x[0-9A-Fa-f]+", "", " ".join(how(value).split()))
    except Exception:
        return f"a {type(value).__name__}"
    return text if len(text) <= most else text[: most - 3] + "…"


def _apart(found, expected):
    """Both numbers, with as many digits as it takes to see that they differ."""
    for digits in (6, 9, 12, 17):
        pair = [f"{x:.{digits}g}" if isinstance(x, float) else str(x) for x in (found, expected)]
        if pair[0] != pair[1]:
            break
    return pair


def _difference(found, expected, call):
    """None if found equals expected (numbers to 1e-6), else one line with the first place that differs."""
    if isinstance(expected, tuple) and isinstance(found, list):
        found = tuple(found)
    if isinstance(expected, (str, bool, tuple, list, dict, set)):
        return None if _quietly(lambda: bool(found == expected)) else \
            f"{call} is {_show(found)}, expected {_show(expected)}"
    try:
        f = _floats(np.asarray(found.numpy() if hasattr(found, "numpy") else found))
        e = _floats(np.asarray(expected))
        if f.dtype.kind not in "biuf":
            raise TypeError
    except Exception:
        return f"{call} is {_show(found)}, of type {type(found).__name__}; expected {_kind(expected)}"
    if f.shape != e.shape:
        return f"{call} has the shape {f.shape}, expected {e.shape}" if f.shape and e.shape else \
            f"{call} is {_kind(f)}; expected {_kind(e)}"
    with np.errstate(invalid="ignore"):              # ∞ − ∞ is settled by ∞ == ∞, and nothing is near ∞
        near = np.abs(np.subtract(f, e, dtype=float)) <= 1e-9 + 1e-6 * np.abs(e)
    same = (f == e) | near & np.isfinite(e)
    if same.all():
        return None
    index = np.unravel_index(int((~same).argmax()), f.shape)
    at = f", {place(index, f.shape)}:" if f.shape else " is"
    fractions = isinstance(found, Fraction) or isinstance(expected, Fraction)
    pair = (found, expected) if fractions else (f[index].item(), e[index].item())
    return f"{call}{at} {', expected '.join(_apart(*pair))}"


def _floats(array):
    """An array of Fractions as floats; any other as it is."""
    if array.dtype == object and all(isinstance(x, (Fraction, int, float)) for x in array.flat):
        return array.astype(float)
    return array


def _kind(value):
    shape = np.shape(value)
    if len(shape) == 1:
        return f"a row of {shape[0]} numbers"
    return f"an array of shape {shape}" if shape else "a number"
