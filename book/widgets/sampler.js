// A bigram model that says names. An ES module in anywidget's shape, and no more than that: JupyterLab imports it, and
// the theme wraps the same text as a plain script. The still (companion/stills/sampler.py) is complete without it.
const NUMBER = 1 / 0.86, PACE = 650, KEPT = 5;
const spoken = label => ({ ".": "dot", " ": "space" })[label] ?? label;

export default {
  render({ model, el }) {
    if (!el.querySelector(".word")) el.innerHTML = model.get("still");     // JupyterLab begins with nothing
    const labels = model.get("labels"), counts = model.get("counts"), end = labels[0];
    const columns = [...el.querySelectorAll(".pmf span")], play = el.querySelector("[data-do=play]");
    const status = el.querySelector("[role=status]"), past = el.querySelector("[data-out=past]");
    let word = model.get("word"), said = [], clock;

    const put = (name, text) => { el.querySelector(`[data-out=${name}]`).textContent = text; };

    // a dart falls anywhere on the counts, laid end to end
    function draw(row) {
      let dart = Math.random() * row.reduce((sum, n) => sum + n, 0);
      return row.findIndex(n => (dart -= n) < 0);
    }

    function step() {
      if (word.endsWith(end)) word = "";
      const last = word.at(-1) ?? end, row = counts[labels.indexOf(last)];
      const total = row.reduce((sum, n) => sum + n, 0), top = Math.max(...row), next = draw(row);
      columns.forEach((column, j) => {
        column.style.setProperty("--p", (row[j] / top / NUMBER).toFixed(4));
        column.classList.toggle("hit", j === next);
        if (j === next) column.dataset.p = (row[j] / total).toFixed(3); else delete column.dataset.p;
      });
      word += labels[next];
      put("last", last);
      put("word", word);
      el.querySelector(".pmf").setAttribute("aria-label", `The probabilities after ${spoken(last)}, as bars`);
      const news = `${spoken(labels[next])}, probability ${(row[next] / total).toFixed(3)}`;
      if (word.endsWith(end)) {
        said = [...said, word.slice(0, -1)].slice(-KEPT);
        past.replaceChildren("It has said: ");
        said.forEach((name, i) => past.append(i ? ", " : "", Object.assign(document.createElement("b"), { textContent: name || "nothing at all" })));
        status.textContent = `${news}. The name is ${word.slice(0, -1)}.`;
      } else if (!clock) status.textContent = news;       // while it plays, only whole names are read out
    }

    function run(going) {
      clearInterval(clock);
      clock = going ? setInterval(step, PACE) : undefined;
      play.textContent = going ? "Pause" : "Play";
      play.setAttribute("aria-pressed", going);
      if (going) step();
    }

    el.querySelector("[data-do=step]").addEventListener("click", () => { run(false); step(); });
    play.addEventListener("click", () => run(!clock));
    return () => clearInterval(clock);
  },
};
