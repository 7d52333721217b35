// One Python for the page: what runs, what waits, what has run, and Stop, which ends it with all that it knew.
import { Output } from "./output.js";
import { several } from "./dom.js";
import { Runtime } from "./runtime.js";

const seen = cells => cells.filter(cell => cell.place).length;            // hidden ones are not spoken of

export class Session {
  cells = [];
  ran = new Set();                       // cells whose names stand in Python's memory
  turn = Promise.resolve();              // what runs now, and what waits for it
  life = 0;                              // how often Stop has ended a memory

  constructor(config) {
    this.runtime = new Runtime(config);
  }

  // Do `job` after all that was asked for before, unless Stop comes first.
  add(cell, job) {
    const { life } = this, alive = () => life === this.life;
    cell.wait();
    this.begun();
    this.turn = this.turn.then(async () => {
      if (!alive()) return;
      try { await job(alive); } catch (error) { if (alive()) cell.failed(error.message); }
    });
  }

  run(cell) {
    this.add(cell, async alive => {
      const todo = this.above(cell).filter(other => !this.ran.has(other));
      if (await this.first(todo, cell, alive)) await this.execute(cell, alive, seen(todo));
    });
  }

  runAbove(cell) {
    this.add(cell, async alive => {
      const todo = this.above(cell);
      if (await this.first(todo, cell, alive)) cell.tell("done", "done", "done", `ran the ${several(seen(todo), "cell")} above`);
    });
  }

  // What a cell builds on: all above it but exercises, solutions, and long cells, whose stored results stand in for them.
  // A hidden figure is spared, unless the reader's own code mentions what it imports.
  above(cell) {
    const above = this.cells.filter(other => other.number < cell.number && other.isGround);
    const own = [cell, ...above].filter(other => other.edited).map(other => other.source).join("\n");
    const words = new Set(own.match(/\w+/g));
    return above.filter(({ spare }) => !spare || spare.some(name => words.has(name)));
  }

  // Run `todo` for the sake of `cell`; true if `cell` may go on.
  async first(todo, cell, alive) {
    const all = seen(todo);
    for (const [i, other] of todo.entries()) {
      const at = seen(todo.slice(0, i + 1));
      cell.running(!all ? "" : all === 1 ? "the cell above first" : `cell ${Math.max(1, at)} of the ${all} above first`);
      const error = await this.execute(other, alive, 0, cell);
      if (!alive()) return false;
      if (error && !other.mayFail) { cell.blocked(other); return false; }
    }
    return true;
  }

  // Run one cell, `on` whose bar Python's start is told; its error, if it ends with one.
  async execute(cell, alive, before, on = cell) {
    const { sent } = cell, output = new Output(...cell.begin()), { runtime } = this;
    runtime.onProgress = news => on.fetching(news, runtime.state === "starting");
    runtime.onState = state => { if (state === "running") on.running(); };
    try {
      const done = await runtime.run(cell.source, {
        name: cell.name,
        onStream: (stream, text) => output.stream(stream, text),
        onOutput: (bundle, page) => output.value(page),
      });
      if (done.cleared) this.ran.clear();
      if (!alive()) { output.trim(); return null; }
      if (!done.error || cell.mayFail) this.ran.add(cell);
      if (sent !== undefined && sent !== cell.sent) this.outdate(cell);
      cell.end(done, output, before, on !== cell);
      return done.error;
    } catch (error) {                    // Python is gone, and what it knew
      this.ran.clear();
      if (alive() && on !== cell) cell.rest();
      throw error;
    }
  }

  // `cell` ran with other code than before: what cells below it show is of the code before.
  outdate(cell) {
    if (cell.isGround) this.cells.filter(other => other.number > cell.number).forEach(other => other.outdated());
  }

  // What is asked for from now on waits until Python has stopped, or is gone.
  stop() {
    const busy = this.cells.filter(cell => cell.busy);
    this.life += 1;
    this.turn = Promise.resolve(this.runtime.stop()).then(() => busy.forEach(cell => cell.stopped(this.ran.size > 0)));
  }
}
