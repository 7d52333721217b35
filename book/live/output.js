// What a cell shows while it runs, put where the printed output stood.
import { element, withCode } from "./dom.js";

const MOST = 100_000;                    // characters of text that a cell may show

// The words of an output: its text, and the rest (a picture by what it says of itself). Captions and folds are not output.
function words(nodes) {
  const whole = element("div", "", ...[...nodes].map(node => node.cloneNode(true)));
  whole.querySelectorAll("caption, figcaption, details, .plain").forEach(part => part.remove());
  const texts = [...whole.querySelectorAll("pre, .why")].map(part => { part.remove(); return part.textContent.trim(); });
  whole.querySelectorAll("[data-widget]").forEach(part => part.replaceChildren(part.querySelector("script") ?? ""));
  const rest = [...whole.querySelectorAll("[aria-label], td, th, script")].map(part => part.getAttribute("aria-label") ?? part.textContent);
  return JSON.stringify([texts.filter(Boolean).join("\n"), rest]);
}

// A \r begins its line again.
const asOnTerminal = text => text.split("\n").map(line => line.replace(/\r+$/, "").split("\r").at(-1)).join("\n");

export class Output {
  text = "";                             // of the stream that is written now
  length = 0;

  // `place` is the element of the output, `printed` what stood there in the book. Neither for a cell that shows nothing.
  constructor(place, printed) {
    Object.assign(this, { place, printed });
  }

  // What stood there stays until something arrives, so that the page does not jump.
  clear() {
    if (!this.cleared) this.place.replaceChildren();
    this.cleared = true;
  }

  stream(name, text) {
    if (!this.place || this.full) return;
    this.clear();
    if (this.full = this.length + text.length > MOST) text = text.slice(0, MOST - this.length);
    if (this.place.lastChild?.dataset?.stream !== name) {
      this.text = "";
      this.place.append(element("pre", name === "stderr" ? "quiet" : ""));
      this.place.lastChild.dataset.stream = name;
    }
    this.text += text;
    this.length += text.length;
    if (this.text.includes("\r")) this.place.lastChild.textContent = asOnTerminal(this.text);
    else this.place.lastChild.append(text);
    this.place.lastChild.scrollTop = this.place.lastChild.scrollHeight;       // the last line in view
    if (this.full) this.place.append(element("p", "sorry", `The rest is not shown: a cell may print ${MOST.toLocaleString("en")} characters.`));
  }

  // {role, html, widget}, made by the code that makes the page (rendering/figures.py)
  value({ role, html, widget }) {
    if (!this.place) return;
    this.clear();
    const holder = document.createElement("template");
    holder.innerHTML = html;
    if (role === "picture") this.picture(holder.content, widget);
    else if (role === "table") this.table(holder.content);
    else this.place.append(holder.content);
  }

  // All pictures of a cell stand in one figure, over the caption that the book gave it.
  picture(content, widget) {
    const figure = this.place.querySelector("figure"), old = this.printed.find(node => node.nodeName === "FIGURE");
    if (figure) { figure.insertBefore(content, figure.querySelector("figcaption")); return; }
    const made = old?.cloneNode(false) ?? element("figure", ""), caption = old?.querySelector("figcaption");
    made.append(content, ...caption ? [caption.cloneNode(true)] : []);
    this.place.append(made);
    if (widget) window.explorables?.[widget]?.(made);
  }

  table(content) {
    const old = this.printed.find(node => node.querySelector?.("table")), caption = content.querySelector("caption");
    caption?.replaceWith(...old?.querySelector("caption") ? [old.querySelector("caption").cloneNode(true)] : []);
    const made = old?.id ? old.cloneNode(false) : document.createDocumentFragment();
    made.append(content);
    this.place.append(made);
  }

  // One plain sentence; where it happened is folded.
  error({ name, message, plain, trace }) {
    const why = element("p", "why", element("span", "state wrong", name), message ? `: ${message}` : "");
    if (plain) this.place.append(element("p", "plain", ...withCode(plain)));
    this.place.append(why);
    if (trace) this.place.append(element("details", "", element("summary", "", "Where it happened"), element("pre", "quiet", trace)));
  }

  end(error) {
    this.clear();
    if (error) this.error(error);
    this.trim();
    this.isAsPrinted = words(this.place.childNodes) === words(this.printed);
  }

  // What has ended: no empty last line, and what is too long for its box is reached by keyboard.
  trim() {
    for (const pre of this.place?.querySelectorAll("pre[data-stream]") ?? []) {
      pre.textContent = pre.textContent.trimEnd();
      if (pre.scrollHeight > pre.clientHeight + 1) Object.assign(pre, { tabIndex: 0, role: "group", ariaLabel: "Output" });
    }
  }

  restore() {
    this.place.replaceChildren(...this.printed);
  }

  // Take back what check() printed.
  withdraw({ kind, reason, hint }) {
    const said = `${kind}: ${reason}${hint ? `\nHint. ${hint}` : ""}`;
    for (const pre of this.place.querySelectorAll("pre[data-stream]")) {
      const [before, after] = pre.textContent.split(said);
      if (after !== undefined) pre.textContent = (before + after).trim();
      if (!pre.textContent) pre.remove();
    }
  }
}
