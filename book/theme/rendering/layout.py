"""From the tree of a page to its parts: the opener, the sections, the sources at the end."""

import json
import math
import re
from itertools import count

from . import backmatter, boxes, references  # noqa: F401  (they enter their nodes in the registry)
from .cells import cell_of
from .markup import Markup, join, tag, template
from .nodes import renders, text_of, unwrapped
from .sources import walk

# sections without a number, and their class
CLOSING = {"summary": "summary", "leaderboard": "closing", "further-reading": "closing"}
ASIDE = ("footnoteDefinition", "comment", "mystComment", "mystTarget")


def flow(page):
    """The page as one list of nodes and cells, put together where several make one thing."""
    items, code_cells = [], count(1)
    for block in page.tree["children"]:
        tags = (block.get("data") or {}).get("tags") or []
        if block.get("kind") == "notebook-code":
            items.append(cell_of(block, next(code_cells)))
        elif "three" in tags:
            items.append({"type": "three-text", "children": block["children"], "line": block.get("line")})
        elif block["type"] == "block":
            items += block["children"]
        else:
            items.append(block)
    return group([item for item in items if item["type"] not in ASIDE])


def is_cell(item, mark):
    return item["type"] == "cell" and mark in item["tags"]


def group(items):
    grouped = []
    while items:
        item, items = items[0], items[1:]
        if item["type"] == "proof" and item.get("kind") != "proof":
            if items and items[0]["type"] == "proof" and items[0].get("kind") == "proof":
                item, items = {**item, "proof": items[0]}, items[1:]
        elif item["type"] == "exercise":
            for key, mark in (("stub", "exercise"), ("solution", "solution")):
                if items and is_cell(items[0], mark):
                    item, items = {**item, key: items[0]}, items[1:]
        elif item["type"] == "three-text":
            if len(items) > 1 and is_cell(items[0], "three") and is_cell(items[1], "three"):
                item, items = {**item, "type": "three", "children": [item, *items[:2]]}, items[2:]
        grouped.append(item)
    return grouped


@renders("three-text")
def lonely(node, sheet):
    sheet.problem("three representations are three cells tagged `three`: equation, code, chart", node)
    return sheet.inner(node)


def is_abilities(item):
    return item["type"] == "admonition" and text_of(item).lower().startswith("you will be able to")


def take_opener(page, items):
    """What stands before the first heading: a chapter's hook, figure and abilities; and what is left."""
    first = next((i for i, item in enumerate(items) if item["type"] == "heading"), len(items))
    opener, rest = {"hook": None, "figure": None, "abilities": None}, []
    for item in items[:first]:
        kind = "abilities" if is_abilities(item) else None
        if page.number and not rest:
            kind = kind or (
                "hook" if item["type"] == "paragraph" else "figure" if item.get("caption") else None
            )
        if kind and opener[kind] is None:
            opener[kind] = item
        else:
            rest.append(item)
    return opener, rest + items[first:]


def sections(items):
    """[(heading or None, items)]"""
    parts = [(None, [])]
    for item in items:
        if item["type"] == "heading" and item["depth"] <= 2:
            parts.append((item, []))
        else:
            parts[-1][1].append(item)
    return parts


def render_section(heading, items, sheet):
    """A section and its entry in the contents."""
    if heading is None:
        return join(sheet.render(item) for item in items), None
    name = sheet.anchor(heading)
    look = CLOSING.get(name)
    sheet.line = heading.get("line") or sheet.line
    words = sheet.inner(heading)
    number = tag("span", heading["enumerator"], class_="n") if heading.get("enumerator") and not look else ""
    title = tag("h2", number + words if number else words, id=f"h-{name}")
    body = title + join(sheet.render(item) for item in items)
    outline = {"id": name, "words": Markup(re.sub(r"<a [^>]*>|</a>", "", words))}
    return tag("section", body, id=name, aria_labelledby=f"h-{name}", class_=look), outline


def facts(page, site, items):
    """What a reader wants to know before beginning: measured seconds, minutes of reading, exercises."""
    results = site.root / page.file.parts[0] / "results" / f"{page.file.stem}.json"
    seconds = json.loads(results.read_text()).get("seconds") if results.exists() else None
    words = sum(len(node["value"].split()) for node in walk(page.tree) if node["type"] == "text")
    exercises = sum(item["type"] == "exercise" for item in items)
    return {
        "seconds": max(1, math.ceil(seconds)) if seconds is not None else None,
        "minutes": max(1, math.ceil(words / 220)),
        "exercises": exercises,
    }


def chapter(sheet):
    """(body, outline) of an ordinary page."""
    page, items = sheet.page, flow(sheet.page)
    opener, rest = take_opener(page, items)
    head = template(
        "opener.html",
        number=page.number,
        part=page.part,
        title=page.title,
        subtitle=page.front.get("subtitle"),
        hook=sheet.inner(opener["hook"]) if opener["hook"] else "",
        figure=sheet.render(opener["figure"]) if opener["figure"] else "",
        facts=facts(page, sheet.site, items) if page.number or page.is_notebook else None,
        abilities=abilities(opener["abilities"], sheet),
        downloads=downloads(page),
    )
    rendered = [render_section(heading, inner, sheet) for heading, inner in sections(rest)]
    return head + join(html for html, _ in rendered), [entry for _, entry in rendered if entry]


def abilities(node, sheet):
    if node is None:
        return None
    heading = next((child for child in node["children"] if child["type"] == "admonitionTitle"), None)
    items = [entry for child in node["children"] if child["type"] == "list" for entry in child["children"]]
    return {"title": sheet.inner(heading), "items": [unwrapped(item, sheet) for item in items]}


def downloads(page):
    """[(words, file name)] of what a reader may take along; the files are copied beside the page."""
    if page.is_notebook:
        return [("Notebook", page.file.name), ("Source", page.source.name)]
    return [("Source", page.source.name)] if page.number else []
