// The scripted CSMS itself: that it misbehaves as told. Bare `ws` clients stand in for chargers.
import { on, once } from 'node:events';
import { WebSocket } from 'ws';
import { CallError, type ScriptedCsms, startScriptedCsms } from '../support/scripted-csms';

let csms: ScriptedCsms;
const clients: WebSocket[] = [];
const inboxes = new WeakMap<WebSocket, AsyncIterableIterator<unknown[]>>();

beforeEach(async () => {
  csms = await startScriptedCsms();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  await csms.close();
});

function dial(identity = 'CP 1', protocols = ['ocpp1.6']): WebSocket {
  const client = new WebSocket(`${csms.url}/${encodeURIComponent(identity)}`, protocols);
  client.on('error', () => {});
  clients.push(client);
  inboxes.set(client, on(client, 'message'));
  return client;
}

async function connected(identity?: string): Promise<WebSocket> {
  const client = dial(identity);
  await once(client, 'open');
  return client;
}

async function nextFrame(client: WebSocket): Promise<unknown[]> {
  const next = await inboxes.get(client)?.next();
  return JSON.parse(String(next?.value[0]));
}

async function ask(client: WebSocket, id: string, action: string, payload: unknown): Promise<unknown[]> {
  const answer = nextFrame(client);
  client.send(JSON.stringify([2, id, action, payload]));
  return answer;
}

describe('scripted CSMS: answers', () => {
  it('answers every 1.6 action by default and records the frames in order', async () => {
    const client = await connected();
    const start = { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: '2026-01-01T00:00:00Z' };
    expect(await ask(client, '1', 'Authorize', { idTag: 'A' })).toEqual([
      3,
      '1',
      { idTagInfo: { status: 'Accepted' } },
    ]);
    expect(await ask(client, '2', 'StartTransaction', start)).toMatchObject([3, '2', { transactionId: 1 }]);
    expect(await ask(client, '3', 'StartTransaction', start)).toMatchObject([3, '3', { transactionId: 1 }]);
    expect(await ask(client, '4', 'StartTransaction', { ...start, meterStart: 5 })).toMatchObject([
      3,
      '4',
      { transactionId: 2 },
    ]);
    expect((await ask(client, '5', 'Nonsense', {})).slice(0, 3)).toEqual([4, '5', 'NotImplemented']);
    const directions = csms.frames('CP 1').map((frame) => frame.direction);
    expect(directions).toEqual(Array(5).fill(['received', 'sent']).flat());
    expect(csms.calls('CP 1', 'StartTransaction').map((call) => call.messageId)).toEqual(['2', '3', '4']);
  });

  it('answers what a test scripts: a payload, a function, a CALLERROR', async () => {
    const client = await connected();
    csms.respond('Heartbeat', { currentTime: 'then' });
    expect(await ask(client, '1', 'Heartbeat', {})).toEqual([3, '1', { currentTime: 'then' }]);
    csms.respond('Heartbeat', (call) => ({ currentTime: call.identity }));
    expect(await ask(client, '2', 'Heartbeat', {})).toEqual([3, '2', { currentTime: 'CP 1' }]);
    csms.respond('Heartbeat', () => {
      throw new CallError('SecurityError', 'no');
    });
    expect(await ask(client, '3', 'Heartbeat', {})).toEqual([4, '3', 'SecurityError', 'no', {}]);
  });
});

describe('scripted CSMS: faults', () => {
  it('is silent, then errs, then answers twice, then is itself again', async () => {
    const client = await connected();
    csms.behave('Heartbeat', { kind: 'silent' }, 1);
    csms.behave('Heartbeat', { kind: 'callError', code: 'GenericError', description: 'ill' }, 1);
    csms.behave('Heartbeat', { kind: 'answerTwice' }, 1);
    client.send('[2,"1","Heartbeat",{}]');
    expect(await ask(client, '2', 'Heartbeat', {})).toEqual([4, '2', 'GenericError', 'ill', {}]);
    expect(await ask(client, '3', 'Heartbeat', {})).toMatchObject([3, '3', {}]);
    expect(await nextFrame(client)).toMatchObject([3, '3', {}]);
    expect(await ask(client, '4', 'Heartbeat', {})).toMatchObject([3, '4', {}]);
    expect(csms.frames('CP 1').filter((frame) => frame.direction === 'sent')).toHaveLength(4);
  });

  it('delays an answer until the test says so, other answers overtaking it', async () => {
    const client = await connected();
    let release = () => {};
    csms.behave(
      'Authorize',
      {
        kind: 'delay',
        until: new Promise<void>((resolve) => {
          release = resolve;
        }),
      },
      1,
    );
    client.send('[2,"1","Authorize",{"idTag":"A"}]');
    expect(await ask(client, '2', 'Heartbeat', {})).toMatchObject([3, '2', {}]);
    const late = nextFrame(client);
    release();
    expect(await late).toMatchObject([3, '1', {}]);
  });

  it('answers under a wrong id, outside the schema, and with raw text', async () => {
    const client = await connected();
    csms.behave('*', { kind: 'wrongMessageId' }, 1);
    csms.behave('*', { kind: 'violateSchema' }, 1);
    csms.behave('*', { kind: 'raw', text: '[3]' }, 1);
    expect(await ask(client, '1', 'Heartbeat', {})).toMatchObject([3, 'not-1', {}]);
    expect(await ask(client, '2', 'Heartbeat', {})).toMatchObject([3, '2', { noSuchField: 1 }]);
    expect(await ask(client, '3', 'Heartbeat', {})).toEqual([3]);
  });

  it.each([
    [{ kind: 'close', code: 1011 } as const, 1011],
    [{ kind: 'cut' } as const, 1006],
  ])('ends the connection mid-call: %j', async (behaviour, code) => {
    const client = await connected();
    csms.behave('Heartbeat', behaviour, 1);
    const closed = once(client, 'close');
    client.send('[2,"1","Heartbeat",{}]');
    expect((await closed)[0]).toBe(code);
    expect((await csms.waitForDisconnect('CP 1')).frames).toHaveLength(1);
  });
});

describe('scripted CSMS: handshakes', () => {
  it.each([401, 404, 503])('refuses with %i, then accepts', async (status) => {
    csms.handshake({ kind: 'refuse', status, headers: { 'Retry-After': '1' } }, 1);
    const [, response] = await once(dial(), 'unexpected-response');
    expect([response.statusCode, response.headers['retry-after']]).toEqual([status, '1']);
    await connected();
    expect(csms.handshakes).toHaveLength(2);
    expect(csms.connections).toHaveLength(1);
  });

  it('names a subprotocol that was not offered, or none', async () => {
    csms.handshake({ kind: 'subprotocol', value: 'ocpp9.9' }, 1);
    const [wrong] = await once(dial(), 'error');
    expect(String(wrong)).toContain('invalid subprotocol');
    csms.handshake({ kind: 'subprotocol', value: undefined }, 1);
    const [none] = await once(dial(), 'error');
    expect(String(none)).toContain('no subprotocol');
  });

  it('never answers a handshake', async () => {
    csms.handshake({ kind: 'never' }, 1);
    const client = dial();
    await csms.waitForHandshake();
    expect(client.readyState).toBe(WebSocket.CONNECTING);
    await connected('CP-2');
    expect(client.readyState).toBe(WebSocket.CONNECTING);
  });
});

describe('scripted CSMS: its own calls', () => {
  it('resolves with the result or the error, and rejects when the connection ends first', async () => {
    const client = await connected();
    const replies: Record<string, (id: unknown) => unknown> = {
      Reset: (id) => [3, id, { status: 'Accepted' }],
      Other: (id) => [4, id, 'NotImplemented', 'no', {}],
    };
    client.on('message', (data) => {
      const [, id, action] = JSON.parse(String(data));
      const reply = replies[action]?.(id);
      if (reply !== undefined) client.send(JSON.stringify(reply));
    });
    expect(await csms.call('CP 1', 'Reset', { type: 'Soft' })).toEqual({ result: { status: 'Accepted' } });
    expect(await csms.call('CP 1', 'Other', {})).toEqual({
      error: { code: 'NotImplemented', description: 'no', details: {} },
    });
    const unanswered = csms.call('CP 1', 'Silent', {});
    const ended = csms.disconnect('CP 1', { abrupt: true });
    await expect(unanswered).rejects.toThrow('disconnected before it answered');
    await ended;
  });

  it('waits for the nth call, raw frames, pings and connections as they happen', async () => {
    const second = csms.waitFor('CP 1', 'Heartbeat', 2);
    const reconnected = csms.waitForConnection('CP 1', 2);
    const client = await connected();
    await ask(client, '1', 'Heartbeat', {});
    await ask(client, '2', 'Heartbeat', {});
    expect((await second).messageId).toBe('2');
    client.ping();
    await csms.waitForPing('CP 1');
    const raw = nextFrame(client);
    csms.sendRaw('CP 1', '["anything"]');
    expect(await raw).toEqual(['anything']);
    await connected();
    expect((await reconnected).subprotocol).toBe('ocpp1.6');
  });

  it('fails what still waits when it is closed', async () => {
    const never = csms.waitFor('CP 1', 'Heartbeat');
    await csms.close();
    await expect(never).rejects.toThrow('waited for Heartbeat number 1 of CP 1');
    csms = await startScriptedCsms();
  });
});
