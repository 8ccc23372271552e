// The WebSocket link against real peers: frames, every way to come up or not, every way to end.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { parseHostRules } from '../../lib/link/allow-list';
import type { Link } from '../../lib/simulator/ports';
import {
  deferred,
  freePort,
  openLink,
  settled,
  startAnswering,
  startCsms,
  startListening,
  startTcp,
  upgradeByHand,
} from './probe';

const http = (status: string, headers: string[] = []) =>
  [`HTTP/1.1 ${status}`, 'Content-Length: 0', ...headers, '', ''].join('\r\n');

describe('frames', () => {
  it('carries text both ways and asks for the subprotocol (OCPP-J 1.6 §3.1.2)', async () => {
    const csms = await startCsms();
    const { link, up, frame } = openLink({ url: csms.url });
    await up;
    const { ws, request } = await csms.connection;
    link.send('[2,"1","Heartbeat",{}]');
    const [data, isBinary] = await once(ws, 'message');
    ws.send('[3,"1",{"currentTime":"2025-01-01T00:00:00Z"}]');
    expect(String(data)).toBe('[2,"1","Heartbeat",{}]');
    expect(isBinary).toBe(false);
    expect(await frame).toBe('[3,"1",{"currentTime":"2025-01-01T00:00:00Z"}]');
    expect(request.headers['sec-websocket-protocol']).toBe('ocpp1.6');
    expect(request.headers['sec-websocket-extensions']).toBeUndefined();
  });

  it('leaves the percent-encoded identity as it is (OCPP-J 1.6 §3.1.1)', async () => {
    const csms = await startCsms();
    const { up } = openLink({ url: `ws://127.0.0.1:${csms.port}/ocpp/a%2Fb%20c%25%C3%A9?tenant=x%2Fy` });
    await up;
    expect((await csms.connection).request.url).toBe('/ocpp/a%2Fb%20c%25%C3%A9?tenant=x%2Fy');
  });

  it('takes what arrives in the same packet as the handshake answer, after onUp', async () => {
    const url = await startTcp((socket) => {
      socket.cork();
      void upgradeByHand(socket).then(() => {
        socket.write(Buffer.from([0x81, 2, 0x5b, 0x5d]));
        socket.uncork();
      });
    });
    const { events, frame } = openLink({ url });
    await frame;
    expect(events).toEqual(['up', 'frame []']);
  });

  it('ignores send before it is up and after it has ended', async () => {
    const csms = await startCsms();
    const { link, up, down, events } = openLink({ url: csms.url });
    link.send('too early');
    await up;
    const { ws } = await csms.connection;
    const messages: string[] = [];
    ws.on('message', (data) => messages.push(String(data)));
    link.send('in time');
    await once(ws, 'message');
    ws.close();
    await down;
    link.send('too late');
    link.ping(5);
    await link.close();
    link.cut();
    await settled();
    expect(messages).toEqual(['in time']);
    expect(events).toEqual(['up', 'down closed']);
  });
});

describe('a handshake that fails', () => {
  it.each([
    ['401 Unauthorized', 'unauthorized'],
    ['403 Forbidden', 'unauthorized'],
    ['404 Not Found', 'notFound'],
    ['500 Internal Server Error', 'refused'],
    ['503 Service Unavailable', 'refused'],
    ['302 Found', 'refused'],
    ['200 OK', 'refused'],
  ])('HTTP %s is %s', async (status, reason) => {
    const { down, events } = openLink({ url: await startAnswering(http(status, ['Location: ws://127.0.0.1:1/'])) });
    expect(await down).toMatchObject({ reason, detail: expect.stringContaining(`HTTP ${status}`) });
    await settled();
    expect(events).toEqual([`down ${reason}`]);
  });

  it.each([
    ['none', [], 'none'],
    ['another', ['Sec-WebSocket-Protocol: ocpp2.0.1'], '"ocpp2.0.1"'],
    ['one of another case', ['Sec-WebSocket-Protocol: OCPP1.6'], '"OCPP1.6"'],
  ])('the CSMS selects %s: subprotocol (OCPP-J 1.6 §3.1.2)', async (_, headers, found) => {
    const { url, received } = await startListening(headers);
    const { down, events } = openLink({ url });
    expect(await down).toEqual({
      reason: 'subprotocol',
      detail: `the CSMS selected subprotocol ${found}, asked for was "ocpp1.6"`,
    });
    expect(await received).toHaveLength(0);
    expect(events).toEqual(['down subprotocol']);
  });

  it('ECONNREFUSED is unreachable, with host and port but nothing else of the URL', async () => {
    const port = await freePort();
    const { down } = openLink({ url: `ws://me:secret@127.0.0.1:${port}/ocpp/CP-1?key=secret` });
    expect(await down).toEqual({
      reason: 'unreachable',
      detail: `127.0.0.1:${port} refused the connection (ECONNREFUSED)`,
    });
  });

  it('a host that does not exist is unreachable', async () => {
    // RFC 6761: .invalid never exists; without a network the name server itself is what cannot be reached.
    const { down } = openLink({ url: 'ws://csms.invalid/ocpp/CP-1' });
    expect(await down).toMatchObject({ reason: 'unreachable', detail: expect.stringContaining('csms.invalid') });
  });

  it('a CSMS that never answers is timeout', async () => {
    const gone = deferred();
    const url = await startTcp((socket) => socket.resume().on('close', () => gone.resolve()));
    const { down, events } = openLink({ url, options: { handshakeTimeoutMs: 50 } });
    expect(await down).toMatchObject({ reason: 'timeout', detail: expect.stringContaining('within 0.05 s') });
    await gone.promise;
    await settled();
    expect(events).toEqual(['down timeout']);
  });

  it('a CSMS that drips its answer is timeout as well', async () => {
    const url = await startTcp((socket) => {
      const drip = setInterval(() => socket.write('H'), 5);
      socket
        .once('data', () => socket.write('HTTP/1.1 101 Switching Protocols\r\nX: '))
        .on('close', () => clearInterval(drip));
    });
    const { down } = openLink({ url, options: { handshakeTimeoutMs: 80 } });
    expect((await down).reason).toBe('timeout');
  });

  it('a connection that ends during the handshake is cut', async () => {
    const url = await startTcp((socket) => socket.once('data', () => socket.destroy()));
    const { down } = openLink({ url });
    expect(await down).toMatchObject({
      reason: 'cut',
      detail: expect.stringContaining('during the WebSocket handshake'),
    });
  });

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n\r\n'],
    [
      'a wrong Sec-WebSocket-Accept',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Protocol: ocpp1.6\r\nSec-WebSocket-Accept: AAAA\r\n\r\n',
    ],
  ])('%s is refused', async (_, answer) => {
    const { down, events } = openLink({ url: await startAnswering(answer) });
    expect(await down).toMatchObject({ reason: 'refused', detail: expect.stringContaining('WebSocket handshake') });
    await settled();
    expect(events).toEqual(['down refused']);
  });

  it.each(['http://127.0.0.1/x', 'ws+unix:/tmp/socket', 'ws://127.0.0.1/x#y', 'ws://me:secret@:9/', 'secret', ''])(
    'the URL "%s" is not dialled',
    async (url) => {
      const { down } = openLink({ url });
      const { reason, detail } = await down;
      expect(reason).toBe('unreachable');
      expect(detail).toBe('csms.url is not a ws:// or wss:// URL without a fragment');
    },
  );

  it.each([
    ['close', (link: Link) => link.close()],
    ['cut', (link: Link) => link.cut()],
  ])('%s meanwhile ends the connection, and no event follows', async (_, end) => {
    const asked = deferred();
    const gone = deferred();
    const url = await startTcp((socket) => {
      socket.once('data', () => asked.resolve()).on('close', () => gone.resolve());
    });
    const { link, events } = openLink({ url });
    await asked.promise;
    await end(link);
    await gone.promise;
    await settled();
    expect(events).toEqual([]);
  });
});

describe('a forbidden target', () => {
  it('is told through onDown, after open has returned', async () => {
    const csms = await startCsms();
    const { events, down } = openLink({ url: csms.url, options: { allow: parseHostRules('*.example.com') } });
    expect(events).toEqual([]);
    expect(await down).toEqual({
      reason: 'forbiddenHost',
      detail: `CSMS_ALLOWED_HOSTS does not allow 127.0.0.1 on port ${csms.port}`,
    });
  });

  it('leaves no event when it is closed at once', async () => {
    const { link, events } = openLink({ url: 'ws://169.254.169.254/' });
    await link.close();
    await settled();
    expect(events).toEqual([]);
  });

  it('is found out by what its name resolves to', async () => {
    const csms = await startCsms();
    const url = `ws://localhost:${csms.port}/ocpp/CP-1`;
    const refused = openLink({ url, options: { allow: parseHostRules('10.0.0.0/8') } });
    expect(await refused.down).toMatchObject({
      reason: 'forbiddenHost',
      detail: expect.stringMatching(/does not allow localhost \(.*127\.0\.0\.1.*\) on port/),
    });
    const { up } = openLink({ url, options: { allow: parseHostRules('127.0.0.0/8') } });
    await up;
  });

  it('security profiles 2 and 3 forbid ws:// (OCPP 1.6 security whitepaper §2)', async () => {
    for (const securityProfile of [2, 3] as const) {
      const { down } = openLink({ url: 'ws://127.0.0.1:1/ocpp/CP-1', csms: { securityProfile } });
      expect(await down).toEqual({
        reason: 'forbiddenHost',
        detail: `security profile ${securityProfile} forbids ws://: csms.url must start with wss://`,
      });
    }
  });
});

describe('TC_085_CS, A00.FR.202, A00.FR.203: Basic authentication (OCPP 1.6 security whitepaper §2.3)', () => {
  const basicAuth = { username: 'CP-1', password: 'grün:geheim' };
  const expected = `Basic ${Buffer.from('CP-1:grün:geheim').toString('base64')}`;

  it.each([
    [undefined, expected],
    [1, expected],
    [0, undefined],
  ] as const)('profile %s', async (securityProfile, header) => {
    const csms = await startCsms();
    const { up } = openLink({
      url: csms.url,
      csms: { basicAuth, ...(securityProfile !== undefined && { securityProfile }) },
    });
    await up;
    expect((await csms.connection).request.headers.authorization).toBe(header);
  });

  it('A00.FR.205: a password of hexadecimal digits is sent as the bytes they stand for', async () => {
    const csms = await startCsms();
    const password = '0001020304050607ffffffffffffffffffffffff';
    await openLink({ url: csms.url, csms: { basicAuth: { username: 'AL1000', password, encoding: 'hex' } } }).up;
    const { authorization } = (await csms.connection).request.headers;
    expect(authorization).toBe('Basic QUwxMDAwOgABAgMEBQYH////////////////');
  });

  it('tells neither password nor user info when it is refused', async () => {
    const url = (await startAnswering(http('401 Unauthorized'))).replace('ws://', 'ws://me:hunter2@');
    const { down } = openLink({ url, csms: { basicAuth, securityProfile: 1 } });
    expect((await down).detail).toBe('the CSMS answered HTTP 401 Unauthorized');
  });
});

describe('the end of a link', () => {
  it.each([
    [1000, 'done', 'the CSMS closed the connection with code 1000: done'],
    [1012, '', 'the CSMS closed the connection with code 1012'],
    [undefined, undefined, 'the CSMS closed the connection without a code'],
  ])('a close frame with code %s is closed', async (code, reason, detail) => {
    const csms = await startCsms();
    const { up, down, events } = openLink({ url: csms.url });
    await up;
    (await csms.connection).ws.close(code, reason);
    expect(await down).toEqual({ reason: 'closed', detail });
    await settled();
    expect(events).toEqual(['up', 'down closed']);
  });

  it.each([
    ['end', (socket: Socket) => socket.end()],
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
  ])('a TCP %s without a close frame is cut', async (_, finish) => {
    const accepted = deferred<Socket>();
    const url = await startTcp((socket) => void upgradeByHand(socket).then(() => accepted.resolve(socket)));
    const { up, down } = openLink({ url });
    await up;
    finish(await accepted.promise);
    expect(await down).toEqual({ reason: 'cut', detail: 'the TCP connection ended without a close frame' });
  });

  it('cut sends no close frame, and no event follows', async () => {
    const { url, received } = await startListening();
    const { link, up, events } = openLink({ url });
    await up;
    link.cut();
    expect(await received).toHaveLength(0);
    await settled();
    expect(events).toEqual(['up']);
  });

  it('close sends a close frame with 1000, waits for the answer, and no event follows', async () => {
    const csms = await startCsms();
    const { link, up, events } = openLink({ url: csms.url });
    await up;
    const { ws } = await csms.connection;
    const ended = once(ws, 'close');
    const closing = link.close();
    ws.send('[2,"9","Reset",{"type":"Soft"}]');
    await closing;
    expect((await ended)[0]).toBe(1000);
    await settled();
    expect(events).toEqual(['up']);
  });

  it('close gives up on a CSMS that does not answer the close frame', async () => {
    const { url, received } = await startListening();
    const { link, up, events } = openLink({ url });
    await up;
    await link.close();
    // FIN and mask bits set, opcode 8, two bytes of payload: the close frame came, then the socket ended.
    expect((await received).subarray(0, 2)).toEqual(Buffer.from([0x88, 0x82]));
    expect(events).toEqual(['up']);
  });

  it('cut during a close does not wait', async () => {
    const { url } = await startListening();
    const { link, up } = openLink({ url });
    await up;
    const closing = link.close();
    link.cut();
    await closing;
    await link.close();
  });
});

describe('a CSMS that breaks the rules', () => {
  it.each([
    ['a binary frame', (ws: WebSocket) => ws.send(Buffer.from('[]')), 1003, 'binary frame'],
    ['a frame that is too long', (ws: WebSocket) => ws.send('x'.repeat(65)), 1009, 'more than 64 bytes in one frame'],
  ])('%s', async (_, misbehave, code, words) => {
    const csms = await startCsms();
    const { up, down, events } = openLink({ url: csms.url, options: { maxFrameBytes: 64 } });
    await up;
    const { ws } = await csms.connection;
    const ended = once(ws, 'close');
    misbehave(ws);
    expect(await down).toMatchObject({ reason: 'closed', detail: expect.stringContaining(`closed with ${code}`) });
    expect((await down).detail).toContain(words);
    expect((await ended)[0]).toBe(code);
    await settled();
    expect(events).toEqual(['up', 'down closed']);
  });

  it('takes 4 MiB by default: a local list that is too large is refused by the charger, not by closing (OCPP 1.6 §5.15)', async () => {
    const csms = await startCsms();
    const { up, frame } = openLink({ url: csms.url });
    await up;
    (await csms.connection).ws.send('x'.repeat(4 * 1024 * 1024));
    expect(await frame).toHaveLength(4 * 1024 * 1024);
  });

  it.each([
    ['text that is not UTF-8', [0x81, 1, 0xff]],
    ['a masked frame', [0x81, 0x81, 1, 2, 3, 4, 0x5b]],
    ['an unknown opcode', [0x83, 0]],
  ])('%s is closed', async (_, bytes) => {
    const url = await startTcp((socket) => void upgradeByHand(socket).then(() => socket.write(Buffer.from(bytes))));
    const { down } = openLink({ url });
    expect(await down).toMatchObject({
      reason: 'closed',
      detail: expect.stringContaining('broke the WebSocket protocol'),
    });
  });

  it('a peer that does not read is cut once 8 MiB wait for it', async () => {
    const accepted = deferred<Socket>();
    const url = await startTcp((socket) => {
      void upgradeByHand(socket).then(() => accepted.resolve(socket.pause()));
    });
    const { link, up, down, events } = openLink({ url });
    await up;
    await accepted.promise;
    const megabyte = 'x'.repeat(1024 * 1024);
    for (let sent = 0; sent < 64; sent += 1) link.send(megabyte);
    expect(events).toEqual(['up']);
    expect(await down).toMatchObject({ reason: 'cut', detail: expect.stringContaining('the CSMS does not read') });
  });
});
