"""Building HTML that cannot be broken by what stands in it."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

__all__ = ["Markup", "escape", "join", "tag", "template"]

EMPTY = {"br", "hr", "img", "input"}
environment = Environment(
    loader=FileSystemLoader(Path(__file__).resolve().parents[1] / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def tag(name, content="", /, **attributes):
    """An element. class_ → class, aria_label → aria-label; None and False leave an attribute out.

    >>> tag("a", "x < y", href="#eq", class_="xref", id=None)
    Markup('<a href="#eq" class="xref">x &lt; y</a>')
    """
    written = ""
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")
        written += f" {key}" if value is True else f' {key}="{escape(value)}"'
    if name in EMPTY:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>") + escape(content) + Markup(f"</{name}>")


def join(parts):
    return Markup("").join(parts)


def template(file, /, **values):
    return Markup(environment.get_template(file).render(**values).strip())
