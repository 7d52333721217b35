"""tables.py: aligned text, and HTML that says nothing more."""

import re
from html import unescape
from xml.etree import ElementTree

import numpy as np
import pytest
from companion import Table
from companion.tables import Code
from hypothesis import given
from hypothesis import strategies as st

TABLE = Table(["smoothing", "nats", "pairs"],
              [["none", 2.45439, 229804], ["α = 1", np.float64(2.455), np.int64(7)]])
VISIBLE = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]))


def test_the_text_is_aligned():
    assert repr(TABLE) == ("smoothing    nats    pairs\n"
                           "none       2.4544  229,804\n"
                           "α = 1      2.4550        7")


@given(st.lists(st.tuples(VISIBLE, st.floats(-9, 9))))
def test_the_html_has_the_cells_of_the_text_and_no_others(rows):
    table = Table(["a <b>", "n & m"], rows)
    html = table._repr_mimebundle_()["text/html"]
    cells = [unescape(cell) for cell in re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", html)]
    assert cells == [*table.headers, *(cell for row in table.rows for cell in row)]
    for cell in cells:
        assert cell in repr(table)
    ElementTree.fromstring(html)


def test_the_html_is_a_bare_table_with_headers():
    html = TABLE._repr_mimebundle_()["text/html"]
    assert set(re.findall(r"<(\w+)", html)) == {"table", "thead", "tbody", "tr", "th", "td"}
    assert '<th scope="col" class="r">nats</th>' in html and '<th scope="row">none</th>' in html
    assert "style" not in html


def test_rows_and_alignment_must_fit_the_headers():
    with pytest.raises(ValueError, match="has 1 cells, the table 2 columns"):
        Table(["a", "b"], [["x"]])
    with pytest.raises(ValueError, match="align needs one letter, l or r, for each of 2 columns"):
        Table(["a", "b"], [], align="lc")


def test_a_cell_of_code_looks_like_code_and_says_the_same():
    table = Table(["name", "shape"], [[Code("C_VV"), "27 by 27"], ["a < b", Code("a < b")]])
    assert "C_VV   27 by 27" in repr(table)
    html = table._repr_mimebundle_()["text/html"]
    assert "<code>C_VV</code>" in html and "<td><code>a &lt; b</code></td>" in html.replace(' class="r"', "")
