"""The built book, served from a sub-folder of a server on this machine, and a real Chromium to look at it."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import sync_playwright

from book.prepare import BROWSERS, ROOT

FOLDER = "books/appendix"  # a site has to work wherever it is put
MISSING = "no Chromium on this machine; install one, or name it: CHROMIUM=/path/to/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@dataclass
class Site:
    """Where the book is served, the addresses of its pages, and a browser."""

    address: str
    pages: list
    browser: object
    folder: object


@dataclass
class Visit:
    """A page that was opened: what it asked for, and what its console complained of."""

    page: object
    requests: list = field(default_factory=list)
    errors: list = field(default_factory=list)


@pytest.fixture(scope="session")
def browser():
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(browser, tmp_path_factory):
    root = tmp_path_factory.mktemp("www")
    folder = root / FOLDER
    command = [sys.executable, ROOT / "book/build.py", "--out", folder]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    handler = functools.partial(Quiet, directory=root)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pages = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    yield Site(f"http://127.0.0.1:{server.server_port}/{FOLDER}/", pages, browser, folder)
    server.shutdown()


@pytest.fixture
def visit(site):
    """visit(page, **settings of the context) opens a page in a fresh profile.

    `before(page)` may prepare it, before anything is asked for.
    """
    contexts = []

    def open_page(name, before=None, **settings):
        context = site.browser.new_context(**{"viewport": {"width": 1400, "height": 900}, **settings})
        contexts.append(context)
        visit = Visit(context.new_page())
        visit.page.on("request", lambda request: visit.requests.append(request.url))
        visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
        visit.page.on("console", lambda line: visit.errors.extend([line.text] * (line.type == "error")))
        if before:
            before(visit.page)
        visit.page.goto(site.address + name)
        visit.page.wait_for_load_state("networkidle")
        return visit

    yield open_page
    for context in contexts:
        context.close()
