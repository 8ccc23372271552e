'use client';
// Smart charging: reservations, the composite schedule with the profiles that make it, the profiles themselves.
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useMemo } from 'react';
import type { ChargerView, InputOf } from '../../lib/api-types';
import { call } from '../../lib/client';
import { pretty } from '../../lib/format';
import { byPrecedence } from '../../lib/schedule';
import { useUrlState } from '../../lib/url-state';
import { useDemoOf } from '../shell/shell';
import { Field } from '../ui/field';
import { Problem } from '../ui/problem';
import { TableFrame } from '../ui/table-frame';
import { Time } from '../ui/time';
import { nameOf } from './connector-words';
import { Reservations } from './reservations';
import { ScheduleChart } from './schedule-chart';
import { type TabProps, tabAddress } from './tabs';

export function SmartCharging({ charger }: TabProps) {
  return (
    <div className="stack">
      <Composite charger={charger} />
      <Profiles charger={charger} />
      <Reservations charger={charger} />
    </div>
  );
}

const spans: Record<string, string> = {
  '3600': '1 hour',
  '21600': '6 hours',
  '86400': '24 hours',
  '259200': '3 days',
  '604800': '1 week',
};

/** Read again this often: the schedule begins now, and profiles come without a word of the feed. */
const readEveryMs = 10_000;

function Composite({ charger }: { charger: ChargerView }) {
  const { id: chargerId, protocol, connectors = [] } = charger;
  const [params, change] = useUrlState();
  const old = protocol === 'ocpp1.6';
  const places = old
    ? connectors.map((one) => ({ value: String(one.connectorId), title: nameOf(protocol, one) }))
    : [...new Set(connectors.map(({ evseId }) => String(evseId)))].map((value) => ({ value, title: `EVSE ${value}` }));
  const place = params.get('place') ?? places[0]?.value ?? '1';
  const span = params.get('span') ?? '86400';
  const unit = params.get('unit') ?? '';
  const wish: InputOf<'getCompositeSchedule'> = {
    chargerId,
    ...(old ? { connectorId: Number(place) } : { evseId: Number(place) }),
    durationSeconds: Number(span),
    ...(unit === 'A' || unit === 'W' ? { chargingRateUnit: unit } : {}),
  };
  const found = useQuery({
    queryKey: ['compositeSchedule', wish],
    queryFn: () => call('getCompositeSchedule', wish),
    refetchInterval: readEveryMs,
    placeholderData: (previous) => previous,
  });
  const schedule = useMemo(
    () => found.data && { ...found.data, profiles: found.data.profiles.toSorted(byPrecedence) },
    [found.data],
  );
  return (
    <section className="card stack" aria-label="Composite schedule">
      <h2>What may be drawn from now on</h2>
      <div className="row" style={{ alignItems: 'end' }}>
        <Field label="Of">
          {(props) => (
            <select {...props} value={place} onChange={({ target }) => change({ place: target.value })}>
              {places.map(({ value, title }) => (
                <option key={value} value={value}>
                  {title}
                </option>
              ))}
              <option value="0">The whole charger</option>
            </select>
          )}
        </Field>
        <Field label="Over the next">
          {(props) => (
            <select {...props} value={span} onChange={({ target }) => change({ span: target.value })}>
              {Object.entries(spans).map(([seconds, title]) => (
                <option key={seconds} value={seconds}>
                  {title}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="In">
          {(props) => (
            <select {...props} value={unit} onChange={({ target }) => change({ unit: target.value })}>
              <option value="">the usual unit</option>
              <option value="A">amperes per phase</option>
              <option value="W">watts</option>
            </select>
          )}
        </Field>
      </div>
      <Problem error={found.error} onRetry={() => void found.refetch()} />
      {!found.error && !schedule && <p className="dim">Reading the schedule …</p>}
      {!found.error && schedule && <ScheduleChart schedule={schedule} asked={Number(span)} />}
    </section>
  );
}

function Profiles({ charger }: { charger: ChargerView }) {
  const { id: chargerId, protocol } = charger;
  const atDemo = useDemoOf()(charger) !== undefined;
  const found = useQuery({
    // Read again whenever the charger is told anew.
    queryKey: ['chargingProfiles', chargerId, charger],
    gcTime: 0,
    queryFn: () => call('listChargingProfiles', { chargerId }),
    placeholderData: (previous) => previous,
  });
  const profiles = found.data?.chargingProfiles ?? [];
  return (
    <section className="card stack" aria-label="Charging profiles">
      <div className="row spread">
        <h2 style={{ margin: 0 }}>Charging profiles</h2>
        {atDemo && (
          <span className="row">
            <Link href={tabAddress(chargerId, 'console', { side: 'csms', action: 'SetChargingProfile' })}>
              Set one from the demo CSMS
            </Link>
            <Link href={tabAddress(chargerId, 'console', { side: 'csms', action: 'ClearChargingProfile' })}>
              Clear from the demo CSMS
            </Link>
          </span>
        )}
      </div>
      <Problem error={found.error} onRetry={() => void found.refetch()} />
      {found.isPending && <p className="dim">Reading the profiles …</p>}
      {found.data && profiles.length === 0 && (
        <p className="dim">
          No profile is installed: only the hardware limits. Profiles are set and cleared by the CSMS
          {atDemo ? ', here the demo CSMS: its side of the console does it.' : '.'}
        </p>
      )}
      {profiles.length > 0 && (
        <TableFrame label="List of charging profiles">
          <table>
            <thead>
              <tr>
                <th>Id</th>
                <th>{protocol === 'ocpp1.6' ? 'Connector' : 'EVSE'}</th>
                <th>Purpose</th>
                <th>Stack level</th>
                <th>Kind</th>
                <th>Valid</th>
                <th>Schedule</th>
              </tr>
            </thead>
            <tbody>
              {profiles.map((profile) => (
                <tr key={`${profile.connectorId ?? profile.evseId} ${profile.chargingProfileId}`}>
                  <td>{profile.chargingProfileId}</td>
                  <td>{profile.connectorId || profile.evseId || 'the whole charger'}</td>
                  <td>{profile.chargingProfilePurpose}</td>
                  <td>{profile.stackLevel}</td>
                  <td>
                    {profile.chargingProfileKind} {textIn(profile, 'recurrencyKind')}
                  </td>
                  <td>
                    <Validity from={textIn(profile, 'validFrom')} to={textIn(profile, 'validTo')} />
                  </td>
                  <td>
                    <details>
                      <summary>as OCPP has it</summary>
                      <pre>{pretty(profile.chargingSchedule)}</pre>
                    </details>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
    </section>
  );
}

function textIn(profile: Record<string, unknown>, field: string): string | undefined {
  const value = profile[field];
  return typeof value === 'string' ? value : undefined;
}

function Validity({ from, to }: { from: string | undefined; to: string | undefined }) {
  if (!from && !to) return 'always';
  return (
    <>
      {from && (
        <>
          from <Time at={from} />{' '}
        </>
      )}
      {to && (
        <>
          until <Time at={to} />
        </>
      )}
    </>
  );
}
