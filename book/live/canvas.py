"""The page's backend of matplotlib: plt.show() puts the open figures where the cell has come to."""

import sys

import matplotlib
from cycler import cycler
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_svg import FigureCanvasSVG
from rendering.figures import ROLES

STYLE = {key: value for key, value in ROLES["MATPLOTLIB"]["light"].items() if key != "font.family"}
INK = ROLES["ROLES"]["light"]["ink"]
LINES = cycler(color=[INK] * 4, linestyle=["-", "--", ":", "-."])    # a hue would say what it means
matplotlib.rcParams.update(STYLE, **{"axes.prop_cycle": LINES})


class FigureManager(FigureManagerBase):
    @classmethod
    def pyplot_show(cls, *, block=None):
        pyplot = sys.modules["matplotlib.pyplot"]
        display = sys.modules["__main__"].__dict__["display"]
        for number in pyplot.get_fignums():
            display(pyplot.figure(number))
            pyplot.close(number)


class FigureCanvas(FigureCanvasSVG):
    manager_class = FigureManager
