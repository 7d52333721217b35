"""A page as a tree of elements, and the little of CSS selectors that the tests need."""

import re
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta", "source", "track"}


class Element:
    def __init__(self, name, attributes, parent, line):
        self.name, self.attributes, self.parent, self.line, self.children = name, attributes, parent, line, []

    def __getitem__(self, key):
        return self.attributes[key]

    def get(self, key, default=None):
        return self.attributes.get(key, default)

    @property
    def classes(self):
        return (self.get("class") or "").split()

    @property
    def text(self):
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def ancestors(self):
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def walk(self):
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def matches(self, step):
        """`tag`, `.class`, `#id`, `[name]`, `[name=value]`, and these side by side."""
        for kind, word in re.findall(r"([.#]?)([\w-]+)(?![^\[]*\])", step):
            if kind == "." and word not in self.classes or kind == "#" and self.get("id") != word:
                return False
            if not kind and self.name != word:
                return False
        for name, equals, value in re.findall(r"\[([\w-]+)(=?)([^\]]*)\]", step):
            if name not in self.attributes or equals and self.get(name) != value:
                return False
        return True

    def all(self, selector):
        *outer, last = selector.split()
        found = []
        for element in self.walk():
            if element.matches(last):
                above = list(element.ancestors)
                for step in reversed(outer):
                    while above and not above[0].matches(step):
                        above.pop(0)
                    if not above:
                        break
                    above.pop(0)
                else:
                    found.append(element)
        return found

    def one(self, selector):
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} elements are {selector}"
        return found[0]


class Reader(HTMLParser):
    """Refuses what a browser would silently mend: tags that close in another order than they opened."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("document", {}, None, 0)

    def handle_starttag(self, name, attributes):
        names = [key for key, _ in attributes]
        assert len(names) == len(set(names)), f"line {self.getpos()[0]}: <{name}> has an attribute twice"
        element = Element(name, dict(attributes), self.here, self.getpos()[0])
        self.here.children.append(element)
        if name not in VOID:
            self.here = element

    def handle_startendtag(self, name, attributes):
        self.handle_starttag(name, attributes)
        if name not in VOID:
            self.here = self.here.parent

    def handle_endtag(self, name):
        assert self.here.name == name, f"line {self.getpos()[0]}: </{name}> closes <{self.here.name}>"
        self.here = self.here.parent

    def handle_data(self, data):
        self.here.children.append(data)


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.here is reader.root, f"<{reader.here.name}> of line {reader.here.line} is never closed"
    return reader.root
