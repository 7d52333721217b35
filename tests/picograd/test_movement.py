"""ops/movement.py: values against numpy, views, refusals. Gradients: test_cases.py."""

import numpy as np
import pytest

import picograd as pg


def ramp(*shape):
    return pg.arange(int(np.prod(shape))).reshape(shape)


def test_numbers_move_as_in_numpy():
    x, a = ramp(2, 3, 4), np.arange(24).reshape(2, 3, 4)
    for ours, theirs in [
        (x.reshape(4, 6), a.reshape(4, 6)),
        (x.transpose(0, 2), a.swapaxes(0, 2)),
        (x[0].T, a[0].T),
        (x.permute(2, 0, 1), a.transpose(2, 0, 1)),
        (x.unsqueeze(1), a[:, None]),
        (x.unsqueeze(1).squeeze(), a),
        (x[:, :1].expand(2, 3, 4), np.broadcast_to(a[:, :1], (2, 3, 4))),
        (pg.cat([x, x], 1), np.concatenate([a, a], 1)),
        (pg.stack([x, x], -1), np.stack([a, a], -1)),
    ]:
        np.testing.assert_array_equal(ours.numpy(), theirs)


def test_a_view_shows_what_is_written_into_its_tensor():
    x = pg.zeros(2, 3)
    views = [
        x.view(6),
        x.reshape(3, 2),
        x.T,
        x.permute(1, 0),
        x[0],
        x[:, 1:],
        x.unsqueeze(0),
        x.expand(4, 2, 3),
    ]
    x[0, 1] = 5
    assert [view.max().item() for view in views] == [5, 5, 5, 5, 5, 5, 5, 5]


def test_view_never_copies():
    with pytest.raises(pg.ShapeError, match=r"^view\(\(3, 2\), 6\): .*use reshape"):
        pg.zeros(2, 3).T.view(6)
    assert pg.zeros(2, 3).T.contiguous().view(6).shape == (6,)


def test_what_is_contiguous_is_not_copied():
    x = pg.zeros(2, 3)
    assert np.shares_memory(x.contiguous().numpy(), x.numpy())


@pytest.mark.parametrize(
    ("move", "message"),
    [
        (lambda x: x.reshape(4, 2), r"^reshape\(\(2, 3\), 4, 2\)"),
        (lambda x: x.expand(3), r"^expand\(\(2, 3\), 3\): fewer sizes than axes"),
        (lambda x: x.expand(3, 3), r"^expand\(\(2, 3\), 3, 3\)"),
        (lambda x: x.expand(-1, 2, 3), r"^expand\(\(2, 3\), -1, 2, 3\)"),
        (lambda x: x.permute(0), r"^permute\(\(2, 3\), 0\)"),
        (lambda x: pg.cat([x, pg.zeros(2, 4)]), r"^cat\(\(2, 3\), \(2, 4\), dim=0\)"),
        (lambda x: pg.stack([x, pg.zeros(2, 4)]), r"^stack\(\(2, 3\), \(2, 4\), dim=0\)"),
        (lambda x: x.unsqueeze(0).T, r"^T\(\(1, 2, 3\)\): .*transpose"),
    ],
)
def test_a_misfit_names_the_operation_and_all_shapes(move, message):
    with pytest.raises(pg.ShapeError, match=message):
        move(pg.zeros(2, 3))


@pytest.mark.parametrize(
    "move",
    [
        lambda x: x.transpose(0, 2),
        lambda x: x.unsqueeze(4),
        lambda x: x.squeeze(2),
        lambda x: x.permute(0, 2),
        lambda x: pg.cat([x, x], 2),
        lambda x: pg.stack([x, x], 3),
    ],
)
def test_an_axis_that_is_not_there_is_an_index_error(move):
    with pytest.raises(IndexError, match=r"\(2"):
        move(pg.zeros(2, 3))


def test_no_more_is_cut_than_there_is_whatever_is_put_at_the_other_end():
    with pytest.raises(pg.ShapeError, match="more is cut than there is"):
        pg.nn.functional.pad(pg.zeros(3), (-5, 3))


def test_shifts_are_whole_numbers():
    with pytest.raises(TypeError, match=r"^roll\(\(2, 3\), 1.5, 0\)"):
        pg.zeros(2, 3).roll(1.5, 0)


def test_there_is_nothing_to_join_in_nothing():
    for join in (pg.cat, pg.stack):
        with pytest.raises(TypeError, match="at least one"):
            join([])
