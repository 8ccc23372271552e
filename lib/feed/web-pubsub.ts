// The live feed on Azure: messages go to Web PubSub, which has the clients. Who listens is not known here: a message to a group without
// members costs one request and is not billed.
import { type JSONTypes, WebPubSubServiceClient } from '@azure/web-pubsub';
import type { Clock } from '../simulator/ports';
import type { FeedChannel, FeedEntrance } from './feed';

/** The hub that chargers are told of in. */
const hub = 'chargers';

/** A message is given up after this long: what is live now is old by then. */
const patienceMs = 3_000;
/** After a failure nothing is told for this long: invocations must not wait for a service that is down. */
const muteMs = 30_000;

export interface WebPubSubOptions {
  connectionString?: string | undefined;
  /** With the identity that the process runs as. */
  endpoint?: string | undefined;
  clock: Clock;
}

export type WebPubSub = FeedChannel & FeedEntrance;

/** @throws the SDK's error for a connection string that is none */
export async function openWebPubSub(options: WebPubSubOptions): Promise<WebPubSub> {
  const { clock } = options;
  const client = await openClient(options);
  let mutedUntil = 0;
  const isOpen = () => clock() >= mutedUntil;
  return {
    isOpen,
    hasListeners: isOpen,
    async send(group, message) {
      if (!isOpen()) return;
      const abortSignal = AbortSignal.timeout(patienceMs);
      try {
        // Everything told is plain JSON.
        await client.group(group).sendToAll(message as JSONTypes, { abortSignal });
      } catch (error) {
        if (!isOpen()) return;
        mutedUntil = clock() + muteMs;
        throw error;
      }
    },
    async negotiate(groups, minutes) {
      const roles = ['webpubsub.joinLeaveGroup'];
      const expiresAt = clock() + minutes * 60_000;
      const { url } = await client.getClientAccessToken({ groups, roles, expirationTimeInMinutes: minutes });
      return { url, expiresAt };
    },
  };
}

const clientOptions = { retryOptions: { maxRetries: 1 } };

async function openClient({ connectionString, endpoint }: WebPubSubOptions): Promise<WebPubSubServiceClient> {
  if (connectionString !== undefined) {
    // Emulators speak http; the key never travels, it signs.
    const allowInsecureConnection = /Endpoint=http:\/\//i.test(connectionString);
    return new WebPubSubServiceClient(connectionString, hub, { ...clientOptions, allowInsecureConnection });
  }
  if (endpoint === undefined) throw new Error('Web PubSub needs a connection string or an endpoint');
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new WebPubSubServiceClient(endpoint, new DefaultAzureCredential(), hub, clientOptions);
}
