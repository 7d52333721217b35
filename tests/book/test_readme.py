"""README and Makefile: what they show is what happens, and every command that they name is there."""

import re
import shutil
import subprocess
import sys

import pytest

from tests.book.pages import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z][\w-]*):(?!=)", MAKEFILE, re.MULTILINE))
SCREEN = 80  # lines


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```\s*$", text, re.MULTILINE | re.DOTALL)


def test_the_example_prints_what_the_readme_shows(tmp_path):
    ((code, shown),) = re.findall(
        r"^```python\n(.*?)^```\n\s*```text\n(.*?)^```$", README, re.MULTILINE | re.DOTALL
    )
    assert blocks(README, "python") == [code]
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout == shown


def test_every_make_target_that_a_text_names_exists():
    texts = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + [
        *(ROOT / "book").rglob("*.md")
    ]
    named = {
        (path.name, target)
        for path in texts
        for line in re.findall(
            r"`(?:[A-Z_]+=\S+ )*make ([^`\n]*)`|^make (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE
        )
        for target in re.findall(r"(?<![\w=/.,-])[a-z][\w-]*(?![\w=/.,-])", " ".join(line))
    }
    assert {target for _, target in named} >= {"book", "lab", "test"}
    assert {(name, target) for name, target in named if target not in TARGETS} == set()


def test_every_path_that_the_readme_names_exists():
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", README)
    lines = re.findall(r"`[^`]*?\b((?:book|tests|data)/[\w./-]+\.\w+)[^`]*`", README)
    folders = re.findall(r"^ *([\w./]+/) ", "\n".join(blocks(README, "")), re.MULTILINE)
    inside = [folder if (ROOT / folder).exists() else f"book/{folder}" for folder in folders]
    assert [path for path in links + lines + inside if not (ROOT / path).exists()] == []


def test_the_readme_fits_a_few_screens():
    assert len(README.split("\n")) <= SCREEN


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
def test_help_lists_every_target():
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^ *make ([\w-]+)", shown, re.MULTILINE)) == TARGETS
    assert all(len(line.split(maxsplit=2)) == 3 for line in shown.strip().split("\n"))


def test_every_script_that_the_makefile_runs_exists():
    scripts = re.findall(r"\$\((?:PYTHON|IN)\) (\S+\.py)", MAKEFILE)
    assert scripts and [script for script in scripts if not (ROOT / script).exists()] == []
