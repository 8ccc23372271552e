'use client';
// The local authorization list as the CSMS has left it: its version, and what it says of each token.
import { useQuery } from '@tanstack/react-query';
import { call } from '../../lib/client';
import { useUrlState } from '../../lib/url-state';
import { Badge } from '../ui/badge';
import { Problem } from '../ui/problem';
import { TableFrame } from '../ui/table-frame';
import { Time } from '../ui/time';
import type { TabProps } from './tabs';

/** A charger holds some hundreds; searching finds the others. */
const rowsAtMost = 500;

export function LocalList({ charger }: TabProps) {
  const { id: chargerId, protocol } = charger;
  const [params, change] = useUrlState();
  const found = useQuery({
    queryKey: ['localList', chargerId, charger.localAuthorizationList],
    queryFn: () => call('getLocalAuthorizationList', { chargerId }),
    placeholderData: (previous) => previous,
  });
  if (!found.data) {
    if (found.error) return <Problem error={found.error} onRetry={() => void found.refetch()} />;
    return <p className="dim">Reading the list …</p>;
  }
  const { enabled, version, tokens, conflict, entries } = found.data;
  const text = params.get('q') ?? '';
  const shown = entries.filter((entry) =>
    JSON.stringify(Object.values(entry)).toLowerCase().includes(text.toLowerCase()),
  );
  return (
    <div className="stack">
      <dl className="facts card">
        <dt>List</dt>
        <dd>{enabled ? 'enabled' : 'disabled: the charger goes by what the CSMS says'}</dd>
        <dt>Version</dt>
        <dd>{version}</dd>
        <dt>Tokens</dt>
        <dd>{tokens}</dd>
        {conflict && (
          <>
            <dt>Conflict</dt>
            <dd>{conflict}</dd>
          </>
        )}
      </dl>
      {entries.length === 0 ? (
        <div className="card empty">The list is empty. The CSMS fills it with SendLocalList.</div>
      ) : (
        <>
          <search className="row">
            <input
              type="search"
              aria-label="Search tokens"
              placeholder="Search tokens"
              value={text}
              onChange={({ target }) => change({ q: target.value })}
            />
            <span role="status" className="dim">
              {shown.length} of {entries.length}
            </span>
          </search>
          <TableFrame label="Tokens">
            <table>
              <thead>
                <tr>
                  <th>Token</th>
                  {protocol !== 'ocpp1.6' && <th>Type</th>}
                  <th>Status</th>
                  <th>{protocol === 'ocpp1.6' ? 'parentIdTag' : 'Group'}</th>
                  <th>Until</th>
                  {protocol !== 'ocpp1.6' && <th>Only at EVSE</th>}
                </tr>
              </thead>
              <tbody>
                {shown.slice(0, rowsAtMost).map(({ idToken, type, status, groupIdToken, expiryDate, evseIds }) => (
                  <tr key={`${type} ${idToken}`}>
                    <td className="mono">{idToken}</td>
                    {protocol !== 'ocpp1.6' && <td>{type}</td>}
                    <td>
                      <Badge word={status} tone={status === 'Accepted' ? 'good' : 'bad'} />
                    </td>
                    <td>{groupIdToken}</td>
                    <td>
                      <Time at={expiryDate} />
                    </td>
                    {protocol !== 'ocpp1.6' && <td>{evseIds?.join(', ')}</td>}
                  </tr>
                ))}
              </tbody>
            </table>
          </TableFrame>
        </>
      )}
    </div>
  );
}
