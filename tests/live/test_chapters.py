"""Every page's code, run in the page's Python: each cell says there what its notebook has stored."""

import re

import pytest

from book.notebooks import EXCUSES, ROOT, SVG, paired_texts
from tests.live.conftest import cells, printed, run

SECONDS = 10  # that a reader may wait for a cell
YARDSTICK_SECONDS = 0.09  # of this code in the page's Python, on the machine of the limit when it is idle
YARDSTICK = """
import time
times = []
for _ in range(5):
    start = time.perf_counter()
    for number in range(1_000_000):
        number * number
    times.append(time.perf_counter() - start)
print(min(times))"""
def address(notebook):
    """The page of a notebook: book/1-probability/03-counting.ipynb → probability/counting/index.html."""
    parts = [re.sub(r"^\d+-", "", part) for part in notebook.relative_to(ROOT / "book").with_suffix("").parts]
    return "index.html" if parts == ["index"] else "/".join([*parts, "index.html"])


def tags(cell):
    return set(cell["metadata"].get("tags", ()))


def joined(value):
    return "".join(value) if isinstance(value, list) else value


def stored(cell):
    """{what: text} of a cell's stored outputs, as nbval compares them: drawings are not."""
    said = {}
    for output in cell["outputs"]:
        if output["output_type"] == "stream":
            said[output["name"]] = said.get(output["name"], "") + joined(output["text"])
        elif output["output_type"] == "error":
            said["error"] = (output["ename"], output["evalue"])
        else:
            for mime, data in output["data"].items():
                if mime != SVG:
                    said.setdefault(mime, []).append(joined(data))
    return said


def found(done):
    """The same of a run in the page."""
    said = {}
    for part in done["said"]:
        if "stream" in part:
            said[part["stream"]] = said.get(part["stream"], "") + part["text"]
        for mime, data in part.get("bundle", {}).items():
            if mime != SVG:
                said.setdefault(mime, []).append(data)
    if done["error"]:
        said["error"] = (done["error"]["name"], done["error"]["message"])
    return said


def slowness(page):
    """How many times slower than the yardstick's machine this one is at the moment; at least 1."""
    return max(1.0, float(printed(run(page, YARDSTICK))) / YARDSTICK_SECONDS)


def is_listed(cell):
    return "remove-input" not in tags(cell)


NOTEBOOKS = [path.with_suffix(".ipynb") for path in paired_texts(ROOT / "book")]
RUNNABLE = [path for path in NOTEBOOKS if any(map(is_listed, cells(path)))]


@pytest.mark.parametrize("notebook", RUNNABLE, ids=lambda path: path.stem)
def test_each_cell_says_in_the_page_what_the_book_prints(isolated, notebook):
    page, wrong = isolated.open(address(notebook), alone=True), []
    for number, cell in enumerate(cells(notebook), 1):
        if "long" in tags(cell):
            continue
        done = run(page, joined(cell["source"]), f"cell {number}")
        if "failed" in done:
            wrong.append(f"cell {number}: {done['failed']}")
            break
        if done["seconds"] > SECONDS and done["seconds"] > SECONDS * slowness(page):
            wrong.append(f"cell {number} took {done['seconds']:.1f} s")
        expected, said = stored(cell), found(done)
        if said.get("error") != expected.get("error"):
            wrong.append(f"cell {number} raised {said.get('error')}, expected {expected.get('error')}")
        elif not EXCUSES & tags(cell) and said != expected:
            differing = {what for what in said | expected if said.get(what) != expected.get(what)}
            wrong += [f"cell {number}, {what}: {said.get(what)!r}, expected {expected.get(what)!r}"
                      for what in sorted(differing)]
    assert not wrong, "\n".join(wrong)
    assert isolated.strange == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_page_with_code_has_the_code_of_every_cell(isolated, notebook):
    page = isolated.open(address(notebook), alone=True)
    code = page.evaluate("""() => {
      const live = document.getElementById("live");
      return live && JSON.parse(live.textContent).cells.map((cell, i) =>
        cell.code ?? document.querySelector(`[data-live="${i + 1}"] pre code`)?.textContent);
    }""")
    written = [joined(cell["source"]).rstrip() for cell in cells(notebook)]
    assert code == (written if notebook in RUNNABLE else None)
