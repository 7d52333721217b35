// The editor of a cell: CodeMirror 6, with Python told by weight and slope as the listings are.
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, drawSelection } from "@codemirror/view";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { python } from "@codemirror/lang-python";
import { tagHighlighter, tags } from "@lezer/highlight";

// The classes of the listings (book/theme/rendering/highlight.py), so that one style sheet serves both.
const classes = tagHighlighter([
  { tag: [tags.string, tags.special(tags.string)], class: "s1" },
  { tag: tags.docString, class: "sd" },
  { tag: tags.comment, class: "c1" },
  { tag: tags.definition(tags.className), class: "nc" },
  { tag: tags.function(tags.definition(tags.variableName)), class: "nf" },
  { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword, tags.bool, tags.null], class: "k" },
  { tag: tags.operatorKeyword, class: "ow" },
]);

/** An editor in `parent` that begins with `doc`; `label` names it for a screen reader.
 *
 * Shift-Enter and Ctrl- or Cmd-Enter call onRun(text), a change calls onChange(text). Tab leaves the editor, as
 * it leaves any field; Ctrl-] and Ctrl-[ indent, Enter keeps the indentation. Returns {get, set, focus, destroy}.
 */
export function makeEditor({ parent, doc, label, onRun = () => {}, onChange = () => {} }) {
  const run = view => { onRun(view.state.doc.toString()); return true; };
  const extensions = [
    Prec.highest(keymap.of([{ key: "Shift-Enter", run }, { key: "Mod-Enter", run }])),
    keymap.of([...defaultKeymap, ...historyKeymap]),
    history(), drawSelection(), bracketMatching(), indentUnit.of("    "), EditorState.tabSize.of(4),
    python(), syntaxHighlighting(classes),
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", autocapitalize: "off" }),
    EditorView.updateListener.of(update => { if (update.docChanged) onChange(update.state.doc.toString()); }),
  ];
  const view = new EditorView({ parent, state: EditorState.create({ doc, extensions }) });
  return {
    get: () => view.state.doc.toString(),
    set: text => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
