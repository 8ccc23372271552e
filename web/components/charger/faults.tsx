'use client';
// Things that are broken, and breaking more.
import { useState } from 'react';
import type { ChargerView } from '../../lib/api-types';
import { addressOf } from '../../lib/charger';
import { call } from '../../lib/client';
import { localTime } from '../../lib/format';
import { useAction } from '../ui/action';
import { Field } from '../ui/field';
import { Problem } from '../ui/problem';
import { nameOf } from './connector-card';

/** ChargePointErrorCode of OCPP 1.6 §7.6; in 2.0.1 they are told as problems of components. */
const errorCodes = [
  'GroundFailure',
  'ConnectorLockFailure',
  'EVCommunicationError',
  'HighTemperature',
  'InternalError',
  'OverCurrentFailure',
  'OverVoltage',
  'PowerMeterFailure',
  'PowerSwitchFailure',
  'ReaderFailure',
  'UnderVoltage',
  'WeakSignal',
  'OtherError',
];

export function Faults({ charger, refresh }: { charger: ChargerView; refresh: () => Promise<void> }) {
  const action = useAction();
  const [errorCode, setErrorCode] = useState('GroundFailure');
  const [at, setAt] = useState('');
  const { id: chargerId, protocol, faults, connectors = [] } = charger;
  const busy = action.busy !== '';
  const run = (words: string, act: () => Promise<unknown>) => void action.run(words, act).then(refresh);
  const place = connectors[Number(at)];
  const where = at !== '' && place ? addressOf(protocol, place) : {};
  return (
    <section className="card stack">
      <h2>Faults</h2>
      {faults.length === 0 && <span className="dim">Nothing is broken.</span>}
      {faults.map((fault) => (
        <div key={fault.id} className="row">
          <span className="badge bad">{fault.errorCode}</span>
          <span>{placeWords(fault)}</span>
          {typeof fault.at === 'string' && <time title={fault.at}>{localTime(fault.at)}</time>}
          <button
            type="button"
            disabled={busy}
            onClick={() => run('Repairing …', () => call('clearFault', { chargerId, faultId: fault.id }))}
          >
            Repair
          </button>
        </div>
      ))}
      <form
        className="row"
        style={{ alignItems: 'end' }}
        onSubmit={(event) => {
          event.preventDefault();
          run('Breaking it …', () => call('raiseFault', { chargerId, errorCode, ...where }));
        }}
      >
        <Field label="What breaks">
          {(props) => (
            <select {...props} value={errorCode} onChange={({ target }) => setErrorCode(target.value)}>
              {errorCodes.map((code) => (
                <option key={code}>{code}</option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Where">
          {(props) => (
            <select {...props} value={at} onChange={({ target }) => setAt(target.value)}>
              <option value="">The whole charger</option>
              {connectors.map((connector, index) => (
                <option key={`${connector.evseId}.${connector.connectorId}`} value={index}>
                  {nameOf(protocol, connector)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <button type="submit" className="danger" disabled={busy}>
          Raise the fault
        </button>
      </form>
      <Problem error={action.error} onDismiss={action.clear} />
    </section>
  );
}

function placeWords(fault: Record<string, unknown>): string {
  const { evseId, connectorId } = fault as { evseId?: number; connectorId?: number };
  if (evseId) return `EVSE ${evseId}`;
  return connectorId ? `connector ${connectorId}` : 'the whole charger';
}
