"""What a cell shows: each value as a bundle of mimetypes, and as the HTML that the page has at rest.

The HTML comes from the theme's own figures.py, so that a chart, a table or a leaderboard looks the same
before and after it is run.
"""

import io
import json
import pprint
import sys
from base64 import b64encode

PLAIN, HTML, SVG = "text/plain", "text/html", "image/svg+xml"
METHODS = {"_repr_html_": HTML, "_repr_svg_": SVG, "_repr_png_": "image/png"}
WIDTH = 79          # of a printed value, as in IPython
FIGURE_ALT = "A figure that this cell drew"


class Shower:
    """Hands bundles to `send(bundle, page)`, where page has the HTML, its role and its explorable."""

    def __init__(self, send, page=None):
        self.send, self.sheet, self.streams = send, Sheet(page or {}), ()

    def display(self, *values):
        """Show each value where the cell has come to."""
        for stream in self.streams:
            stream.flush()                                       # what was printed before, stands before
        for value in values:
            bundle = bundle_of(value)
            self.send(sendable(bundle), self.for_page(bundle))

    def figures(self):
        """Show the figures that pyplot holds open, and close them."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        for number in pyplot.get_fignums() if pyplot else ():
            self.display(pyplot.figure(number))
            pyplot.close(number)

    def forget_figures(self):
        if pyplot := sys.modules.get("matplotlib.pyplot"):
            pyplot.close("all")

    def for_page(self, bundle):
        """{role, html, widget}: what the page puts in place."""
        from rendering import figures  # and Jinja2 with it, only when it is needed

        plain, html = bundle.get(PLAIN, ""), bundle.get(HTML)
        known = {mime: bundle[mime] for mime in figures.KINDS if mime in bundle}
        if html and known.keys() <= {HTML, PLAIN} and not html.strip().startswith("<table"):
            return {"role": "table", "html": f"<div>{html}</div>", "widget": None}
        if "image/png" in bundle and known.keys() <= {PLAIN}:
            image = figures.tag("img", src=f"data:image/png;base64,{bundle['image/png']}", alt=plain)
            return {"role": "picture", "html": str(image), "widget": None}
        role, html, widget = figures.shown(known, "", self.sheet)
        return {"role": role, "html": str(html), "widget": widget}


def bundle_of(value):
    """{mimetype: data} of a value, as IPython asks for it."""
    if is_figure(value):
        return {PLAIN: FIGURE_ALT, SVG: drawn(value)}
    bundle = {}
    if hasattr(value, "_repr_mimebundle_") and not isinstance(value, type):
        bundle = value._repr_mimebundle_(include=None, exclude=None) or {}
        bundle = dict(bundle[0] if isinstance(bundle, tuple) else bundle)
    for method, mime in METHODS.items():
        if mime not in bundle and hasattr(value, method) and not isinstance(value, type):
            data = getattr(value, method)()
            data = data[0] if isinstance(data, tuple) else data
            if data is not None:
                bundle[mime] = b64encode(data).decode() if isinstance(data, bytes) else data
    bundle.setdefault(PLAIN, printed(value))
    return bundle


def printed(value):
    """The text of a value: its repr, and what is long or a set as IPython sets it."""
    text = repr(value)
    plain = type(value) in (dict, list, tuple, set, frozenset)
    if plain and (len(text) > WIDTH or isinstance(value, (set, frozenset))):
        return pprint.pformat(value, width=WIDTH + 1, sort_dicts=False)
    return text


def is_figure(value):
    module = sys.modules.get("matplotlib.figure")
    return module is not None and isinstance(value, module.Figure)


def drawn(figure):
    """The SVG of a matplotlib figure; its text stays text."""
    import matplotlib

    file = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        figure.savefig(file, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    return file.getvalue()


def sendable(bundle):
    """The bundle as far as it is JSON."""
    def is_json(data):
        try:
            json.dumps(data, allow_nan=False)
        except (TypeError, ValueError):
            return False
        return True

    return {mime: data for mime, data in bundle.items() if is_json(data)}


class Page:
    """A page of the book, as far as a leaderboard links to it."""

    def __init__(self, number, address):
        self.number, self.folder = number, address.removesuffix("index.html")

    def url(self, address):
        return address


class Sheet:
    """What figures.py asks of the page on which it draws. A reader's own figure may have any colour."""

    def __init__(self, page):
        self.pages = {stem: Page(*entry) for stem, entry in page.get("pages", {}).items()}
        self.page = self.pages.get(page.get("page")) or Page(None, "")
        self.site, self.widgets = self, set()
        self.drawings = 1000                                     # the page itself has used the first numbers

    def page_called(self, stem):
        return self.pages.get(stem)

    def problem(self, message, node=None):
        pass
