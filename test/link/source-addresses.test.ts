// Where links come from: addresses in turn, each for targets that it can reach, and a real connection from one.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { takeTurns } from '../../lib/link/source-addresses';
import { openLink } from './probe';

const sourcesOf = (addresses: string[], ...hosts: string[]) => {
  const next = takeTurns(addresses);
  return hosts.map((host) => next(host)?.localAddress);
};

describe('source addresses', () => {
  it('take turns', () => {
    const hosts = Array.from({ length: 3 }, () => '127.0.0.1');
    expect(sourcesOf(['127.0.0.2', '127.0.0.3'], ...hosts)).toEqual(['127.0.0.2', '127.0.0.3', '127.0.0.2']);
  });

  it('of loopback are for loopback, the others for all others', () => {
    const addresses = ['127.0.0.2', '192.0.2.1'];
    expect(sourcesOf(addresses, 'localhost', 'csms.example', '198.51.100.7')).toEqual([
      '127.0.0.2',
      '192.0.2.1',
      '192.0.2.1',
    ]);
  });

  it('are of the family of an address that is dialled', () => {
    expect(sourcesOf(['192.0.2.1', '2001:db8::1'], '[2001:db8::7]', '198.51.100.7')).toEqual([
      '2001:db8::1',
      '192.0.2.1',
    ]);
  });

  it('are left to the operating system where none fits', () => {
    expect(sourcesOf([], 'csms.example')).toEqual([undefined]);
    expect(sourcesOf(['127.0.0.2'], 'csms.example')).toEqual([undefined]);
  });

  // Elsewhere 127.0.0.2 has to be added to the loopback interface first.
  (process.platform === 'linux' ? it : it.skip)('are what the CSMS sees', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'ocpp1.6' });
    try {
      await once(server, 'listening');
      const seen = once(server, 'connection').then(([, request]) => request.socket.remoteAddress);
      const { port } = server.address() as AddressInfo;
      const { up } = openLink({ url: `ws://127.0.0.1:${port}/CP-1`, options: { sourceAddresses: ['127.0.0.2'] } });
      await up;
      expect(await seen).toBe('127.0.0.2');
    } finally {
      for (const client of server.clients) client.terminate();
      server.close();
    }
  });
});
