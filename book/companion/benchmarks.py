"""picograd beside its peers, as `make bench` has measured and recorded it."""

import json

from companion.leaderboard import RESULTS, ResultError
from companion.tables import Table

FILE = RESULTS / "bench.json"
HEADERS = ["ms a step", "picograd", "torch", "autograd", "tinygrad", "micrograd", "ratio", "floor"]


def cells(row):
    """A row of the table: the job, the times, the ratio to PyTorch, the floor and whether it is kept."""
    found = [row["peers"].get(peer, {}) for peer in HEADERS[1:-2]]
    times = [f"{x['median']:.3g}" if "median" in x else "–" for x in found]
    ratio = found[0].get("ratio")
    return [row["job"], *times, spread(ratio), floor(row, ratio)]


def spread(ratio):
    """The median and half the distance of the quartiles."""
    if ratio is None:
        return ""
    return f"{ratio['median']:.2f}\u00a0±\u00a0{(ratio['high'] - ratio['low']) / 2:.2f}"


def floor(row, ratio):
    if row["floor"] is None:
        return ""
    missed = ratio is not None and ratio["median"] > row["floor"]
    return f"{'>' if missed else '≤'}\u00a0{row['floor']:.2f}"


def benchmarks():
    """The jobs, each in every library that has it."""
    return Table(HEADERS, [cells(row) for row in _recorded()["rows"] if row["flops"] is None])


def growth():
    """Steps of a GPT as T and D double: what has to be multiplied, and how much of it a second holds."""
    rows = []
    for row in _recorded()["rows"]:
        if row["flops"] is not None:
            times = [row["peers"][peer]["median"] for peer in ("picograd", "torch")]
            speeds = [f"{row['flops'] / ms / 1e6:.1f}" for ms in times]
            numbers = [f"{row['flops'] / 1e6:,.0f}", *(f"{ms:.3g}" for ms in times), *speeds]
            rows.append([row["job"], *numbers])
    return Table(["GPT", "MFLOP", "picograd, ms", "torch, ms", "picograd, GFLOP/s", "torch, GFLOP/s"], rows)


def left_out():
    """{(library, why): jobs}: what the dashes stand for."""
    found = {}
    for row in _recorded()["rows"]:
        for peer, x in row["peers"].items():
            if "missing" in x and row["flops"] is None:
                found.setdefault((peer, x["missing"]), []).append(row["job"])
    return found


def bench_machine():
    """A line about the machine, and one about the versions."""
    document = _recorded()
    said = "{cpu}, one of {cores} cores, Python {python}, numpy {numpy}".format(**document["measured_on"])
    return "\n".join([said, ", ".join(f"{peer} {version}" for peer, version in document["versions"].items())])


def _recorded():
    if not FILE.exists():
        raise ResultError("no benchmarks are stored: `make bench` measures and records them")
    return json.loads(FILE.read_text(encoding="utf-8"))
