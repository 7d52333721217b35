"""The contract of the book: what a language model is, seen from outside. contract_check.py enforces it.

The class stands in picograd, whose own models answer the same questions; here it is for the chapters.
"""

from picograd.data import END
from picograd.models.language_model import LanguageModel
from picograd.tokenize import decode, encode

__all__ = ["END", "LanguageModel", "decode", "encode"]
