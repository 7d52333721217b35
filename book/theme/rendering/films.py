"""Films: a poster in the page's theme, what each beat says, a player that loads nothing before it is asked.

A film stands in a chapter as a figure of its light poster, `:::{figure} …/rendered/counting-light.webp`,
which JupyterLab shows as it is. The manifest beside it (animations/render.py writes it) names the other files
and knows the beats.
"""

import json

from .markup import Markup, template

POSTER = "-light.webp"


def manifest_entry(file):
    """What animations/render.py noted of a film, or None."""
    known = file.with_name("manifest.json")
    entries = json.loads(known.read_text(encoding="utf-8")) if known.is_file() else {}
    return next((entry for entry in entries.values() if file.name in entry["files"]), None)


def clock(seconds):
    """Where a beat begins, in whole seconds.

    >>> clock(63.9), clock(8.3)
    ('1:03', '0:08')
    """
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def film(node, caption, sheet):
    """The figure of a film; `node` is mystmd's container, its first image the light poster."""
    image = next(part for part in node["children"] if part["type"] == "image")
    address = image["urlSource"]
    file = (sheet.site.root / sheet.home.source).parent / address
    entry = manifest_entry(file)
    if entry is None:
        sheet.problem(f"{address} is no film that its manifest.json knows: `make animations`", node)
        return Markup("")
    stem = file.name.removesuffix(POSTER)
    missing = [name for name in entry["files"] if not file.with_name(name).is_file()]
    if missing:
        sheet.problem(f"the film {address} lacks {', '.join(sorted(missing))}: `make animations`", node)
        return Markup("")
    sheet.films += 1
    return template(
        "film.html",
        id=sheet.anchor(node),
        alt=image.get("alt") or "",  # mystmd puts the caption where none is written
        caption=caption,
        width=entry["width"],
        height=entry["height"],
        seconds=entry["seconds"],
        length=clock(entry["seconds"]),
        beats=[(beat["start"], clock(beat["start"]), beat["caption"]) for beat in entry["beats"]],
        captions=sheet.copy(file.with_name(f"{stem}.vtt")),
        **{
            f"{colours}_{kind}": sheet.copy(file.with_name(f"{stem}-{colours}.{ending}"))
            for colours in ("light", "dark")
            for kind, ending in (("film", "mp4"), ("poster", "webp"))
        },
    )
