// The operation that lets a client into the live feed. What is told there is in lib/feed.
import { z } from 'zod';
import { feedProtocol, isGroup } from '../feed/feed';
import { defineOperation } from './operation';
import { ProblemError } from './problem';

const group = z.string().max(150).refine(isGroup, 'must be fleet, or charger. followed by the id of a charger');

export const negotiateFeed = defineOperation({
  name: 'negotiateFeed',
  method: 'POST',
  route: 'feed/negotiate',
  subject: 'Live feed',
  summary: 'Gives the address of a WebSocket on which chargers can be watched live',
  description:
    `Open \`url\` as a WebSocket with the subprotocol \`${feedProtocol}\` (that of Azure Web PubSub; its client libraries work) and join ` +
    'groups: `charger.<id>` tells everything of one charger, a few times a second at most: `{kind: "charger", chargerId, charger, frames, skippedFrames?, ' +
    'notes}`, `charger` as getCharger shows it. `fleet` tells once a second which chargers changed or went: `{kind: "fleet", chargers: ' +
    '[{chargerId, link, registration, status, connectors, …}], removed: [id], waiting?}`. Join first, then list: then nothing is missed. The ' +
    'address carries a token and nothing else is asked of whoever has it.',
  input: {
    groups: z.array(group).max(100).default([]).describe('Joined from the start.'),
    minutes: z.int().min(1).max(1440).default(60).describe('How long the address can be used to connect.'),
  },
  output: z.strictObject({ url: z.string(), protocol: z.string(), expiresAt: z.string() }),
  problems: ['no-feed', 'unavailable'],
  example: {
    input: { groups: ['fleet'] },
    output: {
      url: 'ws://127.0.0.1:7071/api/feed?access_token=…',
      protocol: feedProtocol,
      expiresAt: '2025-01-31T13:00:00.000Z',
    },
  },
  async run({ groups, minutes }, call) {
    if (!call.feed) {
      throw new ProblemError('no-feed', 'set WEB_PUBSUB_ENDPOINT or WEB_PUBSUB_CONNECTION_STRING to have one');
    }
    const { url, expiresAt } = await call.feed.negotiate(groups, minutes);
    return { body: { url, protocol: feedProtocol, expiresAt: new Date(expiresAt).toISOString() } };
  },
});

export const feedOperations = [negotiateFeed];
