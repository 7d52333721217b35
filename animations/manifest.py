"""What a film was rendered from. No Manim here: any machine can tell whether a film is stale."""

import hashlib
import json
import os
from pathlib import Path

from companion.roles import MANIM

from animations import numbers

HERE = Path(__file__).parent
RENDERED = HERE / "rendered"
SCENES = {"Counting": "counting"}  # a scene: its file here, its function in numbers.py, its stem in rendered/


def digest(content):
    """The SHA-256 of a file, or of a value as sorted JSON."""
    data = content.read_bytes() if isinstance(content, Path) else json.dumps(content, sort_keys=True).encode()
    return hashlib.sha256(data).hexdigest()


def sources(name):
    """Hashes of all that a film shows: its scene, what scenes share, the colours, the numbers."""
    files = {file: digest(HERE / file) for file in (f"{SCENES[name]}.py", "theme.py", "pieces.py")}
    shown = getattr(numbers, SCENES[name])()
    return {**files, "colours": digest(MANIM), "numbers": digest(shown)}


def manifest(folder=RENDERED):
    """The entries of manifest.json by scene; none if there is no file."""
    path = folder / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write(entries, folder=RENDERED):
    """Replace manifest.json in one move."""
    new = folder / ".manifest.json"
    new.write_text(json.dumps(entries, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(new, folder / "manifest.json")


def stale(name, folder=RENDERED):
    """What changed since the film was rendered, or is missing; an empty list is a fresh film."""
    entry = manifest(folder).get(name)
    if entry is None:
        return ["it was never rendered"]
    now = sources(name)
    changed = [source for source in now if entry["sources"].get(source) != now[source]]
    for file, known in entry["files"].items():
        if not (folder / file).exists():
            changed.append(f"{file} is missing")
        elif digest(folder / file) != known["sha256"]:
            changed.append(f"{file} is not the one that was rendered")
    return changed
