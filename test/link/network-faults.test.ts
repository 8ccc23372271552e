// Network faults that only a socket can have: half open, cut in the middle of a frame, TLS refused by the charger.
import { once } from 'node:events';
import { createPingWheel } from '../../lib/link/ping-wheel';
import { makeCa, makeCertificate } from './certificates';
import { openLink, settled, startCsms, startListening } from './probe';

describe('network faults of a socket', () => {
  it('frozen: nothing gets through either way, and the CSMS is not told of the end', async () => {
    const csms = await startCsms();
    const { link, up, events } = openLink({ url: csms.url });
    await up;
    const { ws } = await csms.connection;
    const heard: string[] = [];
    ws.on('message', (data) => heard.push(String(data)));
    ws.on('pong', () => heard.push('pong'));
    ws.on('close', () => heard.push('close'));
    link.send('before');
    await once(ws, 'message');
    link.freeze();
    link.send('after');
    ws.send('unheard');
    ws.ping();
    await settled();
    await link.close();
    link.cut();
    await settled();
    expect(heard).toEqual(['before']);
    expect(events).toEqual(['up']);
  });

  it('frozen: the charger itself finds out by its missing pong (OCPP-J 1.6 §5.3)', async () => {
    const csms = await startCsms();
    const { link, up, down } = openLink({
      url: csms.url,
      pingIntervalSeconds: 1,
      options: { wheel: createPingWheel(20) },
    });
    await up;
    link.freeze();
    expect(await down).toMatchObject({ reason: 'cut', detail: expect.stringContaining('half open') });
  });

  it('broken in the middle of a frame: the CSMS gets half of it and then the end of the connection', async () => {
    const { url, received } = await startListening();
    const { link, up, down } = openLink({ url });
    await up;
    const text = JSON.stringify([2, '1', 'DataTransfer', { vendorId: 'v', data: 'x'.repeat(300) }]);
    link.break(text);
    expect(await down).toMatchObject({ reason: 'cut' });
    const bytes = await received;
    expect(bytes[0]).toBe(0x81);
    expect(bytes.readUInt16BE(2)).toBe(Buffer.byteLength(text));
    const mask = bytes.subarray(4, 8);
    const payload = bytes.subarray(8).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
    expect(Buffer.from(payload).toString()).toBe(text.slice(0, Math.ceil(text.length / 2)));
  });

  it('TLS refused: the charger does not accept a certificate that is good', async () => {
    const ca = await makeCa();
    const csms = await startCsms({}, await makeCertificate({ ca }));
    const tls = { ca: ca.cert };
    const good = openLink({ url: csms.url, csms: { tls } });
    await good.up;
    const { down } = openLink({ url: csms.url, csms: { tls }, refusesTls: true });
    expect(await down).toMatchObject({ reason: 'tls', detail: expect.stringContaining('network fault') });
  });
});
