// In the place of Python: does at once what lines like `#! print hello` say, so that states can be looked at one by one.
const pause = ms => new Promise(done => setTimeout(done, ms));

export class Runtime {
  constructor(config) {
    this.config = config;
    this.onProgress = this.onState = () => {};
    this.state = "idle";
    window.fake = Object.assign(this, { log: [], stops: 0, ...window.fakeSettings });
  }

  async run(code, { name, onStream, onOutput }) {
    this.log.push(name);
    if (this.refuses) throw new Error(this.refuses);
    if (this.state === "idle") {
      this.state = "starting";
      for (const loaded of [0, 4.2e6, 13.9e6]) {
        this.onProgress({ text: "Python is on its way", loaded, total: 13.9e6 });
        await pause(this.slowly ?? 0);
      }
    }
    this.onState(this.state = "running");
    const done = { seconds: 0.0123, error: null, verdict: null, cleared: false };
    for (const [start, text] of Object.entries(this.known ?? {}))
      if (code.includes(start)) onStream("stdout", text);
    const [failing, ...error] = window.fakeSettings?.fails ?? [];
    if (code === failing) done.error = { name: error[0], message: error[1], plain: null, trace: "", line: 1 };
    for (const [, what, rest = ""] of code.matchAll(/#! (\w+) ?(.*)/g)) {
      const [first, second, third] = rest.split(" | ");
      if (what === "print") onStream("stdout", `${rest.replaceAll("\\r", "\r")}\n`);
      if (what === "show") onOutput({}, JSON.parse(rest));
      if (what === "wait") await new Promise(end => { this.end = () => { done.cleared = true; end(); }; });
      if (what === "seconds") done.seconds = Number(rest);
      if (what === "fail") done.error = { name: first, message: second, plain: third, trace: `cell 1, line 1\n    ${code.trim()}`, line: 1 };
      if (what === "verdict") {
        done.verdict = { kind: first, reason: second, hint: third ?? null, exercise: "" };
        onStream("stdout", `${first}: ${second}${third ? `\nHint. ${third}` : ""}\n`);
      }
    }
    return done;
  }

  stop() {
    this.stops += 1;
    this.end?.();
  }
}
