'use client';
// Things that are broken, and breaking more: of the charger as a whole, or of one connector.
import { useState } from 'react';
import type { ChargerView, ConnectorView } from '../../lib/api-types';
import { addressOf } from '../../lib/charger';
import { call } from '../../lib/client';
import { useAction } from '../ui/action';
import { Field } from '../ui/field';
import { Problem } from '../ui/problem';
import { Time } from '../ui/time';
import { nameOf } from './connector-words';

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

interface FaultsProps {
  charger: ChargerView;
  refresh: () => Promise<void>;
}

export function Faults({ charger, refresh }: FaultsProps) {
  const action = useAction();
  const { id: chargerId, faults } = charger;
  return (
    <section className="card stack" aria-label="Faults">
      <h2>Faults</h2>
      {faults.length === 0 && <span className="dim">Nothing is broken.</span>}
      {faults.map((fault) => (
        <div key={fault.id} className="row">
          <span className="badge bad">{fault.errorCode}</span>
          <span>{placeWords(fault)}</span>
          {typeof fault.info === 'string' && <span className="dim">{fault.info}</span>}
          <Time at={typeof fault.at === 'string' ? fault.at : undefined} />
          <button
            type="button"
            disabled={action.busy !== ''}
            onClick={() =>
              void action.run('Repairing …', () => call('clearFault', { chargerId, faultId: fault.id })).then(refresh)
            }
          >
            Repair
          </button>
        </div>
      ))}
      <Problem error={action.error} onDismiss={action.clear} />
      <FaultForm charger={charger} refresh={refresh} />
    </section>
  );
}

/** With a connector: there. Without: where the person says. */
export function FaultForm({ charger, connector, refresh }: FaultsProps & { connector?: ConnectorView }) {
  const action = useAction();
  const [errorCode, setErrorCode] = useState('GroundFailure');
  const [info, setInfo] = useState('');
  const [at, setAt] = useState('');
  const { id: chargerId, protocol, connectors = [] } = charger;
  const place = connector ?? (at === '' ? undefined : connectors[Number(at)]);
  const where = place ? addressOf(protocol, place) : {};
  return (
    <form
      className="row"
      style={{ alignItems: 'end' }}
      aria-label={connector ? `Break ${nameOf(protocol, connector)}` : 'Break something'}
      onSubmit={(event) => {
        event.preventDefault();
        const fault = { chargerId, errorCode, ...where, ...(info === '' ? {} : { info }) };
        void action.run('Breaking it …', () => call('raiseFault', fault)).then(refresh);
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
      {!connector && (
        <Field label="Where">
          {(props) => (
            <select {...props} value={at} onChange={({ target }) => setAt(target.value)}>
              <option value="">The whole charger</option>
              {connectors.map((one, index) => (
                <option key={`${one.evseId}.${one.connectorId}`} value={index}>
                  {nameOf(protocol, one)}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Field label="Info">
        {(props) => (
          <input {...props} maxLength={50} size={12} value={info} onChange={({ target }) => setInfo(target.value)} />
        )}
      </Field>
      <button type="submit" className="danger" disabled={action.busy !== ''}>
        {action.busy || 'Raise the fault'}
      </button>
      <Problem error={action.error} onDismiss={action.clear} />
    </form>
  );
}

function placeWords(fault: Record<string, unknown>): string {
  const { evseId, connectorId } = fault as { evseId?: number; connectorId?: number };
  if (evseId) return `EVSE ${evseId}`;
  return connectorId ? `connector ${connectorId}` : 'the whole charger';
}
