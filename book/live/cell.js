// A cell: its code, as a listing or in the editor; its bar with what it does and how it stands; its output.
import { button, duration, element, icon, say } from "./dom.js";

const FREE = ["measured", "banded", "long"];                 // tags of cells that need not say what is printed

export class Cell {
  constructor(session, number, { tags = [], code, spare }, place) {
    Object.assign(this, { session, number, place, spare, printed: code });
    this.isGround = !["long", "exercise", "solution"].some(tag => tags.includes(tag));
    this.mayFail = tags.includes("raises-exception");
    this.mayDiffer = FREE.some(tag => tags.includes(tag));
    if (!place) return;
    this.pre = place.querySelector("pre");
    this.code = this.pre.querySelector("code");
    this.listing = [...this.code.childNodes];
    this.printed = this.code.textContent;
  }

  doing = "";
  text = null;                           // the reader's code, if it is not the printed
  get source() { return this.text ?? this.printed; }
  get edited() { return this.source !== this.printed; }
  get busy() { return this.place?.dataset.state === "running"; }
  get name() { return `the cell “${this.source.trim().split("\n")[0].slice(0, 40)}”`; }        // in tracebacks: cells have no numbers
  get title() { return this.exercise?.title ?? `Cell ${this.number}`; }

  // Take over the bar that live.js has made. A hidden cell has no place, so none.
  dress() {
    this.tools = this.place?.querySelector(":scope > .tools");
    if (!this.tools) return;
    const find = look => this.tools.querySelector(`:scope > ${look}`);
    this.main = find(".run");
    this.state = find(".state") ?? element("span", "state");
    this.note = find(".said");
    this.again = button("Run all above", () => { this.main.focus(); this.session.runAbove(this); });
    this.undo = button("Reset", () => { this.main.focus(); this.reset(); });
    this.main.after(this.state, this.note, this.again, this.undo);
    this.out = this.place.querySelector(":scope > .out");
    if (this.out?.matches("details")) {  // folded: its summary stays
      this.fold = this.out;
      this.out = element("div", "", ...[...this.fold.childNodes].slice(1));
      this.fold.append(this.out);
    }
    this.atRest = {
      state: this.place.dataset.state, look: this.state.className, words: [...this.state.childNodes], note: this.note.textContent,
      out: this.out && [...this.out.childNodes],
    };
    this.rest();
  }

  // ---- what a reader does ----
  press() {
    if (this.busy) this.session.stop(); else this.start();
  }

  start() {
    if (!this.busy) this.session.run(this);
  }

  async edit(event) {
    if (this.editor || this.opening) return;
    this.opening = true;
    const at = event && placeIn(this.code, event), parent = element("div", "editor");
    try {
      const { makeEditor } = await import("./editor.js");
      const held = document.activeElement;
      this.pre.after(parent);
      this.editor = makeEditor({
        parent, doc: this.source, label: this.exercise ? "Your code" : `Code of cell ${this.number}`,
        onRun: () => this.start(), onChange: text => this.changed(text),
      });
      this.pre.hidden = true;
      parent.addEventListener("keydown", event => {
        if (event.key === "Escape" && !event.defaultPrevented) this.main.focus();
      });
      if (held === this.pre || held === document.body) this.editor.focus(at);
    } catch {
      parent.remove();
      this.trouble("The editor could not be loaded. Is the network there? The code can be run as it is.");
    }
    this.opening = false;
  }

  changed(text) {
    if (text === this.source) return;    // it came from put()
    this.text = text;
    this.code.textContent = text;        // Copy takes it from here, and so does paper
    this.offer();
    this.exercise?.edited();
  }

  put(text) {
    this.text = text;
    this.editor?.set(text);
    if (this.edited) this.code.textContent = text; else this.code.replaceChildren(...this.listing);
    this.offer();
  }

  reset() {
    this.put(this.printed);
    this.exercise?.forget();
    this.rest();
    if (this.sent !== this.printed) this.session.ran.delete(this);         // runs again before what is below it
    say(`${this.title}: as it is in the book`);
  }

  // ---- how it stands ----
  tell(state, sign, word, note) {
    if (!this.main) return;
    const looks = { done: "ok", error: "wrong" };
    this.place.dataset.state = state;
    this.state.className = `state ${looks[state] ?? ""}`;
    this.state.replaceChildren(...sign ? [icon(sign)] : [], word);
    this.note.textContent = note;
    this.offer();
  }

  // The buttons that make sense now.
  offer() {
    const { busy } = this, label = this.exercise ? "Check" : "Run";
    this.main.classList.toggle("strong", busy);
    this.main.replaceChildren(icon(busy ? "stop" : "run", true), busy ? "Stop" : this.hasRun ? `${label} again` : label);
    this.again.hidden = busy || !this.hasRun || !this.session.above(this).length;
    this.undo.hidden = busy || !this.hasRun && !this.edited;
  }

  rest() {
    this.hasRun = false;
    this.calm();
    if (!this.main) return;
    if (this.atRest.out) this.out.replaceChildren(...this.atRest.out);
    else this.out?.remove();
    if (!this.atRest.out) this.out = null;
    this.tell(this.atRest.state ?? "rest", "", "", this.atRest.note);
    this.state.className = this.atRest.look;
    this.state.replaceChildren(...this.atRest.words);
  }

  wait() {
    this.calm();
    this.tell("running", "", "waiting", "for what runs before it");
  }

  // Python comes once, and matplotlib with the first chart.
  fetching({ text, loaded, total }, starting) {
    if (!starting && loaded >= total) { this.running(); return; }
    const [here, whole] = [loaded, total].map(bytes => (bytes / 1e6).toFixed(1));
    this.tell("running", "", starting ? "starting" : "fetching", `${text}: ${here} of ${whole} MB`);
    this.meter ??= Object.assign(element("progress", "meter"), { ariaLabel: "What is needed to run" });
    Object.assign(this.meter, { max: total, value: loaded });
    if (!this.meter.isConnected) this.tools.after(this.meter);
  }

  running(doing = this.doing) {
    this.doing = doing;
    this.meter?.remove();
    this.tell("running", "", "running", doing);
  }

  // The element of the output and what it held in the book; neither for a cell that shows nothing.
  begin() {
    this.sent = this.source;
    if (!this.main) return [];
    const start = performance.now();
    this.calm();
    this.running("");
    this.clock = setInterval(() => {
      if (this.meter?.isConnected) return;
      this.doing = `${((performance.now() - start) / 1000).toFixed(1)} s`;
      this.note.textContent = this.doing;
    }, 500);
    if (!this.out) this.place.append(this.out = element("div", "out"));
    return [this.out, this.atRest.out ?? []];
  }

  // `before` cells ran first; `quietly`: this is one of them, and a reader looks elsewhere.
  end({ seconds, error, verdict }, output, before, quietly) {
    if (!this.main) return;
    this.calm();
    output.end(error && { ...error, trace: error.trace?.replaceAll(this.name, "this cell") });
    this.hasRun = true;
    const notes = [duration(seconds)];
    if (this.edited) notes.push("edited");
    else if (this.isGround && !output.isAsPrinted) notes.push(this.mayDiffer ? "not quite as printed" : "differs from the book");
    else if (this.atRest.out) notes.push("same as printed");
    if (error) this.tell("error", "cross", "stopped with an error", notes.join(", "));
    else this.tell("done", "done", "done", notes.join(", "));
    if (before) this.tools.append(this.aside = element("span", "aside", `Ran ${before === 1 ? "the cell" : `the ${before} cells`} above first.`));
    if (!quietly) this.fold?.setAttribute("open", "");
    else if (output.isAsPrinted && !this.edited) output.restore();
    if (this.exercise) this.exercise.judge(this.sent, verdict, error, output);
    else if (!quietly) say(`${this.title}: ${this.state.textContent}, ${this.note.textContent}. ${this.aside?.textContent ?? ""}`);
  }

  outdated() {
    if (this.hasRun && !this.busy && !this.exercise) this.tell("rest", "", "", "a cell above has changed: run again");
  }

  stopped(remembers) {
    this.calm();
    this.tell("rest", "stop", "stopped", remembers ? "the variables keep their values" : "the next Run starts from the top");
    say(`${this.title}: stopped`);
  }

  blocked(other) {
    const link = Object.assign(element("a", "", "a cell above"), { href: "#" });
    link.addEventListener("click", event => {
      event.preventDefault();
      (other.main ?? other.pre)?.focus();
      (other.place ?? this.place).scrollIntoView({ block: "center" });
    });
    this.tell("error", "cross", "did not run", "");
    this.note.replaceChildren(link, " stops with an error");
    say(`${this.title} did not run: a cell above stops with an error.`);
  }

  failed(message) {
    this.calm();
    this.tell("error", "cross", "could not run", "");
    this.trouble(message);
  }

  trouble(message) {
    this.sorry?.remove();
    this.tools.after(this.sorry = element("p", "sorry", message));
    say(message);
  }

  calm() {
    clearInterval(this.clock);
    this.meter?.remove();
    this.sorry?.remove();
    this.aside?.remove();
  }
}

// Where in the code a reader clicked, in characters; undefined if the browser does not tell.
function placeIn(code, { clientX, clientY }) {
  const found = document.caretPositionFromPoint?.(clientX, clientY), old = !found && document.caretRangeFromPoint?.(clientX, clientY);
  const [node, offset] = found ? [found.offsetNode, found.offset] : old ? [old.startContainer, old.startOffset] : [];
  if (!node || !code.contains(node)) return undefined;
  const range = document.createRange();
  range.setStart(code, 0);
  range.setEnd(node, offset);
  return range.toString().length;
}
