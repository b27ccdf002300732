// The SPARQL editor of the query page and of pages that can be asked: CodeMirror 6, in a shadow root.
//
// In a document CodeMirror writes its styles into <style> elements, which the server's content
// security policy forbids; in a shadow root it uses constructed style sheets, which it allows.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { HighlightStyle, StreamLanguage, bracketMatching, syntaxHighlighting } from '@codemirror/language';
import { sparql } from '@codemirror/legacy-modes/mode/sparql';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  EditorView, drawSelection, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';

// Colours come from the page, so that they follow its light and dark.
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: [tags.string, tags.literal], color: 'var(--good)' },
  { tag: [tags.atom, tags.number], color: 'var(--warn)' },
  { tag: tags.comment, color: 'var(--muted)' },
]);

const theme = EditorView.theme({
  '&': { fontSize: '13.5px', color: 'var(--ink)' },
  '.cm-content': {
    fontFamily: 'ui-monospace, Consolas, "DejaVu Sans Mono", monospace', minHeight: '9rem',
    caretColor: 'var(--ink)',
  },
  '.cm-gutters': { background: 'var(--panel)', color: 'var(--muted)', border: '0' },
  '.cm-activeLine': { background: 'transparent' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { background: 'var(--off-soft)' },
  '.cm-tooltip': { background: 'var(--raised)', color: 'var(--ink)', border: '1px solid var(--muted)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--accent)', color: 'var(--ground)' },
  '.cm-completionDetail': { color: 'inherit' },
  '.cm-diagnostic': { color: 'var(--warn)' },
});

// Puts an editor into the element; `complete` is a CodeMirror completion source.
function make(parent, { text, label, complete, onRun, onChange }) {
  const root = parent.attachShadow({ mode: 'open' });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), history(), drawSelection(), highlightSpecialChars(), highlightActiveLine(),
        bracketMatching(), closeBrackets(), lintGutter(),
        StreamLanguage.define(sparql), syntaxHighlighting(colours), theme,
        autocompletion({ override: [complete], icons: false }),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.updateListener.of((update) => { if (update.docChanged) onChange(); }),
        keymap.of([
          { key: 'Mod-Enter', run: () => { onRun(); return true; } },
          ...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab,
        ]),
      ],
    }),
  });
  return {
    get text() { return view.state.doc.toString(); },
    set text(next) {
      if (next !== this.text) {
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
      }
    },
    focus() { view.focus(); },
    // Marks the place of an error, counted from 1; without one the marks go.
    mark(line, column, message) {
      const marks = [];
      if (line) {
        const at = view.state.doc.line(Math.min(line, view.state.doc.lines));
        const from = Math.min(at.from + column - 1, at.to);
        const word = /^[\w?$:-]+/.exec(view.state.doc.sliceString(from, at.to));
        const to = Math.min(from + (word ? word[0].length : 1), at.to);
        marks.push({ from: to > from ? from : Math.max(from - 1, at.from), to, severity: 'error', message });
      }
      view.dispatch(setDiagnostics(view.state, marks));
    },
  };
}

window.kgEditor = make;
