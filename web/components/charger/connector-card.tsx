'use client';
// One connector: cable, lock, EV, power, energy, what runs there; and the hands that plug, hold cards and unplug.
import { useState } from 'react';
import type { ChargerView, ConnectorView } from '../../lib/api-types';
import { addressOf } from '../../lib/charger';
import { call } from '../../lib/client';
import { kilo, localTime } from '../../lib/format';
import { useAction } from '../ui/action';
import { Badge } from '../ui/badge';
import { Problem } from '../ui/problem';
import { EvForm } from './ev-form';

interface CardProps {
  charger: ChargerView;
  connector: ConnectorView;
  refresh: () => Promise<void>;
}

const cables: Record<string, string> = {
  none: 'none',
  station: 'in the socket, no EV',
  connected: 'plugged into the EV',
};

export function ConnectorCard({ charger, connector, refresh }: CardProps) {
  const action = useAction();
  const [token, setToken] = useState('TAG-1');
  const [evOpen, setEvOpen] = useState(false);
  const { id: chargerId, protocol } = charger;
  const where = { chargerId, ...addressOf(protocol, connector) };
  const { transaction, ev, status, errorCode, cable = 'none', locked } = connector;
  const name = nameOf(protocol, connector);
  const busy = action.busy !== '';
  const run = (words: string, act: () => Promise<unknown>) => void action.run(words, act).then(refresh);
  return (
    <section className="card stack" aria-label={name}>
      <div className="row spread">
        <h2 style={{ margin: 0 }}>{name}</h2>
        <span className="row">
          {errorCode && errorCode !== 'NoError' && <span className="badge bad">{errorCode}</span>}
          <Badge word={status} />
        </span>
      </div>
      <div className="row spread">
        <span>
          <span className="big">{kilo(connector.powerW ?? 0, 'W')}</span> <span className="dim">now</span>
        </span>
        {transaction && (
          <span>
            <span className="big">{kilo(transaction.energyWh, 'Wh')}</span> <span className="dim">charged</span>
          </span>
        )}
      </div>
      {ev && <Battery soc={ev.soc} capacityWh={ev.batteryCapacityWh} name={name} />}
      <dl className="facts">
        <dt>Cable</dt>
        <dd>
          {cables[cable] ?? cable}
          {locked ? ', locked' : ''}
        </dd>
        <dt>Meter</dt>
        <dd>{kilo(connector.meterWh ?? 0, 'Wh')}</dd>
        {connector.authorized && (
          <>
            <dt>Authorized</dt>
            <dd>{connector.authorized}</dd>
          </>
        )}
        {transaction && (
          <>
            <dt>Transaction</dt>
            <dd>
              {transaction.transactionId ?? transaction.id} by {transaction.idToken}, since{' '}
              <time dateTime={transaction.startedAt} title={transaction.startedAt}>
                {localTime(transaction.startedAt)}
              </time>
            </dd>
          </>
        )}
      </dl>
      <div className="row">
        {cable === 'connected' ? (
          <button type="button" disabled={busy} onClick={() => run('Unplugging …', () => call('unplug', where))}>
            Unplug
          </button>
        ) : (
          <button type="button" disabled={busy} onClick={() => run('Plugging in …', () => call('plugIn', where))}>
            Plug in
          </button>
        )}
        <button type="button" disabled={busy} aria-expanded={evOpen} onClick={() => setEvOpen(!evOpen)}>
          {ev ? 'EV settings' : 'Plug in an EV of your choice'}
        </button>
        {transaction && (
          <button
            type="button"
            className="danger"
            disabled={busy}
            onClick={() =>
              run('Stopping …', () => call('stopTransaction', { chargerId, transactionId: transaction.id }))
            }
          >
            Stop transaction
          </button>
        )}
      </div>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          run('Holding the card to the reader …', () => call('presentToken', { ...where, idToken: token }));
        }}
      >
        <input
          aria-label={`Token at ${name}`}
          required
          value={token}
          style={{ flex: '1 1 100px', minWidth: 0 }}
          onChange={({ target }) => setToken(target.value)}
        />
        <button type="submit" disabled={busy || token === ''}>
          Present token
        </button>
        {!transaction && (
          <button
            type="button"
            className="main"
            disabled={busy || token === ''}
            onClick={() =>
              run('Plugging in, authorizing, starting …', () => call('startTransaction', { ...where, idToken: token }))
            }
          >
            Start charging
          </button>
        )}
      </form>
      {evOpen && (
        <EvForm
          ev={ev}
          busy={busy}
          onSend={(values) => {
            setEvOpen(false);
            if (ev) run('Changing the EV …', () => call('setEv', { ...where, ...values }));
            else run('Plugging in …', () => call('plugIn', { ...where, ev: values }));
          }}
        />
      )}
      <span role="status" className="dim">
        {action.busy}
      </span>
      <Problem error={action.error} onDismiss={action.clear} />
    </section>
  );
}

/** As the version counts. */
export function nameOf(protocol: string, { connectorId, evseId, type }: ConnectorView): string {
  const kind = type ? ` (${type.replace(/^[cs]/, '')})` : '';
  return protocol === 'ocpp1.6' ? `Connector ${connectorId}${kind}` : `EVSE ${evseId}, connector ${connectorId}${kind}`;
}

function Battery({ soc, capacityWh, name }: { soc: number; capacityWh: number; name: string }) {
  return (
    <div>
      <div className="row spread">
        <span>
          EV at <strong>{soc} %</strong>
        </span>
        <span className="dim">of {kilo(capacityWh, 'Wh')}</span>
      </div>
      <meter aria-label={`State of charge at ${name}`} min={0} max={100} value={soc} />
    </div>
  );
}
