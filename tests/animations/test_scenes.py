"""Every scene, its plays skipped to their ends: nothing leaves, overlaps, is tiny or invents a number."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from animations.manifest import SCENES

pytestmark = pytest.mark.scenes
ROOT = Path(__file__).resolve().parents[2]
LONGEST = 45  # seconds
FINAL = {  # what must be in the last frame, as it is written there
    "Counting": ["what came after n", "Counting is a stamp", "makes it a PMF.", "sum", "the next letter"],
}


@pytest.fixture(scope="module")
def watch(tmp_path_factory):
    """(scene, faults, numbers seen) of a scene by name, run once."""
    from animations import render
    from tests.animations import stage

    done = {}

    def run(name):
        if name not in done:
            done[name] = stage.watched(render.scene_class(name), tmp_path_factory.mktemp(name))
        return done[name]

    return run


@pytest.fixture
def planted(tmp_path):
    """The faults of a scene that is given as its construct()."""
    from animations.theme import BookScene
    from tests.animations import stage

    def run(construct):
        members = {"construct": construct, "numbers": lambda self: {"count": 207}}
        scene = type("Planted", (BookScene,), members)
        return [what for _, what in stage.watched(scene, tmp_path)[1]]

    return run


@pytest.mark.parametrize("name", SCENES)
def test_after_every_play_all_is_in_its_place(watch, name):
    _, log, seen = watch(name)
    assert len(seen) > 3
    assert not log, "\n".join(f"{seconds:6.2f} s  {fault}" for seconds, fault in log[:20])


@pytest.mark.parametrize("name", SCENES)
def test_the_last_frame_holds_what_the_film_ends_on(watch, name):
    from tests.animations import stage

    scene, _, _ = watch(name)
    words = [stage.wording(p) for mobject in scene.mobjects for p in stage.type_in(mobject)]
    assert [word for word in FINAL[name] if word not in words] == []
    paper = scene.picture[0, 0, :3].astype(int)
    ink = (np.abs(scene.picture[..., :3].astype(int) - paper).sum(axis=-1) > 30).mean()
    assert 0.01 < ink < 0.9


@pytest.mark.parametrize("name", SCENES)
def test_the_words_on_the_last_frame_state_the_claim(watch, name):
    from tests.animations import stage

    scene, _, _ = watch(name)
    words = " ".join(stage.wording(line) for line in scene.stated)
    assert words == scene.claim == scene.beats[-1]["caption"]


@pytest.mark.parametrize("name", SCENES)
def test_captions_are_in_order_and_cover_the_film(watch, name):
    scene, _, _ = watch(name)
    cues = scene.renderer.file_writer.subcaptions
    assert [cue.content for cue in cues] == [beat["caption"] for beat in scene.beats]
    edges = [(cue.start.total_seconds(), cue.end.total_seconds()) for cue in cues]
    assert edges[0][0] == 0 and edges[-1][1] == pytest.approx(scene.renderer.time, abs=0.01)
    for (_, end), (start, _) in zip(edges, edges[1:], strict=False):
        assert start == pytest.approx(end, abs=0.01)
    assert all(len(cue.content) <= 90 for cue in cues)
    assert all((end - start) * 20 >= len(cue.content) for (start, end), cue in zip(edges, cues, strict=True))
    assert scene.renderer.time <= LONGEST


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_names_no_colour_and_no_number_that_was_measured(name):
    text = (ROOT / "animations" / f"{SCENES[name]}.py").read_text()
    assert not re.search(r"#[0-9a-fA-F]{6}|\b(?:RED|BLUE|GREEN|YELLOW|WHITE|BLACK|GREY|GRAY)\b", text)
    assert not re.findall(r"(?<![\w.])\d{1,3}(?:[,_]\d{3})+|(?<![\w.])\d{3,}|0\.\d{3,}", text)


def test_the_table_of_counting_ends_as_the_names_say(watch):
    from tests.animations import stage

    scene, _, seen = watch("Counting")
    names = (ROOT / "data/names.txt").read_text().split()
    pair = Counter(two for name in names for two in zip("." + name, name + ".", strict=True))
    expected = []
    for a in ".aemn":
        row = [pair[a, b] for b in ".aemn"]
        total = sum(n for (first, _), n in pair.items() if first == a)
        expected.append([f"{n / total:.3f}" if n else "·" for n in [*row, total - sum(row)]])
    shown = [[stage.wording(n[0]) for n in scene.table.row(i)[1]] for i in range(5)]
    assert shown == expected
    assert [stage.wording(n[0]) for n in scene.bars.numbers] == expected[4]
    assert [stage.wording(n[0]) for n in scene.sums] == ["1"] * 5
    assert any({f"{len(names):,}", f"{pair['n', '.']:,}"} <= set(figures) for _, figures in seen)


def test_counting_grows_one_cell_by_one_at_each_step():
    from animations import numbers

    shown, table = numbers.counting(), Counter()
    text = "".join(f".{name}." for name in shown["slow"]).replace("..", ". .")
    pairs = [(a, b) for word in text.split() for a, b in zip(word, word[1:], strict=False)]
    assert len(pairs) == len(shown["steps"])
    for (a, b), (i, j, *counted) in zip(pairs, shown["steps"], strict=True):
        table[a, b] += 1
        assert (shown["letters"][i], shown["letters"][j], *counted) == (a, b, table[a, b], table.total())


def test_the_table_of_counting_only_grows():
    from animations import numbers

    shown, begun = numbers.counting(), Counter()
    for i, j, count, _ in shown["steps"]:
        begun[i, j] = count
    before = [[begun[i, j] for j in range(6)] for i in range(5)]
    for after in shown["tables"]:
        assert all(x <= y for rows in zip(before, after, strict=True) for x, y in zip(*rows, strict=True))
        before = after


def test_a_piece_outside_the_safe_frame_is_caught(planted):
    from manim import FadeIn

    from animations.theme import text

    def construct(self):
        self.play(FadeIn(text("207").move_to([6.8, 0, 0])))

    assert "'207' leaves the safe frame" in planted(construct)


def test_type_over_type_is_caught(planted):
    from manim import FadeIn

    from animations.theme import text

    def construct(self):
        self.play(FadeIn(text("one thing"), text("another").shift([0.3, 0.1, 0])))

    assert planted(construct) == ["'one thing' overlaps 'another'"]


def test_a_number_that_was_never_computed_is_caught(planted):
    from manim import FadeIn

    from animations.pieces import Number

    def construct(self):
        number = Number(207, [0, 0, 0], 0.5)
        self.play(FadeIn(number))
        number.show(208)
        self.wait(1)

    assert planted(construct) == ["208 was never computed"]


def test_tiny_type_is_caught(planted):
    from manim import FadeIn

    from animations.theme import text

    def construct(self):
        self.play(FadeIn(text("small print", em=0.3)))

    assert planted(construct) == ["'small print' is smaller than 0.36"]


def test_nothing_wrong_is_found_where_nothing_is_wrong(planted):
    from manim import FadeIn

    from animations.theme import text

    def construct(self):
        self.play(FadeIn(text("207 of them")))

    assert planted(construct) == []
