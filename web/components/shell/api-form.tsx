'use client';
// Asks for the address and the key of the API, once; tries them before they are used, and offers hosts that were used before.
import { useState } from 'react';
import { wrongAddress } from '../../lib/address';
import { ApiError, tryOut } from '../../lib/client';
import {
  type ApiSettings,
  apiSettings,
  forgetHost,
  forgetKey,
  plainAddress,
  saveApiSettings,
  useApiSettings,
  useRememberedHosts,
} from '../../lib/settings';
import { useAction } from '../ui/action';
import { Field } from '../ui/field';
import { Problem } from '../ui/problem';

export function ApiForm({ onSaved }: { onSaved: () => void }) {
  const [settings, setSettings] = useState(apiSettings);
  const trying = useAction();
  const address = wrongAddress(settings.url);
  const keyIsWrong = trying.error instanceof ApiError && trying.error.status === 401;

  async function take(wanted: ApiSettings): Promise<void> {
    const plain = { url: plainAddress(wanted.url), key: wanted.key.trim() };
    setSettings(plain);
    if (await trying.run(`Asking ${nameOf(plain.url)} …`, () => tryOut(plain))) {
      saveApiSettings(plain);
      onSaved();
    }
  }

  const set = (change: Partial<ApiSettings>) => {
    setSettings({ ...settings, ...change });
    trying.clear();
  };

  return (
    <div className="stack">
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (address === '') void take(settings);
        }}
      >
        <Field
          label="Address"
          hint="Such as https://my-simulator.azurewebsites.net. Empty: where this page comes from."
          error={address}
        >
          {(props) => (
            <input
              {...props}
              type="url"
              autoComplete="off"
              spellCheck={false}
              value={settings.url}
              onChange={({ target }) => set({ url: target.value })}
            />
          )}
        </Field>
        <Field
          label="Key"
          hint="Kept in this browser alone, sent in a header to this address alone. Empty where the API wants none."
          {...(keyIsWrong ? { error: settings.key === '' ? 'is needed here' : 'is not the right one' } : {})}
        >
          {(props) => (
            <input
              {...props}
              type="password"
              autoComplete="off"
              value={settings.key}
              onChange={({ target }) => set({ key: target.value })}
            />
          )}
        </Field>
        <Problem error={trying.error} />
        <div className="row end">
          <span role="status" className="dim">
            {trying.busy}
          </span>
          <button type="submit" className="main" disabled={address !== '' || trying.busy !== ''}>
            Use it
          </button>
        </div>
      </form>
      <Remembered busy={trying.busy !== ''} onTake={take} />
    </div>
  );
}

function nameOf(url: string): string {
  return url === '' ? `${location.host} (where this page comes from)` : url.replace(/^https?:\/\//, '');
}

interface RememberedProps {
  busy: boolean;
  onTake: (settings: ApiSettings) => Promise<void>;
}

function Remembered({ busy, onTake }: RememberedProps) {
  const others = useRememberedHosts();
  const { url, key } = useApiSettings();
  if (others.length === 0 && key === '') return null;
  return (
    <section aria-label="Hosts that this browser remembers">
      <h3>Remembered</h3>
      <ul className="plain">
        <li className="row spread">
          <span>
            {nameOf(url)} <span className="badge good">in use</span>
          </span>
          {key !== '' && (
            <button type="button" onClick={forgetKey}>
              Forget its key
            </button>
          )}
        </li>
        {others.map((one) => (
          <li key={one.url} className="row spread">
            <span className="break">{nameOf(one.url)}</span>
            <span className="row">
              <button type="button" disabled={busy} onClick={() => void onTake(one)}>
                Use<span className="hidden"> {nameOf(one.url)}</span>
              </button>
              <button type="button" onClick={() => forgetHost(one.url)}>
                Forget<span className="hidden"> {nameOf(one.url)}</span>
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
