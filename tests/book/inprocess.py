"""Run a page's code cells in this process, as a reader would, to look at what they define."""

import contextlib
import io

from tests.book.pages import tags


def run_cells(page):
    """Execute each code cell in turn; yields (index of the cell, the namespace so far) after each.

    The cell's folder is the working directory while it runs. What cells print is dropped: nbval compares it.
    """
    namespace = {"__name__": "__main__", "display": lambda *things: None}
    for index, cell in page.code():
        code = compile(cell.source, f"<{page.name}, cell {index}>", "exec")
        with contextlib.chdir(page.path.parent), contextlib.redirect_stdout(io.StringIO()):
            try:
                exec(code, namespace)
            except Exception:
                if "raises-exception" not in tags(cell):
                    raise
        yield index, namespace
