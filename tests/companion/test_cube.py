"""cube.py: the drawn cells are the filled ones, and a face says how many lie behind each of its cells."""

import numpy as np
import pytest
from companion import row_square_cube
from companion.charts import MOST_BYTES
from companion.cube import STEPS
from companion.roles import ROLES

rng = np.random.default_rng(5)
SMALL = rng.integers(0, 2, (5, 5, 5)) * rng.integers(0, 9, (5, 5, 5))
LARGE = (rng.random((27, 27, 27)) < 0.3).astype(int)


@pytest.mark.parametrize("C_VVV", [SMALL, LARGE, np.ones((4, 4, 4)), np.eye(27)[:, :, None] * np.eye(27)[0]])
def test_every_cell_is_drawn_in_its_level(C_VVV):
    seen, data = C_VVV > 0, row_square_cube(C_VVV, alt="a cube").data
    assert np.array_equal(data["row"][0], STEPS * seen.any(axis=(0, 1)))
    assert np.array_equal(data["square"], STEPS * seen.any(axis=0))
    for name, axis in (("front", 0), ("top", 1), ("side", 2)):
        behind_VV = seen.sum(axis=axis)
        levels = np.ceil(STEPS * behind_VV / len(seen))
        assert np.array_equal(data[name], levels.T if name == "side" else levels), name


def test_a_face_is_not_mirrored():
    C_VVV = np.zeros((4, 4, 4))
    C_VVV[1, 2, 3] = 1
    data = row_square_cube(C_VVV, alt="a cube").data
    assert [tuple(*np.argwhere(data[name])) for name in ("front", "top", "side")] == [(2, 3), (1, 3), (2, 1)]


def test_it_says_how_many_cells_there_are_and_how_many_are_filled():
    svg = row_square_cube(SMALL, alt="a cube").svg
    assert ">5² = 25<" in svg and ">5³ = 125<" in svg
    assert f">{(SMALL > 0).sum()} filled<" in svg


def test_the_svg_is_small_has_the_same_bytes_each_time_and_colours_by_role():
    svg = row_square_cube(LARGE, alt="a cube").svg
    assert svg == row_square_cube(LARGE, alt="a cube").svg
    assert len(svg) < MOST_BYTES and ROLES["light"]["data"] in svg


@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 3), (0, 0, 0)])
def test_what_is_no_cube_is_refused(shape):
    with pytest.raises(ValueError, match="fill a cube"):
        row_square_cube(np.zeros(shape), alt="a cube")
