"""axe-core over every page, in both themes, on a desk and on a phone: nothing serious."""

from importlib.resources import files

import pytest

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RUN = """() => axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations.map(
    v => [v.impact, v.id, v.help, v.nodes.slice(0, 3).map(n => n.html.slice(0, 200))]))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 400])
def test_axe_finds_nothing(site, visit, scheme, width):
    for name in site.pages:
        if name == "404.html":     # it names its style from the root of a host
            continue
        page = visit(name, color_scheme=scheme, viewport={"width": width, "height": 900}).page
        page.evaluate(AXE)
        assert page.evaluate(RUN) == [], name


def test_axe_finds_a_planted_fault(visit):
    page = visit("index.html").page
    page.evaluate(AXE)
    page.evaluate("document.querySelector('h1').style.color = '#bbb'")
    assert ["serious", "color-contrast"] in [found[:2] for found in page.evaluate(RUN)]
