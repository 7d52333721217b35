// How fresh is your line? The module counts the lines it is handed, as the page's Python does, and weighs what is typed.
// An ES module in anywidget's shape, and no more than that. The still (companion/stills/surprise.py) is complete without
// it; every word below is said there in the same way. Counting waits for the first touch: to read the page costs nothing.
const TALL = 10, FULL = 8;          // nats: the height of a bar, where no letter costs more; the length of the gauge
const NARROW = 300, LETTER = 7;     // pixels: the gauge on a small phone, a letter of its names
const NOTHING = "type a line";      // in place of all that would be said of a line
const SHOWN = { " ": "␣" }, SPOKEN = { ".": "the end", " ": "space", "'": "apostrophe" };
const shown = token => SHOWN[token] ?? token, spoken = token => SPOKEN[token] ?? token;
const number = nats => nats < 9.95 ? nats.toFixed(1) : nats.toFixed(0);
const chance = p => p < 0.0005 ? "under 0.001" : p.toFixed(3);
const sum = numbers => numbers.reduce((total, x) => total + x, 0);

function cleaned(text, vocabulary) {
  let kept = "";
  const left = new Set();
  for (let c of text.toLowerCase()) {
    c = "-–—".includes(c) || /\s/.test(c) ? " " : "’‘".includes(c) ? "'" : c;
    if (vocabulary.indexOf(c) > 0) kept += c; else left.add(c);
  }
  return [kept.split(" ").filter(word => word).join(" "), [...left]];
}

// on which floor above the gauge each name stands, so that none covers another
function levels(names, places) {
  const floors = [];
  names.forEach((name, i) => {
    const near = floors.filter((_, j) => Math.abs(places[j] - places[i]) * NARROW < LETTER * (name.length + names[j].length) / 2 + LETTER);
    let floor = 0;
    while (near.includes(floor)) floor++;
    floors.push(floor);
  });
  return floors;
}

function counted(train, n, end) {
  const pieces = new Map(), contexts = new Map(), add = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const line of train.split("\n")) {
    const x = end + line + end;
    for (let t = 1; t < x.length; t++) for (let m = 0; m < n && m <= t; m++) {
      add(pieces, x.slice(t - m, t + 1));
      add(contexts, x.slice(t - m, t));
    }
  }
  return { pieces, contexts };
}

export default {
  render({ model, el }) {
    if (!el.querySelector(".meter")) el.innerHTML = model.get("still");     // JupyterLab begins with nothing
    const vocabulary = model.get("vocabulary"), most = model.get("n"), k = model.get("k"), END = vocabulary[0];
    const input = el.querySelector("input"), mine = el.querySelector(".mine"), kept = el.querySelector(".kept");
    const strip = mine.querySelector(".strip"), gauge = el.querySelector(".gauge"), read = el.querySelector(".read");
    const meter = el.querySelector(".meter"), keep = el.querySelector(".keep");
    const leftOut = el.querySelector(".left"), bars = [...read.querySelectorAll(".pmf span")], examples = model.get("examples");
    const memory = [...el.querySelectorAll("[data-n]")], ranks = {};
    let tables, n = most, [name, text] = model.get("line"), [keptName, keptText] = model.get("kept");
    let [line, left] = cleaned(text, vocabulary), nats, keptNats, i = 0, speaking;

    function probability(x, t) {
      tables ??= counted(model.get("train"), most, END);
      let p = 1 / vocabulary.length;
      for (let m = 0; m < n && m <= t; m++)
        p = ((tables.pieces.get(x.slice(t - m, t + 1)) ?? 0) + k * p) / ((tables.contexts.get(x.slice(t - m, t)) ?? 0) + k);
      return p;
    }
    function prices(line) {
      const x = END + line + END, found = [];
      for (let t = 1; t < x.length; t++) found.push(-Math.log(probability(x, t)));
      return found;
    }
    const each = line => { const found = prices(line); return sum(found) / found.length; };
    const held = () => ranks[n] ??= model.get("held").split("\n").map(each);
    const place = x => Math.min(x / FULL, 1).toFixed(4);
    const rank = x => `fresher than ${held().filter(other => other < x).length} of ${held().length} held-out lines`;
    const dearest = nats => nats.indexOf(Math.max(...nats));

    function token(i) {
      const before = n > 1 ? (END + line.slice(0, i)).slice(-(n - 1)) : "", last = (line + END)[i];
      const p = chance(Math.exp(-nats[i])), price = `${nats[i].toFixed(2)} nats`;
      const aloud = [...before].map(c => c === END ? "the start" : spoken(c)).join(" ") || "anything";
      return {
        a: [...before].map(shown).join("") || "any", b: shown(last), p, nats: price,
        value: `${spoken(last)} after ${aloud}: probability ${p}, surprise ${price}`,
      };
    }

    const put = (name, text, where = el) => where.querySelectorAll(`[data-out=${name}]`).forEach(spot => spot.textContent = text);

    function draw(section, name, line, nats) {
      const x = sum(nats) / nats.length, strip = section.querySelector(".strip");
      section.querySelector(".name").textContent = name;
      put("each", x.toFixed(2), section);
      put("rank", rank(x), section);
      strip.replaceChildren(...nats.map((price, j) => {
        const cell = document.createElement("span"), letter = document.createElement("b"), figure = document.createElement("i");
        letter.textContent = shown((line + END)[j]);
        figure.textContent = number(price);
        cell.append(letter, figure);
        return cell;
      }));
      strip.ariaLabel = `Surprise of each character of “${line}”, in nats: ${nats.map(number).join(" ")}`;
    }

    // one scale for both strips, so that their bars compare
    function level() {
      keptNats ??= prices(cleaned(keptText, vocabulary)[0]);
      const strips = [[strip, line ? nats : []], [kept.querySelector(".strip"), keptNats]];
      const tall = Math.max(TALL, ...strips.flatMap(([, nats]) => nats));
      for (const [strip, nats] of strips)
        nats.forEach((price, j) => strip.children[j].style.setProperty("--s", (price / tall).toFixed(3)));
    }

    function drawKept() {
      const keptLine = cleaned(keptText, vocabulary)[0];
      keptNats = prices(keptLine);
      draw(kept, keptName, keptLine, keptNats);
    }

    // one character of the line: its words, its bars
    function choose(j) {
      i = Math.max(0, Math.min(j, nats.length - 1));
      [...strip.children].forEach((cell, j) => cell.classList.toggle("on", j === i));
      const said = token(i), x = END + line.slice(0, i), p = [...vocabulary].map(t => probability(x + t, x.length));
      const full = Math.max(...p);
      for (const key of ["a", "b", "p", "nats"]) put(key, said[key], read);
      bars.forEach((bar, j) => {
        bar.style.setProperty("--p", (p[j] / full).toFixed(4));
        bar.classList.toggle("hit", vocabulary[j] === (line + END)[i]);
      });
      const best = p.map((_, j) => j).sort((a, b) => p[b] - p[a]).slice(0, 3);
      put("best", best.map(j => `${spoken(vocabulary[j])} ${chance(p[j])}`).join(", "), read);
      slide.setAttribute("aria-valuemax", nats.length);
      slide.setAttribute("aria-valuenow", i + 1);
      slide.setAttribute("aria-valuetext", said.value);
    }

    function measure() {
      nats = prices(line);
      const total = sum(nats), x = total / nats.length;
      draw(mine, name, line, nats);
      put("characters", nats.length);
      put("total", `${total.toFixed(2)} nats`);
      put("perplexity", Math.exp(x).toFixed(1));
      gauge.querySelector(".hand").style.setProperty("--x", place(x));
      const named = examples.map(([name, text]) => `${name} ${each(cleaned(text, vocabulary)[0]).toFixed(2)}`).join(", ");
      gauge.querySelector(".dial").setAttribute("aria-label", `This line ${x.toFixed(2)} nats per character; for comparison: ${named}`);
      choose(dearest(nats));
      return [`${nats.length} characters, ${x.toFixed(2)} nats per character, ${rank(x)}`, `Dearest: ${token(dearest(nats)).value}`];
    }

    function weigh() {
      leftOut.hidden = !left.length;
      leftOut.textContent = left.length ? `Left out, since no token of the model stands for it: ${left.join(" ")}` : "";
      meter.classList.toggle("empty", !line);     // what was said of the last line keeps its place, out of sight
      keep.disabled = !line;
      if (!line) mine.querySelector(".name").textContent = NOTHING;
      const said = line ? measure() : [NOTHING[0].toUpperCase() + NOTHING.slice(1)];
      level();
      // who types is left in peace: a screen reader hears a summary when the line rests
      clearTimeout(speaking);
      speaking = setTimeout(() => {
        read.querySelector("[role=status]").textContent = [...said, leftOut.textContent].filter(words => words).join(". ");
      }, 900);
    }

    // after the memory has changed: the kept line, the strokes of the gauge and its names move as well
    function redraw() {
      drawKept();
      gauge.querySelector("path").setAttribute("d", held().map(x => `M${(125 * x).toFixed(1)} 0v10`).join(""));
      const places = examples.map(([, text]) => place(each(cleaned(text, vocabulary)[0])));
      const floors = levels(examples.map(([name]) => name), places);
      gauge.querySelectorAll(".mark").forEach((mark, j) => {
        mark.style.setProperty("--x", places[j]);
        mark.style.setProperty("--l", floors[j]);
      });
      gauge.querySelector(".marks").style.setProperty("--levels", 1 + Math.max(0, ...floors));
      weigh();
    }

    function take(newName, newText) {
      [name, text] = [newName, newText];
      [line, left] = cleaned(text, vocabulary);
      weigh();
    }
    const awake = () => { if (!nats) { nats = prices(line); choose(dearest(nats)); } };

    const slide = mine.appendChild(document.createElement("div"));     // the strip itself stays a picture with words
    slide.className = "slide";
    slide.append(strip);
    slide.tabIndex = 0;
    for (const [key, value] of Object.entries({
      role: "slider", "aria-label": "Characters of the line: arrow keys choose one", "aria-valuemin": 1,
      "aria-valuemax": line.length + 1, "aria-valuenow": [...strip.children].findIndex(cell => cell.classList.contains("on")) + 1,
      "aria-valuetext": strip.querySelector(".on b").textContent,
    })) slide.setAttribute(key, value);
    slide.addEventListener("focus", awake);
    slide.addEventListener("keydown", event => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const to = { ArrowLeft: i - 1, ArrowDown: i - 1, ArrowRight: i + 1, ArrowUp: i + 1, Home: 0, End: Infinity }[event.key];
      if (to === undefined) return;
      awake();
      choose(to);
      event.preventDefault();
      event.stopPropagation();     // JupyterLab has plans for arrows
    });
    const point = event => {
      const cell = event.target.closest(".strip > span");
      if (cell) { awake(); choose([...strip.children].indexOf(cell)); }
    };
    strip.addEventListener("pointermove", event => event.pointerType === "mouse" && point(event));
    strip.addEventListener("pointerdown", point);
    el.querySelectorAll("[data-step]").forEach(button => button.addEventListener("click", () => {
      awake();
      choose(i + Number(button.dataset.step));
    }));
    input.addEventListener("input", () => take("your line", input.value));
    input.addEventListener("keydown", event => event.stopPropagation());     // letters are text here, not commands
    el.querySelectorAll("[data-line]").forEach(button => button.addEventListener("click", () => {
      const [newName, newText] = examples[button.dataset.line];
      input.value = newText;
      take(newName, newText);
    }));
    keep.addEventListener("click", () => {
      [keptName, keptText] = [name === "your line" ? "kept" : name, text];
      awake();
      drawKept();
      level();
    });
    memory.forEach(button => button.addEventListener("click", () => {
      n = Number(button.dataset.n);
      memory.forEach(other => other.setAttribute("aria-pressed", other === button));
      redraw();
    }));
    return () => clearTimeout(speaking);
  },
};
