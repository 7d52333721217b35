"""live/assemble.py: verified, cached, reproducible, and one clear line when something cannot be had."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile

import pytest
from live import assemble

from book.prepare import ROOT
from tests.site import project

NO_NETWORK = {
    "npm_config_registry": "http://127.0.0.1:9/", "npm_config_fetch_retries": "0",
    "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_NO_INDEX": "1",
}  # fmt: skip


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in assemble.tree(folder)}


def wheel(**files):
    return assemble.zipped({name.replace("__", "/"): data for name, data in files.items()})


@pytest.fixture
def downloads(monkeypatch):
    """(archive, wheels, lock): a Pyodide of two packages, as npm and PyPI would bring it."""
    monkeypatch.setattr(assemble, "NEEDLESS", {"matplotlib": ["pytz"]})
    data = {"numpy": wheel(numpy__a=b"1", numpy__tests__t=b"2"), "matplotlib": wheel(matplotlib__b=b"3")}
    lock = {"info": {}, "packages": {
        name: {"file_name": f"{name}.whl", "sha256": hashlib.sha256(content).hexdigest(), "depends": depends}
        for (name, content), depends in zip(data.items(), ([], ["numpy", "pytz"]), strict=True)
    }}  # fmt: skip

    def make(change=lambda name, content: content):
        carrier = {assemble.CARRIED + f"{name}.whl": change(name, content) for name, content in data.items()}
        carrier = {name: content for name, content in carrier.items() if content is not None}
        core = io.BytesIO()
        with tarfile.open(fileobj=core, mode="w") as archive:
            for name in [*assemble.CORE, "pyodide-lock.json"]:
                content = json.dumps(lock).encode() if name.endswith("json") else name.encode()
                entry = tarfile.TarInfo(f"package/{name}")
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
        core.seek(0)
        return tarfile.open(fileobj=core), zipfile.ZipFile(io.BytesIO(assemble.zipped(carrier)))

    return make


def test_wheels_are_trimmed_and_the_lock_names_what_is_there(downloads, tmp_path):
    assemble.unpack(*downloads(), tmp_path)
    lock = json.loads((tmp_path / "pyodide-lock.json").read_text())
    assert list(lock["packages"]) == ["matplotlib", "numpy"]
    assert lock["packages"]["matplotlib"]["depends"] == ["numpy"]
    for package in lock["packages"].values():
        assert assemble.sha256((tmp_path / package["file_name"]).read_bytes()) == package["sha256"]
    assert zipfile.ZipFile(tmp_path / "numpy.whl").namelist() == ["numpy/a"]
    sizes = json.loads((tmp_path / "files.json").read_text())["bytes"]
    assert sizes["matplotlib"] == (tmp_path / "matplotlib.whl").stat().st_size


def test_a_wheel_that_is_not_the_one_of_the_lock_is_named(downloads, tmp_path):
    altered = downloads(lambda name, content: content + b"!" if name == "numpy" else content)
    with pytest.raises(assemble.Missing, match=r"numpy\.whl is not the file .* expected \w{64}\. LIVE=0"):
        assemble.unpack(*altered, tmp_path)


def test_a_wheel_that_is_not_carried_is_named(downloads, tmp_path):
    with pytest.raises(assemble.Missing, match=r"matplotlib\.whl is not in open-webui"):
        assemble.unpack(*downloads(lambda name, content: None if name == "matplotlib" else content), tmp_path)


def test_an_altered_download_is_named(tmp_path):
    (tmp_path / "some.tgz").write_bytes(b"other")
    with pytest.raises(assemble.Missing, match=r"some\.tgz was altered: sha256 is .* LIVE=0"):
        assemble.verified(tmp_path / "some.tgz", "0" * 64)


def test_what_is_kept_is_made_once_for_a_recipe(tmp_path):
    made = []

    def make(folder):
        made.append(folder)
        (folder / "a").write_text("a")

    first = assemble.kept("thing", ["1.0"], make, tmp_path)
    assert assemble.kept("thing", ["1.0"], make, tmp_path) == first and len(made) == 1
    assert assemble.kept("thing", ["1.1"], make, tmp_path) != first and len(made) == 2


def test_a_download_that_stops_half_way_never_counts(tmp_path):
    def half(folder):
        (folder / "a").write_text("a")
        raise assemble.Missing("gone")

    with pytest.raises(assemble.Missing):
        assemble.kept("thing", [], half, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("spoil", [lambda file: file.write_text("b"), lambda file: file.unlink()])
def test_what_was_altered_in_the_cache_is_made_again(tmp_path, spoil):
    def make(folder):
        (folder / "a").write_text("a")

    spoil(assemble.kept("thing", [], make, tmp_path) / "a")
    assert (assemble.kept("thing", [], make, tmp_path) / "a").read_text() == "a"


def test_the_cache_is_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.delenv("APPENDIX_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    assert assemble.cache().as_posix() == "/x/appendix-a"
    monkeypatch.setenv("APPENDIX_CACHE", str(tmp_path))
    assert assemble.cache() == tmp_path


def test_the_same_checkout_gives_the_same_bytes(tmp_path):
    parts = assemble.assemble(tmp_path / "one"), assemble.assemble(tmp_path / "two")
    assert parts[0] == parts[1] and contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_changed_script_renames_the_scripts_and_nothing_else(tmp_path, monkeypatch):
    before = assemble.assemble(tmp_path / "live")
    monkeypatch.setattr(assemble, "put", lambda folder, name, files, put=assemble.put: put(
        folder, name, files | {"more.js": b""} if name == "app" else files))
    after = assemble.assemble(tmp_path / "live")
    assert {name for name in before if before[name] != after[name]} == {"app"}
    assert not (tmp_path / "live" / before["app"]).exists()


def test_the_archive_of_the_book_works_by_itself_and_names_no_machine(tmp_path):
    archive = zipfile.ZipFile(io.BytesIO(assemble.zipped(assemble.book_files())))
    archive.extractall(tmp_path)
    names = archive.namelist()
    assert not [name for name in names if "assemble" in name or name.startswith("/") or ".." in name]
    assert not [name for name in names if str(ROOT).encode() in archive.read(name)]
    assert any(name.startswith("book/theme/jinja2-") and "LICENSE" in name for name in names)
    script = """
import companion, json, picograd
from live.runner import Runner
said = []
runner = Runner(lambda kind, values: said.append(values))
runner.attend()
code = "from companion import Table, check, load, sonnets, standings\\n" \\
    "check('03.smooth', ...)\\nprint(len(load('names', split='dev')), len(sonnets()))\\nstandings()"
print(runner.run(code, "cell 1")["error"], companion.__file__, picograd.__file__)
print(said[1]["text"], said[-1]["page"]["html"][:30])
"""
    parts = [str(tmp_path / part) for part in ("", "book", "book/theme")]
    environment = {"PYTHONPATH": os.pathsep.join(parts), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    found = f"None {tmp_path}/book/companion/__init__.py {tmp_path}/picograd/__init__.py"
    assert done.stdout.startswith(f"{found}\n2969 154\n <div class=\"scroll\"><table"), done.stderr


def test_large_texts_are_fetched_by_themselves(tmp_path):
    parts = assemble.assemble(tmp_path / "live")
    assert {file["word"] for file in parts["data"].values()} >= {"mobydick", "shakespeare"}
    for name, file in parts["data"].items():
        there = (tmp_path / "live" / file["address"]).read_bytes()
        assert there == (ROOT / "data" / name).read_bytes() and len(there) == file["bytes"]


def test_the_editor_is_pinned_and_its_lock_names_no_registry():
    lock = json.loads((assemble.LIVE / "editor/package-lock.json").read_text())
    wanted = json.loads((assemble.LIVE / "editor/package.json").read_text())
    modules = {name: entry for name, entry in lock["packages"].items() if name}
    assert all(entry["integrity"].startswith("sha512-") and "resolved" not in entry
               for entry in modules.values())
    for name, version in (wanted["dependencies"] | wanted["devDependencies"]).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert modules[f"node_modules/{name}"]["version"] == version


def build(folder, **environment):
    command = [sys.executable, ROOT / "book/build.py", "--root", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})


def test_without_a_network_the_build_stops_with_one_line_that_names_the_file(tmp_path):
    done = build(project.write(tmp_path / "book"), **NO_NETWORK, APPENDIX_CACHE=str(tmp_path / "cache"))
    assert done.returncode == 1 and not (tmp_path / "book/_build/html").exists()
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("build: pyodide@") and "cannot be fetched from npm" in line and "LIVE=0" in line


def test_with_what_the_cache_has_no_network_is_needed(tmp_path):
    done = build(project.write(tmp_path), **NO_NETWORK)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "_build/html/live").iterdir())) == 5


def test_live_0_builds_pages_that_say_why_they_do_not_run(tmp_path):
    done = build(project.write(tmp_path), LIVE="0", **NO_NETWORK, APPENDIX_CACHE=str(tmp_path / "cache"))
    assert done.returncode == 0, done.stderr
    html = (tmp_path / "_build/html/probability/counting/index.html").read_text()
    config = re.search(r'<script type="application/json" id="live">(.*?)</script>', html)[1]
    assert json.loads(config) == {"why": "this copy of the book was built with LIVE=0"}
    assert not (tmp_path / "_build/html/live").exists() and not (tmp_path / "cache").exists()
