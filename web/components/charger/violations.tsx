'use client';
// What the CSMS has done against the specification.
import { useQuery } from '@tanstack/react-query';
import { call } from '../../lib/client';
import { localTime } from '../../lib/format';
import { useAction } from '../ui/action';
import { Problem } from '../ui/problem';
import type { TabProps } from './charger-page';

export function Violations({ charger, refresh }: TabProps) {
  const { id: chargerId, violationsRecorded = 0 } = charger;
  const action = useAction();
  const found = useQuery({
    queryKey: ['violations', chargerId, violationsRecorded],
    queryFn: () => call('listViolations', { chargerId }),
    placeholderData: (before) => before,
  });
  if (!found.data) {
    if (found.error) return <Problem error={found.error} onRetry={() => void found.refetch()} />;
    return <p className="dim">Reading the violations …</p>;
  }
  const { total, rules, violations } = found.data;
  if (total === 0) return <div className="card empty">The CSMS has kept to the specification so far.</div>;
  return (
    <div className="stack">
      <div className="row spread">
        <strong>{total} in all</strong>
        <button
          type="button"
          disabled={action.busy !== ''}
          onClick={() => void action.run('Clearing …', () => call('clearViolations', { chargerId })).then(refresh)}
        >
          {action.busy || 'Forget them'}
        </button>
      </div>
      <Problem error={action.error} />
      {rules.map(({ rule, section, words, count }) => (
        <section key={rule} className="card">
          <h2>
            {rule} <span className="badge bad">{count}</span>
          </h2>
          <p className="dim">
            {section}: {words}
          </p>
          <ul>
            {violations
              .filter((one) => one.rule === rule)
              .map((one) => (
                <li key={`${one.at} ${one.messageId}`}>
                  <time title={one.at}>{localTime(one.at)}</time> {one.action && <strong>{one.action}</strong>}{' '}
                  {one.detail}
                </li>
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
