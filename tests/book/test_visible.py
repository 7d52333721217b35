"""A reader who types what the page shows gets what it prints: no visible cell leans on a hidden one."""

import contextlib
import io

import pytest

from tests.book.fixture import write_chapter
from tests.book.pages import identity, pages, tags


def visible(page):
    """The code cells that the page shows, in order."""
    return [(index, cell) for index, cell in page.code() if "remove-input" not in tags(cell)]


def first_missing_name(page):
    """file:line and the name that no visible cell has defined before it is used, or None."""
    namespace = {"__name__": "__main__"}
    for index, cell in visible(page):
        with contextlib.chdir(page.path.parent), contextlib.redirect_stdout(io.StringIO()):
            try:
                exec(compile(cell.source, page.name, "exec"), namespace)
            except NameError as error:
                return f"{page.at(index)}: {error}"
            except Exception:
                if "raises-exception" not in tags(cell):
                    raise
    return None


@pytest.mark.parametrize("page", pages(), ids=identity)
def test_the_visible_cells_run_without_the_hidden_ones(page):
    assert first_missing_name(page) is None


def test_a_cell_that_leans_on_a_hidden_one_is_named(tmp_path):
    text = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  name: python3
---

# Small

```{code-cell} ipython3
:tags: [remove-input]

letters = "abc"
```

```{code-cell} ipython3
print(letters)
```
"""
    page = write_chapter(tmp_path, text)
    assert first_missing_name(page).endswith("name 'letters' is not defined")
