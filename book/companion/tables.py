"""Table: rows computed by a cell, as aligned text for a terminal and as plain HTML for the page."""

from html import escape


class Code(str):
    """A cell that holds code: set in the typewriter face of the page."""


class Table:
    """Headers and rows of cells. `align` has l or r for each column; by default all but the first are r.

    A cell is a str, an int (shown with commas) or a float (four decimals); the HTML says just what the text
    says. ValueError if a row has too many or too few cells.
    """

    def __init__(self, headers, rows, align=None):
        self.headers = tuple(str(header) for header in headers)
        self.rows = tuple(tuple(_text(cell) for cell in row) for row in rows)
        self.align = align or "l" + "r" * (len(self.headers) - 1)
        if len(self.align) != len(self.headers) or set(self.align) - set("lr"):
            raise ValueError(f"align needs one letter, l or r, for each of {len(self.headers)} columns, "
                             f"not {self.align!r}")
        for row in self.rows:
            if len(row) != len(self.headers):
                raise ValueError(f"the row {row} has {len(row)} cells, the table {len(self.headers)} columns")

    def __repr__(self):
        columns = list(zip(self.headers, *self.rows, strict=True))
        widths = [max(map(len, column)) for column in columns]
        lines = []
        for row in (self.headers, *self.rows):
            cells = [cell.rjust(w) if side == "r" else cell.ljust(w)
                     for cell, w, side in zip(row, widths, self.align, strict=True)]
            lines.append("  ".join(cells).rstrip())
        return "\n".join(lines)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": repr(self), "text/html": self._html()}

    def _html(self):
        side = [' class="r"' if a == "r" else "" for a in self.align]
        headers = zip(self.headers, side, strict=True)
        head = "".join(f'<th scope="col"{s}>{escape(header)}</th>' for header, s in headers)
        body = ""
        for first, *rest in self.rows:
            cells = "".join(f"<td{s}>{_inside(cell)}</td>" for cell, s in zip(rest, side[1:], strict=True))
            body += f'<tr><th scope="row"{side[0]}>{_inside(first)}</th>{cells}</tr>\n'
        return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>"


def _inside(cell):
    return f"<code>{escape(cell)}</code>" if isinstance(cell, Code) else escape(cell)


def _text(cell):
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool) or cell is None:
        return str(cell)
    number = cell.item() if hasattr(cell, "item") else cell
    if isinstance(number, int):
        return f"{number:,}"
    return f"{number:.4f}" if isinstance(number, float) else str(number)
