"""Sites for the tests, each built once: the small one of the fixtures, and the book itself."""

import os
import subprocess
import sys

import pytest

from tests.site import project
from tests.site.markup import read

sys.path.insert(0, str(project.THEME))


def run_build(*arguments, **environment):
    command = [sys.executable, project.ROOT / "book/build.py", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "LIVE": "0", **environment}, timeout=120
    )


class BuiltSite:
    def __init__(self, folder):
        self.folder = folder
        self.names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
        self.pages = {}

    def text(self, name):
        return (self.folder / name).read_text(encoding="utf-8")

    def page(self, name):
        if name not in self.pages:
            self.pages[name] = read(self.text(name))
        return self.pages[name]


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    folder = project.write(tmp_path_factory.mktemp("small"))
    done = run_build("--root", folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return BuiltSite(folder / "_build/html")


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    out = tmp_path_factory.mktemp("book") / "html"
    done = run_build("--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    return BuiltSite(out)


@pytest.fixture(params=["small", "book"])
def site(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def counting(small):
    return small.page("probability/counting/index.html")
