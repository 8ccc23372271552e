// Starts the demo CSMS: one port for OCPP (`/ocpp/<identity>`) and for HTTP. Wiring only.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { isLoopback } from '../host/loopback-guard';
import { acceptChargers } from './connections';
import { createHttpApp } from './http';
import { createLedger } from './ledger';
import { csmsV16 } from './v16';
import { csmsV201 } from './v201';

/** Every OCPP version it speaks, the preferred one first. */
const versions = [csmsV201, csmsV16];

export interface DemoCsmsOptions {
  /** 0: any free port. */
  port: number;
  /** Default: 127.0.0.1. Commands need no key: bind elsewhere only where everybody may give them, pages in browsers too. */
  host?: string;
  /** Told of connections, and of failures of its own. Never of payloads. */
  log?: (line: object) => void;
  /** Epoch milliseconds. Default: `Date.now`. */
  now?: () => number;
}

export interface DemoCsms {
  /** `ws://127.0.0.1:PORT/ocpp`: what chargers dial, followed by `/` and their identity. */
  url: string;
  httpUrl: string;
  /** Closes connections (1001) and the port. */
  close(): Promise<void>;
}

function authority(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `127.0.0.1:${port}`;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A CSMS to try chargers with: accepts any, keeps transactions in memory, takes commands over HTTP. @throws when the port is taken */
export async function startDemoCsms(options: DemoCsmsOptions): Promise<DemoCsms> {
  const { port, host = '127.0.0.1', log = () => {}, now = Date.now } = options;
  const ledger = createLedger(now);
  const onlyFromHere = isLoopback(host);
  const connections = acceptChargers({ ledger, versions, onlyFromHere, log });
  const app = createHttpApp({ ledger, connections, versions, onlyFromHere, log });
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    connections.handleUpgrade(request, socket as Socket, head),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const at = authority(host, (server.address() as AddressInfo).port);
  return {
    url: `ws://${at}/ocpp`,
    httpUrl: `http://${at}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve)); // no new chargers from here on
      await connections.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
