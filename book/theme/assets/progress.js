// What a reader has done, kept in this browser and nowhere else: one key for each exercise (its code, its verdict) and one
// for each chapter that was begun. Every page loads this; live.js writes it. The ticks in the contents are made of it.
"use strict";
{
  const VERSION = 1, PREFIX = "appendix-a:", FILE = "appendix-a-progress.json";     // a host may hold other books: hence the prefix
  const NAME = /^(exercise|chapter)\/[\w.-]{1,60}$/;

  class Progress extends EventTarget {
    memory = new Map();                    // what the browser would not keep: it lasts as long as the page
    kept = true;

    get storage() {
      try { return localStorage; } catch { return null; }                 // blocked: even asking throws
    }
    get(name) {
      if (this.memory.has(name)) return this.memory.get(name);
      try {
        const { version, ...values } = JSON.parse(this.storage.getItem(PREFIX + name));
        return version === VERSION ? values : null;
      } catch { return null; }             // blocked, absent, or not ours
    }
    put(name, values) {
      try {
        this.storage.setItem(PREFIX + name, JSON.stringify({ version: VERSION, ...values }));
        this.memory.delete(name);
      } catch {                            // blocked or full
        this.memory.set(name, values);
        this.kept = false;
      }
      this.changed();
    }
    names() {
      const stored = Object.keys(this.storage ?? {}).filter(key => key.startsWith(PREFIX)).map(key => key.slice(PREFIX.length));
      return [...new Set([...stored, ...this.memory.keys()])].filter(name => NAME.test(name));
    }
    erase() {
      for (const name of this.names()) this.storage?.removeItem(PREFIX + name);
      this.memory.clear();
      this.changed(true);
    }
    // A file's answers replace those of this browser; what is solved in either stays solved.
    read(text) {
      const { version, answers } = JSON.parse(text);
      if (version !== VERSION) throw new Error("version");
      const found = Object.entries(answers).filter(([name, values]) => NAME.test(name) && values && typeof values === "object");
      for (const [name, values] of found)
        this.put(name, values.solved || !this.get(name)?.solved ? values : { ...values, solved: true });
      this.changed(true);
      return found.filter(([name]) => name.startsWith("exercise/")).length;
    }
    text() {
      const answers = Object.fromEntries(this.names().sort().map(name => [name, this.get(name)]).filter(([, values]) => values));
      return JSON.stringify({ version: VERSION, answers }, null, 1);
    }
    // not begun, begun or done: all exercises that the page had when it was last open are solved
    chapter(page) {
      const { exercises } = this.get(`chapter/${page}`) ?? {};
      if (!Array.isArray(exercises)) return "not begun";
      return exercises.length && exercises.every(name => this.get(`exercise/${name}`)?.solved) ? "done" : "begun";
    }
    changed(elsewhere = false) {
      this.dispatchEvent(new CustomEvent("change", { detail: { elsewhere } }));
    }
  }
  const progress = window.progress = new Progress();

  // ---- ticks in the contents ----
  const ICONS = { "done": "done", "begun": "half", "not begun": "none" };
  function tick() {
    document.querySelectorAll("[data-page]").forEach(link => {
      const state = progress.chapter(link.dataset.page);
      let mark = link.querySelector(".tick");
      if (!mark) {
        link.insertAdjacentHTML("beforeend", '<svg class="icon tick" role="img"><use/></svg>');
        mark = link.lastElementChild;
      }
      mark.setAttribute("aria-label", state);
      mark.firstElementChild.setAttribute("href", `#i-${ICONS[state]}`);
    });
  }
  progress.addEventListener("change", tick);
  addEventListener("storage", () => progress.changed());                  // another tab
  tick();

  // ---- the reader's hand on it, at the foot of every page ----
  const box = document.querySelector(".my-answers");
  if (box) {
    const say = box.querySelector("[role=status]"), ask = box.querySelector("dialog"), file = box.querySelector("[type=file]");
    const count = n => n === 1 ? "1 answer" : `${n} answers`;
    const answers = () => progress.names().filter(name => name.startsWith("exercise/")).length;
    const actions = {
      save() {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([progress.text()], { type: "application/json" }));
        link.download = FILE;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href));
        say.textContent = `${count(answers())} in ${FILE}.`;
      },
      read() { file.click(); },
      erase() {
        if (!progress.names().length) { say.textContent = "There is nothing to erase."; return; }
        ask.querySelector("b").textContent = count(answers());
        ask.showModal();
      },
    };
    box.querySelectorAll("[data-do]").forEach(button => button.addEventListener("click", () => actions[button.dataset.do]()));
    ask.addEventListener("close", () => {
      if (ask.returnValue !== "erase") return;
      progress.erase();
      ask.returnValue = "";
      say.textContent = "Erased.";
    });
    file.addEventListener("change", async () => {
      try { say.textContent = `${count(progress.read(await file.files[0].text()))} read.`; }
      catch { say.textContent = `This is not a ${FILE} of this book.`; }
      file.value = "";
    });
    const warn = () => { if (!progress.kept) say.textContent = "This browser keeps nothing for this page: save your answers before you leave."; };
    progress.addEventListener("change", warn);
  }
}
