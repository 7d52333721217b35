"""Exercises answer back: the stub is "not yet", the solution is right, and nothing else passes."""

import ast
import copy
import dataclasses
import pkgutil
import random
import re
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
import pytest
from companion import checks
from companion.check import Case, Exercise, Question, Verdict, exercises

from book import notebooks
from tests.book.inprocess import run_cells
from tests.book.pages import Page, identity, pages, tags

FEWEST = 5  # exercises of a chapter
FEWEST_REFUSED = 3  # values that a question with several right answers offers, and refuses
DIRECTIVE = re.compile(r"^:::+\{exercise\}", re.MULTILINE)
HIDDEN = {"source_hidden": True, "outputs_hidden": True}


@dataclasses.dataclass(frozen=True)
class Found:
    """An exercise of a page: where its two cells are, and the name that both hand to check."""

    where: str
    name: str
    stub: int
    solution: int


def prefix(page):
    """What the names of a page's exercises begin with: 03, toolkit."""
    return page.number or page.path.stem


def checked(source):
    """(name, expression) of a cell whose last line is check("03.name", expression), else None."""
    try:
        last = ast.parse(source).body[-1].value
        assert last.func.id == "check"
        name, answer = last.args
        return ast.literal_eval(name), ast.unparse(answer)
    except (AttributeError, AssertionError, IndexError, ValueError, SyntaxError):
        return None


def found_on(page):
    """(the exercises of a page, what is wrong with how they are laid out)."""
    found, faults, taken = [], [], set()
    for index, cell in page.prose():
        for position in (match.start() for match in DIRECTIVE.finditer(cell.source)):
            where = f"{page.name}:{page.lines[index] + cell.source.count(chr(10), 0, position)}"
            stub, solution = index + 1, index + 2
            problem = layout(page, cell.source[position:], stub, solution)
            if problem:
                faults.append(f"{where}: {problem}")
                continue
            taken |= {stub, solution}
            name, _ = checked(page.cells[stub].source)
            if not name.startswith(prefix(page) + "."):
                faults.append(f"{where}: the check is called {name}, and not {prefix(page)}.…")
            found.append(Found(where, name, stub, solution))
    for index, cell in page.code():
        if tags(cell) & {"exercise", "solution"} and index not in taken:
            faults.append(f"{page.at(index)}: this cell belongs to no exercise")
    names = [exercise.name for exercise in found]
    faults += [
        f"{page.name}: two exercises are checked as {name}" for name in set(names) if names.count(name) > 1
    ]
    return found, faults


def layout(page, directive, stub, solution):
    """What is missing around an exercise: its directive ends a cell, then come stub and solution."""
    if not re.search(r"^:label: ex-[\w-]+$", directive, re.MULTILINE):
        return "the exercise has no label ex-…"
    if not re.fullmatch(r"(:::+)\{exercise\}.*?\n\1\s*", directive, re.DOTALL):
        return "the exercise has to end its cell, so that its stub follows at once"
    cells = page.cells[stub : solution + 1]
    if len(cells) < 2 or tags(cells[0]) != {"exercise"}:
        return "a code cell tagged exercise has to follow"
    if not {"solution", "hide-cell"} <= tags(cells[1]) or cells[1].metadata.get("jupyter") != HIDDEN:
        return "a cell tagged solution and hide-cell, its source and outputs hidden, has to follow the stub"
    first, second = (checked(cell.source) for cell in cells)
    if first is None or first != second:
        return 'stub and solution both have to end with the same check("…", answer)'
    return None


@contextmanager
def generators():
    """Counts the random generators that are made, and those made without a seed."""
    made, seedless = [], []

    def counted(make):
        def wrapper(*seed, **more):
            made.append(make)
            seedless.extend([make] if not seed and not more else [])
            return make(*seed, **more)

        return wrapper

    patch = pytest.MonkeyPatch()
    patch.setattr(random, "Random", counted(random.Random))
    patch.setattr(np.random, "default_rng", counted(np.random.default_rng))
    try:
        yield made, seedless
    finally:
        patch.undo()


def results(exercise, cases):
    """What the cases expect; their arguments may be functions, which no two calls of `cases` share."""
    return [exercise.reference(*copy.deepcopy(case.args)) for case in cases]


def proof(exercise, name, stub, solution):
    """Everything that an exercise's check gets wrong, in words; empty if it can be trusted."""
    faults = []

    def expect(kind, answer, what):
        verdict = exercise.verdict(answer, name)
        if verdict.kind != kind:
            faults.append(f"{name}: {what} is called “{verdict.kind}: {verdict.reason}”")
        if not verdict.reason:
            faults.append(f"{name}: no reason is given for {what}")
        return verdict

    expect("not yet", stub, "the stub")
    expect("right", solution, "the solution")
    if isinstance(exercise, Question):
        wrong = exercise.hints
        if callable(exercise.answer):  # several values are right, so that none can be named that is not
            refused = [
                value for value in exercise.offered if exercise.verdict(value, name).kind == "not yet right"
            ]
            if len(refused) < FEWEST_REFUSED:
                faults.append(f"{name}: of the values offered only {refused} are refused")
        else:
            for value in exercise.offered:
                if value != exercise.answer:
                    expect("not yet right", value, f"the offered value {value!r}")
    else:
        wrong = {exercise.wrong: exercise.hint}
        for words, mistake in exercise.mistakes.items():
            verdict = expect("not yet right", mistake, f"the mistake “{words}”")
            if not words or not verdict.reason.endswith(f": {words}"):
                faults.append(f"{name}: the mistake “{words}” is explained by “{verdict.reason}”")
        for constant in exercise.constants():
            expect("not yet right", constant, f"the constant {constant()!r:.40}")
        with generators() as (made, seedless):
            first, second = exercise.cases(), exercise.cases()
        if not made:
            faults.append(f"{name}: no case is random")
        if seedless or repr(results(exercise, first)) != repr(results(exercise, second)):
            faults.append(f"{name}: its random cases are not seeded")
    if not wrong:
        faults.append(f"{name}: no wrong answer has a hint")
    for answer, hint in wrong.items():
        verdict = expect("not yet right", answer, "the typical mistake")
        if not hint or verdict.hint != hint:
            faults.append(f"{name}: the typical mistake is not shown its hint")
    return faults


@lru_cache
def answers(page):
    """{name: (value of the stub, value of the solution)}, each taken right after its cell has run."""
    found, _ = found_on(page)
    asked = {index: (e.name, kind) for e in found for kind, index in enumerate((e.stub, e.solution))}
    values = {e.name: [None, None] for e in found}
    for index, namespace in run_cells(page):
        if index in asked:
            name, kind = asked[index]
            values[name][kind] = eval(checked(page.cells[index].source)[1], namespace)
    return values


def all_exercises():
    return [pytest.param(page, e, id=e.name) for page in pages() for e in found_on(page)[0]]


@pytest.mark.parametrize("page", pages(), ids=identity)
def test_every_exercise_is_followed_by_its_stub_and_its_solution(page):
    assert found_on(page)[1] == []


@pytest.mark.parametrize("page", [p for p in pages() if p.is_chapter], ids=identity)
def test_a_chapter_has_enough_exercises(page):
    assert len(found_on(page)[0]) >= FEWEST


@pytest.mark.parametrize("page, exercise", all_exercises())
def test_stub_and_mistakes_fail_and_the_solution_passes(page, exercise):
    known = exercises(prefix(page))
    short = exercise.name.partition(".")[2]
    assert short in known, f"{exercise.where}: companion/checks has no check {exercise.name}"
    assert proof(known[short], short, *answers(page)[exercise.name]) == []


@pytest.mark.parametrize("page, exercise", all_exercises())
def test_the_page_shows_the_verdicts(page, exercise):
    stub, solution = (page.stored.cells[index] for index in (exercise.stub, exercise.solution))
    assert [o.text for o in stub.outputs][-1].startswith("not yet: "), exercise.where
    assert [o.text for o in solution.outputs][-1].startswith("right: "), exercise.where


def test_every_check_belongs_to_an_exercise():
    asked = {e.name for page in pages() for e in found_on(page)[0]}
    for module in pkgutil.iter_modules(checks.__path__):
        chapter = module.name.partition("_")[0]
        assert {f"{chapter}.{short}" for short in exercises(chapter)} <= asked, module.name


# --- the proof itself ---------------------------------------------------------------------------------------


def double(x):
    return 2 * x


def cases():
    return [Case((x,), f"double({x})") for x in (0, 3, random.Random(1).randrange(4, 9))]


SOUND = Exercise(double, cases, right="it doubles", wrong=lambda x: x + 2, hint="Twice, or two more?")
ASKED = Question(answer=4, offered=(2, 4, 8), right="it is", hints={2: "That is the half."})


class AcceptsStub(Exercise):
    def verdict(self, answer, name):
        return Verdict("right", "fine") if answer is None else super().verdict(answer, name)


class AcceptsAll(Exercise):
    def verdict(self, answer, name):
        return Verdict("right" if answer else "not yet", "fine")


class Offered(Question):
    def verdict(self, answer, name):
        return Verdict("right", "fine") if answer == 8 else super().verdict(answer, name)


def planted(kind=Exercise, **changes):
    return kind(**{field.name: getattr(SOUND, field.name) for field in dataclasses.fields(SOUND)} | changes)


def test_a_sound_check_is_proved():
    assert proof(SOUND, "double", None, double) == []
    assert proof(planted(mistakes={"squared": lambda x: x * x}), "double", None, double) == []
    assert proof(ASKED, "asked", ..., 4) == []


@pytest.mark.parametrize(
    "exercise, words",
    [
        (planted(AcceptsStub), "the stub is called “right"),
        (planted(AcceptsAll), "the constant 0 is called “right"),
        (planted(reference=lambda x: 3 * x), "the solution is called “not yet right"),
        (planted(wrong=double), "the typical mistake is called “right"),
        (planted(hint=""), "the typical mistake is not shown its hint"),
        (planted(mistakes={"doubled": double}), "the mistake “doubled” is called “right"),
        (
            planted(mistakes={"squared": lambda x: x * x, "thrice": lambda x: 3 * x}),
            "the mistake “squared” is explained by “double(3) is 9, expected 6”",
        ),
        (planted(cases=lambda: [Case((x,), "double(x)") for x in (0, 3)]), "no case is random"),
        (planted(cases=lambda: [Case((random.Random().random(),), "double(x)")]), "are not seeded"),
    ],
)
def test_an_unsound_check_is_caught(exercise, words):
    faults = proof(exercise, "double", None, double)
    assert any(words in fault for fault in faults), faults


def test_a_question_that_accepts_another_offered_value_is_caught():
    loose = Offered(**{field.name: getattr(ASKED, field.name) for field in dataclasses.fields(ASKED)})
    assert any("the offered value 8 is called “right" in fault for fault in proof(loose, "asked", ..., 4))


def test_a_question_whose_predicate_accepts_nearly_all_is_caught():
    loose = dataclasses.replace(ASKED, answer=lambda value: value > 2)
    assert any("only [2] are refused" in fault for fault in proof(loose, "asked", ..., 4))


def test_a_solution_left_as_a_stub_is_caught():
    assert any(
        "the solution is called “not yet" in fault for fault in proof(SOUND, "double", None, lambda x: None)
    )


def test_a_stub_that_already_solves_the_exercise_is_caught():
    assert any("the stub is called “right" in fault for fault in proof(SOUND, "double", double, double))


EXERCISE = ":::{exercise} Twice ★\n:label: ex-twice\nWrite `double`.\n:::\n"
STUB = '```{code-cell} ipython3\n:tags: [exercise]\ndouble = ...\n\ncheck("09.double", double)\n```\n'
SOLUTION = (
    "```{code-cell} ipython3\n:tags: [solution, hide-cell]\n"
    ":jupyter: {source_hidden: true, outputs_hidden: true}\n"
    'def double(x):\n    return 2 * x\n\n\ncheck("09.double", double)\n```\n'
)


@pytest.mark.parametrize(
    "text, words",
    [
        (EXERCISE + STUB + SOLUTION, None),
        (EXERCISE.replace(":label: ex-twice\n", "") + STUB + SOLUTION, "has no label"),
        (EXERCISE + "\nMore.\n" + STUB + SOLUTION, "has to end its cell"),
        (EXERCISE + SOLUTION, "tagged exercise has to follow"),
        (EXERCISE + STUB, "tagged exercise has to follow"),
        (EXERCISE + STUB + SOLUTION.replace(", hide-cell", ""), "has to follow the stub"),
        (EXERCISE + STUB + SOLUTION.replace(":jupyter:", ":other:"), "has to follow the stub"),
        (EXERCISE + STUB + SOLUTION.replace("09.double", "09.triple"), "the same check"),
        (EXERCISE + STUB.replace("09.", "08.") + SOLUTION.replace("09.", "08."), "and not 09.…"),
        (EXERCISE + STUB + SOLUTION + STUB, "belongs to no exercise"),
    ],
)
def test_an_exercise_that_is_laid_out_otherwise_is_caught_with_its_line(tmp_path, text, words):
    path = tmp_path / "09-small.md"
    path.write_text(notebooks.in_own_form("---\njupytext: {formats: 'md:myst,ipynb'}\n---\n\n# A\n\n" + text))
    _, faults = found_on(Page(path))
    assert bool(faults) == bool(words)
    assert not words or (words in faults[0] and re.search(r"09-small\.md:\d+: ", faults[0]))
