// Two events over a small vocabulary: paint them, and exact fractions follow. An ES module in anywidget's shape, and no
// more than that: JupyterLab imports it, and the theme wraps the same text as a plain script, because a page opened from
// a disk may not import. The still (companion/stills/events.py) is complete without it; every word is said there too.
const divisor = (a, b) => b ? divisor(b, a % b) : a;
const fraction = (n, total) => {
  const d = divisor(n, total);
  return total === d ? `${n / d}` : `${n / d}/${total / d}`;
};

export default {
  render({ model, el }) {
    if (!el.querySelector(".events")) el.innerHTML = model.get("still");     // JupyterLab begins with nothing
    const words = model.get("words"), slips = model.get("slips"), rows = model.get("rows"), V = words.length;
    const plane = el.querySelector(".plane"), tiles = [...plane.querySelectorAll(".tile")], status = el.querySelector("[role=status]");
    const inside = { A: new Set(model.get("A")), B: new Set(model.get("B")) };
    let event = "A", weights = slips, here = 0, stroke = null, speaking;

    const total = () => weights.reduce((sum, n) => sum + n, 0);
    const P = test => fraction(weights.reduce((sum, n, i) => sum + (test(words[i]) ? n : 0), 0), total());
    const put = (name, text) => el.querySelectorAll(`[data-out=${name}]`).forEach(place => place.textContent = text);
    // a stroke crosses many words on its way: a screen reader hears where it ended
    function say(text) {
      clearTimeout(speaking);
      speaking = setTimeout(() => status.textContent = text, 150);
    }

    function tell() {
      const inA = word => inside.A.has(word), inB = word => inside.B.has(word);
      const said = { A: P(inA), B: P(inB), or: P(w => inA(w) || inB(w)), and: P(w => inA(w) && inB(w)), not: P(w => !inside[event].has(w)) };
      tiles.forEach((tile, i) => {
        tile.classList.toggle("in-a", inA(words[i]));
        tile.classList.toggle("in-b", inB(words[i]));
      });
      for (const [name, p] of Object.entries(said)) {
        const [n, d = 1] = p.split("/");
        put(name, p);
        el.querySelector(`[data-share=${name}]`).style.setProperty("--p", (n / d).toFixed(4));
      }
      el.querySelectorAll("[data-chosen]").forEach(place => place.textContent = event);
      put("sum", `${said.A} + ${said.B} − ${said.and} = ${said.or}`);
      say(`A ${said.A}, B ${said.B}, A or B ${said.or}, A and B ${said.and}, not ${event} ${said.not}`);
    }

    function lay() {
      const full = total() / rows;
      let at = 0;
      tiles.forEach((tile, i) => {
        const top = Math.floor(at / full);
        tile.style.setProperty("--x", ((at - top * full) / full).toFixed(4));
        tile.style.setProperty("--y", top);
        tile.style.setProperty("--w", (weights[i] / full).toFixed(4));
        tile.querySelector(".c").textContent = weights[i];
        at += weights[i];
      });
      put("unit", weights === slips ? "number: slips" : "number: weight");
    }

    function walk(to) {
      here = (to + V) % V;
      tiles.forEach((tile, i) => tile.classList.toggle("here", i === here));
      const word = words[here], A = inside.A.has(word), B = inside.B.has(word);
      say(`${word}, ${fraction(weights[here], total())}, ${A && B ? "in A and B" : A ? "in A" : B ? "in B" : "in neither"}`);
    }
    function climb(step) {     // to the word above or below whose middle is nearest
      const middle = i => +tiles[i].style.getPropertyValue("--x") + tiles[i].style.getPropertyValue("--w") / 2;
      const row = i => +tiles[i].style.getPropertyValue("--y"), wanted = (row(here) + step + rows) % rows;
      const there = words.map((_, i) => i).filter(i => row(i) === wanted);
      walk(there.reduce((best, i) => Math.abs(middle(i) - middle(here)) < Math.abs(middle(best) - middle(here)) - 1e-9 ? i : best));
    }
    function paint(i, add) {
      if (inside[event].has(words[i]) === add) return;
      inside[event][add ? "add" : "delete"](words[i]);
      tell();
    }
    function choose(name) {
      event = name;
      el.querySelectorAll("[data-event]").forEach(button => button.setAttribute("aria-pressed", button.dataset.event === name));
      tell();
    }

    function press(key) {
      if (key === "ArrowLeft") walk(here - 1);
      else if (key === "ArrowRight") walk(here + 1);
      else if (key === "ArrowUp") climb(-1);
      else if (key === "ArrowDown") climb(1);
      else if (key === "Home") walk(0);
      else if (key === "End") walk(V - 1);
      else if (key === " " || key === "Enter") paint(here, !inside[event].has(words[here]));
      else if (key === "a" || key === "b") { choose(key.toUpperCase()); say(`Event ${event}`); }
      else if (key === "c") { inside[event] = new Set(words.filter(word => !inside[event].has(word))); tell(); }
      else if (key === "Backspace" || key === "Delete") { inside[event] = new Set(); tell(); }
      else return false;
      return true;
    }

    // one stroke adds or removes: what it does to its first word, it does to the others
    const under = (clientX, clientY) => tiles.indexOf(el.ownerDocument.elementFromPoint(clientX, clientY)?.closest(".tile"));
    plane.addEventListener("pointerdown", pointer => {
      const { clientX: x, clientY: y } = pointer, i = under(x, y);
      if (i < 0 || pointer.button) return;
      stroke = { add: !inside[event].has(words[i]), before: new Set(inside[event]), event, id: pointer.pointerId, x, y };
      walk(i);
      paint(i, stroke.add);
    });
    const move = pointer => {
      if (pointer.pointerId !== stroke?.id) return;
      const { clientX: x, clientY: y } = pointer, steps = Math.ceil(Math.hypot(x - stroke.x, y - stroke.y) / 8) || 1;
      for (let step = 1; step <= steps; step++) {     // a fast pointer leaps over words; the stroke does not
        const i = under(stroke.x + (x - stroke.x) * step / steps, stroke.y + (y - stroke.y) * step / steps);
        if (i >= 0) paint(i, stroke.add);
      }
      Object.assign(stroke, { x, y });
    };
    const stop = () => stroke = null;
    const undo = () => {     // the finger meant to scroll
      if (!stroke) return;
      inside[stroke.event] = stroke.before;
      stop();
      tell();
    };
    const page = el.ownerDocument;
    page.addEventListener("pointermove", move);
    page.addEventListener("pointerup", stop);
    page.addEventListener("pointercancel", undo);

    plane.tabIndex = 0;
    plane.setAttribute("role", "application");
    plane.setAttribute("aria-label", "Words: arrow keys walk, space puts a word in or takes it out, a and b choose the event, c takes the complement, backspace clears");
    plane.addEventListener("keydown", pressed => {
      if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || !press(pressed.key)) return;
      pressed.preventDefault();
      pressed.stopPropagation();     // JupyterLab has plans for single letters
    });
    tiles[here].classList.add("here");
    el.querySelectorAll("[data-key]").forEach(button => button.addEventListener("click", () => press(button.dataset.key)));
    el.querySelectorAll("[data-event]").forEach(button => button.addEventListener("click", () => choose(button.dataset.event)));
    const measures = el.querySelectorAll("[data-measure]");
    measures.forEach(button => button.addEventListener("click", () => {
      measures.forEach(other => other.setAttribute("aria-pressed", other === button));
      weights = button.dataset.measure === "slips" ? slips : words.map(() => 1);
      lay();
      tell();
    }));
    return () => {
      clearTimeout(speaking);
      page.removeEventListener("pointermove", move);
      page.removeEventListener("pointerup", stop);
      page.removeEventListener("pointercancel", undo);
    };
  },
};
