"""Open the notebooks in JupyterLab: what `make lab` runs. `python book/lab.py --port 8888`."""

import argparse
import os
import socket
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.sign import NotebookNotary

BOOK = Path(__file__).resolve().parent


def port_is_free(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def trust(notebooks):
    """Sign notebooks as `jupyter trust` does: JupyterLab draws no SVG of an unsigned one before it is run.

    Who starts this file runs the book's code anyway.
    """
    notary = NotebookNotary()
    for path in notebooks:
        notary.sign(nbformat.read(path, as_version=4))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8888)
    parser.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    options = parser.parse_args()
    if not port_is_free(options.port):
        sys.exit(f"lab: port {options.port} is in use. Try: make lab LAB_PORT={options.port + 1}")
    trust(path for path in BOOK.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
    command = [sys.executable, "-m", "jupyterlab", f"--port={options.port}", "--ServerApp.port_retries=0"]
    # the whole checkout, because chapters show films from the folder beside the book's
    command += [f"--notebook-dir={BOOK.parent}", "--LabApp.default_url=/lab/tree/book/00-how-to-read.ipynb"]
    if options.no_browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # Jupyter refuses to start for root otherwise, as in a container
    try:
        sys.exit(subprocess.run(command).returncode)
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
