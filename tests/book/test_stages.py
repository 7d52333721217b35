"""`python -m tests`: every outcome is counted, nothing that went wrong is lost, the last line sums up."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest

from tests import stages
from tests.__main__ import chosen, main
from tests.stages import Count, Stage

MIXED = """
import pytest

def test_passes(): pass
def test_passes_too(): pass
def test_fails(): assert False
@pytest.mark.skip
def test_is_skipped(): pass
@pytest.fixture
def broken(): raise RuntimeError
def test_cannot_be_set_up(broken): pass
"""


@pytest.fixture
def stage(tmp_path):
    """A stage made of test files with the given texts, one command for each file."""

    def make(*texts, name="small"):
        commands = []
        for number, text in enumerate(texts):
            path = tmp_path / f"{name}_{number}"
            path.mkdir()
            (path / f"test_{name}_{number}.py").write_text(text)
            commands.append((*stages.PYTEST, "-p", "no:cacheprovider", "--rootdir", str(path), str(path)))
        return Stage(name, "a small stage", tuple(commands))

    return make


def run(stage, *more):
    lines = []
    return stages.run(stage, more, say=lines.append), "\n".join(lines)


def test_every_outcome_is_counted_and_an_error_is_a_failure(stage):
    result, said = run(stage(MIXED))
    assert result.count == Count(passed=2, failed=2, skipped=1)
    assert "test_fails" in said


def test_the_commands_of_a_stage_are_added_up(stage):
    result, _ = run(stage(MIXED, "def test_a(): pass"))
    assert result.count == Count(passed=3, failed=2, skipped=1)


def test_a_stage_without_tests_fails(stage):
    result, _ = run(stage("x = 1"))
    assert (result.count, result.note) == (Count(failed=1), "no test was collected")


def test_a_filter_that_leaves_nothing_fails_and_one_that_leaves_something_counts_it(stage):
    one = stage(MIXED)
    assert run(one, "-k", "passes")[0].count == Count(passed=2)
    assert run(one, "-k", "nothing")[0].note == "no test was collected"


def test_a_file_that_cannot_be_imported_is_a_failure(stage):
    result, _ = run(stage("import no_such_module", "def test_a(): pass"))
    assert (result.count.passed, result.count.failed) == (1, 1)


def test_a_stage_that_dies_is_a_failure_even_if_it_had_passed_tests(stage):
    result, _ = run(stage("import os\ndef test_a(): os._exit(0)", "import os\ndef test_a(): os._exit(3)"))
    assert result.count == Count(failed=2)
    assert (
        result.note
        == "pytest ended with exit code 0 and no report; pytest ended with exit code 3 and no report"
    )


def test_a_command_that_is_no_pytest_counts_as_one_test():
    for code, count in ((0, Count(passed=1)), (2, Count(failed=1))):
        stage = Stage("ruff", "style", ((sys.executable, "-c", f"raise SystemExit({code})"),), counted=False)
        assert run(stage)[0].count == count


def test_a_stage_runs_on_one_thread_and_records_nothing(stage, monkeypatch):
    monkeypatch.setenv("APPENDIX_RECORD", "1")
    result, _ = run(
        stage(
            "import os\ndef test_a():\n    assert os.environ['OMP_NUM_THREADS'] == '1'\n"
            "    assert os.environ['OPENBLAS_NUM_THREADS'] == '1' and 'APPENDIX_RECORD' not in os.environ"
        )
    )
    assert result.count == Count(passed=1)


def test_the_last_line_sums_up_and_all_stages_run_after_a_failure(stage, capsys, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("PARITY", raising=False)
    known = [stage(MIXED, name="first"), stage("def test_a(): pass", name="second")]
    assert main([], known) == 1
    lines = capsys.readouterr().out.rstrip().split("\n")
    assert lines[-1] == "3 passed, 2 failed, 1 skipped"
    assert re.fullmatch(r"first +\d+\.\d s +2 +2 +1", lines[-3]) and re.fullmatch(r"second .*", lines[-2])
    assert main(["--only", "second"], known) == 0
    assert capsys.readouterr().out.rstrip().endswith("\n1 passed, 0 failed, 0 skipped")


def test_a_stage_that_does_not_exist_is_named(stage):
    with pytest.raises(SystemExit, match="no stage is called sit; there are: small"):
        chosen([stage(MIXED)], "sit")


def test_parity_that_is_asked_for_and_cannot_run_is_a_failure(stage, capsys, monkeypatch):
    monkeypatch.setattr(stages, "find_spec", lambda name: None)
    monkeypatch.setenv("CI", "true")
    assert main([], [stage("def test_a(): pass")]) == 1
    assert "CI is set and PyTorch is not installed" in capsys.readouterr().out
    monkeypatch.setenv("CI", "false")
    monkeypatch.delenv("PARITY", raising=False)
    assert stages.parity() == (
        False,
        "PyTorch is not installed: parity tests are skipped (PARITY=1 make test installs it)",
    )


def test_the_stages_of_this_checkout_cover_every_folder_of_tests():
    names = [stage.name for stage in stages.all_stages()]
    assert names[:7] == ["ruff", "package", "benchmarks", "companion", "book", "notebooks", "site"]
    folders = {path.name for path in (stages.ROOT / "tests").iterdir() if any(path.glob("test_*.py"))}
    run_here = " ".join(
        word for stage in stages.all_stages() for command in stage.commands for word in command
    )
    assert {folder for folder in folders if f"tests/{folder}" not in run_here} == set()


def test_every_notebook_is_run_once():
    (stage,) = [stage for stage in stages.all_stages() if stage.name == "notebooks"]
    given = [word for command in stage.commands for word in command if word.endswith(".ipynb")]
    present = [
        str(path)
        for path in (stages.ROOT / "book").rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    ]
    assert sorted(given) == sorted(present)
    assert len(stage.commands) == 2


def test_an_interrupt_ends_cleanly(tmp_path):
    (tmp_path / "test_sleep.py").write_text("import time\ndef test_a(): time.sleep(60)")
    script = (
        "import sys\nfrom tests.__main__ import main\nfrom tests.stages import PYTEST, Stage\n"
        f"main([], [Stage('slow', 'sleeps', ((*PYTEST, {str(tmp_path)!r}),))])"
    )
    job = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=stages.ROOT,
        env={**os.environ, "CI": "", "PARITY": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    for line in job.stdout:
        if line.startswith("tests: slow"):
            break
    time.sleep(1)
    os.killpg(job.pid, signal.SIGINT)
    _, errors = job.communicate(timeout=20)
    assert job.returncode == 1 and "tests: interrupted" in errors and "Traceback" not in errors
