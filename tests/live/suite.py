"""Run picograd's own tests in the page's Python: `python -m tests.live.suite [-k EXPRESSION]`.

It takes a while, so is no stage of `make test`. PyTorch's tests skip themselves there. pytest and hypothesis
come from PyPI, pure Python: the last hypothesis of that kind is 6.155.
"""

import functools
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from pathlib import Path

from live.assemble import zipped
from playwright.sync_api import sync_playwright

from book.build import Handler, Server
from book.prepare import BROWSERS, ROOT
from tests.browser.conftest import FLAGS
from tests.live.conftest import Book, printed

TOOLS = ["pytest==9.2.0", "hypothesis==6.155.7"]
PURE = ["--only-binary=:all:", "--implementation=py", "--abi=none", "--platform=any", "--python-version=3.14"]
CODE = """
import io, js, os, sys, zipfile
request = js.XMLHttpRequest.new()
request.open("GET", {address!r}, False)
request.responseType = "arraybuffer"
request.send()
zipfile.ZipFile(io.BytesIO(request.response.to_bytes())).extractall("/suite")
sys.path[:0] = ["/suite", "/suite/tools"]
os.chdir("/suite")
import pytest
pytest.main(["tests/picograd", "-q", "-rfE", "-p", "no:cacheprovider", "--tb=short", *{more!r}])
"""


def suite():
    """{name: bytes} of picograd, its tests and their tools."""
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes()
             for pattern in ("picograd/**/*.py*", "tests/*.py", "tests/picograd/*.py", "pyproject.toml")
             for path in ROOT.glob(pattern) if path.suffix != ".pyc"}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", *PURE, *TOOLS]
        subprocess.run(command, cwd=folder, check=True)
        for wheel in sorted(Path(folder).glob("*.whl")):
            archive = zipfile.ZipFile(wheel)
            files |= {f"tools/{name}": archive.read(name) for name in archive.namelist()}
    return files


def main():
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        folder = Path(folder) / "html"
        subprocess.run([sys.executable, ROOT / "book/build.py", "--out", folder], check=True)
        (folder / "suite.zip").write_bytes(zipped(suite()))
        server = Server(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        path = next(filter(None, map(shutil.which, BROWSERS)))
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        book = Book(f"http://127.0.0.1:{server.server_port}/", folder, browser)
        code = CODE.format(address=f"{book.address}suite.zip", more=sys.argv[1:])
        done = book.open().evaluate("code => run(code, 'suite')", code)
        print(printed(done), done.get("failed") or done["error"] or "")
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
