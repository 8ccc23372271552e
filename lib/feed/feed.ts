// The live feed: its groups, what is told in them, and what an adapter must do to pass it on. What is worth telling, and how often, is
// in publisher.ts.

/** Chargers as they come, change and go: one line each. */
export const fleetGroup = 'fleet';

const chargerPrefix = 'charger.';

/** Everything about one charger: its frames, notes and state. */
export function chargerGroup(chargerId: string): string {
  return `${chargerPrefix}${chargerId}`;
}

/** Is this the name of a group that can have messages? */
export function isGroup(name: string): boolean {
  return name === fleetGroup || (name.startsWith(chargerPrefix) && name.length > chargerPrefix.length);
}

/** What the protocol between service and client is called. */
export const feedProtocol = 'json.webpubsub.azure.v1';

/** Passes messages on to whoever listens to a group. */
export interface FeedChannel {
  /** False when nobody can be listening to anything: then nothing need be collected. Asked for every frame. */
  isOpen(): boolean;
  /** May somebody be listening to the group? */
  hasListeners(group: string): boolean;
  /** Resolves when the message is on its way. May fail: nobody is owed a message. */
  send(group: string, message: object): Promise<void>;
}

export interface Negotiated {
  /** Where to open a WebSocket: carries a token of its own, so that whoever has it may listen. */
  url: string;
  /** Epoch ms: opened later, the WebSocket is refused. */
  expiresAt: number;
}

/** Lets clients in. */
export interface FeedEntrance {
  /** `groups`: joined from the start; any others can be joined later. */
  negotiate(groups: string[], minutes: number): Promise<Negotiated>;
}
