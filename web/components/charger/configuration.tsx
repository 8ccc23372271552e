'use client';
// Configuration keys, in 2.0.1 variables of the device model: searched, filtered, and set as if on the device.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { OutputOf } from '../../lib/api-types';
import { call } from '../../lib/client';
import { useUrlState } from '../../lib/url-state';
import { variableKey } from '../../lib/variable-key';
import { useAction } from '../ui/action';
import { Choice } from '../ui/choice';
import { Check } from '../ui/field';
import { Problem } from '../ui/problem';
import { SettingsTable } from './settings-table';
import type { TabProps } from './tabs';

export type Setting = OutputOf<'getConfiguration'>['configuration'][number];

export function Configuration({ charger, refresh }: TabProps) {
  const { id: chargerId, protocol } = charger;
  const [params, change] = useUrlState();
  const [writable, setWritable] = useState(false);
  const [saved, setSaved] = useState<Setting>();
  const found = useQuery({
    queryKey: ['configuration', chargerId],
    queryFn: () => call('getConfiguration', { chargerId }),
  });
  if (!found.data) {
    if (found.error) return <Problem error={found.error} onRetry={() => void found.refetch()} />;
    return <p className="dim">Reading the configuration …</p>;
  }
  const all = found.data.configuration;
  const model = protocol !== 'ocpp1.6';
  const wish = {
    text: (params.get('q') ?? '').toLowerCase(),
    component: params.get('component') ?? '',
    attribute: params.get('attribute') ?? '',
    writable,
  };
  const shown = all.filter((setting) => fits(setting, wish));
  const named = all.map(({ key }) => variableKey(key));
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
        {model && (
          <>
            <Choice
              label="Component"
              value={wish.component}
              options={distinct(named.map(({ component }) => component))}
              onChange={(component) => change({ component })}
            />
            <Choice
              label="Attribute"
              value={wish.attribute}
              options={distinct(named.map(({ attribute }) => attribute))}
              onChange={(attribute) => change({ attribute })}
            />
          </>
        )}
        <Check label="Only what the CSMS may write" checked={writable} onChange={setWritable} />
        <button type="button" onClick={() => void found.refetch()}>
          Read again
        </button>
        <span role="status" className="dim">
          {shown.length} of {all.length}
        </span>
      </search>
      <Problem error={found.error} onRetry={() => void found.refetch()} />
      {saved && <Saved chargerId={chargerId} setting={saved} refresh={refresh} onClose={() => setSaved(undefined)} />}
      {shown.length === 0 ? (
        <div className="card empty">No key fits: change the search.</div>
      ) : (
        <SettingsTable
          chargerId={chargerId}
          settings={shown}
          model={model}
          onSaved={(setting) => {
            setSaved(setting);
            void found.refetch();
            void refresh();
          }}
        />
      )}
    </div>
  );
}

interface Wish {
  text: string;
  component: string;
  attribute: string;
  writable: boolean;
}

function fits({ key, value = '', readonly }: Setting, { text, component, attribute, writable }: Wish): boolean {
  const name = variableKey(key);
  if (writable && readonly) return false;
  if (component !== '' && name.component !== component) return false;
  if (attribute !== '' && name.attribute !== attribute) return false;
  return key.toLowerCase().includes(text) || value.toLowerCase().includes(text);
}

const distinct = (words: readonly string[]) => [...new Set(words)].sort();

interface SavedProps {
  chargerId: string;
  setting: Setting;
  refresh: () => Promise<void>;
  onClose: () => void;
}

/** What has been set, and whether it counts already. */
function Saved({ chargerId, setting, refresh, onClose }: SavedProps) {
  const action = useAction();
  const restart = () => action.run('Restarting …', () => call('power', { chargerId, state: 'cycle' }));
  return (
    <div role="status" className="notice good row spread">
      <span>
        <code>{setting.key}</code> is set
        {setting.value === undefined ? '' : ` to ${setting.value === '' ? 'nothing' : setting.value}`}.
        {setting.rebootRequired && ' It takes effect with the next start of the charger.'}
      </span>
      <span className="row">
        {setting.rebootRequired && (
          <button
            type="button"
            disabled={action.busy !== ''}
            onClick={() => void restart().then((done) => (done ? refresh().then(onClose) : undefined))}
          >
            {action.busy || 'Restart the charger'}
          </button>
        )}
        <button type="button" onClick={onClose}>
          Dismiss
        </button>
      </span>
      <Problem error={action.error} onDismiss={action.clear} />
    </div>
  );
}
