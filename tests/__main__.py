"""Run everything that continuous integration runs: `.venv/bin/python -m tests`. The last line sums up."""

import argparse
import sys

from tests import stages


def chosen(known, only):
    """The stages named in "book,site"; all of them without a choice."""
    if only is None:
        return known
    names = [name.strip() for name in only.split(",") if name.strip()]
    unknown = sorted(set(names) - {stage.name for stage in known})
    if unknown or not names:
        sys.exit(
            f"tests: no stage is called {', '.join(unknown) or '“”'}; "
            f"there are: {', '.join(stage.name for stage in known)}"
        )
    return [stage for stage in known if stage.name in names]


def main(arguments=None, known=None):
    parser = argparse.ArgumentParser(prog="python -m tests", description=__doc__)
    parser.add_argument("--only", metavar="STAGES", help="names of stages, with commas between them")
    parser.add_argument("--list", action="store_true", help="name the stages and stop")
    parser.add_argument("-k", metavar="EXPRESSION", help="only tests whose names match, as in pytest")
    options = parser.parse_args(arguments)
    known = stages.all_stages() if known is None else known
    if options.list:
        print("\n".join(f"{stage.name:10} {stage.what}" for stage in known))
        return 0

    selected, more, results = chosen(known, options.only), ["-k", options.k] if options.k else [], []
    runs, why = stages.parity()
    print(f"tests: {why}", flush=True)
    if not runs and "is set" in why:
        results.append(stages.Result("parity", 0.0, stages.Count(failed=1), why))
    try:
        for stage in selected:
            print(f"\ntests: {stage.name}: {stage.what}", flush=True)
            result = stages.run(stage, more, say=lambda line: print(line, flush=True))
            results.append(result)
            print(
                f"tests: {result.name}  {result.seconds:.1f} s  {result.count}  {result.note}".rstrip(),
                flush=True,
            )
    except KeyboardInterrupt:
        sys.exit("\ntests: interrupted")
    print("\n" + stages.summary(results), flush=True)
    return 1 if any(result.count.failed for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
