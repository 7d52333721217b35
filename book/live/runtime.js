// Python of a page, as the page sees it: cells go in, one after the other, and results come out.
//
//   const runtime = new Runtime(JSON.parse(document.getElementById("live").textContent));
//   const done = await runtime.run("1 + 1", { name: "cell 3", onStream, onOutput });
//
// Nothing is loaded before the first run. Messages to and from the worker: see worker.js.
const RESTARTED = "Stopped. Python was restarted, so the variables are cleared: run the cells above again.";
const PATIENCE = 3000; // milliseconds that Python has to react to an interrupt

export class Runtime {
  /** `config` is what #live holds; its addresses are relative to `base`, the page.
   *
   * onProgress({text, loaded, total}) hears what is loaded, onState(state) each change of `state`: "idle" before
   * the first run and after a failure, "starting", "ready", "running".
   */
  constructor(config, base = document.baseURI) {
    this.config = { ...config };
    for (const part of ["app", "python", "book"]) if (config[part]) this.config[part] = new URL(config[part], base).href;
    this.config.data = Object.fromEntries(Object.entries(config.data ?? {}).map(
      ([name, file]) => [name, { ...file, address: new URL(file.address, base).href }]));
    this.state = "idle";
    this.onProgress = this.onState = () => {};
    this.waiting = [];
    this.next = 1;
    this.seconds = null; // that Python took to start
  }

  /** Run `code` when all before it are done. Resolves to
   * {seconds, error: null | {name, message, plain, trace, line}, verdict: null | {kind, reason, hint, exercise},
   * cleared}, where `cleared` says that the cell was stopped and all variables are gone.
   *
   * onStream(name, text) hears what is printed, onOutput(bundle, page) what is shown: `bundle` by mimetype,
   * `page` as {role: "text" | "picture" | "table", html, widget}. Rejects with an Error whose message is a
   * sentence for the reader if Python cannot run; the next run tries again.
   */
  run(code, { name = "this cell", onStream = () => {}, onOutput = () => {} } = {}) {
    return new Promise((resolve, reject) => {
      this.waiting.push({ id: this.next++, code, name, onStream, onOutput, resolve, reject });
      this.#advance();
    });
  }

  /** Stop the cell that runs, and forget those that wait. Where the page is cross-origin isolated Python is
   * interrupted and the variables stay; elsewhere, or if it does not react, it is restarted. */
  async stop() {
    const [running, ...later] = this.job ? [this.job, ...this.waiting] : this.waiting;
    this.waiting = [];
    for (const job of this.job ? later : [running, ...later].filter(Boolean)) job.resolve(stopped("Stopped before it began.", false));
    if (!this.job) return;
    if (this.interrupts && this.state === "running") {
      this.interrupts[0] = 2; // SIGINT
      const ended = await Promise.race([running.ended, new Promise(over => setTimeout(over, PATIENCE, "over"))]);
      if (ended !== "over" || this.job !== running) return;
    }
    this.#end();
    this.#settle(() => running.resolve(stopped(RESTARTED, true)));
  }

  #set(state) {
    if (state === this.state) return;
    this.state = state;
    this.onState(state);
  }

  #start() {
    this.#set("starting");
    const shared = globalThis.crossOriginIsolated ? new SharedArrayBuffer(1) : null;
    this.interrupts = shared && new Uint8Array(shared);
    try {
      if (location.protocol === "file:") throw new Error("file");
      this.worker = new Worker(new URL("worker.js", this.config.app ?? import.meta.url), { type: "module" });
    } catch {
      this.#fail(location.protocol === "file:"
        ? "Opened as a file, the page may not start Python: a browser allows that only to a page that a server sends. Type make book."
        : "The browser did not allow the page to start a worker, in which Python runs.");
      return;
    }
    this.worker.onmessage = ({ data }) => this.#hear(data);
    this.worker.onerror = event => {
      event.preventDefault?.();
      this.#fail(event.message
        ? `Python stopped: ${event.message}`
        : "worker.js could not be loaded: this copy of the book is incomplete, or its server cannot be reached.");
    };
    this.worker.postMessage({ type: "start", config: this.config, interrupts: shared });
  }

  #advance() {
    if (this.job || !this.waiting.length) return;
    this.job = this.waiting.shift();
    this.job.ended = new Promise(end => this.job.end = end);
    if (!this.worker) this.#start();
    if (this.state === "ready") this.#send();
  }

  #send() {
    if (this.interrupts) this.interrupts[0] = 0;
    this.#set("running");
    const { id, code, name } = this.job;
    this.worker.postMessage({ type: "run", id, code, name });
  }

  #hear(message) {
    const job = this.job;
    if (message.type === "failed" && !message.id) return this.#fail(message.message);
    if (message.type === "progress") return this.onProgress(message);
    if (message.type === "ready") {
      this.seconds = message.seconds;
      this.#set("ready");
      if (job) this.#send(); else this.#advance();
      return;
    }
    if (!job || message.id !== job.id) return;
    if (message.type === "stream") job.onStream(message.name, message.text);
    if (message.type === "output") job.onOutput(message.bundle, message.page);
    if (message.type === "failed") {
      this.#set("ready");
      this.#settle(() => job.reject(new Error(message.message)));
    }
    if (message.type === "done") {
      this.#set("ready");
      const { seconds, error, verdict } = message;
      this.#settle(() => job.resolve({ seconds, error, verdict, cleared: false }));
    }
  }

  #settle(answer) {
    const job = this.job;
    this.job = null;
    job?.end();
    answer();
    this.#advance();
  }

  /** Python is gone: everybody who waits is told, and the next run starts it anew. */
  #fail(message) {
    this.#end();
    const jobs = [this.job, ...this.waiting].filter(Boolean);
    this.waiting = [];
    this.job?.end();
    this.job = null;
    for (const job of jobs) job.reject(new Error(message));
  }

  #end() {
    this.worker?.terminate();
    this.worker = this.interrupts = null;
    this.#set("idle");
  }
}

const stopped = (plain, cleared) => ({
  seconds: null, verdict: null, cleared, error: { name: "Stopped", message: plain, plain, trace: "", line: null },
});
