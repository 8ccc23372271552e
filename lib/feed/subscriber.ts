// One client of the local feed: its side of the subprotocol json.webpubsub.azure.v1, as Azure Web PubSub speaks it to clients that may
// join and leave groups and nothing else.
import { z } from 'zod';

/** What a client may say. Members we have no use for are left alone, as the service does. */
const requestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('joinGroup'), group: z.string().min(1).max(1024), ackId: z.number().optional() }),
  z.object({ type: z.literal('leaveGroup'), group: z.string().min(1).max(1024), ackId: z.number().optional() }),
  z.object({ type: z.literal('sendToGroup'), ackId: z.number().optional() }),
  z.object({ type: z.literal('event'), ackId: z.number().optional() }),
  z.object({ type: z.literal('sequenceAck') }),
  z.object({ type: z.literal('ping') }),
]);

type Request = z.output<typeof requestSchema>;

interface Refusal {
  name: string;
  message: string;
}

/** Groups of one client, at most. */
export const groupsAtMost = 1_000;

export interface Subscriber {
  readonly groups: ReadonlySet<string>;
  /** Takes one text of the client. Returns why the connection must end, if it must. */
  receive(text: string): string | undefined;
}

export interface SubscriberPorts {
  send(message: object): void;
  join(group: string): void;
  leave(group: string): void;
}

export function createSubscriber(initial: string[], { send, join, leave }: SubscriberPorts): Subscriber {
  const groups = new Set<string>();

  function add(group: string): Refusal | undefined {
    if (groups.has(group)) return undefined;
    if (groups.size >= groupsAtMost) {
      return { name: 'Forbidden', message: `a connection can be in ${groupsAtMost} groups at most` };
    }
    groups.add(group);
    join(group);
    return undefined;
  }

  function remove(group: string): undefined {
    if (groups.delete(group)) leave(group);
  }

  const refused = (what: string): Refusal => ({ name: 'Forbidden', message: `clients may not ${what}` });

  function perform(request: Request): Refusal | undefined {
    switch (request.type) {
      case 'joinGroup':
        return add(request.group);
      case 'leaveGroup':
        return remove(request.group);
      case 'sendToGroup':
        return refused('send to groups');
      case 'event':
        return refused('send events');
      case 'ping':
        send({ type: 'pong' });
        return undefined;
      case 'sequenceAck':
        return undefined;
    }
  }

  for (const group of initial) add(group);
  return {
    groups,
    receive(text) {
      const request = parse(text);
      if (!request) return 'not a message of json.webpubsub.azure.v1';
      const error = perform(request);
      if (!('ackId' in request) || request.ackId === undefined) return undefined;
      send({ type: 'ack', ackId: request.ackId, success: error === undefined, ...(error ? { error } : {}) });
      return undefined;
    },
  };
}

function parse(text: string): Request | undefined {
  try {
    return requestSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
