// The WebSocket link against real peers: frames, every way to come up or not, every way to end.
import { once } from 'node:events';
import { openLink, settled, startAnswering, startCsms, startListening, startTcp, upgradeByHand } from './probe';

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
    const ended = new Promise<void>((resolve) => {
      void startTcp((socket) => {
        socket.on('close', () => resolve());
        void upgradeByHand(socket, headers);
      }).then((url) => probe(openLink({ url })));
    });
    let probe: (found: ReturnType<typeof openLink>) => void = () => {};
    const link = await new Promise<ReturnType<typeof openLink>>((resolve) => {
      probe = resolve;
    });
    expect(await link.down).toEqual({
      reason: 'subprotocol',
      detail: `the CSMS selected subprotocol ${found}, asked for was "ocpp1.6"`,
    });
    await ended;
    expect(link.events).toEqual(['down subprotocol']);
  });
});

describe('the end of a link', () => {
  it('cut sends no close frame, and no event follows', async () => {
    const { url, received } = await startListening();
    const { link, up, events } = openLink({ url });
    await up;
    link.cut();
    expect(await received).toHaveLength(0);
    await settled();
    expect(events).toEqual(['up']);
  });
});
