// Cells at rest: each gets Run, and its code can be opened. Whatever else a cell can do (book/live/page.js), Python and the
// editor are fetched when a reader first asks for them. Without this script the page is complete: code, and what it printed.
"use strict";
{
  const config = JSON.parse(document.getElementById("live").textContent);
  const places = document.querySelectorAll(".cell[data-live]"), boxes = [...document.querySelectorAll("[data-exercise]")];
  const SLOWER = 9;     // than where the notebook was run: 8 to 10 times, measured
  const time = seconds => seconds < 60 ? `${5 * Math.ceil(seconds / 5)} s` : `${Math.ceil(seconds / 60)} min`;
  const span = (className, text = "") => Object.assign(document.createElement("span"), { className, textContent: text });

  let awake;
  function wake() {
    awake ??= import(new URL(`${config.app}page.js`, document.baseURI)).then(({ open }) => open(config));
    return awake;
  }
  async function ask(place, what, event) {
    try {
      (await wake()).get(place)[what](event);
    } catch (error) {
      awake = undefined;
      const tools = place.querySelector(".tools"), sorry = tools.nextElementSibling;
      if (sorry?.matches(".sorry")) sorry.remove();
      tools.after(Object.assign(span("sorry", "What runs the code could not be loaded. Is the network there?"), { role: "status" }));
      console.error(error);
    }
  }

  function dress(place) {
    const pre = place.querySelector("pre"), tools = place.querySelector(".tools") ?? place.appendChild(document.createElement("div"));
    const { tags = [], seconds } = config.cells[place.dataset.live - 1], checks = place.parentElement.matches("[data-exercise]");
    const note = tools.querySelector(":scope > span:not(.state, .right)") ?? span("said", checks ? "checked in the page" : "");
    const run = document.createElement("button");
    tools.className = "tools";
    run.type = "button";
    run.className = "run";
    run.innerHTML = `<svg class="icon solid" aria-hidden="true"><use href="#i-run"/></svg>${checks ? "Check" : "Run"}`;
    run.addEventListener("click", () => ask(place, "press"));
    tools.prepend(run);
    run.after(note);
    note.className = "said";
    if (tags.includes("long")) note.append(note.textContent && "; ", `runs only when you ask for it${seconds ? `, about ${time(seconds * SLOWER)} here` : ""}`);
    Object.assign(pre, { tabIndex: 0, role: "group", title: "Click to edit", ariaLabel: checks ? "Your code" : "Code" });
    pre.setAttribute("aria-describedby", keys.id);
    pre.addEventListener("click", event => { if (getSelection().isCollapsed) ask(place, "edit", event); });
    pre.addEventListener("keydown", event => {
      if (event.key !== "Enter" || event.target !== pre) return;
      event.preventDefault();
      ask(place, event.shiftKey ? "start" : "edit");
    });
  }

  const keys = Object.assign(document.createElement("p"), {
    hidden: true, id: "live-keys", textContent: "Enter edits the code, Shift-Enter runs it, Escape leaves the editor.",
  });
  if (config.why || location.protocol === "file:") {
    const why = config.why ? `, not run here: ${config.why}` : ", to be run where the book has a server: make book";
    document.documentElement.classList.add("still");
    places.forEach(place => place.querySelector(".tools:not(.alone) > span:not(.state, .right)")?.append(why));
  } else {
    document.body.append(keys);
    places.forEach(dress);
    // what an earlier visit left, or a file brings, is put back at once
    const restore = () => { if (boxes.some(box => window.progress.get(`exercise/${box.dataset.exercise}`))) wake().catch(() => {}); };
    window.progress.addEventListener("change", ({ detail }) => { if (detail.elsewhere) restore(); });
    restore();
  }
}
