// In the place of the editor: a text area with the same interface.
export function makeEditor({ parent, doc, label, onRun, onChange }) {
  const area = Object.assign(document.createElement("textarea"), { value: doc, ariaLabel: label, rows: doc.split("\n").length });
  area.addEventListener("input", () => onChange(area.value));
  area.addEventListener("keydown", event => {
    if (event.key === "Enter" && event.shiftKey) { event.preventDefault(); onRun(area.value); }
  });
  parent.append(area);
  return { get: () => area.value, set: text => { area.value = text; onChange(text); }, focus: () => area.focus(), destroy: () => area.remove() };
}
