"""What long cells leave behind: trained weights and recorded tables, so that later cells never wait for them.

keep("ffn", model) ends a long cell, model.load_state_dict(trained("ffn")) begins the next one. A reader's own
weights are preferred where there are any; CI and `make notebooks` always take the committed ones.
"""

import json
import os
import re
from pathlib import Path

import picograd
from companion.data import data_folder
from companion.leaderboard import RESULTS, ResultError, write_json
from companion.tables import Table


def keep(name, what):
    """Keep a model or its state dict in the reader's own folder; nothing is written in CI.

    A Table is what a long cell measured: it becomes the recorded one when APPENDIX_RECORD=1, and only then.
    A page of the book (APPENDIX_PAGE=1) gets it back, so that the cell shows what the reader has measured.
    """
    _checked(name)
    if isinstance(what, Table):
        if _recording():
            table = {"headers": what.headers, "rows": what.rows, "align": what.align}
            write_json(RESULTS / f"{name}.json", table)
        elif os.environ.get("APPENDIX_PAGE") == "1":
            return what
    elif not (_recording() or _in_ci()):
        folder = kept_folder()
        folder.mkdir(parents=True, exist_ok=True)
        picograd.save_safetensors(folder / f"{name}.safetensors", _state(what))
    return None


def trained(name):
    """The state dict that was kept under that name: the reader's, else the committed one.

    ValueError lists the names there are.
    """
    _checked(name)
    folders = [weights_folder()] if _recording() or _in_ci() else [kept_folder(), weights_folder()]
    for folder in folders:
        if (folder / f"{name}.safetensors").exists():
            return picograd.load_safetensors(folder / f"{name}.safetensors")
    known = sorted({path.stem for folder in folders for path in folder.glob("*.safetensors")})
    raise ValueError(f"no weights are called {name!r}; there are {', '.join(known) or 'none yet'}")


def stored(name):
    """The Table that a long cell recorded. ResultError if there is none."""
    path = RESULTS / f"{_checked(name)}.json"
    if not path.exists():
        raise ResultError(f"no table is recorded as {name!r}: `make notebooks` records it")
    table = json.loads(path.read_text(encoding="utf-8"))
    return Table(table["headers"], table["rows"], table["align"])


def publish(name, what, *, seed, command, curve):
    """Put weights among the committed ones, with a note on how they came about; curve: (step, nats) pairs."""
    folder = weights_folder()
    folder.mkdir(parents=True, exist_ok=True)
    picograd.save_safetensors(folder / f"{_checked(name)}.safetensors", _state(what))
    points = [[int(step), float(nats)] for step, nats in curve]
    write_json(folder / f"{name}.json", {"seed": seed, "command": command, "curve": points})


def weights_folder():
    """The committed weights."""
    return data_folder() / "weights"


def kept_folder():
    """The reader's own weights: $APPENDIX_KEPT, else ~/.cache/appendix-a."""
    return Path(os.environ.get("APPENDIX_KEPT") or Path.home() / ".cache" / "appendix-a")


def _state(what):
    return what.state_dict() if hasattr(what, "state_dict") else dict(what)


def _recording():
    return os.environ.get("APPENDIX_RECORD") == "1"


def _in_ci():
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def _checked(name):
    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise ValueError(f"a name has small letters, digits and hyphens, not {name!r}")
    return name
