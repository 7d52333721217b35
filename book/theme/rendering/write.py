"""The folder of the site: pages, downloads, media, assets, index of words. It appears whole or not at all."""

import shutil
from pathlib import Path

from . import checks
from .layout import chapter
from .live import Live, config
from .markup import template
from .nodes import Sheet
from .references import source_list
from .search import defined, entries, search_file
from .title import title_page

THEME = Path(__file__).resolve().parents[1]
BOOK = THEME.parent
MOUNT = """
const move = el => {
  const model = JSON.parse(el.querySelector("script").textContent);
  widget.render({ model: { get: name => model[name] }, el });
};
(window.explorables ??= {}).%s = move;
document.querySelectorAll("[data-widget=%s]").forEach(move);
"""


def short_part(title):
    """Part 1 · Probability: language modeling → 1 · Probability"""
    return title.removeprefix("Part ").partition(":")[0]


def contents(site, page, outline):
    """The contents as groups of pages; the current one holds its outline."""
    groups = []
    for entry in site.pages[1:]:
        label = short_part(entry.part) if entry.part else None
        if not groups or groups[-1]["label"] != label:
            groups.append({"label": label, "pages": []})
        groups[-1]["pages"].append(
            {
                "number": entry.number,
                "title": entry.short_title,
                "url": page.url(f"{entry.folder}index.html"),
                "current": entry is page,
                "practice": entry.practice,
                "outline": outline if entry is page else [],
            }
        )
    return groups


def neighbour(site, page, step):
    place = site.pages.index(page) + step
    if not 1 <= place < len(site.pages):
        return None
    other = site.pages[place]
    return {"number": other.number, "title": other.short_title, "url": page.url(f"{other.folder}index.html")}


def frame(site, page, values):
    """What every page has around its text."""
    first = page is site.pages[0]
    title = f"{page.number} {page.title}" if page.number else page.title
    return {
        "page": page,
        "site": site,
        "first": first,
        "head_title": site.title if first else f"{title} · {site.title}",
        "description": page.front.get("description") or site.description,
        "root": page.url("."),
        "asset": lambda name: page.url(f"assets/{name}"),
        "home": page.url("index.html"),
        "contents": contents(site, page, values["outline"]),
        "exercises": any(entry["id"] == "exercises" for entry in values["outline"]),
        "before": neighbour(site, page, -1),
        "after": neighbour(site, page, +1),
        "edit": f"{site.repository}/blob/main/{page.source.as_posix()}" if site.repository else None,
        **values,
    }


def whole_page(page, site, live):
    """(HTML, sheet) of one page."""
    sheet = Sheet(page, site)
    first = page is site.pages[0]
    body, outline = (title_page(sheet), []) if first else chapter(sheet)
    values = {
        "body": body,
        "outline": outline,
        "sources": source_list(sheet),
        "cards": list(sheet.cards.items()),
        "widgets": sorted(sheet.widgets),
        "films": sheet.films,
        "live": config(sheet, live),
    }
    return template("title.html" if first else "page.html", **frame(site, page, values)) + "\n", sheet


def write_site(site, out, base="/", live=None):
    """Render everything; write it to `out` if nothing is wrong. Without `out`, only look for what is."""
    live = live or Live()
    for page in site.pages:
        checks.check_page(page, site)
    files, media, words, known = {}, {}, [], defined(site)
    for page in site.pages:
        html, sheet = whole_page(page, site, live)
        checks.check_html(html, sheet)
        files[f"{page.folder}index.html"] = html.encode()
        media |= sheet.media
        words += entries(page, known)
        if page.is_notebook or page.number:
            for source in {page.file, page.source}:
                if (site.root / source).exists():
                    files[page.folder + source.name] = (site.root / source).read_bytes()
    for file in sorted((BOOK / "widgets").glob("*.js")):
        files[f"assets/widgets/{file.name}"] = plain_script(file).encode()
    files["404.html"] = missing(site, base).encode()
    files["assets/search-index.js"] = search_file(words).encode()
    media |= live.files()
    checks.check_links(files, media, site)
    if site.problems.found or out is None:
        return
    new = out.with_name(f".{out.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(THEME / "assets", new / "assets")
    for name, data in files.items():
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        (new / name).write_bytes(data)
    for name, file in media.items():
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, new / name)
    replace(out, new)


def plain_script(file):
    """A module of book/widgets as a script that moves its stills: a page on a disk may not import modules.

    It is strict, as a module is: elsewhere a function in a block is a name of the whole page.
    """
    before, after = file.read_text(encoding="utf-8").split("export default ")
    return '"use strict";\n{\n' + before + "const widget = " + after + MOUNT % (file.stem, file.stem) + "}\n"


def missing(site, base):
    """404.html may be shown at any depth, so it is the one page with absolute addresses, from `base`."""
    base = "/" + base.strip("/") + "/" if base.strip("/") else "/"
    return template("404.html", site=site, base=base, pages=site.pages[1:]) + "\n"


def replace(out, new):
    """Put the new site where the old one was, in two renames."""
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.exists():
        out.rename(old)
    new.rename(out)
    shutil.rmtree(old, ignore_errors=True)
