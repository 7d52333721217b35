"""Where Manim is not installed the scene tests are skipped; where everything must run, that is a failure."""

import os
from importlib.util import find_spec

import pytest

WHY = "Manim is not installed here: `python3 book/prepare.py animations` makes an environment that has it"


def pytest_collection_modifyitems(items):
    if find_spec("manim") is not None or os.environ.get("CI", "").lower() not in ("", "0", "false"):
        return
    for item in items:
        if item.get_closest_marker("scenes"):
            item.add_marker(pytest.mark.skip(reason=WHY))


def pytest_configure(config):
    config.addinivalue_line("markers", "scenes: runs scenes, and so needs Manim")
