"""Measure picograd beside its peers: `make bench`, or `.venv-bench/bin/python -m tests.benchmarks`.

All jobs together are recorded in book/results/bench.json; some of them (--only) are just printed.
"""

import argparse
import sys
from importlib.metadata import PackageNotFoundError, version

from companion.benchmarks import FILE, HEADERS, cells
from companion.leaderboard import machine, write_json

from tests.benchmarks.jobs import JOBS, PEERS
from tests.benchmarks.measure import measure

WIDTHS = (34, 9, 9, 9, 9, 9, 12, 7)


def line(texts):
    first, *others = (text.rjust(n) for text, n in zip(texts, WIDTHS, strict=True))
    return "  ".join([first.strip().ljust(WIDTHS[0]), *others])


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

    print(line(HEADERS))
    rows, failures = [], []
    for job in jobs:
        try:
            found = measure(job, peers, options.rounds, options.seconds)
        except RuntimeError as error:
            failures.append(f"{error}")
            continue
        rows.append({"job": job.name, "floor": job.floor, "flops": job.flops(), **found})
        print(line(cells(rows[-1])), flush=True)
    if failures:
        sys.exit("\n".join(["benchmarks: nothing was recorded", *failures]))
    if jobs == JOBS and peers == list(PEERS):
        document = {"measured_on": {**machine(), "threads": "1"}, "versions": installed(), "rows": rows}
        write_json(FILE, document)
        print("benchmarks: recorded; `make notebooks NB=benchmarks` brings the page up to date")


if __name__ == "__main__":
    main()
