"""Numbers of equations, figures and tables.

mystmd numbers every displayed equation, also those nobody refers to, and calls a table that a cell computed a
figure. Here only equations with a label are counted, and tables are tables, on the page and in references.
"""

from .sources import walk

WORDS = {"equation": "({})", "figure": "Figure\u00a0{}", "table": "Table\u00a0{}"}


def mime_types(node):
    for part in walk(node):
        yield from (part.get("jupyter_data") or {}).get("data") or {}


def kind_of(node):
    """Equation, figure or table; None for whatever keeps mystmd's number."""
    if node["type"] == "math":
        return "equation"
    if node["type"] != "container" or "source" in node:  # an embedded figure is counted where it stands
        return None
    tables = {"text/html", "application/vnd.appendix.leaderboard+json"}
    return "table" if node.get("kind") == "table" or tables & set(mime_types(node)) else "figure"


def count(tree):
    """Set the enumerators of one page and return {identifier: the words of a reference to it}."""
    counts, words = dict.fromkeys(WORDS, 0), {}
    for node in walk(tree):
        kind = kind_of(node)
        if kind is None or not node.get("enumerator"):
            continue
        if kind == "equation" and not node.get("label"):
            del node["enumerator"]
            continue
        counts[kind] += 1
        chapter, dot, _ = str(node["enumerator"]).rpartition(".")
        node["enumerator"] = f"{chapter}{dot}{counts[kind]}"
        words[node.get("identifier")] = WORDS[kind].format(node["enumerator"])
        for part in walk(node):
            if part["type"] == "captionNumber":
                part["children"] = [{"type": "text", "value": words[node.get("identifier")]}]
    return words


def refer(tree, words):
    """Put the new numbers into the references whose text mystmd had made of the old ones."""
    for node in walk(tree):
        if node["type"] == "crossReference" and node.get("identifier") in words and node.get("enumerator"):
            old = node.get("template", "").replace("%s", str(node["enumerator"]))
            if "".join(child.get("value", "") for child in node.get("children") or []) == old:
                node["children"] = [{"type": "text", "value": words[node["identifier"]]}]


def number(pages):
    words = {}
    for page in pages:
        words |= count(page.tree)
    for page in pages:
        refer(page.tree, words)
