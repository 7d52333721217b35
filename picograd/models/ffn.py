"""The feed-forward language model of Bengio et al. 2003."""

from itertools import pairwise

import numpy as np

import picograd
from picograd.data import END
from picograd.models.language_model import LanguageModel, Network


class FFN(Network):
    """logits = out(tanh(hidden(…))) of the T last tokens, each as a row of C (V, E), side by side.

    L hidden layers of width D. std: of all weights but C's; by default each layer's own, 5/3 / √inputs before
    a tanh and for the logits so small that all tokens begin nearly equally likely. Biases begin at 0.
    """

    def __init__(self, vocabulary, T=3, E=10, D=200, L=1, bias=True, std=None):
        super().__init__()
        nn = picograd.nn
        self.vocabulary, self.window = vocabulary, T
        self.C = nn.Embedding(len(vocabulary), E)
        self.hidden = nn.ModuleList([nn.Linear(n, m, bias) for n, m in pairwise([T * E] + L * [D])])
        self.out = nn.Linear(D, len(vocabulary), bias)
        for layer in (*self.hidden, self.out):
            own = 0.01 if layer is self.out else 5 / 3 / layer.in_features**0.5
            nn.init.normal_(layer.weight, std=own if std is None else std)
            if bias:
                nn.init.zeros_(layer.bias)

    def forward(self, tokens_BT):
        """logits_BV: scores for the token after each window of T tokens."""
        X_BN = self.C(tokens_BT).flatten(1)
        for layer in self.hidden:
            X_BN = picograd.tanh(layer(X_BN))
        return self.out(X_BN)

    def step(self, tokens_BT, memory=None):
        return self(tokens_BT).unsqueeze(1), None

    def next_pmfs(self, contexts, memory=None):
        T = self.window
        windows = np.array([((END,) * T + context)[len(context) :] for context in contexts], np.int64)
        return self._pmfs(windows.reshape(-1, T))[0][:, 0], None

    pmfs = LanguageModel.pmfs  # a window for each token
