// kill -9 of the local host while a call of the CSMS waits for the answer that a tester has put off: the next process answers it.
import { forgetData, request, startHost } from '../support/local-host';
import { startScriptedCsms } from '../support/scripted-csms';

const id = 'K-1';
const call = [2, 'csms-1', 'ChangeConfiguration', { key: 'HeartbeatInterval', value: '77' }];

describe('kill -9 while an answer is put off', () => {
  it('OCPP 1.6 §5.3: the call waits in the next process too, which carries it out and answers it when it is to', async () => {
    const csms = await startScriptedCsms();
    let host = await startHost();
    const ask = (method: string, path: string, body?: unknown) => request(host.url, method, `chargers${path}`, body);
    const heartbeatInterval = async () => {
      const { body } = await ask('GET', `/${id}/configuration?key=HeartbeatInterval`);
      return body.configuration.find((entry: { key: string }) => entry.key === 'HeartbeatInterval').value;
    };
    const answer = () =>
      csms.frames(id).find(({ message }) => Array.isArray(message) && message[1] === 'csms-1' && message[0] === 3);
    try {
      await ask('POST', '', { id, protocol: 'ocpp1.6', csms: { url: csms.url }, connection: 'persistent' });
      await ask('POST', `/${id}/connect`);
      const behaviour = { incoming: [{ action: 'ChangeConfiguration', delayMs: 600_000 }] };
      expect((await ask('PUT', `/${id}/behaviour`, behaviour)).status).toBe(200);
      csms.sendRaw(id, JSON.stringify(call));
      await waits(ask);
      // Its outcome is told once everything so far is saved.
      await ask('PUT', `/${id}/configuration`, { configuration: { LightIntensity: '50' } });
      await host.kill();
      host = await startHost({ DATA_DIR: host.dataDir });
      await csms.waitForConnection(id, 2);
      const { body } = await ask('GET', `/${id}`);
      expect(body.behaviour).toMatchObject({ incoming: [{ seen: 1, done: 1 }], waitingCalls: 1 });
      expect([answer(), await heartbeatInterval()]).toEqual([undefined, '300']);
      // Without the behaviour there is nothing to wait for.
      expect((await ask('PUT', `/${id}/behaviour`, {})).body.behaviour).toBeNull();
      await csms.until(answer, 'the answer');
      expect(answer()?.message).toEqual([3, 'csms-1', { status: 'Accepted' }]);
      expect(await heartbeatInterval()).toBe('77');
      expect(await host.stop()).toBe(0);
    } finally {
      await host.kill();
      await csms.close();
      forgetData(host);
    }
  }, 60_000);
});

/** Asks until the charger has the call. */
async function waits(ask: (method: string, path: string) => ReturnType<typeof request>): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    if ((await ask('GET', `/${id}`)).body.behaviour.waitingCalls === 1) return;
  }
  throw new Error('the call did not arrive');
}
