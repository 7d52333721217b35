"""Definitions, theorems and proofs, predictions, exercises, the dimension key, remarks."""

import re

from .cells import listing
from .markup import Markup, join, tag, template
from .nodes import classes, renders, text_of, unwrapped


def title_and_body(node):
    title = next((child for child in node["children"] if child["type"] == "admonitionTitle"), None)
    return title, [child for child in node["children"] if child is not title]


@renders("proof")
def proof(node, sheet):
    """prf:definition, prf:theorem and their kin; layout.py hands a theorem the proof that follows it."""
    title, body = title_and_body(node)
    kind = node.get("kind", "proof")
    if kind == "proof":
        return tag("div", proof_details(node, sheet), class_="proof")
    look = "def" if kind in ("definition", "axiom", "assumption", "remark", "example", "algorithm") else "thm"
    if kind in ("lemma", "corollary", "proposition", "property"):
        look = "thm small"
    following = node.get("proof")
    return template(
        "statement.html",
        id=sheet.anchor(node),
        look=look,
        label=kind.capitalize() + (f" {node['enumerator']}" if node.get("enumerator") else ""),
        name=sheet.inner(title) if title else "",
        body=join(sheet.render(child) for child in body),
        proof=proof_details(following, sheet) if following else "",
    )


def proof_details(node, sheet):
    title, body = title_and_body(node)
    parts = [sheet.render(child) for child in body]
    mark = tag("span", "", class_="qed", role="img", aria_label="End of proof")
    if parts and parts[-1].endswith("</p>"):
        parts[-1] = Markup(parts[-1][: -len("</p>")]) + mark + Markup("</p>")
    else:
        parts.append(tag("p", mark, class_="last"))
    label = join(["Proof", ": ", sheet.inner(title)]) if title else "Proof"
    return tag("details", tag("summary", label) + join(parts), open="dropdown" not in classes(node))


@renders("admonition")
def admonition(node, sheet):
    if "predict" in classes(node):
        return prediction(node, sheet)
    if "dims" in classes(node):
        return dimensions(node, sheet)
    title, body = title_and_body(node)
    inner = join(sheet.render(child) for child in body)
    if "margin" in classes(node):
        return tag("aside", inner, class_="side stay", id=sheet.anchor(node))
    name = sheet.inner(title) if title else node.get("kind", "note").capitalize()
    if "dropdown" in classes(node):
        return tag("details", tag("summary", name) + inner, class_="remark", open=bool(node.get("open")))
    return tag(
        "div", tag("p", name, class_="label") + inner, class_="remark", id=sheet.anchor(node), role="note"
    )


def dimensions(node, sheet):
    chips = []
    for entry in (
        item for child in node["children"] if child["type"] == "list" for item in child["children"]
    ):
        parts = [leaf for child in entry["children"] for leaf in child.get("children") or [child]]
        if not parts or parts[0]["type"] != "inlineCode":
            sheet.problem(
                "an entry of the dimension key begins with its letter, like `V` vocabulary, 27", entry
            )
            continue
        words = join(sheet.render(part) for part in parts[1:]).strip()
        chips.append(tag("li", tag("b", parts[0]["value"]) + tag("span", Markup(words))))
    return tag("ul", join(chips), class_="dims", aria_label="Dimension key")


def prediction(node, sheet):
    title, body = title_and_body(node)
    options = [entry for child in body if child["type"] == "list" for entry in child["children"]]
    question = [child for child in body if child["type"] == "paragraph"]
    answer = [child for child in body if child["type"] not in ("list", "paragraph")]
    if not question or not options:
        sheet.problem("a prediction needs a question and a list of answers to choose from", node)
    sheet.choices += 1
    return template(
        "predict.html",
        title=sheet.inner(title) if title else "Predict, then run",
        name=f"prediction-{sheet.choices}",
        question=tag("br").join(sheet.inner(child) for child in question),
        options=[unwrapped(option, sheet) for option in options],
        answer=join(sheet.render(child) for child in answer),
    )


VERDICT = re.compile(r"(not yet right|not yet|right): (.*)")


def verdict(text):
    """(state, what is true, hint) of what check() printed.

    >>> verdict("not yet right: row q sums to 1.1\\nHint. Look below the line.\\n")
    ('not yet right', 'row q sums to 1.1', 'Look below the line.')
    """
    state, reason, hint = "not yet", [], []
    for line in text.strip().splitlines():
        found = VERDICT.match(line)
        if found:
            state, reason, hint = found[1], [found[2]], []
        elif line.startswith("Hint. "):
            hint.append(line.removeprefix("Hint. "))
        elif line.strip():
            (hint or reason).append(line.strip())               # a line that goes on
    return state, " ".join(reason), " ".join(hint)


def with_code(text):
    """`x` in a printed sentence becomes <code>x</code>."""
    parts = text.split("`")
    return join(tag("code", part) if place % 2 else part for place, part in enumerate(parts))


def printed(outputs):
    """What a cell wrote to stdout."""
    texts = []
    for output in (outputs or {}).get("children") or []:
        data = output.get("jupyter_data") or {}
        if data.get("output_type") == "stream":
            texts.append(data.get("text") or "")
    return "".join(texts)


def checked(cell):
    """The name of the exercise that a stub hands to check(), such as "03.smooth"."""
    found = re.search(r"""\bcheck\(\s*["']([^"']+)["']""", cell["code"]["value"])
    return found and found[1]


@renders("exercise")
def exercise(node, sheet):
    """An exercise; layout.py hands it the stub and the solution that follow it."""
    title, body = title_and_body(node)
    name, stars = re.match(r"(.*?)\s*(★*)$", text_of(title) if title else "").groups()
    if title and stars:  # the words may hold markup: take the stars off the last text
        last = title["children"][-1]
        last["value"] = last["value"].rstrip("★ ")
    stub, solution = node.get("stub"), node.get("solution")
    if stub is None or solution is None:
        missing = (
            "a code cell tagged `exercise`"
            if stub is None
            else "a code cell tagged `solution` after its stub"
        )
        sheet.problem(f"the exercise “{name}” lacks {missing}", node)
        return Markup("")
    state, reason, hint = verdict(printed(stub["outputs"]))
    return template(
        "exercise.html",
        id=sheet.anchor(node),
        number=node.get("enumerator", ""),
        title=sheet.inner(title) if title else "",
        stars=len(stars),
        state=state,
        body=join(sheet.render(child) for child in body),
        name=checked(stub),
        stub=listing(stub, sheet),
        stub_number=stub["number"],
        reason=with_code(reason),
        hint=with_code(hint),
        solution=listing(solution, sheet),
        solution_number=solution["number"],
    )
