'use client';
// Certificates by what they say, a new one on request, the security log, and security events by hand.
import { useState } from 'react';
import type { ChargerView, InputOf } from '../../lib/api-types';
import { call } from '../../lib/client';
import { useAction } from '../ui/action';
import { Badge } from '../ui/badge';
import { Field } from '../ui/field';
import { Problem } from '../ui/problem';
import { TableFrame } from '../ui/table-frame';
import { Time } from '../ui/time';
import type { TabProps } from './tabs';

type CertificateType = NonNullable<InputOf<'requestCertificate'>['certificateType']>;
type SecurityView = ChargerView['security'];
type Certificate = NonNullable<SecurityView['certificate']>;

const uses: Record<string, string> = {
  csms: 'the CSMS',
  manufacturer: 'firmware',
  v2g: 'EVs (V2G)',
  mo: 'contracts (MO)',
};

export function Security({ charger, refresh }: TabProps) {
  const { security } = charger;
  return (
    <div className="stack">
      <OwnCertificate charger={charger} refresh={refresh} />
      <Roots roots={security.roots ?? []} />
      <SecurityLog charger={charger} refresh={refresh} />
    </div>
  );
}

type Part = Pick<TabProps, 'charger' | 'refresh'>;

function OwnCertificate({ charger, refresh }: Part) {
  const { id: chargerId, protocol, security } = charger;
  const action = useAction();
  const [type, setType] = useState<CertificateType>('ChargingStationCertificate');
  const [said, setSaid] = useState('');
  const request = async () => {
    setSaid('');
    await action.run('Making a key and asking the CSMS …', async () => {
      const more = protocol === 'ocpp1.6' ? {} : { certificateType: type };
      const { status } = await call('requestCertificate', { chargerId, ...more });
      setSaid(`The CSMS answered SignCertificate with ${status ?? 'no status'}.`);
    });
    await refresh();
  };
  return (
    <section className="card stack" aria-label="Own certificate">
      <h2>Own certificate</h2>
      <p className="dim">Security profile {security.profile}</p>
      {security.certificate ? (
        <CertificateFacts certificate={security.certificate} />
      ) : (
        <p className="dim">It has none. With security profile 3 it shows one to the CSMS.</p>
      )}
      {security.nextCertificate && (
        <>
          <h3>The next one</h3>
          <CertificateFacts certificate={security.nextCertificate} />
        </>
      )}
      {security.awaitsCertificate && (
        <p className="notice">A certificate has been asked for: CertificateSigned is to follow.</p>
      )}
      <div className="row">
        {protocol !== 'ocpp1.6' && (
          <select
            aria-label="Kind of certificate"
            value={type}
            onChange={({ target }) => setType(target.value as CertificateType)}
          >
            <option value="ChargingStationCertificate">for the CSMS</option>
            <option value="V2GCertificate">for EVs (V2G)</option>
          </select>
        )}
        <button type="button" disabled={action.busy !== ''} onClick={() => void request()}>
          Request a certificate
        </button>
        <span role="status" className="dim">
          {action.busy || said}
        </span>
      </div>
      <Problem error={action.error} onDismiss={action.clear} />
    </section>
  );
}

const soonMs = 30 * 86_400_000;

function CertificateFacts({ certificate }: { certificate: Certificate }) {
  return (
    <dl className="facts">
      <dt>Subject</dt>
      <dd>{certificate.subject}</dd>
      <dt>Serial number</dt>
      <dd className="mono">{certificate.serialNumber}</dd>
      <dt>Valid</dt>
      <dd>
        <Time at={certificate.validFrom} /> to <Time at={certificate.validTo} /> <Expiry certificate={certificate} />
      </dd>
    </dl>
  );
}

function Expiry({ certificate: { validFrom, validTo } }: { certificate: Pick<Certificate, 'validFrom' | 'validTo'> }) {
  const left = Date.parse(validTo) - Date.now();
  if (Date.parse(validFrom) > Date.now()) return <Badge word="not valid yet" tone="warn" />;
  if (left <= 0) return <Badge word="expired" tone="bad" />;
  const days = Math.floor(left / 86_400_000);
  return <Badge word={`${days} days left`} tone={left < soonMs ? 'warn' : 'good'} />;
}

function Roots({ roots }: { roots: NonNullable<SecurityView['roots']> }) {
  return (
    <section className="card stack" aria-label="Trusted roots">
      <h2>Trusted roots</h2>
      {roots.length === 0 ? (
        <p className="dim">None is installed. The CSMS installs them with InstallCertificate.</p>
      ) : (
        <TableFrame label="List of trusted roots">
          <table>
            <thead>
              <tr>
                <th>For</th>
                <th>Subject</th>
                <th>Serial number</th>
                <th>Valid until</th>
              </tr>
            </thead>
            <tbody>
              {roots.map((root) => (
                <tr key={`${root.use} ${root.serialNumber} ${root.subject}`}>
                  <td>
                    {uses[root.use] ?? root.use}
                    {root.replaced ? ', being replaced' : ''}
                  </td>
                  <td>{root.subject}</td>
                  <td className="mono">{root.serialNumber}</td>
                  <td>
                    <Time at={root.validTo} /> <Expiry certificate={root} />
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

type SecurityEvent = InputOf<'raiseSecurityEvent'>['type'];

/** All of them, or this does not compile; first the one that happens at the device without anybody's doing. */
const events = Object.keys({
  TamperDetectionActivated: true,
  FirmwareUpdated: true,
  FailedToAuthenticateAtCentralSystem: true,
  CentralSystemFailedToAuthenticate: true,
  SettingSystemTime: true,
  StartupOfTheDevice: true,
  ResetOrReboot: true,
  SecurityLogWasCleared: true,
  ReconfigurationOfSecurityParameters: true,
  MemoryExhaustion: true,
  InvalidMessages: true,
  AttemptedReplayAttacks: true,
  InvalidFirmwareSignature: true,
  InvalidFirmwareSigningCertificate: true,
  InvalidCentralSystemCertificate: true,
  InvalidChargePointCertificate: true,
  InvalidTLSVersion: true,
  InvalidTLSCipherSuite: true,
} satisfies Record<SecurityEvent, true>) as SecurityEvent[];

function SecurityLog({ charger, refresh }: Part) {
  const { id: chargerId, security } = charger;
  const action = useAction();
  const [type, setType] = useState<SecurityEvent>('TamperDetectionActivated');
  const [techInfo, setTechInfo] = useState('');
  const log = (security.log ?? []).toReversed();
  return (
    <section className="card stack" aria-label="Security log">
      <h2>Security log</h2>
      {log.length === 0 ? (
        <p className="dim">Nothing has happened yet.</p>
      ) : (
        <ul>
          {log.map(({ at, type: event, techInfo: told }, index) => (
            <li key={`${at} ${index}`}>
              <Time at={at} /> <strong>{event}</strong> {told}
            </li>
          ))}
        </ul>
      )}
      <form
        className="row"
        style={{ alignItems: 'end' }}
        onSubmit={(event) => {
          event.preventDefault();
          const more = techInfo === '' ? {} : { techInfo };
          void action.run('Raising it …', () => call('raiseSecurityEvent', { chargerId, type, ...more })).then(refresh);
        }}
      >
        <Field label="What happens">
          {(props) => (
            <select {...props} value={type} onChange={({ target }) => setType(target.value as SecurityEvent)}>
              {events.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Technical information">
          {(props) => (
            <input {...props} maxLength={255} value={techInfo} onChange={({ target }) => setTechInfo(target.value)} />
          )}
        </Field>
        <button type="submit" disabled={action.busy !== ''}>
          {action.busy || 'Raise the event'}
        </button>
      </form>
      <Problem error={action.error} onDismiss={action.clear} />
    </section>
  );
}
