"""What the chapters import: data, contract, checks, charts, explorables, tables, leaderboard, weights."""

from importlib import import_module

from companion.bands import BandError, in_band
from companion.check import check
from companion.contract import LanguageModel
from companion.contract_check import ContractError, check_is_language_model
from companion.data import load, sonnets
from companion.leaderboard import ResultError, evaluate, leaderboard, tie
from companion.tables import Table
from companion.weights import keep, stored, trained

_DRAWN = {                                                       # they wait for matplotlib
    **dict.fromkeys(("Chart", "heat_map", "line_chart", "pmf_chart", "scatter_loglog"), "charts"),
    **dict.fromkeys(("curve_chart", "dots_chart", "surprise_chart"), "charts"),
    **dict.fromkeys(("PairMap", "Sampler", "SurpriseStrip"), "widgets"),
}

__all__ = [
    "BandError", "ContractError", "LanguageModel", "ResultError", "Table", "check", "check_is_language_model",
    "evaluate", "in_band", "keep", "leaderboard", "load", "sonnets", "stored", "tie", "trained", *_DRAWN,
]


def __getattr__(name):
    if name in _DRAWN:
        return getattr(import_module(f"companion.{_DRAWN[name]}"), name)
    raise AttributeError(f"module 'companion' has no attribute {name!r}")
