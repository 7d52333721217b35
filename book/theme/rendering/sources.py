"""Where a node stands in the text the author wrote.

In a notebook mystmd counts lines within each cell. The author edits the paired .md, so lines are given there.
"""

import json


def first_lines(text, sources):
    """The line of `text` on which each of `sources` begins, in order; None for a source that is not there.

    >>> first_lines("---\\n---\\none\\n\\ntwo\\n", ["one", "two", "three"])
    [3, 5, None]
    """
    lines, position = [], 0
    for source in sources:
        found = text.find(source.strip("\n"), position) if source.strip() else -1
        lines.append(None if found < 0 else text.count("\n", 0, found) + 1)
        if found >= 0:
            position = found + len(source.strip("\n"))
    return lines


def cells_of(notebook):
    """[(kind, id, source)] of a notebook file."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [(cell["cell_type"], cell.get("id"), "".join(cell["source"])) for cell in cells]


def block_lines(blocks, cells, lines):
    """The first line of each block: mystmd makes one of each cell, and more of a cell with `+++` in it."""
    result, position = [], 0
    for block in blocks:
        kind = "code" if block.get("kind") == "notebook-code" else "markdown"
        ahead = range(position, len(cells))
        same = [i for i in ahead if cells[i][1] is not None and cells[i][1] == block.get("identifier")]
        same = same or [i for i in ahead if cells[i][0] == kind]
        if same:
            position = same[0] + 1
        result.append(lines[same[0]] if same else None)
    return result


def mark_lines(node, offset, line=None):
    """Give `node` and all below it a `line`; what mystmd did not place stands where its first child does."""
    start = (node.get("position") or {}).get("start", {}).get("line")
    own = start + offset if start else None
    children = node.get("children") or []
    for child in children:
        line = mark_lines(child, offset, own or line) or line
    node["line"] = own or next((child["line"] for child in children if child.get("line")), None) or line
    return node["line"]


def place(tree, text, notebook=None):
    """Mark the lines of a whole page. `text` is that of the .md, `notebook` the .ipynb if the page is one."""
    if notebook is None:
        mark_lines(tree, 0)
        return
    cells = cells_of(notebook)
    lines = first_lines(text, [cell[2] for cell in cells])
    for block, first in zip(tree["children"], block_lines(tree["children"], cells, lines), strict=True):
        if block.get("kind") == "notebook-code":
            for node in walk(block):  # a caption counts its own lines, and nothing else in a cell has any
                node["line"] = first
        else:
            mark_lines(block, (first or 1) - 1, first)


def walk(node):
    yield node
    for child in node.get("children") or []:
        yield from walk(child)
