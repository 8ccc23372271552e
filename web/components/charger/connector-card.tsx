'use client';
// One connector: its picture, what runs there, and the hands that plug, hold cards, break and unplug.
import { useState } from 'react';
import type { ChargerView, ConnectorView } from '../../lib/api-types';
import { addressOf } from '../../lib/charger';
import { call } from '../../lib/client';
import { kilo } from '../../lib/format';
import { type Action, useAction } from '../ui/action';
import { Badge } from '../ui/badge';
import { Problem } from '../ui/problem';
import { Time } from '../ui/time';
import { ConnectorPicture } from './connector-picture';
import { isFaulty, nameOf } from './connector-words';
import { EvForm } from './ev-form';
import { FaultForm } from './faults';
import { TokenForm } from './token-form';

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
  const [open, setOpen] = useState<'ev' | 'fault'>();
  const { id: chargerId, protocol } = charger;
  const where = { chargerId, ...addressOf(protocol, connector) };
  const { ev, status, errorCode } = connector;
  const name = nameOf(protocol, connector);
  const run = (words: string, act: () => Promise<unknown>) => void action.run(words, act).then(refresh);
  return (
    <section className="card stack" aria-label={name}>
      <div className="row spread">
        <h2 style={{ margin: 0 }}>{name}</h2>
        <span className="row">
          {isFaulty(connector) && <span className="badge bad">{errorCode}</span>}
          <Badge word={status} />
        </span>
      </div>
      <ConnectorPicture name={name} connector={connector} off={charger.power === 'off'} />
      <Facts connector={connector} />
      <Hands
        connector={connector}
        where={where}
        action={action}
        run={run}
        open={open}
        onOpen={(what) => setOpen(open === what ? undefined : what)}
      />
      <TokenForm
        name={name}
        protocol={protocol}
        busy={action.busy !== ''}
        running={connector.transaction !== undefined}
        onPresent={(token) =>
          run('Holding the card to the reader …', () => call('presentToken', { ...where, ...token }))
        }
        onStart={(token) =>
          run('Plugging in, authorizing, starting …', () => call('startTransaction', { ...where, ...token }))
        }
      />
      {open === 'ev' && (
        <EvForm
          ev={ev}
          busy={action.busy !== ''}
          onSend={(values) => {
            setOpen(undefined);
            if (ev) run('Changing the EV …', () => call('setEv', { ...where, ...values }));
            else run('Plugging in …', () => call('plugIn', { ...where, ev: values }));
          }}
        />
      )}
      {open === 'fault' && <FaultForm charger={charger} connector={connector} refresh={refresh} />}
      <span role="status" className="dim">
        {action.busy}
      </span>
      <Problem error={action.error} onDismiss={action.clear} />
    </section>
  );
}

function Facts({ connector }: { connector: ConnectorView }) {
  const { transaction, cable = 'none', locked, chargingLimit } = connector;
  return (
    <>
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
      <dl className="facts">
        <dt>Cable</dt>
        <dd>
          {cables[cable] ?? cable}
          {locked ? ', locked' : ''}
        </dd>
        <dt>Meter</dt>
        <dd>
          {kilo(connector.meterWh ?? 0, 'Wh')}
          {connector.currentA ? `, ${kilo(connector.currentA, 'A')}` : ''}
        </dd>
        {chargingLimit && (
          <>
            <dt>Limit</dt>
            <dd>
              {kilo(chargingLimit.powerW, 'W')}
              {chargingLimit.currentA === undefined ? '' : `, ${kilo(chargingLimit.currentA, 'A')}`} by charging
              profiles
            </dd>
          </>
        )}
        {connector.ev && (
          <>
            <dt>EV</dt>
            <dd>
              {connector.ev.soc} % of {kilo(connector.ev.batteryCapacityWh, 'Wh')}, takes up to{' '}
              {kilo(connector.ev.maxPowerW, 'W')}
            </dd>
          </>
        )}
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
              <Time at={transaction.startedAt} />
            </dd>
          </>
        )}
      </dl>
    </>
  );
}

interface HandsProps {
  connector: ConnectorView;
  where: { chargerId: string; connectorId?: number; evseId?: number };
  action: Action;
  run: (words: string, act: () => Promise<unknown>) => void;
  open: 'ev' | 'fault' | undefined;
  onOpen: (what: 'ev' | 'fault') => void;
}

function Hands({ connector, where, action, run, open, onOpen }: HandsProps) {
  const { transaction, ev, cable = 'none' } = connector;
  const busy = action.busy !== '';
  const does = (label: string, words: string, act: () => Promise<unknown>, tone = '') => (
    <button type="button" className={tone} disabled={busy} onClick={() => run(words, act)}>
      {label}
    </button>
  );
  return (
    <div className="row">
      {cable === 'connected'
        ? does('Unplug', 'Unplugging …', () => call('unplug', where))
        : does('Plug in', 'Plugging in …', () => call('plugIn', where))}
      {cable === 'station' && does('Take the cable away', 'Unplugging …', () => call('unplug', where))}
      {cable === 'connected' &&
        does("Pull the EV's end", 'Unplugging …', () => call('unplug', { ...where, side: 'ev' }))}
      <button type="button" disabled={busy} aria-expanded={open === 'ev'} onClick={() => onOpen('ev')}>
        {ev ? 'EV settings' : 'Plug in an EV of your choice'}
      </button>
      {ev &&
        does(ev.suspended ? 'EV goes on charging' : 'EV suspends charging', 'Changing the EV …', () =>
          call('setEv', { ...where, suspended: !ev.suspended }),
        )}
      <button type="button" disabled={busy} aria-expanded={open === 'fault'} onClick={() => onOpen('fault')}>
        Break it
      </button>
      {transaction &&
        does(
          'Stop transaction',
          'Stopping …',
          () => call('stopTransaction', { chargerId: where.chargerId, transactionId: transaction.id }),
          'danger',
        )}
    </div>
  );
}
