"""What `from companion import …` offers."""

import importlib
import subprocess
import sys

import companion
import pytest


def test_every_public_name_is_there_and_no_module_hides_a_function():
    for module in ("check", "leaderboard"):         # the import system must not put it over the function
        importlib.import_module(f"companion.{module}")
    for name in companion.__all__:
        assert callable(getattr(companion, name)), name


def test_matplotlib_and_sympy_wait_until_they_are_needed():
    code = ("import sys; from companion import load, check, Table, leaderboard\n"
            "assert not {'matplotlib', 'sympy'} & set(sys.modules)\n"
            "from companion import pmf_chart; assert 'matplotlib' in sys.modules")
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'pie_chart'"):
        companion.pie_chart  # noqa: B018
