// Turns what chargers record into messages of the live feed, few enough for a browser: collected for a moment, each charger's state told
// once however often it changed, frames beyond a limit counted instead. Costs next to nothing while nobody listens.
import type { Charger } from '../charger/charger';
import type { LoggedFrame } from '../charger/effect';
import { type ChargerSummary, summarize, viewCharger } from '../charger/view';
import type { Timer } from '../simulator/keeper';
import type { Clock, Observer } from '../simulator/ports';
import { chargerGroup, type FeedChannel, fleetGroup } from './feed';

export interface FeedPublisher extends Observer {
  /** Sends what has been collected; resolves when it is on its way. Never throws. */
  settled(): Promise<void>;
  /** Nothing is told any more. */
  stop(): void;
}

export interface PublisherPorts {
  channel: FeedChannel;
  clock: Clock;
  timer: Timer;
  /** How a frame looks to readers of the API. */
  showFrame(frame: LoggedFrame): object;
  /** Nobody else tells of these chargers: then what is told need not be told again. */
  alone: boolean;
  warn(entry: Record<string, unknown>): void;
}

/** A charger that somebody watches is told of this long after something happened. */
const detailsAfterMs = 200;
/** The fleet is told of changes this often, at most. */
const fleetAfterMs = 1_000;
/** Frames of one charger in one message, at most: the newest are told, the others counted. None is larger than the log takes. */
const framesAtMost = 50;
/** And so many characters of them: Azure Web PubSub takes messages of 1 MB at most. */
const frameTextAtMost = 400_000;
const notesAtMost = 20;
/** Chargers in one message to the fleet, at most, and characters of what is told of them: the others come with the next one. */
const chargersAtMost = 500;
const fleetTextAtMost = 400_000;
/** The same of those that are gone; their ids are short. */
const removedAtMost = 2_000;

interface Details {
  charger: Charger;
  frames: LoggedFrame[];
  skippedFrames: number;
  notes: { at: number; level: 'info' | 'warn'; text: string }[];
}

/** Calls once, a while after it was first asked to, however often it is asked meanwhile. */
function createAlarm({ clock, timer }: PublisherPorts, afterMs: number, onDue: () => void) {
  let handle: unknown;
  return {
    set(): void {
      handle ??= timer.set(clock() + afterMs, () => {
        handle = undefined;
        onDue();
      });
    },
    clear(): void {
      if (handle !== undefined) timer.clear(handle);
      handle = undefined;
    },
  };
}

function newestThatFit(frames: object[]): object[] {
  let room = frameTextAtMost;
  const first = frames.findLastIndex((frame) => {
    room -= JSON.stringify(frame).length;
    return room < 0;
  });
  return frames.slice(first + 1);
}

export function createFeedPublisher(ports: PublisherPorts): FeedPublisher {
  const { alone, channel, clock, showFrame, warn } = ports;
  const watched = new Map<string, Details>();
  const changed = new Map<string, Charger>();
  const removed = new Set<string>();
  /** What the fleet was told last of each charger, by us. */
  const told = new Map<string, string>();
  const sending = new Set<Promise<void>>();
  let stopped = false;

  const detailsAlarm = createAlarm(ports, detailsAfterMs, () => tellDetails());
  const fleetAlarm = createAlarm(ports, fleetAfterMs, () => tellFleet());

  function send(group: string, message: object): void {
    const sent: Promise<void> = channel
      .send(group, message)
      .catch((error: unknown) => warn({ message: 'live feed not told', group, error: String(error) }))
      .finally(() => sending.delete(sent));
    sending.add(sent);
  }

  function detailsOf(charger: Charger): Details | undefined {
    const known = watched.get(charger.id);
    if (known) {
      known.charger = charger;
      return known;
    }
    if (!channel.hasListeners(chargerGroup(charger.id))) return undefined;
    const details: Details = { charger, frames: [], skippedFrames: 0, notes: [] };
    watched.set(charger.id, details);
    detailsAlarm.set();
    return details;
  }

  function tellDetails(): void {
    detailsAlarm.clear();
    const now = clock();
    for (const [chargerId, { charger, frames, skippedFrames, notes }] of watched) {
      const shown = newestThatFit(frames.map(showFrame));
      const skipped = skippedFrames + frames.length - shown.length;
      send(chargerGroup(chargerId), {
        kind: 'charger',
        at: new Date(now).toISOString(),
        chargerId,
        charger: viewCharger(charger, now),
        frames: shown,
        ...(skipped > 0 ? { skippedFrames: skipped } : {}),
        notes: notes.map((note) => ({ ...note, at: new Date(note.at).toISOString() })),
      });
    }
    watched.clear();
  }

  /** The next chargers of which the fleet does not know how they are now. */
  function nextChanges(): ChargerSummary[] {
    const news: ChargerSummary[] = [];
    let room = fleetTextAtMost;
    for (const [chargerId, charger] of changed) {
      if (news.length >= chargersAtMost || room <= 0) break;
      changed.delete(chargerId);
      const summary = summarize(charger);
      const text = JSON.stringify(summary);
      if (!isNews(chargerId, text)) continue;
      news.push(summary);
      room -= text.length;
    }
    return news;
  }

  function isNews(chargerId: string, text: string): boolean {
    if (!alone) return true;
    if (told.get(chargerId) === text) return false;
    told.set(chargerId, text);
    return true;
  }

  /** The next of those that are gone. */
  function nextRemoved(): string[] {
    const gone: string[] = [];
    for (const chargerId of removed) {
      if (gone.length >= removedAtMost) break;
      removed.delete(chargerId);
      gone.push(chargerId);
    }
    return gone;
  }

  function tellFleet(): void {
    fleetAlarm.clear();
    if (!channel.hasListeners(fleetGroup)) {
      forgetFleet();
      return;
    }
    const chargers = nextChanges();
    const gone = nextRemoved();
    if (changed.size > 0 || removed.size > 0) fleetAlarm.set();
    if (chargers.length === 0 && gone.length === 0) return;
    send(fleetGroup, {
      kind: 'fleet',
      at: new Date(clock()).toISOString(),
      chargers,
      removed: gone,
      ...(changed.size > 0 ? { waiting: changed.size } : {}),
    });
  }

  function forgetFleet(): void {
    told.clear();
    changed.clear();
    removed.clear();
  }

  return {
    frame(charger, frame) {
      if (stopped || !channel.isOpen()) return;
      const details = detailsOf(charger);
      if (!details) return;
      details.frames.push(frame);
      if (details.frames.length <= framesAtMost) return;
      details.frames.shift();
      details.skippedFrames += 1;
    },
    note(charger, level, text) {
      if (stopped || !channel.isOpen()) return;
      const details = detailsOf(charger);
      if (details && details.notes.length < notesAtMost) details.notes.push({ at: clock(), level, text });
    },
    changed(charger) {
      if (stopped || !channel.isOpen()) return;
      detailsOf(charger);
      if (!channel.hasListeners(fleetGroup)) return;
      removed.delete(charger.id);
      changed.set(charger.id, charger);
      fleetAlarm.set();
    },
    removed(chargerId) {
      if (stopped || !channel.isOpen()) return;
      watched.delete(chargerId);
      changed.delete(chargerId);
      told.delete(chargerId);
      if (channel.hasListeners(chargerGroup(chargerId))) {
        send(chargerGroup(chargerId), { kind: 'removed', at: new Date(clock()).toISOString(), chargerId });
      }
      if (!channel.hasListeners(fleetGroup)) return;
      removed.add(chargerId);
      fleetAlarm.set();
    },
    async settled() {
      tellDetails();
      tellFleet();
      await Promise.all(sending);
    },
    stop() {
      stopped = true;
      detailsAlarm.clear();
      fleetAlarm.clear();
    },
  };
}
