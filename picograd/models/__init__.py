"""Language models that answer the same questions, written on picograd as any reader could.

What they take from PyTorch's names they write as `picograd.…`, so each runs on PyTorch too: `import torch as
picograd` in place of `import picograd`, in the file and in language_model.py.
"""

from picograd.models.ffn import FFN
from picograd.models.gpt import GPT, GPTConfig
from picograd.models.language_model import LanguageModel, Network
from picograd.models.ngram import NGram
from picograd.models.rnn import Recurrent

__all__ = ["FFN", "GPT", "GPTConfig", "LanguageModel", "NGram", "Network", "Recurrent"]
