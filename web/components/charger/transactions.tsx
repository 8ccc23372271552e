'use client';
// Running transactions and the last ended ones.
import { useQuery } from '@tanstack/react-query';
import { call } from '../../lib/client';
import { kilo } from '../../lib/format';
import { useAction } from '../ui/action';
import { Badge } from '../ui/badge';
import { Problem } from '../ui/problem';
import { TableFrame } from '../ui/table-frame';
import { Time } from '../ui/time';
import type { TabProps } from './tabs';

export function Transactions({ charger, refresh }: TabProps) {
  const { id: chargerId } = charger;
  const action = useAction();
  // Read again whenever the charger is told anew.
  const found = useQuery({
    queryKey: ['transactions', chargerId, charger],
    gcTime: 0,
    queryFn: () => call('listTransactions', { chargerId }),
    placeholderData: (before) => before,
  });
  const transactions = found.data?.transactions.toReversed() ?? [];
  if (found.isPending) return <p className="dim">Reading the transactions …</p>;
  return (
    <div className="stack">
      <Problem error={found.error ?? action.error} />
      {transactions.length === 0 ? (
        <div className="card empty">No transaction yet. Start one at a connector.</div>
      ) : (
        <TableFrame label="Transactions">
          <table>
            <thead>
              <tr>
                <th>Transaction</th>
                <th>State</th>
                <th>Token</th>
                <th>Connector</th>
                <th>Started</th>
                <th>Ended</th>
                <th>Energy</th>
                <th>Charge</th>
                <th>Reason</th>
              </tr>
            </thead>
            <tbody>
              {transactions.map((one) => (
                <tr key={one.id}>
                  <td className="mono">{one.transactionId ?? one.id}</td>
                  <td>
                    <Badge word={one.state} />{' '}
                    {one.state === 'running' && (
                      <button
                        type="button"
                        disabled={action.busy !== ''}
                        onClick={() =>
                          void action
                            .run('Stopping …', () => call('stopTransaction', { chargerId, transactionId: one.id }))
                            .then(refresh)
                        }
                      >
                        Stop
                      </button>
                    )}
                  </td>
                  <td>{one.idToken}</td>
                  <td>{one.connectorId}</td>
                  <td>
                    <Time at={one.startedAt} />
                  </td>
                  <td>
                    <Time at={one.stoppedAt} />
                  </td>
                  <td>{kilo(one.energyWh, 'Wh')}</td>
                  <td>{one.soc === undefined ? '' : `${one.soc} %`}</td>
                  <td>{one.stopReason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
    </div>
  );
}
