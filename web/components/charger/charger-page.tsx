'use client';
// One charger: its head with the switches that concern it as a whole, and its tabs.
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { ChargerView } from '../../lib/api-types';
import { unread, watchCharger } from '../../lib/charger';
import { call } from '../../lib/client';
import { lineOf } from '../../lib/fleet';
import { usePageTitle } from '../../lib/page-title';
import { useApiSettings } from '../../lib/settings';
import { useUrlState } from '../../lib/url-state';
import { type Action, useAction } from '../ui/action';
import { Badge } from '../ui/badge';
import { Problem } from '../ui/problem';
import './charger.css';
import { Switch } from '../ui/switch';
import { type TabProps, Tabs, tabOf, tabs } from './tabs';

export type { TabProps };

export function ChargerPage() {
  const [params] = useUrlState();
  const id = params.get('id') ?? '';
  const tab = tabOf(params.get('tab'));
  const api = useApiSettings();
  usePageTitle(id, tab === 'overview' ? '' : tabs[tab].title);
  const watch = useMemo(() => watchCharger(id), [id, api]);
  const state = useSyncExternalStore(watch.subscribe, watch.read, () => unread);
  const { charger, error } = state;
  if (!charger) {
    if (!error) return <p className="dim">Reading {id} …</p>;
    return (
      <div className="stack">
        <Problem error={error} onRetry={watch.refresh} />
        <Link href="/">Back to the fleet</Link>
      </div>
    );
  }
  const { Tab } = tabs[tab];
  return (
    <div className="stack">
      <ChargerHead charger={charger} state={state} refresh={watch.refresh} />
      {error && <Problem error={error} onRetry={watch.refresh} />}
      <Tabs charger={charger} shown={tab} />
      <Tab key={id} charger={charger} state={state} refresh={watch.refresh} />
    </div>
  );
}

function ChargerHead({ charger, state, refresh }: TabProps) {
  const action = useAction();
  const { id: chargerId, protocol, model, csms, link, power, network, registration, queuedMessages } = charger;
  const off = power === 'off';
  return (
    <div className="stack">
      <div className="row">
        <h1>{chargerId}</h1>
        <Badge word={link.state === 'up' ? 'connected' : 'disconnected'} />
        {charger.status && <Badge word={charger.status} />}
        {off && <span className="badge bad">power off</span>}
        {network === 'offline' && <Badge word="offline" />}
        {state.feed === 'live' ? <Badge word="live" /> : <span className="badge warn">not live</span>}
      </div>
      <dl className="facts">
        <dt>Version, model</dt>
        <dd>
          OCPP {protocol.replace('ocpp', '')}, {model}
        </dd>
        <dt>CSMS</dt>
        <dd>
          <code>{csms.url}</code>, registration {registration.status ?? 'none'}
          {queuedMessages > 0 && `, ${queuedMessages} messages wait`}
        </dd>
      </dl>
      <div className="row spread">
        <Switches action={action} refresh={refresh} charger={charger} />
        <Deeds charger={charger} refresh={refresh} />
      </div>
      {action.busy && <span role="status">{action.busy}</span>}
      <Problem error={action.error} onDismiss={action.clear} />
    </div>
  );
}

/** The link as a button, since what it is asked for may come late; mains and network as switches, which show at once what was wanted. */
function Switches({
  action,
  charger,
  refresh,
}: {
  action: Action;
  charger: ChargerView;
  refresh: () => Promise<void>;
}) {
  const { id: chargerId, power, network } = charger;
  const up = charger.link.state === 'up';
  const toggle = () => (up ? call('disconnect', { chargerId }) : call('connect', { chargerId }));
  return (
    <div className="row">
      <button
        type="button"
        disabled={action.busy !== ''}
        onClick={() => void action.run(up ? 'Disconnecting …' : 'Connecting …', toggle).then(refresh)}
      >
        {up ? 'Disconnect' : 'Connect'}
      </button>
      <Switch
        label="Mains power"
        on={power !== 'off'}
        onSwitch={(on) => call('power', { chargerId, state: on ? 'on' : 'off' }).then(refresh)}
      />
      <Switch
        label="Network"
        on={network !== 'offline'}
        onSwitch={(on) => call('network', { chargerId, state: on ? 'online' : 'offline' }).then(refresh)}
      />
    </div>
  );
}

const OneCharger = dynamic(() => import('../fleet/one-charger').then((m) => m.OneCharger));
const offered = { edit: 'Edit', clone: 'Clone', delete: 'Delete' } as const;

/** What is done with it as it is kept; a clone, and the fleet after it is gone, are other pages. */
function Deeds({ charger, refresh }: Pick<TabProps, 'charger' | 'refresh'>) {
  const router = useRouter();
  const [deed, setDeed] = useState<keyof typeof offered>();
  /** Once whoever deleted it has read what that has ended. */
  const gone = useRef(false);
  const taken = useMemo(() => new Map([[charger.id, charger]]), [charger]);
  return (
    <div className="row">
      {(Object.keys(offered) as (keyof typeof offered)[]).map((name) => (
        <button key={name} type="button" onClick={() => setDeed(name)}>
          {offered[name]}
        </button>
      ))}
      {deed && (
        <OneCharger
          deed={deed}
          line={lineOf(charger)}
          taken={taken}
          onClose={() => {
            setDeed(undefined);
            if (gone.current) router.push('/');
          }}
          onChanged={([created] = []) => {
            if (created === undefined) void refresh();
            else router.push(`/charger/?id=${encodeURIComponent(created)}`);
          }}
          onGone={() => {
            gone.current = true;
          }}
        />
      )}
    </div>
  );
}
