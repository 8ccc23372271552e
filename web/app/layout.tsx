import './globals.css';
import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { Shell } from '../components/shell/shell';

export const metadata: Metadata = {
  title: 'Charger Simulator',
  description: 'OCPP chargers, simulated',
  icons: 'data:,',
};
export const viewport: Viewport = { width: 'device-width', initialScale: 1 };

/** Before anything is painted, so that a dark page does not flash light. */
const theme =
  "try{const t=localStorage.getItem('charger-simulator.theme');if(t)document.documentElement.dataset.theme=t}catch{}";

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        <script dangerouslySetInnerHTML={{ __html: theme }} />
      </head>
      <body>
        <Shell>{children}</Shell>
      </body>
    </html>
  );
}
