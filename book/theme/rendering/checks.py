"""What must not reach a reader. mystmd passes most of this with exit code 0."""

import posixpath
import re

from .sources import walk

ID = re.compile(r'\sid="([^"]*)"')


def check_page(page, site):
    """The tree as mystmd left it: unknown directives, references to nothing, levels left out."""

    def problem(node, message):
        site.problems.add(page.source.as_posix(), node.get("line"), message)

    titles = [node for node in headings(page) if source_line(page, node).startswith("# ")]
    for node in titles:  # mystmd moves all others a level down then
        problem(node, "a page has one title, and it stands at its top; a heading here begins with ##")
    level = 1
    for node in headings(page) if not titles else []:
        if node["depth"] > level + 1:
            problem(node, f"the heading jumps from level {level} to level {node['depth']}")
        level = node["depth"]
    for node in walk(page.tree):
        kind = node["type"]
        if kind in ("mystDirective", "mystRole") and not node.get("children"):
            what = "directive" if kind == "mystDirective" else "role"
            problem(node, f"unknown {what} {{{node.get('name')}}}")
        elif kind == "crossReference" and not node.get("resolved"):
            problem(node, f"nothing is called “{node.get('label') or node.get('identifier')}”")
        elif kind == "link" and not words(node) and (node.get("internal") or node["url"].startswith("http")):
            problem(node, f"the link to “{node.get('urlSource') or node['url']}” has no text")
        elif kind == "text":
            for name in re.findall(r"\[\^([^\]]+)\]", node["value"]):
                problem(node, f"there is no note [^{name}]")


def headings(page):
    return [node for node in walk(page.tree) if node["type"] == "heading"]


def source_line(page, node):
    return page.lines[node["line"] - 1] if 0 < (node.get("line") or 0) <= len(page.lines) else ""


def words(node):
    return any(part.get("value") or part["type"] == "image" for part in walk(node) if part is not node)


def check_html(html, sheet):
    """Ids that stand twice. Those of nodes were found with their lines; this is for whatever else has one."""
    seen = set()
    for name in ID.findall(re.sub(r"<template.*?</template>", "", html, flags=re.S)):
        if name in seen and name not in sheet.ids:
            sheet.problem(f"the id “{name}” stands twice on the page")
        seen.add(name)


def check_links(files, media, site):
    """Every address inside the site leads to a file of the site, and every #name to an id there."""
    pages = {
        name: data.decode() for name, data in files.items() if name.endswith(".html") and name != "404.html"
    }
    ids = {name: set(ID.findall(html)) for name, html in pages.items()}
    sources = {f"{page.folder}index.html": page.source.as_posix() for page in site.pages}
    for name, html in pages.items():
        for address in re.findall(r'\shref="([^"]*)"', html):
            if re.match(r"(https?|mailto):", address):
                continue
            path, _, fragment = address.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            if target not in files and target not in media and not target.startswith("assets/"):
                site.problems.add(sources[name], 0, f"the address {address} leads to no file of the site")
            elif fragment and target in ids and fragment not in ids[target] and not fragment.startswith("i-"):
                site.problems.add(sources[name], 0, f"nothing on {target} is called “{fragment}”")
