"""Pictures that take the page's colours and type: SVG, bars, explorables, leaderboard, computed tables."""

import json
import re
import runpy
from pathlib import Path

from .markup import Markup, escape, tag, template

BOOK = Path(__file__).resolve().parents[2]
ROLES = runpy.run_path(str(BOOK / "companion/roles.py"))
STILLS = BOOK / "companion/stills"
PMF, BOARD = "application/vnd.appendix.pmf+json", "application/vnd.appendix.leaderboard+json"
WIDGET, SVG = "application/vnd.appendix.widget+json", "image/svg+xml"
KINDS = (BOARD, WIDGET, PMF, SVG, "text/html", "text/plain")
WORDS_ONLY = ("alt", "tasks", "title")  # of a model: they stand in the still, and no script asks for them


def shown(bundle, caption, sheet):
    """(role, HTML, explorable) of the value of a cell, {mimetype: data}, as the page shows it.

    The role is "text", or "picture" or "table", which take the caption. Cells that run in the page are shown
    by this function too (book/live/display.py).
    """
    bundle = {mime: parsed(data) if mime.endswith("+json") else data for mime, data in bundle.items()}
    alt = bundle.get("text/plain", "").strip()
    if BOARD in bundle:
        return "table", board(bundle[BOARD], caption, sheet), None
    if not bundle.keys().isdisjoint((PMF, WIDGET, SVG)):
        if not alt or alt.startswith("<"):
            sheet.problem("the chart has no alternative text: its text/plain should say what it shows")
        if WIDGET in bundle:
            return "picture", explorable(bundle[WIDGET], sheet), bundle[WIDGET]["widget"]
        if PMF in bundle:
            return "picture", pmf(bundle[PMF], alt, sheet), None
        return "picture", drawing(bundle[SVG], alt, sheet), None
    if "text/html" in bundle:
        return "table", plain_table(bundle["text/html"], caption, sheet), None
    return "text", plain(alt), None


def parsed(value):
    return json.loads(value) if isinstance(value, str) else value


def plain(text):
    """Printed text, without the colours of a terminal."""
    return tag("pre", re.sub(r"\x1b\[[0-9;]*m", "", text).rstrip("\n"))


def colour_names():
    """{light hex: what the page calls it}: a role by its name, a shade of a ramp as the mixture it is."""
    light = ROLES["ROLES"]["light"]
    names = {}
    for role in ("data", "probability"):
        for step, shade in enumerate(ROLES["ramp"]("light", role)):
            names[shade] = f"color-mix(in srgb, var(--{role}) {12.5 * step:g}%, var(--paper))"
    return names | {colour: f"var(--{role})" for role, colour in light.items()}


COLOURS = colour_names()
HEX = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b")


def drawing(svg, alt, sheet):
    """An SVG made part of the page: its colours become roles, its type the page's, its names unique."""
    sheet.drawings += 1
    prefix = f"d{sheet.drawings}-"
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.S)
    root_style = "".join(
        re.findall(r"\*\s*\{([^}]*)\}", svg)
    )  # a style sheet inside would reach the whole page
    svg = re.sub(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>|<style[^>]*>.*?</style>", "", svg, flags=re.S)
    svg = re.sub(r'\s+(xmlns:xlink|version|xmlns:\w+)="[^"]*"', "", svg).replace("xlink:href=", "href=")
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    svg = re.sub(
        r'\s+id="([^"]*)"', lambda found: f' id="{prefix}{found[1]}"' if found[1] in used else "", svg
    )
    svg = re.sub(r'(href="#|url\(#)([^")]+)', rf"\g<1>{prefix}\g<2>", svg)
    svg = re.sub(r'="[^"]*"', lambda found: inside_attribute(found[0], sheet), svg)
    svg = re.sub(r">\s+<", "><", svg)
    opening, rest = svg.split(">", 1)
    opening = re.sub(r'\s(role|aria-label|style)="[^"]*"', "", opening)
    style = f' style="{root_style.strip()}"' if root_style.strip() else ""
    return Markup(f'{opening}{style} role="img" aria-label="{escape(alt)}">{rest}')


def inside_attribute(value, sheet):
    """Colours to roles, fonts to the page's, coordinates to two decimals."""

    def role(found):
        name = COLOURS.get(found[0].lower())
        if name is None:
            sheet.problem(f"the colour {found[0]} of a drawing is no role (book/companion/roles.py)")
        return name or found[0]

    if not value.startswith('="#') or HEX.fullmatch(value[2:-1]):  # href="#…" is a name
        value = HEX.sub(role, value)
    value = re.sub(r"\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), value)
    value = re.sub(r"font: ((?:[a-z0-9]+ )*?)([\d.]+)px [^;\"]*", r"font: \1\2px var(--sans)", value)
    value = re.sub(r"font-family: ?[^;\"]*", "font-family: var(--sans)", value)
    return re.sub(r"\s*\n\s*", " ", value)


def pmf(values, alt, sheet):
    """Bars from zero in HTML: their labels keep their size on a phone. The chosen bar carries its number."""
    labels, p, hit = values["labels"], values["p"], values.get("hit")
    if len(labels) != len(p):
        sheet.problem(f"a PMF of {len(p)} numbers has {len(labels)} labels")
    top = max(p, default=0) or 1
    full = values.get("full") or top / 0.86  # room for the number above the highest bar
    spoken = hit if hit in labels else labels[p.index(max(p))] if p else None
    bars = [
        {"label": "␣" if label == " " else label, "share": f"{value / full:.4f}", "hit": label == hit,
         "number": f"{value:.3f}" if label == spoken else None}
        for label, value in zip(labels, p, strict=False)
    ]  # fmt: skip
    words = max((len(str(label)) for label in labels), default=1) > 2
    return template("pmf.html", bars=bars, count=len(bars), alt=alt, words=words)


def explorable(values, sheet):
    """The complete still of an explorable. The page then loads the script that moves it."""
    name = values["widget"]
    if not (STILLS / f"{name}.py").exists() or not (BOOK / f"widgets/{name}.js").exists():
        sheet.problem(f"there is no explorable “{name}” (book/widgets, book/companion/stills)")
        return Markup("")
    sheet.widgets.add(name)
    still = runpy.run_path(str(STILLS / f"{name}.py"))["still"](values["model"])
    moving = {key: value for key, value in values["model"].items() if key not in WORDS_ONLY}
    data = json.dumps(moving, ensure_ascii=False, separators=(",", ":"))
    data = data.replace("<", "\\u003c")  # a script element would end at the first </
    return Markup(f'{still}<script type="application/json">{data}</script>')


def number(value, decimals=None):
    if value is None:
        return ""
    if decimals is not None:
        return f"{value:.{decimals}f}"
    return f"{value:,}" if isinstance(value, int) else f"{value:,g}"


def board(values, caption, sheet):
    """The leaderboard: dots on a line, since the axis does not begin at 0. A loss of ∞ has no place on it."""
    low, high = values["low"], values["high"]
    rows = []
    for row in values["rows"]:
        nats = row.get("nats")
        place = None if nats is None else (nats - low) / (high - low)
        if place is not None and not 0 <= place <= 1:
            sheet.problem(f"{row['model']}: {nats} lies outside the leaderboard’s line from {low} to {high}")
        rows.append(
            {
                "model": row["model"],
                "note": row.get("note") or "",
                "now": bool(row.get("now")),
                "numbers": number(row.get("numbers")),
                "seconds": number(row.get("seconds")),
                "nats": "∞" if nats is None else number(nats, 3),
                "se": number(row["se"], 3) if row.get("se") else "",
                "place": None if place is None else f"{place:.4f}",
                "unseen": row.get("unseen") or 0,
                "chapter": chapter_link(row.get("chapter"), sheet),
            }
        )
    endless = any(row["place"] is None for row in rows)
    unit = values.get("unit") or "nats per character"
    whole = sheet.site.page_called("leaderboard")
    elsewhere = whole is not None and whole is not sheet.page
    return template(
        "leaderboard.html", rows=rows, low=low, high=high, endless=endless, unit=unit, caption=caption,
        whole=sheet.page.url(f"{whole.folder}index.html") if elsewhere else None,
    )  # fmt: skip


def chapter_link(stem, sheet):
    """(words, address) of the leaderboard of the chapter that measured a row, or None."""
    page = sheet.site.page_called(stem) if stem else None
    if page is None:
        return None
    return page.number, sheet.page.url(f"{page.folder}index.html#leaderboard")


def plain_table(html, caption, sheet):
    """A table that a cell computed, with the caption of the cell and the page's classes."""
    html = html.strip()
    if not re.fullmatch(r"<table\b.*</table>", html, flags=re.S):
        sheet.problem("text/html in an output is a bare table and nothing else")
        return Markup("")
    html = re.sub(
        r"""\s(?:style|class)=(["'])(.*?)\1""", lambda found: ' class="r"' if is_right(found[2]) else "", html
    )
    html = re.sub(r"<th[^>]*></th>", "<td></td>", html)  # an empty header heads nothing
    html = re.sub(r"<caption>.*?</caption>", "", html, flags=re.S)
    html = re.sub(r"<table[^>]*>", lambda _: Markup("<table>") + tag("caption", caption), html, count=1)
    cross = Markup('<svg class="icon" aria-hidden="true"><use href="#i-cross"/></svg>')
    html = re.sub(r"<tr>((?:(?!</tr>).)*✗)", r'<tr class="bad">\1', html, flags=re.S).replace("✗", cross)
    return tag("div", Markup(html), class_="scroll")


def is_right(value):
    return bool(re.search(r"text-align:\s*right", value)) or value in ("r", "right", "number")
