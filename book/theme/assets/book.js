// What the page does beyond being read: theme, copying, previews, the place in the contents. Everything else works without it.
const root = document.documentElement;

// ---- theme: auto → light → dark ----
const themes = ["auto", "light", "dark"], themeButton = document.getElementById("theme");
function setTheme(name) {
  if (name === "auto") delete root.dataset.theme; else root.dataset.theme = name;
  try { if (name === "auto") localStorage.removeItem("theme"); else localStorage.theme = name; } catch { /* private window */ }
  const word = name[0].toUpperCase() + name.slice(1);
  themeButton.setAttribute("aria-label", `${word} theme`);
  themeButton.querySelector(".wordy").textContent = word;
}
setTheme(root.dataset.theme || "auto");
themeButton.addEventListener("click", () => setTheme(themes[(themes.indexOf(root.dataset.theme || "auto") + 1) % 3]));

// ---- copy ----
document.querySelectorAll(".copy").forEach(button => button.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(button.closest(".cell").querySelector("code").textContent);
    button.setAttribute("aria-label", "Copied");
  } catch { button.setAttribute("aria-label", "The browser did not allow copying"); }
  setTimeout(() => button.setAttribute("aria-label", "Copy the code"), 1500);
}));

// ---- what scrolls can be reached by keyboard ----
function reachable() {
  document.querySelectorAll("pre:not([aria-describedby]), .eq, .scroll, .three .mid").forEach(part => {
    if (part.scrollWidth > part.clientWidth) part.tabIndex = 0; else part.removeAttribute("tabindex");
  });
}
reachable();
addEventListener("resize", reachable);
document.fonts?.ready.then(reachable);

// ---- previews: a card on hover and on focus; Escape closes it; the pointer may enter it ----
const card = Object.assign(document.createElement("div"), { className: "card", id: "card", hidden: true });
card.setAttribute("role", "tooltip");
document.body.append(card);
let waiting;
function hideSoon() { waiting = setTimeout(() => card.hidden = true, 150); }
function copyOf(target) {
  const copy = (target.content || target).cloneNode(true);
  const whole = copy.nodeType === Node.DOCUMENT_FRAGMENT_NODE ? copy : document.createDocumentFragment();
  if (whole !== copy) { if (target.matches("li")) whole.append(...copy.childNodes); else whole.append(copy); }
  whole.querySelectorAll("details, .side, .side-toggle, .ref, .back").forEach(part => part.remove());
  whole.querySelectorAll("[id]").forEach(part => part.removeAttribute("id"));
  return whole;
}
function show(link) {
  const target = document.getElementById(link.dataset.preview);
  if (!target) return;
  clearTimeout(waiting);
  card.replaceChildren(copyOf(target));
  card.hidden = false;
  const box = link.getClientRects()[0], below = box.bottom + card.offsetHeight + 12 < innerHeight;
  card.style.left = `${Math.max(12, Math.min(box.left, innerWidth - card.offsetWidth - 12)) + scrollX}px`;
  card.style.top = `${(below ? box.bottom + 6 : box.top - card.offsetHeight - 6) + scrollY}px`;
}
document.querySelectorAll("[data-preview]").forEach(link => {
  link.setAttribute("aria-describedby", "card");
  link.addEventListener("pointerenter", event => {
    clearTimeout(waiting);
    if (event.pointerType === "mouse") waiting = setTimeout(() => show(link), 200);
  });
  link.addEventListener("pointerleave", () => { clearTimeout(waiting); hideSoon(); });
  link.addEventListener("focus", () => { if (link.matches(":focus-visible")) show(link); });
  link.addEventListener("blur", hideSoon);
});
card.addEventListener("pointerenter", () => clearTimeout(waiting));
card.addEventListener("pointerleave", hideSoon);
addEventListener("keydown", event => { if (event.key === "Escape") card.hidden = true; });

// ---- the reader's place in the contents ----
const places = [...document.querySelectorAll(".sections a")];
const watch = new IntersectionObserver(entries => entries.forEach(({ isIntersecting, target }) => {
  if (isIntersecting) places.forEach(place => place.classList.toggle("here", place.hash === `#${target.id}`));
}), { rootMargin: "-20% 0px -75% 0px" });
if (places.length) document.querySelectorAll("article > section[id]").forEach(section => watch.observe(section));
document.querySelector(".contents")?.addEventListener("click", event => {
  if (event.target.closest("a")) event.currentTarget.hidePopover?.();
});

// ---- search: index and library are fetched when a reader first turns to the field (they are scripts: file:// may not fetch) ----
const field = document.querySelector("[type=search]"), hits = document.querySelector(".hits"), status = document.querySelector("search [role=status]");
const base = document.body.dataset.root;
// what a word means comes first, then where it is defined and used, then what repeats it at a chapter's end
const rank = { term: 3, definition: 2, closing: .5 };
let index;
function script(name) {
  return new Promise((done, failed) => document.head.append(Object.assign(document.createElement("script"),
    { src: `${base}/assets/${name}`, onload: done, onerror: failed })));
}
function ready() {
  index ??= Promise.all([script("minisearch/minisearch.js"), script("search-index.js")]).then(() => {
    const search = new MiniSearch({
      fields: ["section", "names", "page", "text"], storeFields: ["url", "section", "names", "page", "text", "kind"], idField: "url",
      searchOptions: {
        prefix: true, combineWith: "AND",
        boost: { section: 4, names: 4, page: 3 },
        boostDocument: (url, word, { kind }) => rank[kind] ?? 1,
      },
    });
    search.addAll(window.searchEntries);
    return search;
  });
  return index;
}
// about 130 characters of the text around the first word found, with the words marked
function excerpt(text, terms) {
  const words = new RegExp(`(${terms.map(term => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "gi");
  const at = Math.max(0, text.search(words)), start = at < 40 ? 0 : text.indexOf(" ", at - 40) + 1;
  const piece = document.createElement("small"), part = text.slice(start, start + 130);
  piece.append(start ? "… " : "");
  part.split(words).forEach((run, i) => piece.append(i % 2 ? Object.assign(document.createElement("mark"), { textContent: run }) : run));
  piece.append(text.length > start + 130 ? " …" : "");
  return piece;
}
// as it is written; if nothing is, then with a letter or two amiss
async function matches(words) {
  const search = await ready(), found = search.search(words);
  return found.length ? found : search.search(words, { fuzzy: word => word.length > 4 ? 0.2 : false });
}
// whatever is called just that, or defines just that, stands before what is called something longer
function foremost(found, words) {
  const named = ({ section, names = "" }) => [section, ...names.split(", ")].some(name => name.toLowerCase() === words);
  return [...found.filter(named), ...found.filter(hit => !named(hit))];
}
async function find() {
  const words = field.value.trim();
  if (!words) { hits.hidden = true; status.textContent = ""; return; }
  let found;
  try { found = foremost(await matches(words), words.toLowerCase()).slice(0, 12); } catch {
    hits.replaceChildren(Object.assign(document.createElement("p"), { textContent: "The index of words could not be loaded." }));
    hits.hidden = false;
    return;
  }
  if (field.value.trim() !== words) return;
  const list = document.createElement("ol");
  found.forEach(hit => {
    const link = Object.assign(document.createElement("a"), { href: `${base}/${hit.url}` });
    link.append(Object.assign(document.createElement("b"), { textContent: hit.section || hit.page }));
    if (hit.section) link.append(` · ${hit.page}${hit.kind === "definition" ? ", definition" : ""}`);
    link.append(excerpt(hit.text, hit.terms));
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  });
  hits.replaceChildren(found.length ? list : Object.assign(document.createElement("p"), { textContent: `Nothing here says “${words}”.` }));
  hits.hidden = false;
  status.textContent = found.length === 1 ? "1 place" : `${found.length || "no"} places`;
}
function move(event, step) {
  const links = [...hits.querySelectorAll("a")], next = links[links.indexOf(document.activeElement) + step];
  if (next) { event.preventDefault(); next.focus(); } else if (step < 0) { event.preventDefault(); field.focus(); }
}
if (field) {
  field.addEventListener("focus", () => ready().catch(() => {}));
  field.addEventListener("input", find);
  field.closest("search").addEventListener("keydown", event => {
    if (event.key === "ArrowDown") move(event, 1);
    if (event.key === "ArrowUp") move(event, -1);
    if (event.key === "Escape") { hits.hidden = true; field.focus(); }
    if (event.key === "Enter" && event.target === field) hits.querySelector("a")?.click();
  });
  addEventListener("keydown", event => {
    if (event.key === "/" && !event.target.matches("input, textarea, [contenteditable]")) { event.preventDefault(); field.focus(); }
  });
  addEventListener("pointerdown", event => { if (!event.target.closest("search")) hits.hidden = true; });
}
