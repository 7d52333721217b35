// Python of one page, in a worker of its own, so that the page stays awake whatever a cell does.
//
// in    {type: "start", config: {python, book, data, page, pages}, interrupts: SharedArrayBuffer | null}
//       {type: "run", id, code, name}
// out   {type: "progress", text, loaded, total}                      while Python comes; bytes of the wire
//       {type: "ready", seconds}
//       {type: "stream", id, name, text}                             what print() wrote, as it is written
//       {type: "output", id, bundle, page: {role, html, widget}}     a value: its mimetypes, and the page's HTML
//       {type: "done", id, seconds, error, verdict}                  see runner.py and explain.py
//       {type: "failed", message, id}       Python cannot run, or with an id that one cell; a sentence for the reader
const HOME = "/book";
const EMPTY = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]); // the smallest module there is
let python, runner, current, config, sizes = {};
const post = message => self.postMessage(message);

class Unreachable extends Error {}
// The last thing that did not come. Pyodide reports it in its own words, or not at all, or waits for ever.
let lost = null, giveUp;
const despair = new Promise((_, reject) => giveUp = reject);
despair.catch(() => {});
function unreachable(message) {
  lost = new Unreachable(message);
  if (!python) giveUp(lost);
  return lost;
}

// Every file of Python comes through fetch, so this is the one place that counts bytes and names what is missing.
const plainFetch = self.fetch.bind(self);
let loaded = 0;
async function countedFetch(resource, options) {
  const address = String(resource.url ?? resource), name = address.replace(/[?#].*/, "").split("/").pop();
  const offline = () => { throw unreachable(`${name} could not be loaded: there is no connection to the book’s server.`); };
  // A file that fails its hash fails as if there were no network; asked for without it, it says what it is.
  const response = await plainFetch(resource, options).catch(async () => {
    const again = await plainFetch(address).catch(offline);
    if (!again.ok || !options?.integrity) return again;
    throw unreachable(`${name} could not be loaded: it is not the file with which this book was built.`);
  });
  if (!response.ok) throw unreachable(`${name} could not be loaded (${response.status}): this copy of the book is incomplete.`);
  if (!response.body) return response;
  let last = 0;
  const counting = new TransformStream({
    transform(part, out) {
      loaded += part.byteLength;
      out.enqueue(part);
      if (performance.now() - last > 100) { last = performance.now(); report(`loading ${name}`); }
    },
  });
  const { status, statusText, headers } = response;
  const counted = new Response(response.body.pipeThrough(counting), { status, statusText, headers });
  Object.defineProperty(counted, "url", { value: response.url });
  return counted;
}
let total = 0;
const report = text => post({ type: "progress", text, loaded: Math.min(loaded, total), total });

async function start({ config: given, interrupts }) {
  const begun = performance.now();
  [config, lost] = [given, null];
  if (typeof WebAssembly !== "object") throw unreachable("This browser does not run WebAssembly, which Python needs.");
  await WebAssembly.compile(EMPTY).catch(error => {
    throw unreachable(`The browser refused to run WebAssembly, which Python needs (${error.message.slice(0, 120)}).`);
  });
  self.fetch = countedFetch;
  const files = await (await fetch(config.python + "files.json")).json();
  sizes = files.bytes;
  loaded = 0;
  total = sizes.start + config.bytes;
  report("loading Python");
  const [{ loadPyodide }, book] = await Promise.all([
    import(config.python + "pyodide.mjs"),
    fetch(config.book).then(response => response.arrayBuffer()),
  ]);
  python = await loadPyodide({ indexURL: config.python, packages: ["numpy"], fullStdLib: false });
  if (lost) throw lost;
  report("starting Python");
  python.unpackArchive(book, "zip", { extractDir: HOME });
  if (interrupts) python.setInterruptBuffer(new Uint8Array(interrupts));
  self.tell = (kind, json) => post({ type: kind, id: current, ...JSON.parse(json) });
  const later = Object.fromEntries(Object.entries(config.data).map(([file, { word }]) => [word, file]));
  python.globals.set("settings", JSON.stringify({ home: HOME, page: config, later }));
  runner = python.runPython(`
import json, sys
settings = json.loads(settings)
sys.path[:0] = [settings["home"] + part for part in ("", "/book", "/book/theme")]
import js
from live.runner import Runner
runner = Runner(lambda kind, values: js.tell(kind, json.dumps(values)), settings["page"], settings["later"])
runner.attend()
runner`);
  post({ type: "ready", seconds: (performance.now() - begun) / 1000 });
}

// What the cell mentions and is not there yet: matplotlib, a large text, weights.
const there = new Set();
async function bring(code) {
  const proxy = runner.needs(code), needs = proxy.toJs();
  proxy.destroy();
  for (const need of needs.filter(need => !there.has(need))) {
    loaded = 0;
    lost = null;
    if (need === "matplotlib") {
      total = sizes.matplotlib;
      report("loading matplotlib");
      await python.loadPackage("matplotlib", { messageCallback: () => {}, checkIntegrity: true });
      if (lost) throw lost;
    } else {
      total = config.data[need].bytes;
      const data = await (await fetch(config.data[need].address)).arrayBuffer();
      const path = `${HOME}/data/${need}`;
      python.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
      python.FS.writeFile(path, new Uint8Array(data));
    }
    there.add(need);
  }
}

async function run({ id, code, name }) {
  try { await bring(code); } catch (error) { return post({ type: "failed", id, message: sentence(error) }); }
  current = id;
  const result = JSON.parse(python.globals.get("json").dumps(runner.run(code, name)));
  post({ type: "done", id, ...result });
}

// Emscripten and the browser say these things in their own words; the reader gets a sentence.
function sentence(error) {
  if (lost) return lost.message;
  const text = String(error?.message ?? error);
  if (/out of memory|memory access out of bounds|Array buffer allocation|could not allocate/i.test(text))
    return "Python has used up the memory that the browser gives a page, and had to stop: run the cells again with smaller arrays.";
  if (/call stack|too much recursion/i.test(text))
    return "Something nests too deep for the browser, and Python had to stop: the variables are cleared. Run the cells above again.";
  if (/dynamically imported module|importing a module/i.test(text)) {
    const [name] = text.match(/[\w.]+\.mjs/) ?? ["A script of Python"];
    return `${name} could not be loaded: this copy of the book is incomplete, or its server cannot be reached.`;
  }
  return `Python stopped: ${text.trim().split("\n").pop().slice(0, 200)}`;
}

let jobs = Promise.resolve();
self.onmessage = ({ data: message }) => {
  jobs = jobs.then(() => message.type === "start" ? Promise.race([start(message), despair]) : run(message))
    .catch(error => { post({ type: "failed", message: sentence(error) }); jobs = new Promise(() => {}); });
};
