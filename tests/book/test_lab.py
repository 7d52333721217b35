"""book/lab.py: the notebooks of a fresh checkout show their figures before anything is run."""

import nbformat
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, new_notebook, new_output

from book import lab


def test_a_notebook_is_signed_so_that_jupyterlab_draws_its_svg(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    drawn = new_output("execute_result", data={"image/svg+xml": "<svg/>"})
    some, other = (new_notebook(cells=[new_code_cell(source, outputs=[drawn])]) for source in "ab")
    for name, notebook in (("some", some), ("other", other)):
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")

    lab.trust([tmp_path / "some.ipynb"])
    signed = [NotebookNotary().check_signature(nbformat.read(tmp_path / f"{name}.ipynb", as_version=4))
              for name in ("some", "other")]  # fmt: skip
    assert signed == [True, False]
