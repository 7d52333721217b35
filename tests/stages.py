"""The stages of `make test`: what each runs, and how its result is counted.

A stage is a subprocess, so that one that crashes takes nothing with it. Pytest's stages are counted from the
files that `--junitxml` writes. All stages run, also after a failure; a stage that collected no test has
failed, because a test that nobody runs looks exactly like one that passes.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

from book.notebooks import ONE_THREAD, paired_texts

ROOT = Path(__file__).resolve().parents[1]
PYTEST = [sys.executable, "-m", "pytest"]


@dataclass(frozen=True)
class Count:
    """Tests by outcome."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    @property
    def collected(self):
        return self.passed + self.failed + self.skipped


@dataclass(frozen=True)
class Stage:
    """A name, and commands that run side by side; one that is not `counted` passes if it exits with 0."""

    name: str
    what: str
    commands: tuple
    counted: bool = True


@dataclass(frozen=True)
class Result:
    name: str
    seconds: float
    count: Count
    note: str = ""


def paths(*names):
    return [str(ROOT / name) for name in names]


def all_stages(root=ROOT):
    """Every stage that this checkout has, in order."""
    found = [
        Stage("ruff", "the style of the code", ((sys.executable, "-m", "ruff", "check", str(root)),), False)
    ]
    found.append(folder_stage("package", "picograd", root / "tests/picograd"))
    found.append(folder_stage("benchmarks", "every job once, small and untimed", root / "tests/benchmarks"))
    found.append(folder_stage("companion", "the chapters' helpers", root / "tests/companion"))
    found.append(folder_stage("book", "the chapters, and the tools that run them", root / "tests/book"))
    found.append(Stage("notebooks", "every cell run again and compared", tuple(notebook_commands(root))))
    found.append(folder_stage("site", "the built pages", root / "tests/site"))
    found.append(scenes_stage(root))
    if (root / "tests/browser").is_dir():
        found.append(folder_stage("browser", "the pages in Chromium", root / "tests/browser"))
    if (root / "tests/live").is_dir():
        found.append(folder_stage("live", "every cell in the page's Python", root / "tests/live"))
    return found


def folder_stage(name, what, folder):
    return Stage(name, what, ((*PYTEST, str(folder)),))


def scenes_stage(root):
    """The films' tests run in Manim's environment if there is one; else scenes are skipped, saying why."""
    manim = root / ".venv-animations/bin/python"
    python = str(manim) if manim.exists() else sys.executable
    return Stage("scenes", "the films", ((python, "-m", "pytest", str(root / "tests/animations")),))


def notebook_commands(root):
    """nbval over every notebook in two processes, each with half of the bytes: size tells the run time."""
    notebooks = [path.with_suffix(".ipynb") for path in paired_texts(root / "book")]
    halves = [[], []]
    for path in sorted(notebooks, key=lambda path: -path.stat().st_size if path.exists() else 0):
        min(halves, key=lambda half: sum(p.stat().st_size for p in half if p.exists())).append(path)
    rules = ("-p", "tests.book.nbval_rules", "--nbval", "--nbval-current-env")
    return [(*PYTEST, *rules, *map(str, sorted(half))) for half in halves if half]


def settings():
    """The environment of every stage: one thread, nothing is recorded, nobody sits before a notebook."""
    environment = {**os.environ, **ONE_THREAD, "PYTHONUNBUFFERED": "1"}
    for name in ("APPENDIX_RECORD", "JPY_SESSION_NAME"):
        environment.pop(name, None)
    return environment


def parity():
    """(whether the tests that compare with PyTorch run, why) for this machine."""
    asked = [name for name in ("CI", "PARITY") if os.environ.get(name, "").lower() not in ("", "0", "false")]
    if find_spec("torch") is not None:
        return True, "PyTorch is installed: parity tests run"
    if asked:
        return (
            False,
            f"{asked[0]} is set and PyTorch is not installed: run `python3 book/prepare.py test` again",
        )
    return False, "PyTorch is not installed: parity tests are skipped (PARITY=1 make test installs it)"


def counted(report):
    """The Count of a junit file; None if pytest did not live to write it."""
    try:
        suites = ElementTree.parse(report).getroot().iter("testsuite")
    except (OSError, ElementTree.ParseError):
        return None
    count = Count()
    for suite in suites:
        total, skipped = int(suite.get("tests")), int(suite.get("skipped"))
        failed = int(suite.get("failures")) + int(suite.get("errors"))
        count += Count(max(total - skipped - failed, 0), failed, skipped)
    return count


def run(stage, more=(), say=print):
    """Run a stage with its output streamed through `say`; `more` goes to pytest."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        reports = [Path(folder) / f"{number}.xml" for number in range(len(stage.commands))]
        jobs = [
            subprocess.Popen(
                [*command, *(["--junitxml", str(report), *more] if stage.counted else [])],
                cwd=ROOT,
                env=settings(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
            for command, report in zip(stage.commands, reports, strict=True)
        ]
        try:
            codes = follow(jobs, say)
        except KeyboardInterrupt:
            for job in jobs:
                job.terminate()
                job.wait()
            raise
        counts = [counted(report) if stage.counted else None for report in reports]
    count, notes = Count(), []
    for code, known in zip(codes, counts, strict=True):
        count += judged(stage, code, known, notes)
    if not count.collected:
        count, notes = Count(failed=1), ["no test was collected"]
    return Result(stage.name, time.perf_counter() - start, count, "; ".join(notes))


def judged(stage, code, known, notes):
    """What exit code and report add up to; anything that the report does not explain is a failure."""
    if not stage.counted:
        return Count(passed=1) if code == 0 else Count(failed=1)
    collected_nothing = 5  # an exit code of pytest
    if known is None or (code not in (0, collected_nothing) and not known.failed):
        notes.append(f"pytest ended with exit code {code}" + ("" if known else " and no report"))
        return (known or Count()) + Count(failed=1)
    return known


def follow(jobs, say):
    """Pass on what the jobs print, line by line; their exit codes."""

    def pump(job):
        for line in job.stdout:
            say(line.rstrip("\n"))

    threads = [threading.Thread(target=pump, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    codes = [job.wait() for job in jobs]
    for thread in threads:
        thread.join()
    return codes


def summary(results):
    """The table of all stages and, as its last line, their sum."""
    total = sum((result.count for result in results), Count())
    rows = [
        (r.name, f"{r.seconds:.1f} s", *map(str, (r.count.passed, r.count.failed, r.count.skipped)), r.note)
        for r in results
    ]
    head = ("stage", "seconds", "passed", "failed", "skipped", "")
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(w) if column in (0, 5) else cell.rjust(w)
            for column, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in (head, *rows)
    ]
    return "\n".join([*(line.rstrip() for line in lines), str(total)])
