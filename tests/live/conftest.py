"""The built book with Python in it, served with and without the headers that allow interrupts."""

import functools
import json
import subprocess
import sys
import threading

import pytest

from book.build import Handler, Server
from book.prepare import ROOT
from tests.browser.conftest import Quiet, browser  # noqa: F401

OPEN_RUNTIME = """async () => {
  const config = JSON.parse(document.getElementById("live").textContent);
  const { Runtime } = await import(new URL(config.app + "runtime.js", document.baseURI));
  window.runtime = new Runtime(config);
  window.progress = [];
  runtime.onProgress = message => progress.push(message);
  window.inTime = promise => Promise.race([
    promise,
    new Promise((_, over) => setTimeout(() => over(new Error("no answer in two minutes")), 120_000)),
  ]);
  window.run = async (code, name) => {
    const said = [];
    const heard = {
      name,
      onStream: (stream, text) => said.push({ stream, text }),
      onOutput: (bundle, page) => said.push({ bundle, page }),
    };
    try {
      return { said, ...await runtime.run(code, heard) };
    } catch (error) { return { said, failed: error.message }; }
  };
}"""


class Book:
    """A server of the built site; open(page) gives a page of the book with `run(code, name)` in it."""

    def __init__(self, address, folder, chromium):
        self.address, self.folder, self.browser = address, folder, chromium
        self.contexts, self.strange = [], []

    def open(self, name="probability/counting/index.html", alone=False):
        """A page in a fresh profile; if `alone`, those that were opened before are closed."""
        if alone:
            self.close()
        context = self.browser.new_context()
        self.contexts.append(context)
        context.route("**/*", self.gate)
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.goto(self.address + name)
        if page.evaluate("!!document.getElementById('live')"):
            page.evaluate(OPEN_RUNTIME)
        return page

    def gate(self, route):
        if route.request.url.startswith((self.address, "data:", "blob:")):
            route.continue_()
        else:
            self.strange.append(route.request.url)
            route.abort()

    def close(self):
        while self.contexts:
            self.contexts.pop().close()


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("live") / "html"
    done = subprocess.run(
        [sys.executable, ROOT / "book/build.py", "--out", folder], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def serve(folder, kind, chromium):
    handler = functools.partial(kind, directory=str(folder))
    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    book = Book(f"http://127.0.0.1:{server.server_port}/", folder, chromium)
    yield book
    book.close()
    server.shutdown()


@pytest.fixture(scope="session")
def isolated(built, browser):  # noqa: F811
    """As make book serves it."""
    yield from serve(built, Handler, browser)


@pytest.fixture(scope="session")
def ordinary(built, browser):  # noqa: F811
    """As a host serves it that sets no headers."""
    yield from serve(built, Quiet, browser)


def run(page, code, name="cell 1"):
    return page.evaluate("([code, name]) => inTime(run(code, name))", [code, name])


def printed(done):
    return "".join(part.get("text", "") for part in done["said"])


def cells(notebook):
    """The code cells of a notebook file."""
    return [c for c in json.loads(notebook.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
