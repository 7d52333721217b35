// An exercise: its box says what check() said of the code that stands there, and this browser keeps both.
import { element, icon, say, several, withCode } from "./dom.js";

const { progress } = window;
const CHANGED = "changed since checked", FAILED = "stops with an error";
const LOOKS = { "not yet": ["none", "open"], "not yet right": ["cross", "wrong"], "right": ["done", "ok"],
  [FAILED]: ["cross", "wrong"], [CHANGED]: ["none", "open"] };
const PAUSE = 400;                       // milliseconds without a key, then the code is kept

export class Exercise {
  constructor(box, cell) {
    Object.assign(this, { box, cell, name: box.dataset.exercise });
    this.state = box.querySelector("header .state");
    this.title = box.querySelector("header .label").textContent;
    this.before = element("span", "before", "solved before");
    this.printed = { kind: this.state.textContent.trim(), verdict: box.querySelector(".verdict") };
    this.verdict = this.printed.verdict;
  }

  // {code, kind, reason, hint, checked, tries, solved}: the verdict is about the code `checked`; solved is for good
  get kept() { return progress.get(`exercise/${this.name}`) ?? {}; }

  keep(values) {
    progress.put(`exercise/${this.name}`, { ...this.kept, ...values });
  }

  // As this browser kept it; as it is printed, if nothing is kept.
  restore() {
    const { code = this.cell.printed, tries } = this.kept;
    if (code !== this.cell.source) this.cell.put(code);
    this.cell.rest();
    this.inOutput = false;
    this.show();
    if (tries) this.cell.note.textContent = several(tries, "check");
  }

  edited() {
    this.cell.session.begun();
    this.show();
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.save(), PAUSE);
  }

  save() {
    clearTimeout(this.saving);
    if (this.cell.source !== (this.kept.code ?? this.cell.printed)) this.keep({ code: this.cell.source });
  }

  // What a check said of the code `checked`. Where it stops with an error, its output says more, until the page is left.
  judge(checked, verdict, error, output) {
    const { kind, reason, hint } = verdict ??
      (error ? { kind: FAILED, reason: error.plain ?? `${error.name}: ${error.message}` } :
        { kind: "not yet", reason: `the cell does not call check(…); put this line back at its end: \`${this.call}\`` });
    const tries = (this.kept.tries ?? 0) + 1, solved = this.kept.solved || kind === "right";
    if (verdict) output.withdraw(verdict);                   // it stands in the box, in words and colour
    clearTimeout(this.saving);
    this.keep({ code: this.cell.source, checked, kind, reason, hint, tries, solved });
    this.inOutput = !verdict && error;
    this.show();
    if (!error) this.cell.tell("rest", "", "", several(tries, "check"));
    say(`${this.title}: ${[error ? "the code stops with an error" : kind, reason, hint && `Hint. ${hint}`].filter(Boolean).join(". ")}`);
  }

  get call() { return this.cell.printed.split("\n").findLast(line => line.startsWith("check(")); }

  // Header and verdict of the code that stands there. A verdict of other code remains to be read, and says so.
  show() {
    const { kind, reason, hint, checked = this.kept.code, solved } = this.kept, { source, printed } = this.cell;
    if (kind in LOOKS) {
      const old = checked !== source;
      this.paint(old ? CHANGED : kind);
      this.place(reason && !this.inOutput ? element("div", "verdict", element("p", "", ...withCode(reason))) : null);
      if (hint) this.verdict?.append(element("p", "hint", element("b", "", "Hint."), " ", ...withCode(hint)));
      if (old) this.verdict?.prepend(element("p", "quiet", `Before the change: ${kind}.`));
    } else {
      this.paint(this.printed.kind);
      this.place(source === printed ? this.printed.verdict : null);
    }
    if (solved && this.shown !== "right") this.state.before(this.before); else this.before.remove();
  }

  place(verdict) {
    this.verdict?.remove();
    this.verdict = verdict;
    if (verdict) this.cell.place.after(verdict);
  }

  paint(kind) {
    const [sign, look] = LOOKS[this.shown = kind];
    this.state.className = `state ${look}`;
    this.state.replaceChildren(icon(sign), kind);
    this.box.classList.remove("ok", "wrong", "open");
    this.box.classList.add(look);
  }

  // Reset: the reader's code and its verdict go; an exercise that was solved stays solved.
  forget() {
    clearTimeout(this.saving);
    const { solved, tries } = this.kept;
    if (tries !== undefined || this.kept.code !== undefined) progress.put(`exercise/${this.name}`, { solved, tries });
    this.inOutput = false;
    this.show();
  }
}
