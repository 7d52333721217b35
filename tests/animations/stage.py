"""What a scene shows after each play: its type, its outlines, what is wrong with them."""

import re
from itertools import combinations

from manim import MathTypst, Text

from animations import render, theme

TOLERANCE = 0.02  # frame units by which outlines may touch
FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")


def visible(mobject):
    return any(
        part.get_fill_opacity() > 0.05 or (part.get_stroke_opacity() > 0.05 and part.get_stroke_width() > 0)
        for part in mobject.family_members_with_points()
    )


def type_in(mobject):
    """All visible pieces of type in a mobject."""
    if isinstance(mobject, Text | MathTypst):
        return [mobject] if visible(mobject) else []
    return [found for part in mobject.submobjects for found in type_in(part)]


def wording(piece):
    return piece.original_text if isinstance(piece, Text) else piece.typst_code


def outline(mobject):
    return mobject.get_left()[0], mobject.get_bottom()[1], mobject.get_right()[0], mobject.get_top()[1]


def figures_on(scene):
    """Every number that stands on the screen, as it is written there."""
    pieces = (piece for mobject in scene.mobjects for piece in type_in(mobject))
    return [found for piece in pieces for found in FIGURE.findall(wording(piece))]


def written(value):
    """All the ways in which a film writes the numbers of a nested value."""
    if isinstance(value, dict):
        return written(list(value.values()))
    if isinstance(value, list | tuple):
        return set().union(*map(written, value)) if value else set()
    if isinstance(value, float):
        return {f"{value:.3f}"}
    return {f"{value:,}"} if isinstance(value, int) else set()


def leaves_the_frame(mobject):
    left, bottom, right, top = outline(mobject)
    safe = theme.safe_frame()
    return (
        min(left - safe[0], bottom - safe[1]) < -TOLERANCE
        or max(right - safe[2], top - safe[3]) > TOLERANCE
    )  # fmt: skip


def overlap(a, b):
    return all(min(a[k + 2], b[k + 2]) - max(a[k], b[k]) > TOLERANCE for k in (0, 1))


def faults(scene, allowed):
    """One line for each thing that is wrong with what stands on the screen now."""
    outside = [mobject for mobject in scene.mobjects if leaves_the_frame(mobject)]
    suspects = [part for mobject in outside for part in mobject.family_members_with_points()]
    found = ["something leaves the safe frame" for p in suspects if visible(p) and leaves_the_frame(p)][:1]
    pieces = [piece for mobject in scene.mobjects for piece in type_in(mobject)]
    found += [f"{wording(p)!r} leaves the safe frame" for p in pieces if leaves_the_frame(p)]
    placed = [(piece, outline(piece)) for piece in pieces]
    for (one, its), (other, others) in combinations(placed, 2):
        if overlap(its, others):
            found.append(f"{wording(one)!r} overlaps {wording(other)!r}")
    for piece in pieces:
        if isinstance(piece, Text) and piece.em < theme.SMALLEST - 1e-6:
            found.append(f"{wording(piece)!r} is smaller than {theme.SMALLEST}")
    found += [f"{figure} was never computed" for figure in figures_on(scene) if figure not in allowed]
    return found


def watched(scene_class, folder, colours="dark"):
    """Run a scene, each play skipped to its end: (the scene, faults as (seconds, what), numbers seen)."""
    seen, log = [], []

    class Watched(scene_class):
        def play(self, *arguments, **keywords):
            super().play(*arguments, **keywords)
            time = round(self.renderer.time, 2)
            log.extend((time, fault) for fault in faults(self, allowed))
            seen.append((time, figures_on(self)))

    with render.settings(folder, "low", save_last_frame=True, format="png"):
        theme.use(colours)
        scene = Watched()
        allowed = written(scene.numbers()) | {"1"}
        scene.render()
        scene.picture = scene.renderer.get_frame()
    return scene, log, seen
