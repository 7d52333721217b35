"""Recurrent networks: RNN, GRU and LSTM for whole sequences, and, with Cell in the name, for one moment.

Parameters have PyTorch's names, shapes and order of gates, and begin uniform between ±1 / √hidden_size. What
the inputs contribute is one product for all times; the loop over time is one operation, ops.fused.recurrence.
"""

from picograd import functional as F
from picograd.creation import zeros
from picograd.nn import init
from picograd.nn.module import Module, Parameter
from picograd.ops.fused import CELLS, recurrence
from picograd.ops.movement import cat, stack
from picograd.shapes import ShapeError

__all__ = ["GRU", "GRUCell", "LSTM", "LSTMCell", "RNN", "RNNCell"]


class _Recurrent(Module):
    """Layers of cells of one kind, a key of CELLS. The parameters of a layer end in its suffix."""

    def _begin(self, input_size, hidden_size, bias, dtype, suffixes=("",)):
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        M = CELLS[self.kind].gates * hidden_size
        for suffix in suffixes:
            shapes = {"weight_ih": (M, input_size), "weight_hh": (M, hidden_size)}
            shapes |= {"bias_ih": (M,), "bias_hh": (M,)} if bias else {}
            for name, shape in shapes.items():
                setattr(self, name + suffix, Parameter(zeros(shape, dtype=dtype)))
            input_size = hidden_size
        init.begin_(self, self.hidden_size)

    def _first(self, hx, shape, dtype):
        """The states to begin with, zeros if none are given; the two of an LSTM side by side."""
        shape = (*shape, CELLS[self.kind].numbers * self.hidden_size)
        s = zeros(shape, dtype=dtype) if hx is None else cat(hx, -1) if isinstance(hx, (tuple, list)) else hx
        if s.shape != shape:
            raise ShapeError(f"{type(self).__name__}: the states to begin with are {s.shape}, not {shape}")
        return s

    def _all(self, x_TBM, s_BN, suffix=""):
        """The states of one layer at all times."""
        names = ("weight_ih", "bias_ih", "weight_hh", "bias_hh")
        W_ih, b_ih, W_hh, b_hh = (getattr(self, name + suffix, None) for name in names)
        return recurrence(F.linear(x_TBM, W_ih, b_ih), s_BN, W_hh, b_hh, cell=self.kind)

    def _apart(self, s):
        """States as they are given out: those of an LSTM as a pair."""
        D = self.hidden_size
        return (s[..., :D], s[..., D:]) if self.kind == "lstm" else s

    def extra_repr(self):
        usual = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0}
        own = ((name, getattr(self, name, value), value) for name, value in usual.items())
        options = "".join(f", {name}={value}" for name, value, default in own if value != default)
        return f"{self.input_size}, {self.hidden_size}{options}"


class _Layers(_Recurrent):
    """Layers over each other: each reads the hidden states of the one below, with dropout in between."""

    # What follows num_layers is named, for in PyTorch its order differs: an RNN has its non-linearity there.
    def __init__(self, input_size, hidden_size, num_layers=1, *, bias=True, batch_first=False, dropout=0.0,
                 dtype=None):  # fmt: skip
        self.num_layers, self.batch_first, self.dropout = num_layers, batch_first, dropout
        self._begin(input_size, hidden_size, bias, dtype, [f"_l{i}" for i in range(num_layers)])

    def forward(self, input, hx=None):
        """(output, state): hidden states of the last layer at all times, and states of all layers at the end.

        The input is (T, B, input_size), with batch_first (B, T, input_size), without a batch
        (T, input_size), and the output as well, with hidden_size. The states to begin with, hx, and those at
        the end are (num_layers, B, hidden_size), without a batch (num_layers, hidden_size); an LSTM has pairs
        of them, (h, c).
        """
        if input.ndim not in (2, 3) or 0 in input.shape:
            raise ShapeError(f"{type(self).__name__}: {input.shape} is neither one sequence nor several")
        alone, D = input.ndim == 2, self.hidden_size
        x_TBM = input.unsqueeze(1) if alone else input.transpose(0, 1) if self.batch_first else input
        lead = (self.num_layers,) if alone else (self.num_layers, x_TBM.shape[1])
        first, last = self._first(hx, lead, input.dtype), []
        for i in range(self.num_layers):
            x_TBM = F.dropout(x_TBM, self.dropout, self.training and i > 0)
            states_TBN = self._all(x_TBM, first[i].reshape(x_TBM.shape[1], -1), f"_l{i}")
            x_TBM = states_TBN[..., :D] if self.kind == "lstm" else states_TBN
            last.append(states_TBN[-1])
        s_LBN = stack(last)
        if alone:
            return x_TBM.squeeze(1), self._apart(s_LBN.squeeze(1))
        return x_TBM.transpose(0, 1) if self.batch_first else x_TBM, self._apart(s_LBN)


class RNN(_Layers):
    """h′ = tanh(W_ih x + b_ih + W_hh h + b_hh)."""

    kind = "tanh"


class GRU(_Layers):
    """h′ = (1 − z) n + z h with gates r, z = sigmoid(W_ih x + b_ih + W_hh h + b_hh).

    n = tanh(W_ih x + b_ih + r (W_hh h + b_hh)). The rows of the weights are those of r, z, n in this order.
    """

    kind = "gru"


class LSTM(_Layers):
    """c′ = f c + i g and h′ = o tanh(c′) with gates i, f, o = sigmoid(W_ih x + b_ih + W_hh h + b_hh).

    g is tanh of such a sum. The rows of the weights are those of i, f, g, o in this order.
    """

    kind = "lstm"


class _Cell(_Recurrent):
    """One layer at one time."""

    def __init__(self, input_size, hidden_size, bias=True, *, dtype=None):
        self._begin(input_size, hidden_size, bias, dtype)

    def forward(self, input, hx=None):
        """The next state, (B, hidden_size), or without a batch (hidden_size,); the input is like it."""
        if input.ndim not in (1, 2):
            raise ShapeError(f"{type(self).__name__}: {input.shape} is not (B, {self.input_size})")
        s = self._first(hx, input.shape[:-1], input.dtype)
        x_1BM, s_BN = input.reshape(1, -1, input.shape[-1]), s.reshape(-1, s.shape[-1])
        return self._apart(self._all(x_1BM, s_BN).reshape(s.shape))


class RNNCell(_Cell):
    """One step of an RNN."""

    kind = "tanh"


class GRUCell(_Cell):
    """One step of a GRU."""

    kind = "gru"


class LSTMCell(_Cell):
    """One step of an LSTM: state and result are pairs (h, c)."""

    kind = "lstm"
