"""book/build.py: the same bytes twice, plain words when something is missing."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest

from tests.site import project
from tests.site.conftest import run_build

sys.path.insert(0, str(project.ROOT / "book"))
import build  # noqa: E402


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_two_builds_are_the_same_to_the_byte(small, tmp_path):
    """In another folder, from files with other times."""
    folder = project.write(tmp_path / "elsewhere")
    assert run_build("--root", folder).returncode == 0
    assert contents(folder / "_build/html") == contents(small.folder)


def test_it_says_what_it_made(small, tmp_path):
    done = run_build("--root", small.folder.parents[1], "--out", tmp_path / "site")
    last = done.stdout.splitlines()[-1]
    assert last.startswith("build: 4 pages, ") and "MB" in last and last.endswith("site/index.html")
    assert contents(tmp_path / "site") == contents(small.folder)


def test_base_url_is_for_the_missing_page_alone(small, tmp_path):
    run_build("--root", small.folder.parents[1], "--out", tmp_path / "site", BASE_URL="/book")
    changed = {
        name for name, data in contents(tmp_path / "site").items() if data != contents(small.folder).get(name)
    }
    assert changed == {"404.html"}
    assert 'href="/book/index.html"' in (tmp_path / "site/404.html").read_text()


def test_a_port_in_use_is_one_clear_line(small):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_build("--root", small.folder.parents[1], "--serve", "--port", port)
    assert done.returncode == 1
    assert done.stderr.strip() == f"build: port {port} is in use. Try: PORT={port + 1} make book"


def test_a_missing_node_is_named(small, tmp_path, monkeypatch):
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "myst").symlink_to(shutil.which("myst", path=os.path.dirname(sys.executable)))
    monkeypatch.setattr(build.sys, "executable", str(tools / "python"))
    monkeypatch.setenv("PATH", str(tools))
    with pytest.raises(SystemExit, match="needs node 18 or newer"):
        build.run_mystmd(small.folder.parents[1])


def test_mystmd_is_told_of_no_registry(monkeypatch, tmp_path):
    seen = {}

    def run(command, **settings):
        seen.update(settings["env"])
        return subprocess.CompletedProcess(command, 0, stdout="")

    monkeypatch.setattr(build.subprocess, "run", run)
    build.run_mystmd(tmp_path)
    assert seen["npm_config_registry"] == "http://127.0.0.1:9/"


@pytest.mark.parametrize(
    "line, found",
    [
        ("⛔️ book/a.md:4 No target", ("book/a.md", 4, "No target")),
        ("⚠️  book/a.ipynb:2 Link text is empty", ("book/a.ipynb", 2, "Link text is empty")),
        ("⚠️  book/a.ipynb Duplicate identifier", ("book/a.ipynb", None, "Duplicate identifier")),
        ("⛔️ something else went wrong", ("myst.yml", None, "something else went wrong")),
        ("⚠️  book/a.ipynb 'jupytext' extra key ignored: default_lexer", None),
        ("📖 Built book/a.md in 3 ms.", None),
    ],
)
def test_complaints_of_mystmd_are_errors(line, found):
    assert build.complaints(line) == ([found] if found else [])


def test_the_server_shows_the_book_and_its_missing_page(small):
    import functools
    import http.server

    handler = functools.partial(build.Handler, directory=str(small.folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        with urllib.request.urlopen(f"{address}/probability/counting/") as answer:
            assert b"Counting" in answer.read()
        with pytest.raises(urllib.error.HTTPError) as missing:
            urllib.request.urlopen(f"{address}/deep/down/nothing")
        assert missing.value.code == 404 and b"No such page" in missing.value.read()
    finally:
        server.shutdown()
        server.server_close()
