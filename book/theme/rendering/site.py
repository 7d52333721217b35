"""What mystmd left on disk: the pages in the order of the book, their trees, and where each stands."""

import json
import posixpath
import re
from pathlib import Path

from . import numbering
from .problems import Problems
from .sources import place, walk

NOT_TARGETS = ("crossReference", "cite", "captionNumber", "footnoteReference", "footnoteDefinition")


class Page:
    """One page of the book. `folder` is its address in the site, "" or "probability/counting/"."""

    def __init__(self, data, part, root):
        self.slug, self.tree, self.front = data["slug"], data["mdast"], data["frontmatter"]
        self.part = part
        self.title = self.front.get("title", "")
        self.short_title = self.front.get("short_title") or self.title
        self.file = Path(data["location"].lstrip("/"))  # book/1-probability/03-counting.ipynb
        self.source = self.file.with_suffix(".md")
        self.citations = (data.get("references", {}).get("cite") or {}).get("data", {})
        number = re.match(r"(\d\d)-", self.file.name)
        self.number = number[1] if number else None
        self.folder = folder_of(self.slug)
        text = (root / self.source).read_text(encoding="utf-8") if (root / self.source).exists() else ""
        self.lines = text.splitlines()
        place(self.tree, text, root / self.file if self.is_notebook else None)

    @property
    def is_notebook(self):
        return self.file.suffix == ".ipynb"

    @property
    def practice(self):
        """The name under which a browser keeps what a reader did here; None for a page without exercises."""
        return self.file.stem if any(node["type"] == "exercise" for node in walk(self.tree)) else None

    def url(self, target="index.html"):
        """`target`, given from the root of the site, as seen from this page."""
        address, hash_sign, fragment = target.partition("#")
        return posixpath.relpath(address, self.folder or ".") + hash_sign + fragment


def folder_of(slug):
    """The address of a page: mystmd's slug without the folder of the sources.

    >>> folder_of("book.probability.counting"), folder_of("index")
    ('probability/counting/', '')
    """
    names = [name for name in re.sub(r"^book\.", "", slug).split(".") if name]
    if names[-1:] == ["index"]:
        names.pop()
    return "".join(f"{name}/" for name in names)


class Site:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.root = self.folder.resolve().parents[1]  # _build/site lies in the project
        self.problems = Problems()
        config = self.json("config.json")
        self.project = config["projects"][0]
        self.title = config.get("title") or self.project.get("title", "")
        self.description = self.project.get("description", "")
        self.repository = self.project.get("github")  # the one place for it is project.github
        part, self.pages = None, []
        for entry in [{"slug": self.project["index"]}, *self.project["pages"]]:
            if not entry.get("slug"):
                part = entry["title"]
                continue
            if entry.get("level") == 1:
                part = None
            self.pages.append(Page(self.json(f"content/{entry['slug']}.json"), part, self.root))
        self.by_address = {page.slug.replace(".", "/"): page for page in self.pages}
        self.by_address[""] = self.pages[0]
        numbering.number(self.pages)
        for page in self.pages:
            page.targets = {
                node["identifier"]: node for node in walk(page.tree)
                if node.get("identifier") and node["type"] not in NOT_TARGETS
            }  # fmt: skip

    def json(self, name):
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def public(self, path):
        """A file that mystmd copied: an image, or an output too large for the page's JSON."""
        return self.folder / "public" / path.lstrip("/")

    def page_called(self, stem):
        """The page whose file has this name, such as 03-counting; None if there is none."""
        return next((page for page in self.pages if page.file.stem == stem), None)

    def page_at(self, url):
        return self.by_address.get(url.partition("#")[0].strip("/"))
