'use client';
// The tabs of a charger's page, each loaded when it is first wanted. In narrow windows they fold behind the name of the one that is shown.
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useState } from 'react';
import type { ChargerView } from '../../lib/api-types';
import type { ChargerState } from '../../lib/charger';

export interface TabProps {
  charger: ChargerView;
  state: ChargerState;
  refresh: () => Promise<void>;
}

const loading = () => <p className="dim">Loading …</p>;

export const tabs = {
  overview: {
    title: 'Connectors',
    Tab: dynamic(() => import('./charger-overview').then((m) => m.ChargerOverview), { loading }),
  },
  console: {
    title: 'OCPP console',
    Tab: dynamic(() => import('../console/console').then((m) => m.Console), { loading }),
  },
  log: {
    title: 'Message log',
    Tab: dynamic(() => import('../log/message-log').then((m) => m.MessageLog), { loading }),
  },
  transactions: {
    title: 'Transactions',
    Tab: dynamic(() => import('./transactions').then((m) => m.Transactions), { loading }),
  },
  charging: {
    title: 'Smart charging',
    Tab: dynamic(() => import('./smart-charging').then((m) => m.SmartCharging), { loading }),
  },
  configuration: {
    title: 'Configuration',
    Tab: dynamic(() => import('./configuration').then((m) => m.Configuration), { loading }),
  },
  tokens: {
    title: 'Local list',
    Tab: dynamic(() => import('./local-list').then((m) => m.LocalList), { loading }),
  },
  security: {
    title: 'Security',
    Tab: dynamic(() => import('./security').then((m) => m.Security), { loading }),
  },
  firmware: {
    title: 'Firmware and logs',
    Tab: dynamic(() => import('./firmware').then((m) => m.Firmware), { loading }),
  },
  bending: {
    title: 'Bending',
    Tab: dynamic(() => import('./bending').then((m) => m.Bending), { loading }),
  },
  violations: {
    title: 'Violations',
    Tab: dynamic(() => import('./violations').then((m) => m.Violations), { loading }),
  },
};

export type TabName = keyof typeof tabs;

/** The tab that an address names; the first where it names none. */
export function tabOf(name: string | null): TabName {
  return name !== null && Object.hasOwn(tabs, name) ? (name as TabName) : 'overview';
}

/** The address of a tab, with whatever else stands in it. */
export function tabAddress(chargerId: string, tab: TabName, more: Record<string, string> = {}): string {
  return `/charger/?${new URLSearchParams({ id: chargerId, tab, ...more })}`;
}

export function Tabs({ charger, shown }: { charger: ChargerView; shown: TabName }) {
  const [open, setOpen] = useState(false);
  return (
    <div>
      <button type="button" className="tabs-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
        {tabs[shown].title}
        <span aria-hidden="true">{open ? '▲' : '▼'}</span>
      </button>
      <nav className={open ? 'tabs open' : 'tabs folded'} aria-label="About this charger">
        {(Object.keys(tabs) as TabName[]).map((name) => (
          <Link
            key={name}
            href={tabAddress(charger.id, name)}
            prefetch={false}
            onClick={() => setOpen(false)}
            {...(name === shown ? { 'aria-current': 'page' as const } : {})}
          >
            {tabs[name].title}
            {countWords(name, charger)}
          </Link>
        ))}
      </nav>
    </div>
  );
}

/** How much there is, where that is a reason to look. */
function countWords(name: TabName, { violationsRecorded, behaviour, networkFaults }: ChargerView): string {
  if (name === 'violations' && violationsRecorded) return ` (${violationsRecorded})`;
  if (name !== 'bending') return '';
  const { incoming = [], outgoing = [], meter = [], failures = [], clock = {} } = behaviour ?? {};
  const rules = incoming.length + outgoing.length + meter.length + failures.length + Object.keys(clock).length;
  const count = rules + (networkFaults?.faults.length ?? 0);
  return count > 0 ? ` (${count})` : '';
}
