'use client';
// Firmware and logs: the version, an update that the CSMS wants, uploads under way. What shall fail is bent elsewhere.
import Link from 'next/link';
import type { ChargerView } from '../../lib/api-types';
import { Badge } from '../ui/badge';
import { Time } from '../ui/time';
import { type TabProps, tabAddress } from './tabs';

export function Firmware({ charger }: TabProps) {
  const { id, boot, firmwareUpdate, logUploads = [], protocol } = charger;
  const download = protocol === 'ocpp1.6' ? 'UpdateFirmware or SignedUpdateFirmware' : 'UpdateFirmware';
  const upload = protocol === 'ocpp1.6' ? 'GetDiagnostics or GetLog' : 'GetLog';
  return (
    <div className="stack">
      <section className="card stack" aria-label="Firmware">
        <h2>Firmware</h2>
        <dl className="facts">
          <dt>Version</dt>
          <dd>{boot?.firmwareVersion ?? 'none told'}</dd>
        </dl>
        {firmwareUpdate ? (
          <Transfer transfer={firmwareUpdate} />
        ) : (
          <p className="dim">No update is under way. The CSMS wants one with {download}.</p>
        )}
      </section>
      <section className="card stack" aria-label="Log uploads">
        <h2>Log uploads</h2>
        {logUploads.length === 0 && <p className="dim">None is under way. The CSMS wants one with {upload}.</p>}
        {logUploads.map((one) => (
          <div key={one.channel} className="stack">
            <h3>{one.channel}</h3>
            <Transfer transfer={one} />
          </div>
        ))}
      </section>
      <p>
        <Link href={tabAddress(id, 'bending')}>Make a download, signature, installation or upload fail</Link>
      </p>
    </div>
  );
}

type Update = NonNullable<ChargerView['firmwareUpdate']> | NonNullable<ChargerView['logUploads']>[number];

function Transfer({ transfer }: { transfer: Update }) {
  const { location, phase, status, requestId, triesLeft, dueAt, version } = transfer;
  return (
    <dl className="facts">
      <dt>Phase</dt>
      <dd>{phase}</dd>
      <dt>Status told</dt>
      <dd>
        {status ? <Badge word={status} tone={/fail|invalid|revoked/i.test(status) ? 'bad' : 'busy'} /> : 'none yet'}
      </dd>
      <dt>Location</dt>
      <dd className="mono">{location}</dd>
      {typeof version === 'string' && (
        <>
          <dt>To version</dt>
          <dd>{version}</dd>
        </>
      )}
      {typeof requestId === 'number' && (
        <>
          <dt>Request</dt>
          <dd>{requestId}</dd>
        </>
      )}
      {typeof triesLeft === 'number' && (
        <>
          <dt>Tries left</dt>
          <dd>{triesLeft}</dd>
        </>
      )}
      {typeof dueAt === 'string' && (
        <>
          <dt>Goes on</dt>
          <dd>
            <Time at={dueAt} />
          </dd>
        </>
      )}
    </dl>
  );
}
