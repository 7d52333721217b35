"""Recurrent language models: a state that has read all that came before, instead of a window."""

import picograd
from picograd.models.language_model import Network


class Recurrent(Network):
    """logits = head(core(wte(tokens))), core being nn.RNN, nn.GRU or nn.LSTM.

    Each token is a row of wte (V, E); the core has L layers with states of width D.
    """

    def __init__(self, vocabulary, kind="LSTM", E=10, D=64, L=1):
        super().__init__()
        nn = picograd.nn
        if kind not in ("RNN", "GRU", "LSTM"):
            raise ValueError(f"Recurrent: the kinds are RNN, GRU and LSTM, not {kind!r}")
        self.vocabulary = vocabulary
        self.wte = nn.Embedding(len(vocabulary), E)
        self.core = getattr(nn, kind)(E, D, L, batch_first=True)
        self.head = nn.Linear(D, len(vocabulary))

    def step(self, tokens_BT, memory=None):
        """(logits_BTV, the state after the last token); memory: the state to begin with."""
        X_BTD, memory = self.core(self.wte(tokens_BT), memory)
        return self.head(X_BTD), memory
