"""What the chapters import: data, contract, checks, charts, explorables, tables, leaderboard, weights."""

from importlib import import_module

from companion.bands import BandError, in_band
from companion.benchmarks import bench_machine, benchmarks, growth, left_out
from companion.check import check
from companion.contract import LanguageModel
from companion.contract_check import ContractError, check_is_language_model
from companion.data import load, sonnets
from companion.leaderboard import ResultError, evaluate, leaderboard, machines, standings, tie
from companion.notation import colour_key, dimension_key
from companion.space import SpaceError, check_is_probability_space
from companion.tables import Table
from companion.weights import keep, stored, trained

_DRAWN = {                                                       # they wait for matplotlib
    **dict.fromkeys(("Chart", "event_chart", "heat_map", "line_chart", "measure_chart", "pmf_chart",
                   "scatter_loglog"), "charts"),
    **dict.fromkeys(("mirror_chart", "palette", "product_chart", "secants_chart", "standings_chart"),
                    "figures"),
    **dict.fromkeys(("balance_chart", "cdf_chart", "push_chart", "shrinking_bins", "tail_chart",
                   "update_chart"), "distributions"),
    **dict.fromkeys(("curve_chart", "dots_chart", "surprise_chart"), "freshness"),
    **dict.fromkeys(("EventMap", "PairMap", "Sampler", "SurpriseStrip"), "widgets"),
    "row_square_cube": "cube",
}

__all__ = [
    "BandError", "ContractError", "LanguageModel", "ResultError", "SpaceError", "Table", "bench_machine",
    "benchmarks", "check", "check_is_language_model", "check_is_probability_space", "colour_key",
    "dimension_key", "evaluate", "growth", "in_band", "keep", "leaderboard", "left_out", "load", "machines",
    "sonnets", "standings", "stored", "tie", "trained",
    *_DRAWN,
]


def __getattr__(name):
    if name in _DRAWN:
        return getattr(import_module(f"companion.{_DRAWN[name]}"), name)
    raise AttributeError(f"module 'companion' has no attribute {name!r}")
