'use client';
// Asks for the address and the key of the API, once.
import { useState } from 'react';
import { apiSettings, saveApiSettings } from '../../lib/settings';
import { Field } from '../ui/field';

export function ApiForm({ onSaved }: { onSaved: () => void }) {
  const [settings, setSettings] = useState(apiSettings);
  const wrong = settings.url !== '' && !/^https?:\/\/\S+$/.test(settings.url) ? 'begins with http:// or https://' : '';
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong) return;
        saveApiSettings(settings);
        onSaved();
      }}
    >
      <Field
        label="Address"
        hint="Such as https://my-simulator.azurewebsites.net. Empty: where this page comes from."
        error={wrong}
      >
        {(props) => (
          <input
            {...props}
            inputMode="url"
            value={settings.url}
            onChange={({ target }) => setSettings({ ...settings, url: target.value })}
          />
        )}
      </Field>
      <Field label="Key" hint="Kept in this browser alone. Empty where the API wants none.">
        {(props) => (
          <input
            {...props}
            type="password"
            autoComplete="off"
            value={settings.key}
            onChange={({ target }) => setSettings({ ...settings, key: target.value })}
          />
        )}
      </Field>
      <div className="row end">
        <button type="submit" className="main">
          Use it
        </button>
      </div>
    </form>
  );
}
