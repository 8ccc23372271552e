'use client';
// Shows pages once the API has answered for the first time; until then, what it needs. A page that has been shown stays, whatever happens
// to the connection: a key that is refused later is asked for above it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Fragment, type ReactNode, useEffect, useRef, useState } from 'react';
import type { ChargerView } from '../../lib/api-types';
import { ApiError, call } from '../../lib/client';
import { onReturn, useConnection } from '../../lib/connection';
import { useApiSettings } from '../../lib/settings';
import { Modal } from '../ui/modal';
import { Problem } from '../ui/problem';
import { ApiForm } from './api-form';

/** The models the API knows; asked once, and the first question that needs the key. */
export function useModels() {
  const api = useApiSettings();
  return useQuery({ queryKey: ['models', api], queryFn: () => call('listModels', {}), staleTime: 3_600_000 });
}

/** What the API says of itself. */
export function useHealth() {
  const api = useApiSettings();
  return useQuery({ queryKey: ['health', api], queryFn: () => call('health', {}), staleTime: 60_000 });
}

/** Where the demo CSMS takes commands for a charger; `undefined` for one that talks to another CSMS. */
export function useDemoOf(): (charger: Pick<ChargerView, 'csms'>) => string | undefined {
  const demo = useHealth().data?.demoCsms;
  return ({ csms }) => (demo && csms.url.startsWith(demo.url) ? demo.httpUrl : undefined);
}

export function Gate({ children }: { children: ReactNode }) {
  const { url } = useApiSettings();
  const models = useModels();
  const queries = useQueryClient();
  /** The address whose pages have been shown. */
  const shown = useRef<string>(undefined);
  if (models.data) shown.current = url;
  useEffect(() => onReturn(() => void queries.invalidateQueries()), [queries]);
  if (shown.current === url) {
    // Another address has other chargers: nothing of a page holds for them.
    return (
      <Fragment key={url}>
        {children}
        <KeyWanted />
      </Fragment>
    );
  }
  const { error } = models;
  if (!error) return <Asking />;
  const wantsKey = error instanceof ApiError && error.status === 401;
  return (
    <section className="card stack narrow">
      <h1>{wantsKey ? 'This API wants its key' : 'Where is the API?'}</h1>
      <Problem error={error} onRetry={() => void models.refetch()} />
      <ApiForm onSaved={() => void models.refetch()} />
    </section>
  );
}

const slowMs = 5_000;

/** Never without words, and with more of them when it takes long. */
function Asking() {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), slowMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p className="dim" role="status">
      Asking the API …{slow && ' It takes its time: an Azure app that has been idle needs half a minute to begin.'}
    </p>
  );
}

/** The key was good once and is not any more. The page stays as it is behind the question. */
function KeyWanted() {
  const connection = useConnection();
  const [later, setLater] = useState(false);
  const refused = connection.kind === 'keyRefused';
  useEffect(() => {
    if (!refused) setLater(false);
  }, [refused]);
  if (!refused || later) return null;
  return (
    <Modal title="This API wants its key" onClose={() => setLater(true)}>
      <div className="stack">
        <p role="alert" className="notice bad">
          The key is missing, or it is not good any more. This page stays as it is meanwhile.
        </p>
        <ApiForm onSaved={() => setLater(false)} />
      </div>
    </Modal>
  );
}
