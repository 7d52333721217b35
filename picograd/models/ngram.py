"""Counts of n tokens in a row, smoothed."""

import numpy as np

from picograd.data import END, windows
from picograd.models.language_model import LanguageModel


class NGram(LanguageModel):
    """P(b | u) = (C_ub + k · P(b | v)) / (N_u + k), from the counts C_ub of b after u, the last n − 1 tokens.

    With `k`, v is u without its first token, smoothed in the same way (MacKay and Peto 1995). With `alpha`
    every count is α higher: k is α · V and P(· | v) uniform. Before the first token stand end marks.
    """

    def __init__(self, vocabulary, n, *, alpha=None, k=None):
        if (alpha is None) == (k is None) or not (alpha or k or 0) >= 0 or n < 1:
            raise ValueError(f"NGram: n ≥ 1 and one of alpha and k, not n={n}, alpha={alpha}, k={k}")
        if len(vocabulary) ** n >= 2**63:
            raise ValueError(f"NGram: {n} tokens of {len(vocabulary)} do not fit into a number of 64 bits")
        self.vocabulary, self.n = vocabulary, n
        self.k = alpha * len(vocabulary) if k is None else k
        # {order: (n-grams as numbers of base V, rising; how often each was seen)}
        self.counts = dict.fromkeys([n] if k is None else range(1, n + 1), (np.zeros(1, np.int64),) * 2)

    def fit(self, texts):
        """Count the texts, given without end marks, in place of those before. Returns the model."""
        contexts_NT, next_N = windows([self.encode(text) for text in texts], self.n - 1)
        grams_NM = np.column_stack([contexts_NT.numpy(), next_N.numpy()])
        for m in self.counts:
            self.counts[m] = np.unique(self._numbers(grams_NM[:, self.n - m :]), return_counts=True)
        return self

    def pmf(self, context):
        return self.next_pmfs([self.encode(context)])[0][0]

    def next_pmfs(self, contexts, memory=None):
        T = self.n - 1
        before_NT = np.array([((END,) * T + context)[len(context) :] for context in contexts], np.int64)
        before_NT = before_NT.reshape(len(contexts), T)
        p_NV = np.full((len(contexts), self.V), 1 / self.V)
        for m, (grams, counts) in self.counts.items():
            wanted_NV = self._numbers(before_NT[:, self.n - m :])[:, None] * self.V + np.arange(self.V)
            at_NV = np.searchsorted(grams, wanted_NV).clip(max=len(grams) - 1)
            C_NV = np.where(grams[at_NV] == wanted_NV, counts[at_NV], 0)
            visits_N1 = C_NV.sum(axis=1, keepdims=True) + self.k
            if not visits_N1.all():
                never = self.decode(before_NT[visits_N1.argmin()])
                raise ValueError(f"NGram: {never!r} was never seen, and without smoothing has no PMF")
            p_NV = (C_NV + self.k * p_NV) / visits_N1
        return p_NV, None

    def _numbers(self, rows_NM):
        """Each row as one number, its tokens being digits of base V."""
        return rows_NM @ self.V ** np.arange(rows_NM.shape[1] - 1, -1, -1)
