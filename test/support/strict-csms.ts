// A central system made of ocpp-rpc in strict mode, apart from the demo CSMS: it checks each payload, both ways, against the official
// schemas and answers as little as they allow.
import type { AddressInfo } from 'node:net';
import { RPCServer } from 'ocpp-rpc';
import type RpcServerClient from 'ocpp-rpc/lib/server-client';
import type { Counterpart } from '../contracts/counterpart-contract';
import { defaultAnswers, defaultAnswersV201, type ReceivedCall } from './scripted-answers';
import { createWaiters } from './scripted-waits';

interface StrictFailure {
  method: string;
  isCall: boolean;
  error: Error;
}

const answersIn = { 'ocpp1.6': defaultAnswers, 'ocpp2.0.1': defaultAnswersV201 };

/** Starts it on 127.0.0.1. The test closes it. */
export async function startStrictCsms(protocol: keyof typeof answersIn): Promise<Counterpart> {
  const server = new RPCServer({ protocols: [protocol], strictMode: true });
  const clients = new Map<string, RpcServerClient>();
  const taken: ReceivedCall[] = [];
  const complaints: string[] = [];
  const waiters = createWaiters();
  const answers = Object.entries(answersIn[protocol](Date.now));

  server.on('client', (client: RpcServerClient) => {
    const { identity } = client.handshake;
    const complain = (what: string) => complaints.push(`${identity}: ${what}`);
    clients.set(identity, client);
    for (const [action, answer] of answers) {
      client.handle(action, async ({ params, messageId = '' }) => {
        const call = { identity, messageId, action, payload: params ?? {} };
        taken.push(call);
        waiters.changed();
        return (typeof answer === 'function' ? await answer(call) : answer) as Record<string, unknown>;
      });
    }
    client.on('strictValidationFailure', ({ method, isCall, error }: StrictFailure) =>
      complain(`${isCall ? 'CALL' : 'answer'} of ${method}: ${error.message}`),
    );
    client.on('badMessage', ({ error }: { error: Error }) => complain(error.message));
  });

  const http = await server.listen(0, '127.0.0.1');
  const { port } = http.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/ocpp`,
    waitFor: (identity, action, n = 1) =>
      waiters.until(
        () => taken.filter((call) => call.identity === identity && call.action === action)[n - 1]?.payload,
        `${action} number ${n} of ${identity}`,
      ),
    async call(identity, action, payload) {
      try {
        return (await clients.get(identity)?.call(action, payload)) as Record<string, unknown>;
      } catch (error) {
        const { rpcErrorCode = '', message } = error as Error & { rpcErrorCode?: string };
        throw new Error(`${action}: ${rpcErrorCode} ${message}`);
      }
    },
    complaints: () => complaints,
    async close() {
      waiters.failAll();
      await server.close({ force: true });
    },
  };
}
