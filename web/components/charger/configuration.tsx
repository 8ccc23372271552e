'use client';
// Configuration keys, in 2.0.1 variables of the device model: searched, and set as if on the device.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../lib/client';
import { useUrlState } from '../../lib/url-state';
import { useAction } from '../ui/action';
import { Check } from '../ui/field';
import { Problem } from '../ui/problem';
import type { TabProps } from './charger-page';

const rowsAtMost = 150;

export function Configuration({ charger, refresh }: TabProps) {
  const { id: chargerId } = charger;
  const [params, change] = useUrlState();
  const [writable, setWritable] = useState(false);
  const [editing, setEditing] = useState<string>();
  const found = useQuery({
    queryKey: ['configuration', chargerId],
    queryFn: () => call('getConfiguration', { chargerId }),
  });
  if (!found.data) {
    if (found.error) return <Problem error={found.error} onRetry={() => void found.refetch()} />;
    return <p className="dim">Reading the configuration …</p>;
  }
  const text = (params.get('q') ?? '').toLowerCase();
  const all = found.data.configuration;
  const shown = all.filter(
    ({ key, value = '', readonly }) =>
      (key.toLowerCase().includes(text) || value.toLowerCase().includes(text)) && !(writable && readonly),
  );
  return (
    <div className="stack">
      <search className="row">
        <input
          type="search"
          aria-label="Search keys and values"
          placeholder="Search keys and values"
          style={{ flex: '1 1 220px' }}
          value={params.get('q') ?? ''}
          onChange={({ target }) => change({ q: target.value })}
        />
        <Check label="Only what the CSMS may write" checked={writable} onChange={setWritable} />
        <button type="button" onClick={() => void found.refetch()}>
          Read again
        </button>
        <span role="status" className="dim">
          {shown.length} of {all.length}
        </span>
      </search>
      {shown.length === 0 && <div className="card empty">No key fits: change the search.</div>}
      {shown.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section className="scroll" aria-label="Configuration" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th>Key</th>
                <th>Value</th>
                <th>For the CSMS</th>
              </tr>
            </thead>
            <tbody>
              {shown.slice(0, rowsAtMost).map(({ key, value, readonly }) => (
                <tr key={key}>
                  <td className="mono">{key}</td>
                  <td>
                    {editing === key ? (
                      <Editor
                        chargerId={chargerId}
                        name={key}
                        value={value ?? ''}
                        onClose={() => setEditing(undefined)}
                        onSaved={() => {
                          setEditing(undefined);
                          void found.refetch();
                          void refresh();
                        }}
                      />
                    ) : (
                      <span className="row">
                        <span className="mono" style={{ overflowWrap: 'anywhere' }}>
                          {value ?? 'may not be read'}
                        </span>
                        <button
                          type="button"
                          className="link"
                          aria-label={`Edit ${key}`}
                          onClick={() => setEditing(key)}
                        >
                          Edit
                        </button>
                      </span>
                    )}
                  </td>
                  <td>{readonly ? 'read-only' : 'writable'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {shown.length > rowsAtMost && <p className="dim">The first {rowsAtMost} are shown: search for the others.</p>}
    </div>
  );
}

interface EditorProps {
  chargerId: string;
  name: string;
  value: string;
  onClose: () => void;
  onSaved: () => void;
}

function Editor({ chargerId, name, value, onClose, onSaved }: EditorProps) {
  const [text, setText] = useState(value);
  const action = useAction();
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void action
          .run('Setting it …', () => call('setConfiguration', { chargerId, key: name, value: text }))
          .then((done) => done && onSaved());
      }}
    >
      <div className="row">
        <input aria-label={`Value of ${name}`} value={text} onChange={({ target }) => setText(target.value)} />
        <button type="submit" className="main" disabled={action.busy !== ''}>
          {action.busy || 'Set'}
        </button>
        <button type="button" onClick={onClose}>
          Leave it
        </button>
      </div>
      <Problem error={action.error} />
    </form>
  );
}
