// An exercise: its box says what check() said, and this browser keeps the code and the verdict.
import { element, icon, say, several, withCode } from "./dom.js";

const { progress } = window;
const LOOKS = { "not yet": ["none", "open"], "not yet right": ["cross", "wrong"], "right": ["done", "ok"] };
const PAUSE = 400;                       // milliseconds without a key, then the code is kept

export class Exercise {
  constructor(box, cell) {
    Object.assign(this, { box, cell, name: box.dataset.exercise });
    this.state = box.querySelector("header .state");
    this.title = box.querySelector("header .label").textContent;
    this.printed = { kind: this.state.textContent.trim(), verdict: box.querySelector(".verdict") };
    this.verdict = this.printed.verdict;
  }

  get kept() { return progress.get(`exercise/${this.name}`) ?? {}; }

  keep(values) {
    progress.put(`exercise/${this.name}`, { ...this.kept, ...values });
  }

  // As this browser kept it; as it is printed, if nothing is kept.
  restore() {
    const { code, kind, reason, hint, solved, tries } = this.kept;
    if ((code ?? this.cell.printed) !== this.cell.source) this.cell.put(code ?? this.cell.printed);
    this.cell.rest();
    if (kind in LOOKS) this.show({ kind, reason, hint }); else this.unsay();
    if (solved) this.paint("right");
    if (tries) this.cell.note.textContent = several(tries, "check");
  }

  edited() {
    this.cell.session.begun();
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.save(), PAUSE);
  }

  save() {
    clearTimeout(this.saving);
    if (this.cell.source !== (this.kept.code ?? this.cell.printed)) this.keep({ code: this.cell.source });
  }

  // What a check said. One that stops with an error has said nothing: not yet.
  judge(verdict, error, output) {
    const { kind, reason, hint } = verdict ?? { kind: "not yet" };
    const tries = (this.kept.tries ?? 0) + 1, solved = this.kept.solved || kind === "right";
    if (verdict) output.withdraw(verdict);                   // it stands in the box, in words and colour
    clearTimeout(this.saving);
    this.keep({ code: this.cell.source, kind, reason, hint, tries, solved });
    this.show({ kind, reason, hint });
    if (!error) this.cell.tell("rest", "", "", `${several(tries, "check")}`);
    say(`${this.title}: ${[error ? "the code stops with an error" : kind, reason, hint && `Hint. ${hint}`].filter(Boolean).join(". ")}`);
  }

  show({ kind, reason, hint }) {
    this.paint(kind);
    this.place(reason ? element("div", "verdict", element("p", "", ...withCode(reason))) : null);
    if (reason && hint) this.verdict.append(element("p", "hint", element("b", "", "Hint."), " ", ...withCode(hint)));
  }

  unsay() {
    this.paint(this.printed.kind);
    this.place(this.printed.verdict);
  }

  place(verdict) {
    this.verdict?.remove();
    this.verdict = verdict;
    if (verdict) this.cell.place.after(verdict);
  }

  paint(kind) {
    const [sign, look] = LOOKS[kind];
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
    this.unsay();
    if (solved) this.paint("right");
  }
}
