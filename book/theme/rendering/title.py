"""The title page: the first page of the toc, plain MyST that this module lays out.

what stands there                                 what it becomes
:::{div} with :class: promise                     the sentence under the book's title, on the cover
:::{div} with :class: actions                     its links as buttons; the first is the strong one
the first code cell with a caption                the cover's picture, to the right; an explorable moves there
:::{div} with :class: epigraph                    a block quote, and beside it whose it is
:::{div} with :class: able                        a heading beside a list
:::{div} with :class: doors                       a column for each heading
a section with a table                            the contents: chapter (a link), what it says, its theorem;
                                                  rows are gathered into the parts of the toc
any other paragraph                               a small note
"""

import re

from .cells import Output, caption_of
from .layout import flow, sections
from .markup import Markup, join, tag, template
from .nodes import classes, text_of, unwrapped
from .sources import walk


def title_page(sheet):
    items = flow(sheet.page)
    on_cover = [item for item in items if is_div(item, "promise", "actions")]
    picture = next((item for item in items if item["type"] == "cell" and item["caption"]), None)
    rest = [item for item in items if item not in on_cover and item is not picture]
    parts = [cover(on_cover, picture, sheet)]
    for heading, inner in sections(rest):
        if heading is None:
            parts += [piece(item, sheet) for item in inner]
        else:
            parts.append(section(heading, inner, sheet))
    return join(parts)


def is_div(item, *names):
    return item["type"] == "div" and bool(set(names) & set(classes(item)))


def cover(items, picture, sheet):
    left = [book_title(sheet.page.title)]
    for item in items:
        if is_div(item, "promise"):
            left += [tag("p", sheet.inner(child), class_="promise") for child in item["children"]]
        elif is_div(item, "actions"):
            left.append(actions(item, sheet))
    right = still(picture, sheet) if picture else ""
    return tag("section", tag("div", join(left)) + right, class_="cover", aria_label="Title")


def book_title(words):
    """Appendix A: 2.0 → the part after the colon is the large red number."""
    name, colon, number = words.partition(": ")
    return tag("h1", Markup("{}: <b>{}</b>").format(name, number) if colon else name)


def actions(node, sheet):
    buttons = []
    for place, link in enumerate(part for part in walk(node) if part["type"] in ("link", "crossReference")):
        look = "button strong" if place == 0 else "button"
        buttons.append(Markup(re.sub(r'^<a( class="xref")?', f'<a class="{look}"', sheet.render(link))))
    return tag("div", join(buttons), class_="actions")


def still(cell, sheet):
    sheet.line = cell["line"] or sheet.line
    caption = caption_of({**cell, "container": {"source": None}}, sheet)  # a cover's picture has no number
    pictures = [Output(part, sheet, caption) for part in cell["outputs"]["children"]]
    return tag(
        "figure",
        join(picture.html for picture in pictures) + tag("figcaption", caption),
        class_="sampler",
        id=sheet.anchor(cell["container"]),
        data_widget=next((picture.widget for picture in pictures if picture.widget), None),
    )


def piece(node, sheet):
    """What stands under no heading, or in a div."""
    if is_div(node, "epigraph"):
        quote = [sheet.render(child) for child in node["children"] if child["type"] == "blockquote"]
        whose = [small(child, sheet) for child in node["children"] if child["type"] != "blockquote"]
        return tag("section", join(quote + whose), class_="epigraph", aria_label="Epigraph")
    if is_div(node, "able"):
        return tag("section", join(part(child, sheet) for child in node["children"]), class_="able")
    if is_div(node, "doors"):
        columns = [[heading, *inner] for heading, inner in sections(node["children"]) if heading]
        inner = join(tag("div", join(part(child, sheet) for child in column)) for column in columns)
        return tag("section", inner, class_="doors", aria_label="Ways in")
    return small(node, sheet) if node["type"] == "paragraph" else sheet.render(node)


def part(node, sheet):
    if node["type"] == "heading":
        return tag("h2", sheet.inner(node), id=sheet.anchor(node))
    inner = node.get("children") or []
    if (
        node["type"] == "paragraph" and len(inner) == 1 and inner[0]["type"] == "inlineCode"
    ):  # a command to type
        return tag("pre", tag("code", inner[0]["value"]))
    return sheet.render(node)


def small(node, sheet):
    return tag("p", sheet.inner(node), class_="note quiet")


def section(heading, items, sheet):
    name = sheet.anchor(heading)
    title = tag("h2", sheet.inner(heading), id=f"h-{name}")
    inner = [contents(item, sheet) if has_table(item) else piece(item, sheet) for item in items]
    look = "toc" if any(has_table(item) for item in items) else "plain"
    return tag("section", title + join(inner), id=name, class_=look, aria_labelledby=f"h-{name}")


def has_table(item):
    return item["type"] == "table" or (item["type"] == "container" and item.get("kind") == "table")


def contents(node, sheet):
    """The table of chapters as a list under the parts of the book."""
    head, *rows = [part for part in walk(node) if part["type"] == "tableRow"]
    caption = next((part for part in walk(node) if part["type"] == "caption"), None)
    parts = []
    for row in rows:
        cells = row["children"]
        link = next((part for part in walk(cells[0]) if part["type"] == "link"), None)
        page = sheet.site.page_at(link["url"]) if link else None
        if page is None:
            sheet.problem("each row of the contents begins with a link to a page of the book", row)
            continue
        label, _, name = page.part.partition(" · ") if page.part else ("Before", "", "")
        if not parts or parts[-1]["label"] != label:
            parts.append({"label": label, "name": name, "chapters": []})
        parts[-1]["chapters"].append(
            {
                "number": page.number or "",
                "title": text_of(link).removeprefix(f"{page.number} "),
                "url": sheet.page.url(f"{page.folder}index.html"),
                "practice": page.practice,
                "say": unwrapped(cells[1], sheet) if len(cells) > 1 else "",
                "claim": unwrapped(cells[2], sheet) if len(cells) > 2 else "",
            }
        )
    words = caption_of({"caption": caption, "container": {"source": None}}, sheet) if caption else ""
    claim = text_of(head["children"][2]) if len(head["children"]) > 2 else ""
    return template("toc.html", id=sheet.anchor(node), parts=parts, caption=words, claim=claim)
