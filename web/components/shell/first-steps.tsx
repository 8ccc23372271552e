'use client';
// The way of a new user, while there has been no charger: create one, charge a car, read what was said. It stays until it is gone or done.
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { chargerHref } from '../../lib/charger-commands';
import { call } from '../../lib/client';
import { keep, kept, useApiSettings } from '../../lib/settings';

const item = 'charger-simulator.first-steps';
const lookEveryMs = 2_000;

/** Shown from the first look at an empty fleet on, also on pages that come later; then never again. */
export function FirstSteps({ path, query }: { path: string; query: URLSearchParams }) {
  const api = useApiSettings();
  const [state, setState] = useState(() => kept(item));
  const first = useQuery({
    queryKey: ['first-steps', api],
    queryFn: () => call('listChargers', { limit: 1 }),
    enabled: state !== 'done',
    refetchInterval: state === 'open' ? lookEveryMs : false,
  });
  const charger = first.data?.chargers[0];
  const put = (next: string) => {
    keep(item, next);
    setState(next);
  };
  useEffect(() => {
    // A fleet that somebody else has made needs no first steps.
    if (state === null && first.data) put(charger ? 'done' : 'open');
  }, [state, first.data, charger]);
  const charged = useQuery({
    queryKey: ['first-steps', api, charger?.id],
    queryFn: () => call('listTransactions', { chargerId: charger?.id ?? '' }),
    enabled: state === 'open' && charger !== undefined,
    refetchInterval: lookEveryMs,
  });
  if (state !== 'open' || !first.data) return null;
  const hasCharged = (charged.data?.transactions.length ?? 0) > 0;
  const reads = hasCharged && path.startsWith('/charger') && query.get('tab') === 'log';
  const now = !charger ? 0 : !hasCharged ? 1 : 2;
  const id = charger?.id ?? '';
  const steps = [
    { title: 'Create a charger', hint: 'from a model; it connects at once', href: '/?create=1' },
    { title: 'Charge a car', hint: `at ${id || 'its page'}, by “Start charging”`, href: chargerHref(id) },
    { title: 'Read the log', hint: 'every message that was exchanged', href: chargerHref(id, { tab: 'log' }) },
  ];
  return (
    <section aria-label="First steps" className="card first-steps">
      <ol>
        {steps.map(({ title, hint, href }, index) => (
          <li
            key={title}
            className={index < now || reads ? 'done' : ''}
            aria-current={index === now && !reads ? 'step' : undefined}
          >
            {index === now && !reads ? <Link href={href}>{title}</Link> : <strong>{title}</strong>}
            {(index < now || reads) && <span className="dim"> done</span>}
            {index === now && !reads && <span className="dim"> {hint}</span>}
          </li>
        ))}
      </ol>
      {reads && <span role="status">That is all there is to it.</span>}
      <button type="button" className="link" onClick={() => put('done')}>
        {reads ? 'Close' : 'Hide the first steps'}
      </button>
    </section>
  );
}
