"""The published wheel holds picograd alone, asks for numpy alone, and works away from the checkout."""

import os
import subprocess
import sys
import zipfile

import pytest

from tests.book.pages import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = folder.glob("*.whl")
    return path


def contents(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_holds_every_module_of_picograd_and_nothing_else(wheel):
    names = set(contents(wheel))
    modules = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "picograd").rglob("*.py*")
        if path.suffix in (".py", ".pyi")
    }
    assert {name for name in names if ".dist-info/" not in name} - {"picograd/py.typed"} == modules
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_wheel_asks_for_numpy_alone(wheel):
    (metadata,) = (
        text.decode() for name, text in contents(wheel).items() if name.endswith(".dist-info/METADATA")
    )
    asked = [
        line for line in metadata.split("\n") if line.startswith("Requires-Dist: ") and "extra ==" not in line
    ]
    assert asked == ["Requires-Dist: numpy>=2.0"]


def test_the_wheel_is_imported_and_works_outside_the_checkout(wheel, tmp_path):
    command = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--no-deps",
        "--no-index",
        "--quiet",
    ]
    subprocess.run([*command, "--target", str(tmp_path / "site"), str(wheel)], check=True)
    script = (
        "import sys, picograd as pg\n"
        "x = pg.tensor([1.0, 2.0], requires_grad=True)\n"
        "(x * x).sum().backward()\n"
        "others = [name for name in ('companion', 'matplotlib') if name in sys.modules]\n"
        "print(pg.__file__, x.grad.numpy().tolist(), others)"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.stdout.split(" ", 1) == [str(tmp_path / "site/picograd/__init__.py"), "[2.0, 4.0] []\n"], (
        done.stderr
    )
