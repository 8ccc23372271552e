'use client';
// A payload as JSON text, in an editor that marks what is wrong in place. The text stays as it was typed; only what is an object in JSON is
// taken over. Tab leaves the editor, as it leaves any field.
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import { bracketMatching } from '@codemirror/language';
import { type Diagnostic, forceLinting, linter } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useId, useRef, useState } from 'react';
import { pretty } from '../../lib/format';
import { isSame, type Payload } from '../../lib/payload';
import type { Schema } from '../../lib/schema';
import { findings } from '../../lib/schema-check';
import { jsonColours } from './json-colours';
import { placeOf } from './json-places';

interface EditorProps {
  label: string;
  schema: Schema;
  value: Payload;
  onChange: (value: Payload) => void;
  /** Is what stands there no payload at all? */
  onBroken: (broken: boolean) => void;
}

const parse = jsonParseLinter();

export default function JsonEditor({ label, schema, value, onChange, onBroken }: EditorProps) {
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const now = useRef({ schema, onChange, onBroken });
  now.current = { schema, onChange, onBroken };
  /** What stands there, or stood there last as long as it was JSON. */
  const last = useRef(value);

  useEffect(() => {
    if (!place.current) return;
    const check = (editor: EditorView) => {
      const found = diagnose(editor, now.current.schema);
      setProblems(found.map((one) => `Line ${editor.state.doc.lineAt(one.from).number}: ${one.message}`));
      return found;
    };
    const editor = new EditorView({
      parent: place.current,
      doc: pretty(last.current),
      extensions: [
        lineNumbers(),
        history(),
        bracketMatching(),
        json(),
        jsonColours,
        EditorView.lineWrapping,
        keymap.of([...defaultKeymap, ...historyKeymap]),
        linter(check, { delay: 150 }),
        EditorState.tabSize.of(2),
        EditorView.contentAttributes.of({ 'aria-labelledby': `${id}-label`, 'aria-describedby': `${id}-problems` }),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (!docChanged) return;
          const typed = objectIn(state.doc.toString());
          now.current.onBroken(typed === undefined);
          if (!typed) return;
          last.current = typed;
          now.current.onChange(typed);
        }),
      ],
    });
    view.current = editor;
    return () => editor.destroy();
  }, [id]);

  // A value from elsewhere replaces the text; what was typed here comes back as it is and does not.
  useEffect(() => {
    const editor = view.current;
    if (!editor || isSame(last.current, value)) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: pretty(value) } });
  }, [value]);

  useEffect(() => {
    if (view.current) forceLinting(view.current);
  }, [schema]);

  return (
    <div className="field">
      <span className="label" id={`${id}-label`}>
        {label}
      </span>
      <div ref={place} className="editor" />
      <ul id={`${id}-problems`} className="wrong" aria-live="polite">
        {problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </div>
  );
}

/** The object that a text is, if it is one. */
function objectIn(text: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Payload) : undefined;
  } catch {
    return undefined;
  }
}

function diagnose(editor: EditorView, schema: Schema): Diagnostic[] {
  const broken = parse(editor);
  if (broken.length > 0) return broken;
  const value: unknown = JSON.parse(editor.state.doc.toString());
  return findings(schema, value).map(({ path, message }) => {
    const { from, to, isOwn } = placeOf(editor.state, path);
    const text = isOwn ? message : `${String(path.at(-1))} ${message}`;
    return { from, to, severity: 'error', message: text };
  });
}
