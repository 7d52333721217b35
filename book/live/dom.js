// Small things that the modules of a live page share.
export function element(tag, className, ...children) {
  const made = Object.assign(document.createElement(tag), { className });
  made.append(...children);
  return made;
}

export function icon(name, solid = false) {
  const box = element("span", "");
  box.innerHTML = `<svg class="icon${solid ? " solid" : ""}" aria-hidden="true"><use href="#i-${name}"/></svg>`;
  return box.firstChild;
}

export function button(words, act) {
  const made = Object.assign(element("button", "bare", words), { type: "button", hidden: true });
  made.addEventListener("click", act);
  return made;
}

export const several = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;

export function duration(seconds) {
  if (seconds < 0.005) return "under 0.01 s";
  if (seconds < 90) return `${seconds.toFixed(seconds < 10 ? 2 : 0)} s`;
  return `${Math.round(seconds / 60)} min`;
}

// `x` in a sentence of check() as code
export const withCode = text => text.split("`").map((part, i) => i % 2 ? element("code", "", part) : part);

// One voice for the whole page; of several sentences at once a screen reader hears the last.
const voice = element("p", "visually-hidden");
voice.setAttribute("role", "status");
document.body.append(voice);
let speaking;
export function say(text) {
  clearTimeout(speaking);
  speaking = setTimeout(() => { voice.textContent = text; }, 100);
}
