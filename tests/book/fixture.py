"""A chapter of a few cells, written and run in a temporary folder, on which faults are planted."""

from book import notebooks
from tests.book.pages import Page

TEXT = """\
---
jupytext:
  formats: md:myst,ipynb
kernelspec:
  name: python3
  display_name: Python 3
subtitle: a small page
description: It counts to three.
numbering:
  enumerator: 9.%s
  heading_2: true
---
# Counting to three

How far is it? The sum of the squares up to 14 is 1,015, and a third of one is 0.333.

```{code-cell} ipython3
squares = [n * n for n in range(15)]
print(sum(squares), "in all")
1 / 3
```

```{code-cell} ipython3
:tags: [remove-input]
:label: fig-drawing
:caption: '**A drawing.** It shows 0.125.'
class Drawing:
    def _repr_mimebundle_(self, include=None, exclude=None):
        from datetime import datetime

        pmf = {"labels": ["a", "b"], "p": [0.125, 0.875], "hit": None, "alt": "two bars"}
        svg = f'<svg><metadata>{datetime.now()}</metadata><path id="p{id(self)}" d="M0.01 0"/></svg>'
        return {"text/plain": "two bars", "image/svg+xml": svg, "application/vnd.appendix.pmf+json": pmf}


Drawing()
```

```{code-cell} ipython3
:tags: [raises-exception]
import json


def parse(text):
    return json.loads(text)


parse("{")
```

```{code-cell} ipython3
:tags: [measured]
from time import perf_counter

print(f"at {perf_counter():.6f} s")
```
"""


def write_chapter(folder, text=TEXT, name="09-small"):
    """Write a text under `folder`, run it, and return the page."""
    path = folder / "1-part" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    notebooks.main([], folder)
    return Page(path)
