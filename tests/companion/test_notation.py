"""notation.py: the key has one entry for each letter; tables say what roles.py says."""

from companion import colour_key, dimension_key
from companion.notation import DIMENSIONS
from companion.roles import MEANINGS, SHAPES


def test_the_key_is_a_table_of_code_cells():
    table = dimension_key()
    assert [row[0] for row in table.rows] == list(DIMENSIONS)
    assert repr(table).split("\n")[4].split() == ["V", "vocabulary", "C_VV"]
    html = table._repr_mimebundle_()["text/html"]
    assert '<th scope="row"><code>V</code></th><td>vocabulary</td><td><code>C_VV</code></td>' in html


def test_every_role_has_a_meaning_and_a_second_signal():
    assert list(MEANINGS) == list(SHAPES)
    assert [row[2] for row in colour_key().rows] == [shape[3] for shape in SHAPES.values()]
