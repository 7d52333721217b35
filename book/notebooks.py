"""Bring every notebook up to date with its text: `python book/notebooks.py`, or `03` for one of them.

A chapter is a pair. The text (`03-counting.md`, MyST markdown) is the source of truth; the notebook beside it
holds the same cells and what they printed. This tool writes the text in Jupytext's own form, so that saving
in JupyterLab changes only what was edited; it copies the cells into the notebook, and runs the notebook from
top to bottom if its code differs from the code whose outputs are stored. What the library or the companion
changed is found by the tests, which run every notebook and compare; `--all` then runs them anyway.

A second run changes no byte: cell ids come from the cells' content, execution counts from their order, and an
output is replaced only if it says something new.
"""

import argparse
import hashlib
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from jupytext.myst import MystMetadataParsingError
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
EXCUSES = {"banded", "measured"}  # tags of cells whose outputs may differ from run to run
FOLDED = {"remove-input": "source_hidden", "hide-output": "outputs_hidden"}  # page's tag: JupyterLab's key
SVG = "image/svg+xml"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

# Jupytext drops header keys that it does not know when JupyterLab saves, unless the header itself names them.
# Its own version says which machine saved last, and nothing about the chapter.
HEADER_KEYS = "subtitle,description,numbering,-jupytext.text_representation.jupytext_version"
LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "pygments_lexer": "ipython3",
}


class Stop(Exception):
    """What the author has to repair, in words."""


# --- text and notebook --------------------------------------------------------------------------------------


def paired_texts(folder):
    """Every text under `folder` whose header pairs it with a notebook, in reading order."""
    found = []
    for path in sorted(folder.rglob("*.md")):
        if any(part.startswith((".", "_")) for part in path.relative_to(folder).parts):
            continue
        header = re.match(r"---\n(.*?)\n---\n", path.read_text(encoding="utf-8"), re.DOTALL)
        if header and re.search(r"formats:.*ipynb", header[1]):
            found.append(path)
    return found


def read_text(text):
    """The cells of a text as a notebook without outputs, its metadata in the form in which we store it."""
    notebook = jupytext.reads(text, fmt="md:myst")
    notebook.metadata["jupytext"] = {"formats": "md:myst,ipynb", "notebook_metadata_filter": HEADER_KEYS}
    notebook.metadata["language_info"] = dict(LANGUAGE)
    seen = Counter()
    for cell in notebook.cells:
        cell.source = cell.source.rstrip("\n")  # Jupytext does not keep empty lines at the end
        for part in (FOLDED[tag] for tag in tags(cell) if tag in FOLDED):
            cell.metadata["jupyter"] = {**cell.metadata.get("jupyter", {}), part: True}
        key = cell.cell_type + cell.source
        cell.id = hashlib.sha256(f"{key}{seen[key] or ''}".encode()).hexdigest()[:12]
        seen[key] += 1
    return sorted_keys(notebook)


def sorted_keys(node):
    """nbformat sorts keys on writing; Jupytext has to meet them sorted to write the same text from both."""
    if isinstance(node, dict):
        return nbformat.NotebookNode({key: sorted_keys(node[key]) for key in sorted(node)})
    return [sorted_keys(item) for item in node] if isinstance(node, list) else node


def write_text(notebook):
    """Jupytext's own writing of a notebook."""
    return jupytext.writes(deepcopy(notebook), fmt="md:myst")


def in_own_form(text):
    """The text as Jupytext writes it. Refuses a text whose cells would not survive."""
    notebook = read_text(text)
    for line, cell in zip(cell_lines(text, notebook), notebook.cells, strict=True):
        if cell.cell_type == "markdown" and (torn := torn_line(cell.source)) is not None:
            raise Stop(
                f"line {line + torn}: Jupytext tears a code cell out of the directive that begins here"
            )
    written = write_text(notebook)
    if read_text(written) != notebook:
        raise Stop("Jupytext does not read back the cells that it writes")
    return written


def torn_line(markdown):
    """The line of a directive that does not end in its own cell, counted from 0, or None."""
    open_lines = []
    for number, line in enumerate(markdown.split("\n")):
        if line.lstrip().startswith("```{code-cell}"):
            return number
        colons = re.match(r"\s*(:{3,})(.*)", line)
        if colons and colons[2].strip():
            open_lines.append((colons[1], number))
        elif colons and open_lines and open_lines[-1][0] == colons[1]:
            open_lines.pop()
    return open_lines[0][1] if open_lines else None


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell):
    return set(cell.metadata.get("tags", ()))


def cell_lines(text, notebook):
    """For each cell the line of the text on which its source begins; options and fences come before it."""
    at, lines = 0, []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            opening = text.index("{code-cell}", at)
            fence = text[text.rindex("\n", 0, opening) : opening]
            at = text.index(fence, opening)
            begin = len(text[:at].rstrip("\n")) - len(cell.source)
            at += len(fence)
        else:
            begin = text.index(cell.source, at)
            at = begin + len(cell.source)
        lines.append(text.count("\n", 0, begin) + 1)
    return lines


def code_hash(notebook):
    """Names what the stored outputs hang on: the sources in order, and which cells are allowed to raise.

    A cell tagged results shows what other chapters have recorded, so that its page hangs on that as well.
    """
    code = [[cell.source, "raises-exception" in tags(cell)] for cell in code_cells(notebook)]
    if shows_results(notebook):
        code.append(recorded_rows())
    return hashlib.sha256(json.dumps(code).encode()).hexdigest()[:16]


def shows_results(notebook):
    return any("results" in tags(cell) for cell in code_cells(notebook))


def recorded_rows(folder=ROOT / "book/results"):
    """{chapter: rows} of all that has been recorded for the leaderboard, and the benchmarks."""
    read = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
    shown = {"machine", "measured_on"}  # the results of a chapter, and the benchmarks
    return {stem: document["rows"] for stem, document in read.items() if shown & {*document}}


def stored(path):
    """The notebook on disk, or None."""
    return nbformat.read(path, as_version=4) if path.exists() else None


def is_executed(notebook, old):
    """Do the outputs in `old` belong to exactly the code of `notebook`?"""
    if old is None or old.metadata.get("appendix", {}).get("executed") != code_hash(notebook):
        return False
    cells = code_cells(old)
    return code_hash(old) == code_hash(notebook) and [c.execution_count for c in cells] == counts(cells)


def counts(cells):
    return list(range(1, len(cells) + 1))


def with_outputs(notebook, outputs):
    """The notebook as it is stored: cells of the text, outputs of a run."""
    complete = deepcopy(notebook)
    complete.metadata["appendix"] = {"executed": code_hash(notebook)}
    for count, (cell, cell_outputs) in enumerate(zip(code_cells(complete), outputs, strict=True), start=1):
        cell.execution_count = count
        cell.outputs = [nbformat.from_dict(output) for output in cell_outputs]
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
    return complete


def written_notebook(notebook):
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


# --- running ------------------------------------------------------------------------------------------------


class ThisInterpreter(AsyncKernelManager):
    """Starts kernels with the Python that runs this tool, whatever a kernelspec called python3 points to."""

    @property
    def kernel_spec(self):
        return KernelSpec(resource_dir=str(RESOURCES), **get_kernel_dict())


@contextmanager
def running(notebook, folder, **environment):
    """A client with a fresh kernel in `folder`; settings of the user's own IPython do not reach it."""
    client = NotebookClient(
        notebook,
        kernel_manager_class=ThisInterpreter,
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        coalesce_streams=True,
        timeout=None,
    )
    with tempfile.TemporaryDirectory() as settings:
        environment = {**os.environ, **ONE_THREAD, "IPYTHONDIR": settings, **environment}
        with client.setup_kernel(env=environment, stderr=subprocess.DEVNULL):
            yield client


def run(notebook, text_path):
    """Execute a copy of `notebook`: the outputs of each code cell, and {"all" or a long cell: seconds}."""
    copy = deepcopy(notebook)
    cells = [(index, cell) for index, cell in enumerate(copy.cells) if cell.cell_type == "code"]
    seconds, start = {}, time.perf_counter()
    with running(copy, text_path.parent, APPENDIX_RECORD="1") as client:
        for number, (index, cell) in enumerate(
            tqdm(cells, desc=text_path.stem, unit="cell", leave=False), start=1
        ):
            before = time.perf_counter()
            try:
                client.execute_cell(cell, index, execution_count=number)
            except CellExecutionError as error:
                raise Stop(failure(cell, number, text_path, f"{error.ename}: {error.evalue}")) from None
            except DeadKernelError:
                raise Stop(failure(cell, number, text_path, "the kernel died")) from None
            if "long" in tags(cell):
                seconds[str(number)] = time.perf_counter() - before
    seconds["all"] = time.perf_counter() - start
    return [[scrubbed(output) for output in cell.outputs] for _, cell in cells], seconds


def failure(cell, number, text_path, what):
    """Where a cell failed: file, line of the text, number of the code cell, and its label if it has one."""
    traceback = "\n".join(line for output in cell.outputs for line in output.get("traceback", ()))
    inside = re.search(rf"Cell In\[{number}\], line (\d+)", plain(traceback))
    text = text_path.read_text(encoding="utf-8")
    page = read_text(text)
    begins = zip(cell_lines(text, page), page.cells, strict=True)
    first = [begin for begin, cell in begins if cell.cell_type == "code"][number - 1]
    line = first + int(inside[1]) - 1 if inside else first
    label = f" ({cell.metadata.label})" if "label" in cell.metadata else ""
    return f"{shown(text_path)}:{line}: code cell {number}{label} fails: {what}"


def shown(path):
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def plain(text):
    """Without the colours of a terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def scrubbed(output):
    """An error keeps the frames of the reader's cells; those of the library name files of this machine."""
    if output.output_type != "error":
        return output
    lines = []
    for frame in map(plain, output.traceback):
        if frame.lstrip().startswith("Cell In["):
            lines.append(frame.strip("\n"))
    name = f"{output.ename}: {output.evalue}"
    output.traceback = [*lines, plain(name)]
    return output


# --- old outputs stay where the new ones say the same -------------------------------------------------------


def said(output):
    """What an output tells a reader, as nbval compares it: texts and data, no counters and no traceback."""
    if output.output_type == "stream":
        return output.name, output.text
    if output.output_type == "error":
        return output.ename, output.evalue
    return {mime: drawn(content) if mime == SVG else content for mime, content in output.data.items()}


def drawn(svg):
    """What a drawing shows: generated names are numbered, dates dropped and coordinates rounded."""
    names = {}
    svg = "".join(svg) if isinstance(svg, list) else svg
    svg = re.sub(r"<metadata>.*?</metadata>|<dc:date>.*?</dc:date>", "", svg, flags=re.DOTALL)
    svg = re.sub(
        r'(\bid="|href="#|url\(#)([^")]+)', lambda m: m[1] + str(names.setdefault(m[2], len(names))), svg
    )
    return re.sub(r"\d+\.\d+", lambda m: f"{float(m[0]):.1f}", svg)


def shape(outputs):
    """What a measurement says apart from its numbers."""
    return re.sub(r"[-+]?\d[\d.,]*(?:e[-+]?\d+)?", "#", json.dumps([said(output) for output in outputs]))


def settled(notebook, new, old, measure=False):
    """The new outputs, or the stored ones of a cell that says the same again.

    A cell tagged banded or measured says the same if only numbers differ and no code up to it has changed,
    else every run would change the file; `measure` takes the new numbers.
    """
    if old is None:
        return new
    result, unchanged = [], True
    before = code_cells(old)
    for number, (cell, outputs) in enumerate(zip(code_cells(notebook), new, strict=True)):
        cell_before = before[number] if number < len(before) else None
        unchanged = unchanged and cell_before is not None and cell_before.source == cell.source
        if unchanged and tags(cell) & EXCUSES and not measure:
            same = shape(outputs) == shape(cell_before.outputs)
            result.append(cell_before.outputs if same else outputs)
            continue
        match = [
            c
            for c in before
            if c.source == cell.source and list(map(said, c.outputs)) == list(map(said, outputs))
        ]
        result.append(match[0].outputs if match else outputs)
    return result


# --- files --------------------------------------------------------------------------------------------------


def write(path, text):
    """Replace a file in one step, and only if it changes. Says whether it did."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.write_text(text, encoding="utf-8", newline="\n")
    os.replace(half, path)
    return True


def record_seconds(path, seconds):
    """Merge the seconds of a run into a chapter's results: "seconds" of all, and "long" of each long cell.

    What is stored stays if it tells a reader the same.
    """
    results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known = results.pop("long", {}) | {"all": results.get("seconds")}
    stored = {name: rounded(n, known.get(name)) for name, n in seconds.items()}
    results["seconds"] = stored.pop("all")
    if stored:
        results["long"] = stored
    write(path, json.dumps(results, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def rounded(seconds, known):
    """Tenths of a second, upwards; or what is known, if that is about the same."""
    return known if known and abs(seconds - known) <= 0.3 * known else math.ceil(seconds * 10) / 10


@dataclass
class Pair:
    """A text, the notebook beside it, and what of the two is out of date."""

    text_path: Path
    results: Path

    def __post_init__(self):
        self.path = self.text_path.with_suffix(".ipynb")
        self.text = self.text_path.read_text(encoding="utf-8")
        try:
            self.notebook = read_text(self.text)
        except MystMetadataParsingError as problem:
            raise Stop(f"{shown(self.text_path)}: {problem}") from None
        self.old = stored(self.path)

    def stale(self):
        """Why the pair is out of date, or None."""
        if self.old is None:
            return "there is no notebook yet"
        if not is_executed(self.notebook, self.old):
            return "the code, or the results that it shows, differ from those of the last run"
        if written_notebook(self.kept()) != self.path.read_text(encoding="utf-8"):
            return "the text differs"
        if self.own_form() != self.text:
            return "the text is not in Jupytext's form"
        return None

    def own_form(self):
        try:
            return in_own_form(self.text)
        except Stop as problem:
            raise Stop(f"{shown(self.text_path)}: {problem}") from None

    def kept(self):
        return with_outputs(self.notebook, [cell.outputs for cell in code_cells(self.old)])

    def update(self, force=False, measure=False):
        """Bring the pair up to date; says in words what was done."""
        rewritten = write(self.text_path, self.own_form())
        if is_executed(self.notebook, self.old) and not force:
            changed = write(self.path, written_notebook(self.kept()))
            return "text copied" if changed or rewritten else "up to date"
        outputs, seconds = run(self.notebook, self.text_path)
        complete = with_outputs(self.notebook, settled(self.notebook, outputs, self.old, measure))
        changed = write(self.path, written_notebook(complete))
        record_seconds(self.results / f"{self.text_path.stem}.json", seconds)
        return f"run in {seconds['all']:.1f} s, " + ("outputs written" if changed else "nothing new")


def chosen(texts, selection):
    """The texts that a number (03), a part of a name or a path selects; all of them without a selection."""
    if not selection:
        return texts
    result = []
    for word in selection:
        name = Path(word).with_suffix("").name if word.endswith((".md", ".ipynb")) else word
        hits = [path for path in texts if path.stem == name or path.stem.startswith(f"{name}-")]
        if not hits:
            raise Stop(f"no chapter is called {word!r}; there are: " + ", ".join(path.stem for path in texts))
        result += hits
    return sorted(set(result))


def show_results(folder):
    """Bring the pages up to date that show the results of other chapters, if these have changed."""
    for path in paired_texts(folder):
        pair = Pair(path, folder / "results")
        if shows_results(pair.notebook) and not is_executed(pair.notebook, pair.old):
            print(f"{shown(path)}: {pair.update()}", flush=True)


def main(arguments=None, folder=ROOT / "book"):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapter", nargs="*", help="a number (03), a name or a path; default: every chapter")
    parser.add_argument("--all", action="store_true", help="run notebooks whose code did not change, too")
    parser.add_argument(
        "--measure", action="store_true", help="run, and take new numbers in banded and measured cells"
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit with 1 if something is out of date"
    )
    options = parser.parse_args(arguments)
    failed = False
    try:
        for path in chosen(paired_texts(folder), options.chapter):
            pair = Pair(path, folder / "results")
            if options.check:
                reason = pair.stale()
                failed |= reason is not None
                print(f"{shown(path)}: {reason or 'up to date'}")
            else:
                done = pair.update(force=options.all or options.measure, measure=options.measure)
                print(f"{shown(path)}: {done}", flush=True)
        if options.chapter and not options.check:
            show_results(folder)
    except Stop as problem:
        sys.exit(f"notebooks: {problem}")
    except KeyboardInterrupt:
        sys.exit("notebooks: interrupted; nothing half-written was left")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
