"""Render the films: `make animations` (SCENE=Counting renders one, QUALITY=low|medium|high).

Each scene gives, into animations/rendered/, a film and a poster for either theme, one file of captions, and
an entry in manifest.json, from which a test tells whether the film is stale. Files are replaced only when all
of a scene's are there.
"""

import argparse
import importlib
import os
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
from av.video.frame import PictureType
from manim import tempconfig

from animations import theme
from animations.manifest import RENDERED, SCENES, digest, manifest, sources, write
from animations.theme import BookScene

QUALITIES = {"low": (854, 480, 15), "medium": (1280, 720, 30), "high": (1920, 1080, 60)}
LIMIT_KB = 1500


def scene_class(name):
    """The scene of that name, from the file that `SCENES` says."""
    found = getattr(importlib.import_module(f"animations.{SCENES[name]}"), name)
    assert issubclass(found, BookScene)
    return found


def settings(folder, quality, **more):
    """Manim's settings: everything into `folder`, nothing cached, nothing said but progress and errors."""
    width, height, rate = QUALITIES[quality]
    return tempconfig({
        "pixel_width": width, "pixel_height": height, "frame_rate": rate, "media_dir": str(folder),
        "disable_caching": True, "verbosity": "ERROR", "progress_bar": "none", **more,
    })  # fmt: skip


def smaller(source, target, rate, beats):
    """The film again with few key frames (Manim's has one a play) and its index in front; its seconds."""
    starts = {round(beat["start"] * rate) for beat in beats}
    with av.open(str(source)) as old, av.open(str(target), "w", options={"movflags": "+faststart"}) as new:
        quality = {"crf": "26", "preset": "medium", "tune": "animation", "g": str(10 * rate)}
        stream = new.add_stream("libx264", rate=rate, options=quality)
        size = old.streams.video[0]
        stream.width, stream.height, stream.pix_fmt = size.width, size.height, "yuv420p"
        stream.codec_context.colorspace = 6  # Manim converts by BT.601; unsaid, a browser would take BT.709
        stream.codec_context.color_range = 1
        stream.thread_count = 1  # the same bytes on every machine with the same encoder
        number = 0
        for number, frame in enumerate(old.decode(video=0), start=1):
            still = frame.reformat(format="yuv420p")
            still.pts, still.time_base = number - 1, Fraction(1, rate)
            still.pict_type = PictureType.I if number - 1 in starts else PictureType.NONE  # beats are sought
            new.mux(stream.encode(still))
        new.mux(stream.encode())
    return number / rate


def last_frame(film):
    with av.open(str(film)) as container:
        *_, last = (frame for frame in container.decode(video=0))
    return last.to_image()


def stamp(seconds):
    """Seconds as WebVTT writes them.

    >>> stamp(63.5)
    '00:01:03.500'
    """
    minutes, seconds = divmod(seconds, 60)
    return f"{int(minutes) // 60:02}:{int(minutes) % 60:02}:{seconds:06.3f}"


def captions(beats):
    """Beats as WebVTT, one cue each."""
    cues = (
        f"{number}\n{stamp(beat['start'])} --> {stamp(beat['start'] + beat['seconds'])}\n{beat['caption']}\n"
        for number, beat in enumerate(beats, start=1)
    )
    return "\n".join(["WEBVTT\n", *cues])


def film(name, colours, quality, folder):
    """Render one scene in one theme into `folder`; (the scene, the seconds of the film)."""
    with settings(folder / "media", quality):
        theme.use(colours)
        scene = scene_class(name)()
        scene.render()
        source = scene.renderer.file_writer.movie_file_path
    stem = f"{SCENES[name]}-{colours}"
    seconds = smaller(source, folder / f"{stem}.mp4", QUALITIES[quality][2], scene.beats)
    poster = last_frame(folder / f"{stem}.mp4").convert("RGB")
    poster.save(folder / f"{stem}.webp", quality=88, method=6)
    return scene, seconds


def render(name, quality):
    """Both films of a scene, their posters and captions, moved into place together; the manifest's entry."""
    stem, files = SCENES[name], []
    RENDERED.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=RENDERED, prefix=".new-") as place:
        folder = Path(place)
        for colours in ("dark", "light"):
            begun, cpu = time.perf_counter(), time.process_time()
            scene, seconds = film(name, colours, quality, folder)
            size = (folder / f"{stem}-{colours}.mp4").stat().st_size
            print(
                f"  {stem}-{colours}.mp4  {seconds:.1f} s of film, {size / 1000:.0f} KB, "
                f"{time.process_time() - cpu:.0f} CPU s, {time.perf_counter() - begun:.0f} s", flush=True,
            )  # fmt: skip
            if size > LIMIT_KB * 1000:
                sys.exit(f"render: {stem}-{colours}.mp4 is larger than {LIMIT_KB} KB; nothing was replaced")
            files += [f"{stem}-{colours}.mp4", f"{stem}-{colours}.webp"]
        (folder / f"{stem}.vtt").write_text(captions(scene.beats), encoding="utf-8")
        files.append(f"{stem}.vtt")
        width, height, rate = QUALITIES[quality]
        entry = {
            "claim": scene.claim, "width": width, "height": height, "rate": rate,
            "seconds": round(seconds, 3), "beats": scene.beats, "sources": sources(name),
            "files": {file: {"bytes": (folder / file).stat().st_size, "sha256": digest(folder / file)}
                      for file in files},
        }  # fmt: skip
        for file in files:
            os.replace(folder / file, RENDERED / file)
    return entry


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scene", choices=sorted(SCENES), help="one scene (default: all)")
    parser.add_argument("--quality", choices=QUALITIES, default="medium", help="committed films are medium")
    choice = parser.parse_args()
    for name in [choice.scene] if choice.scene else sorted(SCENES):
        print(f"render: {name}", flush=True)
        entries = manifest()
        entries[name] = render(name, choice.quality)
        write(entries)


if __name__ == "__main__":
    main()
