'use client';
// Says that the API does not answer, since when, and what is done about it; and when it is back, what happened meanwhile.
import { useEffect, useRef, useState } from 'react';
import { call } from '../../lib/client';
import { onReturn, tryNow, useConnection } from '../../lib/connection';
import { localTime } from '../../lib/format';
import { useApiSettings } from '../../lib/settings';
import { notify } from '../../lib/toasts';
import { Time } from '../ui/time';
import { useHealth } from './gate';

export function ConnectionBanner() {
  const connection = useConnection();
  useReturnTold();
  if (connection.kind !== 'away') return null;
  return <Away since={connection.since} />;
}

function Away({ since }: { since: number }) {
  const { url } = useApiSettings();
  const [offline, setOffline] = useState(!navigator.onLine);
  const [trying, setTrying] = useState(false);
  useEffect(() => {
    const look = () => setOffline(!navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }, []);
  const retry = async () => {
    setTrying(true);
    await tryNow();
    setTrying(false);
  };
  return (
    <div role="alert" className="banner row spread">
      <span>
        <strong>
          {offline ? 'This browser is offline.' : `${new URL(url || location.href).host} does not answer.`}
        </strong>{' '}
        What is shown is as it was at <Time at={new Date(since).toISOString()} />. It is asked for again every other
        second.
      </span>
      <button type="button" disabled={trying} onClick={() => void retry()}>
        {trying ? 'Asking …' : 'Try now'}
      </button>
    </div>
  );
}

/** After a break: was it the way there, or has the simulator been started again? */
function useReturnTold(): void {
  const startedAt = useHealth().data?.startedAt;
  const known = useRef(startedAt);
  known.current ??= startedAt;
  const api = useApiSettings();
  useEffect(() => {
    known.current = undefined;
  }, [api]);
  useEffect(
    () =>
      onReturn((awayMs) => {
        const seconds = Math.max(1, Math.round(awayMs / 1_000));
        void call('health', {}).then(
          (health) => {
            const before = known.current;
            known.current = health.startedAt;
            const both = before !== undefined && health.startedAt !== undefined;
            const restarted = both && health.startedAt !== before;
            const what = restarted
              ? `It was started again at ${localTime(health.startedAt ?? '')}. `
              : both
                ? 'It was the same all the time. '
                : '';
            notify('The simulator answers again', `It was away for ${seconds} s. ${what}What is shown is read anew.`, {
              lasts: restarted,
            });
          },
          () => undefined,
        );
      }),
    [],
  );
}
