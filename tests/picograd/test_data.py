"""data.py: contexts, targets and batches, written out by hand and counted."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import picograd as pg
from picograd import data

EMMA, AVA = (5, 13, 13, 1), (1, 22, 1)
SEQUENCES = st.lists(st.lists(st.integers(1, 26), max_size=6), max_size=5)


def test_windows_of_three_letters_by_hand():
    X_NT, y_N = data.windows([EMMA, (1,)], 3)
    assert X_NT.tolist() == [
        [0, 0, 0], [0, 0, 5], [0, 5, 13], [5, 13, 13], [13, 13, 1],
        [0, 0, 0], [0, 0, 1],
    ]  # fmt: skip
    assert y_N.tolist() == [5, 13, 13, 1, 0, 1, 0] and X_NT.dtype == y_N.dtype == pg.int64


@given(SEQUENCES, st.integers(0, 4))
def test_windows_are_what_a_loop_would_collect(sequences, T):
    expected = []
    for sequence in sequences:
        context = [0] * T
        for token in [*sequence, 0]:
            expected.append((context, token))
            context = [*context, token][1:] if T else []
    X_NT, y_N = data.windows(sequences, T)
    assert (
        X_NT.shape == (len(expected), T) and list(zip(X_NT.tolist(), y_N.tolist(), strict=True)) == expected
    )


def test_padded_by_hand():
    X_BT, Y_BT = data.padded([EMMA, (1,)])
    assert X_BT.tolist() == [[0, 5, 13, 13, 1], [0, 1, 0, 0, 0]]
    assert Y_BT.tolist() == [[5, 13, 13, 1, 0], [1, 0, -100, -100, -100]]
    assert data.padded([(1,), ()], ignore_index=-1)[1].tolist() == [[1, 0], [0, -1]]


@given(SEQUENCES)
def test_the_loss_of_padded_sequences_is_the_mean_over_their_tokens(sequences):
    X_BT, Y_BT = data.padded(sequences)
    assert X_BT.shape == Y_BT.shape == (len(sequences), max(map(len, sequences), default=0) + 1)
    for x_T, y_T, s in zip(X_BT.tolist(), Y_BT.tolist(), sequences, strict=True):
        n = len(s) + 1
        assert (x_T[:n], y_T[:n]) == ([0, *s], [*s, 0])
        assert set(x_T[n:]) <= {0} and set(y_T[n:]) <= {-100}


def test_random_chunks_begin_everywhere_equally_often_and_as_the_seed_says():
    text = np.arange(7)
    g = pg.Generator().manual_seed(1)
    X_BT, Y_BT = data.random_chunks(text, 3, 4000, generator=g)
    assert X_BT.shape == (4000, 3) and (Y_BT == X_BT + 1).all() and (X_BT[:, 1:] == X_BT[:, :-1] + 1).all()
    starts = Counter(X_BT[:, 0].tolist())
    assert sorted(starts) == [0, 1, 2, 3] and min(starts.values()) > 900
    again = data.random_chunks(text, 3, 4000, generator=pg.Generator().manual_seed(1))
    assert again[0].tolist() == X_BT.tolist()
    assert data.random_chunks(range(4), 3, 2)[0].tolist() == [[0, 1, 2]] * 2


@pytest.mark.parametrize("N", [0, 1, 5, 6, 7])
@pytest.mark.parametrize("shuffle", [False, True])
def test_an_epoch_is_every_example_once_with_its_target(N, shuffle):
    X, y = pg.arange(2 * N).reshape(N, 2), pg.arange(N)
    batches = data.Batches(X, y, batch_size=3, shuffle=shuffle)
    found = list(batches)
    assert len(found) == len(batches) == -(-N // 3)
    assert all((X_b[:, 0] == 2 * y_b).all() and X_b.shape[1] == 2 for X_b, y_b in found)
    rows = [k for _, y_b in found for k in y_b.tolist()]
    assert len(set(rows)) == len(rows) == N
    if not shuffle:
        assert rows == sorted(rows)


def test_epochs_are_shuffled_anew_and_a_seed_repeats_them():
    def epochs(seed):
        batches = data.Batches(pg.arange(100), batch_size=10, generator=pg.Generator().manual_seed(seed))
        return [[k for (x,) in batches for k in x.tolist()] for _ in range(2)]

    first, second = epochs(1)
    assert first != second and first != list(range(100)) and epochs(1) == [first, second] != epochs(2)


def test_without_shuffling_no_random_number_is_drawn():
    g = pg.Generator().manual_seed(1)
    list(data.Batches(pg.arange(9), batch_size=2, shuffle=False, generator=g))
    assert pg.rand(1, generator=g).item() == pg.rand(1, generator=pg.Generator().manual_seed(1)).item()


def test_every_order_is_equally_likely():
    g = pg.Generator().manual_seed(3)
    batches = data.Batches(pg.arange(3), batch_size=3, generator=g)
    orders = Counter(tuple(x.tolist()) for _ in range(1200) for (x,) in batches)
    assert len(orders) == 6 and min(orders.values()) > 150


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: data.windows([EMMA], -1), ValueError, "T is -1; it must be at least 0"),
        (lambda: data.windows(["emma"], 3), TypeError, "'str' object cannot be interpreted as an integer"),
        (lambda: data.windows([[1.5]], 3), TypeError, "'float' object cannot be interpreted as an integer"),
        (lambda: data.windows([(1, 0)], 3), ValueError, "a sequence holds the end mark"),
        (lambda: data.padded([(1, -1)]), ValueError, "a token is negative"),
        (lambda: data.random_chunks(range(3), 3, 1), ValueError, "random_chunks: 3 tokens, T = 3,"),
        (lambda: data.random_chunks(range(3), 0, 1), ValueError, "T = 0, batch_size = 1; all at least 1"),
        (
            lambda: data.random_chunks([[1, 2]], 1, 1),
            TypeError,
            r"one row of whole numbers, not int64 of shape \(1, 2\)",
        ),
        (lambda: data.random_chunks("text", 1, 1), TypeError, "one row of whole numbers"),
        (lambda: data.random_chunks([1.0, 2.0], 1, 1), TypeError, "one row of whole numbers, not float64"),
        (lambda: data.random_chunks(range(9), 3, 0), ValueError, "batch_size = 0"),
        (lambda: data.Batches(pg.ones(2), pg.ones(3), batch_size=1), ValueError, r"tensors of \[2, 3\] rows"),
        (lambda: data.Batches(batch_size=1), ValueError, r"tensors of \[\] rows"),
        (lambda: data.Batches(pg.ones(2), batch_size=0), ValueError, "rows, 0 at a time; .* at least 1"),
    ],
)
def test_what_does_not_fit_is_named(call, kind, message):
    with pytest.raises(kind, match=message):
        call()
