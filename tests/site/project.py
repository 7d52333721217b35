"""A small project for the theme's tests: the fixtures' text, paired with notebooks with the outputs below.

No kernel runs: what a cell would show is looked up by the first words of its last line.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
THEME = ROOT / "book/theme"

LETTERS = ".abcdefghijklmnopqrstuvwxyz"
AFTER_Q = {".": 0.106, "a": 0.047, "i": 0.047, "e": 0.004, "l": 0.004, "m": 0.007, "o": 0.007, "u": 0.755,
           "w": 0.011, "r": 0.004, "s": 0.008}  # fmt: skip


def pmf(alt, hit="u"):
    p = [AFTER_Q.get(letter, 0.0) for letter in LETTERS]
    values = {"labels": list(LETTERS), "p": p, "hit": hit, "alt": alt}
    return bundle(alt, {"image/svg+xml": BARS, "application/vnd.appendix.pmf+json": values})


def bundle(text, more=None):
    return nbformat.v4.new_output(
        "execute_result", data={"text/plain": text, **(more or {})}, execution_count=1
    )


def stream(text):
    return nbformat.v4.new_output("stream", name="stdout", text=text)


BARS = (
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    '<path d="M0 0h9v9z" fill="#0b3399"/></svg>'
)


def row(model, numbers, seconds, nats, se=None, unseen=0, now=False, note=None):
    return dict(
        model=model, numbers=numbers, seconds=seconds, nats=nats, se=se, unseen=unseen, now=now, note=note
    )


BOARD = {
    "rows": [
        row("uniform", 0, 0, 3.2958),
        row("unigram", 27, 0.1, 2.817, se=0.008),
        row("bigram", 729, 0.1, None, unseen=6, note="not smoothed"),
        row("bigram", 729, 0.1, 2.453, se=0.008, now=True, note="add-one, this chapter"),
    ],
    "low": 1.9,
    "high": 3.4,
}
TABLE = (
    "<table><thead><tr><th>smoothing</th><th style='text-align:right'>nats per letter</th></tr></thead>"
    "<tbody><tr><th>none, α = 0</th><td style='text-align:right'>2.4544</td></tr>"
    "<tr><th>α = 1</th><td style='text-align:right'>2.4550</td></tr></tbody></table>"
)

OUTPUTS = {
    'chart_after("q")': [
        pmf("Probability of each next letter after q: u 0.755, end of name 0.106, all others below 0.05.")
    ],
    'chart_after("q", small=True)': [pmf("The bars of row q again, smaller.")],
    'count["q", "u"]': [bundle("(207, 13, 627)")],
    "print(empty": [stream("102 of 729\n")],
    "print(*drawn": [stream("acli ja n ilemiyanic zahonar na\n")],
    "check_is_language_model": [
        nbformat.v4.new_output(
            "error",
            ename="ContractError",
            evalue='after ".", the probabilities sum to 7.0114, not 1',
            traceback=["this cell, line 1\n    check_is_language_model(Bigram(wrong_VV))"],
        )
    ],
    "chart_excess": [
        stream("0.000049 … 1.4506\n"),
        bundle(
            "Hollow dots on logarithmic axes rise from lower left to upper right; none lies below zero.",
            {"image/svg+xml": (HERE / "fixtures/excess.svg").read_text()},
        ),
    ],
    "Table(": [
        bundle(
            "smoothing     nats per letter\nnone, α = 0   2.4544\nα = 1         2.4550", {"text/html": TABLE}
        )
    ],
    'check("03.before", before)': {
        "exercise": [stream("not yet: `before` returns nothing\n")],
        "solution": [stream("right: all 27 letters agree\n")],
    },
    'check("03.smooth", smooth)': {
        "exercise": [
            stream(
                "not yet right: row `q` sums to 1.0985, not to 1\n"
                "Hint. By how much did the total of the row grow?\n"
            )
        ],
        "solution": [stream("right: every row sums to 1\n")],
    },
    'leaderboard("bigram")': [
        bundle(
            "model  numbers  nats\nuniform  0  3.296", {"application/vnd.appendix.leaderboard+json": BOARD}
        )
    ],
}


def outputs_of(cell):
    last = cell.source.rstrip().rsplit("\n", 1)[-1]
    found = [value for start, value in OUTPUTS.items() if last == start] or [
        value for start, value in OUTPUTS.items() if last.startswith(start)
    ]
    if not found:
        return []
    if isinstance(found[0], dict):
        return found[0]["solution" if "solution" in cell.metadata.get("tags", []) else "exercise"]
    return found[0]


def pair(source):
    """Write the notebook beside a chapter's text, with outputs and with ids that do not change."""
    notebook = jupytext.read(source)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"{source.stem}-{number}"
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = outputs_of(cell), 1
    source.with_suffix(".ipynb").write_text(nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n")


def write(folder, edit=lambda path, text: text):
    """Copy the fixtures to `folder`, each file through `edit`; pair the chapters; point at the real theme."""
    shutil.copytree(HERE / "fixtures", folder, dirs_exist_ok=True)
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".md", ".yml", ".bib"):
            text = edit(path.relative_to(folder).as_posix(), path.read_text()).replace(
                "THEME", THEME.as_posix()
            )
            path.write_text(text)
    for source in sorted((folder / "book").rglob("*.md")):
        if "kernelspec" in source.read_text().split("---")[1]:
            pair(source)
    return folder


def run_myst(folder, kind):
    """mystmd alone, as somebody types it who has activated the environment."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "npm_config_registry": "http://127.0.0.1:9/"}
    myst = shutil.which("myst", path=path)
    return subprocess.run([myst, "build", kind], cwd=folder, capture_output=True, text=True, env=environment)


def content(folder, slug):
    return json.loads((folder / f"_build/site/content/{slug}.json").read_text())
