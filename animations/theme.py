"""What all films share: colours by meaning, fonts, the safe frame, and a scene that is told in beats.

    class Counting(BookScene):
        def construct(self):
            self.beat("The caption of what comes next.")
            self.play(...)

`role("data")` is the colour of counts, the same as on the page; `use("light")` or `use("dark")` says which.
"""

from contextlib import ExitStack
from pathlib import Path

from companion.roles import MANIM, mix
from manim import MathTypst, Scene, Text, config, register_font

FONTS = Path(__file__).parent / "fonts"
FACES = {"sans": "Source Sans 3", "mono": "Source Code Pro"}

# In frame units: a frame is 14.2 wide and 8 high. The strip at the bottom belongs to the player's captions.
MARGIN, CAPTIONS = 0.35, 1.15
SMALLEST = 0.36  # the em of the smallest type; 9 pixels on a phone 360 pixels wide

_REGISTERED = ExitStack()
for _file in sorted(FONTS.glob("*.ttf")):
    _REGISTERED.enter_context(register_font(_file))

_colours = {}


def use(theme):
    """Choose the colours of all that is drawn from now on: "light" or "dark"."""
    _colours.update(MANIM[theme])
    config.background_color = _colours["background_color"]


def role(name, share=1.0):
    """The colour of a meaning; with a share, that much of it laid over the paper."""
    return mix(_colours[name], _colours["paper"], share)


def safe_frame():
    """(left, bottom, right, top) of what a scene may use."""
    x, y = config.frame_width / 2, config.frame_height / 2
    return -x + MARGIN, -y + CAPTIONS, x - MARGIN, y - MARGIN


def text(string, em=0.45, colour="ink", face="sans", weight="NORMAL"):
    """Type of a given em in frame units; `.em` keeps it, for the test of sizes."""
    large = 144.0  # Pango places letters on whole pixels, so it draws large and Manim scales down
    drawn = Text(string, font=FACES[face], font_size=large, color=role(colour), weight=weight)
    drawn.em = em
    return drawn.scale(em / (large / 72))


def formula(typst, size=36):
    """A formula in Typst's notation, set in the mathematics of the page."""
    return MathTypst(typst, color=role("ink"), font_size=size)


class BookScene(Scene):
    """A scene with beats: each is a caption, and a section of its own. The last caption is the claim."""

    claim = ""

    def setup(self):
        self.beats = []

    def numbers(self):
        """All that the scene shows and did not choose; the manifest keeps its hash."""
        raise NotImplementedError(f"{type(self).__name__} does not say which numbers it shows")

    def beat(self, caption):
        """Begin a beat: what is played until the next one carries this caption."""
        self._close()
        name = f"beat {len(self.beats) + 1}"
        self.beats.append({"start": round(self.renderer.time, 3), "caption": caption})
        self.next_section(name)

    def _close(self):
        if self.beats:
            start = self.beats[-1]["start"]
            seconds = self.renderer.time - start
            self.add_subcaption(self.beats[-1]["caption"], duration=seconds, offset=-seconds)
            self.beats[-1]["seconds"] = round(seconds, 3)

    def tear_down(self):
        self._close()


use("dark")
