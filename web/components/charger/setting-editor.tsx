'use client';
// One setting being edited: a choice where its values are known, a text otherwise, with what it may be.
import { useState } from 'react';
import { call } from '../../lib/client';
import { useAction } from '../ui/action';
import { Problem } from '../ui/problem';
import type { Setting } from './configuration';

interface SettingEditorProps {
  chargerId: string;
  setting: Setting;
  onClose: () => void;
  onSaved: (value: string) => void;
}

export function SettingEditor({ chargerId, setting, onClose, onSaved }: SettingEditorProps) {
  const { key, value = '' } = setting;
  const [text, setText] = useState(value);
  const action = useAction();
  const choices = choicesOf(setting);
  const label = `Value of ${key}`;
  return (
    <form
      className="stack"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        void action
          .run('Setting it …', () => call('setConfiguration', { chargerId, key, value: text }))
          .then((done) => done && onSaved(text));
      }}
    >
      <div className="row">
        {choices ? (
          <select aria-label={label} value={text} onChange={({ target }) => setText(target.value)}>
            {choices.map((choice) => (
              <option key={choice}>{choice}</option>
            ))}
          </select>
        ) : (
          <input aria-label={label} value={text} onChange={({ target }) => setText(target.value)} />
        )}
        <button type="submit" className="main" disabled={action.busy !== ''}>
          {action.busy || 'Set'}
        </button>
        <button type="button" onClick={onClose}>
          Leave it
        </button>
      </div>
      <Bounds setting={setting} />
      <Problem error={action.error} />
    </form>
  );
}

/** Only what takes exactly one of several values; the present one is among them whatever it is. */
function choicesOf({ dataType, valuesList = [], value }: Setting): string[] | undefined {
  const known = dataType === 'boolean' ? ['true', 'false'] : dataType === 'OptionList' ? valuesList : [];
  if (known.length === 0) return undefined;
  return value === undefined || known.includes(value) ? known : [value, ...known];
}

function Bounds({ setting: { dataType, minLimit, maxLimit, unit, valuesList, readonly } }: { setting: Setting }) {
  const number = dataType === 'integer' || dataType === 'decimal';
  const words = [
    readonly ? 'read-only for the CSMS; here it is set as on the device' : '',
    number && minLimit !== undefined ? `from ${minLimit}` : '',
    number && maxLimit !== undefined ? `to ${maxLimit}` : '',
    !number && maxLimit !== undefined ? `at most ${maxLimit} characters` : '',
    unit ? `in ${unit}` : '',
    dataType === 'MemberList' || dataType === 'SequenceList'
      ? `a list with commas, of ${valuesList?.join(', ') ?? 'texts'}`
      : '',
  ].filter(Boolean);
  return words.length > 0 ? <span className="dim">{words.join('; ')}</span> : null;
}
