// Films: nothing is loaded before a reader asks. The film comes in the page's theme, with its captions on, and the
// lines beside it, which are those captions, become buttons that play it from there.
"use strict";      // or the functions below would be everybody's
{
  const root = document.documentElement, night = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : night.matches;
  const clock = seconds => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  const SPEEDS = [1, 0.5, 2];

  for (const figure of document.querySelectorAll(".film")) {
    const find = words => figure.querySelector(words);
    const screen = find(".screen"), play = find(".play"), slider = find("input"), caption = find(".caption");
    const captions = find("[data-do=captions]"), speed = find("[data-do=speed]");
    const lines = [...figure.querySelectorAll(".beats li")], starts = lines.map(line => Number(line.dataset.start));
    const says = lines.map(line => line.querySelector("span").textContent), length = Number(figure.dataset.seconds);
    let video, shown, wanted;                              // the element, the file in it, where it was sent to

    const source = () => isDark() ? figure.dataset.dark : figure.dataset.light;
    const poster = dark => { screen.querySelector("source").media = dark ? "all" : "not all"; };

    function open() {
      video = document.createElement("video");
      Object.assign(video, { muted: true, playsInline: true, src: shown = source() });
      video.setAttribute("aria-label", screen.querySelector("picture img").alt);
      for (const event of ["timeupdate", "seeking", "play", "pause", "ended"]) video.addEventListener(event, show);
      video.addEventListener("loadedmetadata", ready);
      video.addEventListener("error", failed);
      caption.before(video);
    }

    // Some small servers cannot send a part of a file, and then no place of it can be reached: fetch it whole.
    async function ready() {
      video.playbackRate = parseFloat(speed.textContent);
      const { seekable } = video, file = shown;
      if (video.src.startsWith("blob:") || seekable.length && seekable.end(seekable.length - 1) > 1) return;
      const film = await fetch(file).then(answer => answer.blob()).catch(() => undefined);
      if (film && video && shown === file) put(URL.createObjectURL(film), wanted ?? video.currentTime);
    }

    function put(file, at) {
      const playing = !video.paused;
      video.src = file;
      video.currentTime = at;
      if (playing) video.play().catch(() => {});
    }

    function seek(at) {
      if (!video) open();
      video.currentTime = wanted = at;
    }

    function show() {
      const at = video?.currentTime ?? 0, now = starts.findLastIndex(start => start <= at + 0.02);
      figure.dataset.state = !video ? "rest" : video.paused ? "paused" : "playing";
      play.querySelector("span").textContent = { rest: "Play the film", paused: "Play", playing: "Pause" }[figure.dataset.state];
      slider.value = at;
      slider.setAttribute("aria-valuetext", `${clock(at)} of ${clock(length)}`);
      find(".clock").textContent = `${clock(at)} / ${clock(length)}`;
      caption.textContent = says[now];
      caption.hidden = !video || captions.getAttribute("aria-pressed") === "false";
      lines.forEach((line, i) => line.firstChild.toggleAttribute("aria-current", Boolean(video) && i === now));
      if (video) lines[now].firstChild.setAttribute("aria-current", "step");
    }

    function failed() {
      video.remove();
      video = undefined;
      show();
      const words = "The film could not be loaded. The lines beside it say what it shows.";
      find(".player").append(Object.assign(document.createElement("p"), { className: "failed", textContent: words, role: "status" }));
    }

    function go(start) {
      find(".failed")?.remove();
      if (!video) open();
      if (start !== undefined) seek(start);
      video.play().catch(() => {});                        // refused: the button still says Play
    }

    function toggle() {
      if (video && !video.paused) video.pause(); else go();
    }

    function follow() {                                    // the theme has changed: the same moment, in the other colours
      poster(isDark());
      if (video && shown !== source()) put(shown = source(), wanted = video.currentTime);
    }

    lines.forEach((line, i) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...line.childNodes);
      button.addEventListener("click", () => go(starts[i]));
      line.append(button);
    });
    play.addEventListener("click", toggle);
    screen.addEventListener("click", toggle);
    slider.addEventListener("input", () => seek(Number(slider.value)));
    captions.addEventListener("click", () => {
      captions.setAttribute("aria-pressed", captions.getAttribute("aria-pressed") === "false");
      show();
    });
    speed.addEventListener("click", () => {
      const rate = SPEEDS[(SPEEDS.indexOf(parseFloat(speed.textContent)) + 1) % SPEEDS.length];
      speed.textContent = `${rate}×`;
      speed.setAttribute("aria-label", `Speed: ${rate}×`);
      if (video) video.playbackRate = rate;
    });
    find("[data-do=full]").addEventListener("click", () => { go(); screen.requestFullscreen?.().catch(() => {}); });
    screen.setAttribute("tabindex", "-1");                 // in full screen, keys reach it
    screen.addEventListener("keydown", event => { if (event.key === " ") { event.preventDefault(); toggle(); } });
    new MutationObserver(follow).observe(root, { attributeFilter: ["data-theme"] });
    night.addEventListener("change", follow);
    addEventListener("load", () => setTimeout(() => {      // paper is light, and cannot wait for a picture
      const light = screen.querySelector("picture img");
      screen.append(Object.assign(new Image(), { className: "paper", src: light.getAttribute("src"), alt: light.alt }));
    }, 3000));
    poster(isDark());
    show();
  }
}
