"""Over every page of the small project and of the book: sound HTML, sound links, nothing from elsewhere."""

import gzip
import posixpath
import re
import shutil

KB = 1024
CONTROLS = ("button", "input", "select", "textarea")
FETCHING = {"src", "srcset", "poster", "data", "action", "formaction", "manifest"}


def pages(site):
    return [(name, site.page(name)) for name in site.names]


def named(element, page):
    """The name a control has for a screen reader."""
    if element.get("aria-label") or element.text.strip():
        return True
    if any(above.name == "label" and above.text.strip() for above in element.ancestors):
        return True
    return bool(
        element.get("id") and any(label.text.strip() for label in page.all(f"label[for={element['id']}]"))
    )


def test_every_page_says_its_language_and_title(site):
    for name, page in pages(site):
        assert page.one("html")["lang"] == "en", name
        assert page.one("title").text.strip(), name
        assert len(page.all("h1")) == 1, name
        assert len(page.all("main")) == 1, name


def test_ids_are_unique(site):
    for name, page in pages(site):
        ids = [element["id"] for element in page.all("[id]")]
        assert sorted(set(ids)) == sorted(ids), f"{name}: {sorted({i for i in ids if ids.count(i) > 1})}"
        assert not [i for i in ids if not i or re.search(r"\s", i)], name


def test_controls_have_names(site):
    for name, page in pages(site):
        for element in page.walk():
            if element.name in CONTROLS:
                assert named(element, page), f"{name}, line {element.line}: <{element.name}> has no name"


def test_headings_skip_no_level(site):
    for name, page in pages(site):
        level = 0
        for element in page.walk():
            if re.fullmatch("h[1-6]", element.name):
                depth = int(element.name[1])
                assert depth <= level + 1, f"{name}, line {element.line}: {element.text}"
                level = depth


def test_pictures_say_what_they_show(site):
    for name, page in pages(site):
        for element in page.walk():
            if element.name == "img":
                assert (element.get("alt") or "").strip(), f"{name}, line {element.line}"
            if (
                element.name == "svg"
                and element.get("aria-hidden") != "true"
                and "katex" not in str([above.classes for above in element.ancestors])
            ):
                assert element.get("role") == "img" and (element.get("aria-label") or "").strip(), (
                    f"{name}, line {element.line}"
                )
            if element.get("role") == "img":
                assert (element.get("aria-label") or "").strip() and not element["aria-label"].startswith("<")


def test_references_inside_a_page_find_their_element(site):
    for name, page in pages(site):
        ids = {element["id"] for element in page.all("[id]")}
        for element in page.walk():
            for key in ("aria-labelledby", "aria-controls", "popovertarget", "for"):
                for target in (element.get(key) or "").split():
                    assert target in ids, f"{name}, line {element.line}: {key}={target}"


def test_no_paragraph_holds_a_block(site):
    """A browser would close the paragraph there and lose its style."""
    blocks = {
        "p",
        "div",
        "ul",
        "ol",
        "dl",
        "table",
        "figure",
        "section",
        "details",
        "pre",
        "aside",
        "h2",
        "h3",
        "header",
    }
    for name, page in pages(site):
        for paragraph in page.all("p"):
            inside = {element.name for element in paragraph.walk()} & blocks
            assert not inside, f"{name}, line {paragraph.line}: {inside}"


def test_nothing_is_fetched_from_elsewhere(site):
    for name, page in pages(site):
        for element in page.walk():
            for key, value in element.attributes.items():
                fetched = key in FETCHING or key == "href" and element.name not in ("a", "use")
                if fetched and value:
                    assert not re.match(r"([a-z]+:)?//|[a-z]+:", value), (
                        f"{name}, line {element.line}: {key}={value}"
                    )
                if key == "href" and element.name == "a" and re.match(r"[a-z]+:", value):
                    assert re.match(r"https://|mailto:", value), f"{name}: {value}"
                if key == "style":
                    elsewhere = value.replace("url(#", "")  # a pattern of the same drawing is on the page
                    assert "url(" not in elsewhere, f"{name}, line {element.line}"


def test_styles_and_scripts_ask_for_nothing_from_elsewhere(site):
    for path in site.folder.rglob("*"):
        if path.suffix == ".css":
            for address in re.findall(r"url\(([^)]*)\)|@import\s+([^;]*)", path.read_text()):
                target = "".join(address).strip("\"' ")
                assert (path.parent / target).is_file(), f"{path.name}: {target}"
        if path.suffix in (".js", ".mjs") and path.name != "search-index.js":
            code = re.sub(r"(?m)//.*$|/\*.*?\*/", "", path.read_text(), flags=re.S)
            assert not re.search(r"https?://|\bfetch\(|XMLHttpRequest|sendBeacon|WebSocket", code), path.name


def test_every_address_inside_the_site_leads_somewhere(site):
    names = {name: {element["id"] for element in page.all("[id]")} for name, page in pages(site)}
    for name, page in pages(site):
        if name == "404.html":
            continue
        for element in page.walk():
            address = element.get("href") or element.get("src")
            if not address or re.match(r"[a-z]+:", address):
                continue
            assert not address.startswith("/"), f"{name}: {address} is not relative"
            path, _, fragment = address.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            assert (site.folder / target).is_file(), f"{name}: {address}"
            if fragment and target.endswith(".html"):
                assert fragment in names[target], f"{name}: {address}"


def test_the_page_that_is_not_found_leads_home_from_any_depth(site):
    page = site.page("404.html")
    addresses = [element.get("href") for element in page.walk() if element.get("href")]
    assert all(address.startswith("/") for address in addresses)
    for address in addresses:
        assert (site.folder / address.lstrip("/")).is_file(), address


def test_no_path_of_this_machine_is_published(site):
    for path in site.folder.rglob("*"):
        if path.suffix in (".html", ".js", ".json", ".css"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"/(?:home|root|tmp|work|Users)/\w", text), path.name
    assert not list(site.folder.rglob("config.json"))


def test_weight(site):
    """A page and what it needs at once, without fonts and media."""
    for name in site.names:
        if name == "404.html":
            continue
        styles = {element["href"] for element in site.page(name).all("link[rel=stylesheet]")}
        scripts = {element["src"] for element in site.page(name).all("script[src]")}
        files = [site.folder / name] + [
            site.folder / posixpath.normpath(posixpath.join(posixpath.dirname(name), a))
            for a in styles | scripts
        ]
        weight = sum(len(gzip.compress(file.read_bytes())) for file in files)
        assert weight <= 250 * KB, f"{name}: {weight / KB:.0f} KB"


def test_licences_lie_beside_what_they_cover(site):
    for folder, names in {
        "fonts": ["LICENSE-source-serif.md", "LICENSE-source-sans.md", "LICENSE-source-code-pro.md"],
        "katex": ["LICENSE"],
        "minisearch": ["LICENSE.txt"],
    }.items():
        for name in names:
            assert (site.folder / "assets" / folder / name).is_file()


def test_the_site_works_from_a_sub_folder(small, tmp_path):
    """Nothing but relative addresses: moved down two folders, every link is still right."""
    folder = shutil.copytree(small.folder, tmp_path / "a/b")
    test_every_address_inside_the_site_leads_somewhere(type(small)(folder))
