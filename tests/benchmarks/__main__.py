"""Measure picograd beside its peers: `make bench`, or `.venv-bench/bin/python -m tests.benchmarks`.

All jobs together are recorded in book/results/bench.json; some of them (--only) are just printed.
"""

import argparse
import sys
from importlib.metadata import PackageNotFoundError, version

from companion.leaderboard import RESULTS, machine, write_json

from tests.benchmarks.jobs import JOBS, PEERS
from tests.benchmarks.measure import measure


def cells(row):
    """A row of the table, as text: the job, times in ms, the ratio and its quartiles, the floor."""
    found = [row["peers"].get(peer, {}) for peer in PEERS]
    times = [f"{x['median']:.3g}" if "median" in x else "–" for x in found]
    ratio = found[0].get("ratio")
    said = "" if ratio is None else "{median:.2f} ({low:.2f}–{high:.2f})".format(**ratio)
    floor = "" if row["floor"] is None else f"≤ {row['floor']:g}"
    return [row["job"], *times, said, floor, "" if held(row) else "missed"]


def held(row):
    """Whether picograd keeps the floor of this row, so far as it has one."""
    ratio = row["peers"].get("picograd", {}).get("ratio")
    return ratio is None or row["floor"] is None or ratio["median"] <= row["floor"]


def line(texts, widths=(42, 9, 9, 9, 9, 9, 19, 7, 6)):
    return "  ".join(
        text.rjust(n) if column else text.ljust(n)
        for column, (text, n) in enumerate(zip(texts, widths, strict=True))
    ).rstrip()


def installed():
    """The version of every library that is there."""
    found = {}
    for peer in PEERS:
        try:
            found[peer] = version(peer)
        except PackageNotFoundError:
            continue
    return found


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", default="", help="jobs whose names contain this")
    parser.add_argument("--peers", default=",".join(PEERS), help="libraries, with commas between them")
    parser.add_argument("--rounds", type=int, default=21, help="how many times the libraries take turns")
    parser.add_argument("--seconds", type=float, default=0.15, help="how long a turn is, about")
    options = parser.parse_args()
    jobs, peers = [job for job in JOBS if options.only in job.name], options.peers.split(",")
    if not jobs or set(peers) - set(PEERS):
        parser.error(f"jobs: {', '.join(job.name for job in JOBS)}; libraries: {', '.join(PEERS)}")

    print(line(["ms of processor time for a step", *PEERS, "picograd ÷ torch", "floor", ""]))
    rows, failures = [], []
    for job in jobs:
        try:
            found = measure(job, peers, options.rounds, options.seconds)
        except RuntimeError as error:
            failures.append(f"{error}")
            continue
        rows.append({"job": job.name, "floor": job.floor, **found})
        print(line(cells(rows[-1])), flush=True)
    if failures:
        sys.exit("\n".join(["benchmarks: nothing was recorded", *failures]))
    if jobs == JOBS and peers == list(PEERS):
        document = {"measured_on": {**machine(), "threads": "1"}, "versions": installed(), "rows": rows}
        write_json(RESULTS / "bench.json", document)


if __name__ == "__main__":
    main()
