"""Turn what mystmd built into a static site. mystmd runs this (template.yml), and so does book/build.py.

BUILD_DIRECTORY   where the site goes; it is replaced only when every page is sound
SITE_DIRECTORY    where mystmd left its content; by default the folder `site` beside BUILD_DIRECTORY
CHECK_ONLY        if set, nothing is written
BASE_URL          the path under which the site will stand, for 404.html alone; by default /
LIVE_FOLDER       what book/live/assemble.py made; without it no cell runs, and LIVE_REASON says why

Prints one line a problem, `file:line: message`, and exits with 1 if there are any.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from rendering.live import Live  # noqa: E402
from rendering.site import Site  # noqa: E402
from rendering.write import write_site  # noqa: E402


def main():
    out = Path(os.environ["BUILD_DIRECTORY"])
    site = Site(Path(os.environ.get("SITE_DIRECTORY") or out.parent / "site"))
    base, live = os.environ.get("BASE_URL") or "/", Live.from_environment()
    write_site(site, None if os.environ.get("CHECK_ONLY") else out, base, live)
    for problem in site.problems.sorted():
        print(problem, file=sys.stderr)
    return 1 if site.problems.found else 0


if __name__ == "__main__":
    sys.exit(main())
