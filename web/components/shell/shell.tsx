'use client';
// What every page has around it: the head with its links, the address and key of the API, the theme.
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { type ReactNode, useEffect, useState } from 'react';
import { ApiError, call } from '../../lib/client';
import { applyTheme, storedTheme, type Theme, useApiSettings } from '../../lib/settings';
import { Modal } from '../ui/modal';
import { Tips } from '../ui/time';
import { ApiForm } from './api-form';

export function Shell({ children }: { children: ReactNode }) {
  const [client] = useState(
    () => new QueryClient({ defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } } }),
  );
  return (
    <QueryClientProvider client={client}>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <Head />
      <main id="content">
        <Gate>{children}</Gate>
      </main>
      <Tips />
    </QueryClientProvider>
  );
}

function Head() {
  const [asking, setAsking] = useState(false);
  const api = useApiSettings();
  return (
    <header className="top">
      <Link className="brand" href="/">
        ⚡ Charger Simulator
      </Link>
      <nav aria-label="Pages" className="row">
        <Link href="/">Fleet</Link>
        <a href={`${api.url}/api/docs`}>API docs</a>
      </nav>
      <div className="end">
        <ThemeChoice />
        <button type="button" onClick={() => setAsking(true)}>
          API address and key
        </button>
      </div>
      {asking && (
        <Modal title="API address and key" onClose={() => setAsking(false)}>
          <ApiForm onSaved={() => setAsking(false)} />
        </Modal>
      )}
    </header>
  );
}

function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>('system');
  useEffect(() => setTheme(storedTheme()), []);
  return (
    <select
      aria-label="Theme"
      value={theme}
      onChange={({ target }) => {
        setTheme(target.value as Theme);
        applyTheme(target.value as Theme);
      }}
    >
      <option value="system">Theme of the system</option>
      <option value="light">Light</option>
      <option value="dark">Dark</option>
    </select>
  );
}

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

/** Shows the page once the API answers; until then, what it needs. */
function Gate({ children }: { children: ReactNode }) {
  const models = useModels();
  const queries = useQueryClient();
  const error = models.error;
  useEffect(() => {
    if (!(error instanceof ApiError) || error.status !== 0) return;
    const timer = setTimeout(() => queries.invalidateQueries({ queryKey: ['models'] }), 3_000);
    return () => clearTimeout(timer);
  }, [error, queries]);
  if (models.data) return children;
  if (!error) return <p className="dim">Asking the API …</p>;
  const wantsKey = error instanceof ApiError && error.status === 401;
  return (
    <section className="card stack" style={{ maxWidth: 620, margin: '1rem auto' }}>
      <h1>{wantsKey ? 'This API wants its key' : 'Where is the API?'}</h1>
      <p role="alert" className="notice bad">
        {error.message}
      </p>
      <ApiForm onSaved={() => undefined} />
    </section>
  );
}
