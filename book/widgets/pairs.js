// What follows what: a table of pairs that moves. An ES module in anywidget's shape, and no more than that: JupyterLab
// imports it, and the theme wraps the same text as a plain script, because a page opened from a disk may not import.
// The still (companion/stills/pairs.py) is complete without it; every word below is said there in the same way.
const LEVELS = 8, EDGE = 26, PITCH = 20, CELL = 19;

// toFixed rounds half a thousandth up, Python rounds it to the even digit; only sixteenths end on one
function decimals(p) {
  const text = p.toFixed(3);
  return 16 * p % 2 === 1 && "13579".includes(text.at(-1)) ? (p - 1e-4).toFixed(3) : text;
}
const probability = p => p === 0 ? "0" : p < 0.0005 ? "under 0.001" : decimals(p);
const spoken = label => ({ ".": "dot", " ": "space" })[label] ?? label;
const whole = n => n.toLocaleString("en");

export default {
  render({ model, el }) {
    if (!el.querySelector(".map")) el.innerHTML = model.get("still");     // JupyterLab begins with nothing
    const labels = model.get("labels"), counts = model.get("counts"), V = labels.length;
    const totals = counts.map(row => row.reduce((sum, n) => sum + n, 0));
    const P = counts.map((row, i) => row.map(n => n / totals[i])), highest = Math.max(...P.flat());
    const map = el.querySelector(".map"), plane = map.querySelector(".plane"), svg = plane.querySelector("svg");
    const bars = [...map.querySelectorAll(".pmf span")], modes = [...el.querySelectorAll("[data-mode]")].filter(e => e !== map);
    let [a, b] = model.get("pair").map(label => labels.indexOf(label)), speaking;

    const put = (name, text) => el.querySelectorAll(`[data-out=${name}]`).forEach(place => place.textContent = text);

    function shade() {
      const counting = map.dataset.mode === "counts";
      const shades = counting ? counts.map(row => row.map(Math.log1p)) : P.map(row => row.map(Math.sqrt));
      const top = Math.max(...shades.flat()), paths = Array(LEVELS + 1).fill("");
      shades.forEach((row, i) => row.forEach((value, j) => {
        const level = Math.ceil(LEVELS * value / top - 1e-9), x = EDGE + PITCH * j, y = EDGE + PITCH * i;
        paths[level] += level ? `M${x} ${y}h${CELL}v${CELL}h-${CELL}z` : `M${x + 8} ${y + 8}h3v3h-3z`;
      }));
      svg.querySelectorAll("[data-level]").forEach(path => path.setAttribute("d", paths[path.dataset.level]));
      const seen = (counting ? counts : P).flat().filter(n => n), show = counting ? whole : probability;
      put("least", show(Math.min(...seen)));
      put("most", show(Math.max(...seen)));
    }

    function tell() {
      const n = counts[a][b], p = probability(P[a][b]);
      const times = n === 0 ? "never" : n === 1 ? "1 time" : `${whole(n)} times`;
      const nats = n ? `${Math.log(totals[a] / n).toFixed(2)} nats` : "∞";
      const x = EDGE - 1 + PITCH * b, y = EDGE - 1 + PITCH * a;
      svg.querySelectorAll(".cursor").forEach(mark => { mark.setAttribute("x", x); mark.setAttribute("y", y); });
      svg.querySelector(".band").setAttribute("y", y);
      svg.querySelectorAll(".row").forEach((letter, i) => letter.classList.toggle("on", i === a));
      svg.querySelectorAll(".col").forEach((letter, j) => letter.classList.toggle("on", j === b));
      put("a", labels[a]); put("b", labels[b]); put("count", times); put("total", whole(totals[a])); put("p", p); put("nats", nats);
      bars.forEach((bar, j) => {
        bar.style.setProperty("--p", (P[a][j] / highest).toFixed(4));
        bar.classList.toggle("hit", j === b);
      });
      map.querySelector(".pmf").setAttribute("aria-label", `The probabilities after ${spoken(labels[a])}, as bars`);
      // a pointer crosses many cells on its way: a screen reader hears where it came to rest
      clearTimeout(speaking);
      speaking = setTimeout(() => map.querySelector("[role=status]").textContent =
        `${spoken(labels[a])} then ${spoken(labels[b])}: ${times}, probability ${p}, surprise ${n ? nats : "infinite"}`, 150);
    }

    function go(row, column) {
      a = (row + V) % V;
      b = (column + V) % V;
      tell();
    }
    function press(key) {
      if (key === "ArrowLeft") go(a, b - 1);
      else if (key === "ArrowRight") go(a, b + 1);
      else if (key === "ArrowUp") go(a - 1, b);
      else if (key === "ArrowDown") go(a + 1, b);
      else if (key === "Home") go(a, 0);
      else if (key === "End") go(a, V - 1);
      else if (key === "PageUp") go(0, b);
      else if (key === "PageDown") go(V - 1, b);
      else if (labels.includes(key.toLowerCase())) go(b, labels.indexOf(key.toLowerCase()));     // one step of a walk
      else return false;
      return true;
    }
    function point(event) {
      const box = svg.getBoundingClientRect(), units = svg.viewBox.baseVal.width / box.width;
      const [i, j] = [event.clientY - box.top, event.clientX - box.left].map(at => Math.floor((at * units - EDGE) / PITCH));
      if (i >= 0 && j >= 0 && i < V && j < V) go(i, j);
    }

    plane.tabIndex = 0;
    plane.setAttribute("role", "application");
    plane.setAttribute("aria-label", "Table of pairs: arrow keys move, and typed letters walk from one to the next");
    plane.addEventListener("keydown", event => {
      if (event.ctrlKey || event.metaKey || event.altKey || !press(event.key)) return;
      event.preventDefault();
      event.stopPropagation();     // JupyterLab has plans for single letters
    });
    svg.addEventListener("pointermove", event => event.pointerType === "mouse" && point(event));
    svg.addEventListener("pointerdown", point);
    el.querySelectorAll("[data-key]").forEach(button => button.addEventListener("click", () => press(button.dataset.key)));
    modes.forEach(button => button.addEventListener("click", () => {
      map.dataset.mode = button.dataset.mode;
      modes.forEach(other => other.setAttribute("aria-pressed", other === button));
      shade();
    }));
    return () => clearTimeout(speaking);
  },
};
