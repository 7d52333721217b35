"""Code cells and what they print."""

from .figures import KINDS, plain, shown
from .films import POSTER, film
from .highlight import highlight
from .markup import Markup, join, tag, template
from .nodes import renders, table

PROMISES = {
    "measured": "as measured on the book’s machine",
    "banded": "as printed in the book; yours may differ a little",
    "long": "as printed in the book; a long cell",
}


def cell_of(block, number=None):
    """A code block of mystmd as one flat node. A caption makes a container of it.

    `number` counts the code cells of a page from 1; what is embedded from elsewhere has none.
    """
    container = next((child for child in block["children"] if child["type"] == "container"), None)
    parts = (container or block)["children"]
    code = next((part for part in parts if part["type"] == "code"), None)
    outputs = next((part for part in parts if part["type"] == "outputs"), None)

    def shown(part):
        return "hide" if block.get("visibility") == "hide" else (part or {}).get("visibility", "show")

    return {
        "type": "cell",
        "number": number,
        "line": block.get("line"),
        "tags": (block.get("data") or {}).get("tags") or [],
        "code": code,
        "outputs": outputs,
        "removed": block.get("visibility") == "remove",
        "code_shown": shown(code),
        "output_shown": shown(outputs),
        "container": container,
        "named": container or (block if block.get("label") else None),
        "caption": next((part for part in parts if part["type"] == "caption"), None),
    }


def listing(cell, sheet):
    """The code of a cell that a reader sees, and so may run (live.py)."""
    sheet.listed.add(cell["number"])
    return Markup("<pre><code>{}</code></pre>").format(highlight(cell["code"]["value"].rstrip()))


def content(bundle, sheet, mime):
    """The data of one kind in an output: in place, or in a file where it is large."""
    entry = bundle.get(mime)
    if entry is None:
        return None
    if not isinstance(entry, dict):
        return entry
    if entry.get("content") is not None:
        return entry["content"]
    return sheet.site.public(entry["path"]).read_text(encoding="utf-8")


class Output:
    """One output of a cell: `html`, and whether it is a picture or a table (which then takes the caption)."""

    def __init__(self, node, sheet, caption):
        data = node.get("jupyter_data") or {}
        self.role, self.error, self.widget = "text", None, None
        kind = data.get("output_type")
        if kind == "stream":
            text = data.get("text")
            if text is None and data.get("path"):
                text = sheet.site.public(data["path"]).read_text(encoding="utf-8")
            self.html = plain(text or "")
        elif kind == "error":
            self.error = (data.get("ename", "Error"), data.get("evalue", ""))
            trace = data.get("traceback") or ""
            trace = trace if isinstance(trace, str) else "\n".join(trace)
            self.html = template("error.html", name=self.error[0], message=self.error[1], trace=trace.strip())
        else:
            self.html = self.value(data.get("data") or {}, sheet, caption)

    def value(self, bundle, sheet, caption):
        data = {mime: content(bundle, sheet, mime) for mime in KINDS if mime in bundle}
        for mime in bundle:
            if mime.startswith("image/") and data.keys() <= {"text/plain"}:
                sheet.problem(f"charts are SVG; this cell shows {mime}")
        self.role, html, self.widget = shown(data, caption, sheet)
        return html


def caption_of(cell, sheet):
    """The caption: its number, then one bold sentence with the finding, then how to read it."""
    if cell["caption"] is None:
        return Markup("")
    numbers, words = Markup(""), []
    for paragraph in cell["caption"]["children"]:
        children = paragraph.get("children") or []
        for child in children:
            if child["type"] == "captionNumber" and "source" not in cell["container"]:
                numbers = tag("span", sheet.inner(child), class_="n") + " "
        rest = [child for child in children if child["type"] != "captionNumber"]
        words.append(join(sheet.render(child) for child in rest))
    return numbers + Markup(" ").join(words)


@renders("captionNumber")
def caption_number(node, sheet):
    return sheet.inner(node)


@renders("cell")
def cell(node, sheet):
    if node["removed"]:
        return Markup("")
    caption = caption_of(node, sheet)
    outputs = []
    if node["outputs"] and node["output_shown"] != "remove":
        outputs = [Output(part, sheet, caption) for part in node["outputs"]["children"]]
    figure = any(output.role == "picture" for output in outputs)
    if figure and not caption:
        sheet.problem("this cell shows a figure and has no caption")
    texts = join(output.html for output in outputs if output.role == "text")
    shown = [output.html for output in outputs if output.role != "text"]
    name = sheet.anchor(node["named"]) if node["named"] else None
    body = join(shown)
    if figure:
        widget = next((output.widget for output in outputs if output.widget), None)
        look = {"class_": "explorable wide", "data_widget": widget} if widget else {}
        if "margin" in node["tags"]:
            look = {"class_": "side stay"}
        body, name = tag("figure", body + tag("figcaption", caption), id=name, **look), None
    elif shown and name:
        body, name = tag("div", body, id=name), None
    elif caption and node["code_shown"] != "remove":  # a listing with a caption and no picture
        body = body + tag("p", caption, class_="caption")
    if node["code_shown"] == "remove" or node["code"] is None:
        return tag("div", texts, class_="cell bare") + body if texts else body
    promise = next((PROMISES[t] for t in PROMISES if t in node["tags"]), "as printed in the book")
    return template(
        "cell.html",
        id=name,
        number=node["number"],
        error=any(output.error for output in outputs),
        code=listing(node, sheet),
        fold_code=node["code_shown"] == "hide",
        fold_output=node["output_shown"] == "hide",
        promise=promise if outputs else "",
        texts=texts,
        body=body,
    )


@renders("three")
def three(node, sheet):
    """One object three times: equation, code, chart. layout.py has found the three cells."""
    equation, code, chart = node["children"]
    caption = caption_of(chart, sheet)
    outputs = [Output(part, sheet, caption) for part in (chart["outputs"] or {}).get("children") or []]
    if not caption:
        sheet.problem("the third of three representations needs a caption", chart)
    formulas = [
        Markup(part["html"]) if part["type"] == "math" and part.get("html") else sheet.render(part)
        for part in equation["children"]
    ]
    return template(
        "three.html",
        id=sheet.anchor(chart["container"]) if chart["container"] else None,
        equation=join(formulas),
        code=listing(code, sheet),
        number=code["number"],
        chart=join(output.html for output in outputs),
        caption=caption,
    )


@renders("container")
def container(node, sheet):
    """A figure or a table in the text; one with a code cell inside is an embedded figure."""
    parts = node["children"]
    if any(part["type"] == "outputs" for part in parts):
        return cell(cell_of({"children": [node], "line": node.get("line")}), sheet)
    caption_node = next((part for part in parts if part["type"] == "caption"), None)
    caption = caption_of({"caption": caption_node, "container": node}, sheet)
    if any(part["type"] == "image" and part.get("urlSource", "").endswith(POSTER) for part in parts):
        return film(node, caption, sheet)
    body = [part for part in parts if part["type"] not in ("caption", "legend")]
    if node.get("kind") == "table" and any(part["type"] == "table" for part in body):
        given = tag("caption", caption)
        inner = [
            table(part, sheet, given) if part["type"] == "table" else sheet.render(part) for part in body
        ]
        return tag("div", join(inner), id=sheet.anchor(node), class_=node.get("class"))
    if not caption:
        sheet.problem("this figure has no caption", node)
    inner = join(sheet.render(part) for part in body)
    return tag("figure", inner + tag("figcaption", caption), id=sheet.anchor(node), class_=node.get("class"))
