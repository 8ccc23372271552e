'use client';
// What every page has around it: the head, the way to the content, what the connection and the key want, messages in the corner.
import '../ui/ui.css';
import './shell.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { usePathname, useSearchParams } from 'next/navigation';
import { type ReactNode, Suspense, useMemo } from 'react';
import { useApiSettings } from '../../lib/settings';
import { Tips } from '../ui/time';
import { Toasts } from '../ui/toast';
import { ConnectionBanner } from './connection-banner';
import { FirstSteps } from './first-steps';
import { Gate } from './gate';
import { Head } from './head';
import { FocusOnNavigation } from './navigation';

export { useDemoOf, useHealth, useModels } from './gate';

/** What has been read from one API is nothing to another: each address has a cache of its own. */
function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, networkMode: 'always' } },
  });
}

export function Shell({ children }: { children: ReactNode }) {
  const { url } = useApiSettings();
  const client = useMemo(() => newQueryClient(), [url]);
  return (
    <QueryClientProvider client={client}>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <Head />
      <ConnectionBanner />
      <main id="content" tabIndex={-1}>
        <Gate>
          <Suspense>
            <Around />
          </Suspense>
          {children}
        </Gate>
      </main>
      <Toasts />
      <Tips />
    </QueryClientProvider>
  );
}

/** What follows the address. */
function Around() {
  const path = usePathname();
  const query = useSearchParams();
  return (
    <>
      <FocusOnNavigation />
      <FirstSteps path={path} query={query} />
    </>
  );
}
