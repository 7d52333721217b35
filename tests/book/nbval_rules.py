"""The book's rules for nbval, a plugin of pytest: `python -m pytest -p tests.book.nbval_rules --nbval book`.

Every textual output of every cell is compared, whatever nbval's own tags and comments say; drawings are not,
since their text alternative and their data are. A cell tagged banded or measured runs, and its outputs are
excused.

Each notebook gets one more test: no cell takes more than a second unless it is tagged long, and the untagged
cells of a notebook together take at most three. It counts processor time of the kernel, which a busy machine
does not stretch much, and gives a notebook that is over the limit a second chance, on the scale of how slow
the machine is.
"""

import time

import psutil
import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

from book import notebooks

EXCUSES = {"banded", "measured"}
NOT_COMPARED = (
    "metadata",
    "traceback",
    "prompt_number",
    "output_type",
    "name",
    "execution_count",
    notebooks.SVG,
)
CELL_SECONDS, NOTEBOOK_SECONDS = 1.0, 3.0
YARDSTICK_SECONDS = (
    0.025  # what `yardstick` takes on the machine that the limits were set on, when it is idle
)


class SlowCell(Exception):
    """Cells that take longer than a reader should wait."""


class Pace(pytest.Item):
    """The test that untagged cells are quick; the seconds were taken while the cells were tested."""

    def __init__(self, cells, **more):
        super().__init__(**more)
        self.cells = cells

    def runtest(self):
        measured = [cell for cell in self.cells if hasattr(cell, "cpu_seconds")]
        faults = too_slow([(cell.cell, cell.cpu_seconds) for cell in measured])
        if faults and measured == self.cells:
            again = seconds_of_a_run(self.parent.nb, self.path)
            best = [min(cell.cpu_seconds, seconds) for cell, seconds in zip(self.cells, again, strict=True)]
            factor = slowness()
            faults = too_slow(
                [(cell.cell, seconds / factor) for cell, seconds in zip(self.cells, best, strict=True)]
            )
        if faults:
            raise SlowCell("\n".join(faults))

    def repr_failure(self, excinfo):
        return str(excinfo.value) if isinstance(excinfo.value, SlowCell) else super().repr_failure(excinfo)

    def reportinfo(self):
        return self.path, 0, f"{self.path.name}: pace"


def too_slow(timed):
    """What is over a limit, in words. `timed` holds (cell, seconds), in order."""
    faults, total, counted = [], 0.0, []
    for number, (cell, seconds) in enumerate(timed, start=1):
        if "long" in cell.metadata.get("tags", ()):
            continue
        total += seconds
        counted.append((seconds, number))
        if seconds > CELL_SECONDS:
            faults.append(
                f"code cell {number} took {seconds:.1f} s; at most {CELL_SECONDS:g}, or tag it long"
            )
    if total > NOTEBOOK_SECONDS:
        slowest = ", ".join(
            f"cell {number} {seconds:.1f} s" for seconds, number in sorted(counted, reverse=True)[:4]
        )
        faults.append(
            f"the cells not tagged long took {total:.1f} s together, at most {NOTEBOOK_SECONDS:g} "
            f"(the slowest of the code: {slowest})"
        )
    return faults


def yardstick():
    """A million steps of plain Python, in processor seconds."""
    start = time.process_time()
    for number in range(1_000_000):
        number * number
    return time.process_time() - start


def slowness():
    """How many times slower than the yardstick's machine this one is at the moment; at least 1."""
    return max(1.0, min(yardstick() for _ in range(3)) / YARDSTICK_SECONDS)


def kernel_seconds(manager):
    """Processor time that the kernel has used so far."""
    times = psutil.Process(manager.provisioner.pid).cpu_times()
    return times.user + times.system


def seconds_of_a_run(notebook, path):
    """Processor seconds of each code cell in one more run."""
    seconds = []
    with notebooks.running(notebook, path.parent) as client:
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "code":
                before = kernel_seconds(client.km)
                client.execute_cell(cell, index)
                seconds.append(kernel_seconds(client.km) - before)
    return seconds


def pytest_collection_modifyitems(items):
    """Set what is compared, and add each notebook's test of its pace after its last cell."""
    notebook_cells = {}
    for item in items:
        if isinstance(item, IPyNbCell):
            item.options["skip"] = False
            item.options["check"] = not EXCUSES & set(item.cell.metadata.get("tags", ()))
            item.parent.skip_compare = NOT_COMPARED
            notebook_cells.setdefault(item.parent, []).append(item)
    for file, cells in notebook_cells.items():
        assert isinstance(file, IPyNbFile)
        items.insert(items.index(cells[-1]) + 1, Pace.from_parent(file, name="pace", cells=cells))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    if not isinstance(item, IPyNbCell):
        return (yield)
    before = kernel_seconds(item.parent.kernel.km)
    result = yield
    item.cpu_seconds = kernel_seconds(item.parent.kernel.km) - before
    return result
