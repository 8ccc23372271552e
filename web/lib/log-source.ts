// What the logs of some chargers have said: read backwards, a page of each at a time, and told from now on by the feed.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Frame } from './api-types';
import { call } from './client';
import { type FeedState, listen } from './feed';
import { keyOf, type LogFrame } from './log';

const pageSize = 200;
const liveAtMost = 5_000;

interface Past {
  frames: readonly LogFrame[];
  /** By charger: where its older frames go on. Not there: all has been read. */
  rest: Readonly<Record<string, string>>;
}

const unread: Past = { frames: [], rest: {} };

/** The past of these chargers within a time, as far as it has been read. `run` tells of its progress. */
export function usePast(
  ids: readonly string[],
  { since, until }: { since: string; until: string },
  run: (words: string, act: () => Promise<unknown>) => Promise<boolean>,
) {
  const [past, setPast] = useState(unread);
  /** Answers to questions of before come too late. */
  const asked = useRef(0);
  const key = JSON.stringify([ids, since, until]);
  const read = useCallback(
    (after: Past) => {
      const mine = ++asked.current;
      const [chargers, from, to] = JSON.parse(key) as [string[], string, string];
      const wanted = after === unread ? chargers : chargers.filter((id) => after.rest[id]);
      void run('Reading the log …', async () => {
        const pages = await Promise.all(
          wanted.map((chargerId) =>
            call('listMessages', {
              ...{ chargerId, limit: pageSize },
              ...(from ? { from } : {}),
              ...(to ? { to } : {}),
              ...(after.rest[chargerId] ? { continuation: after.rest[chargerId] } : {}),
            }),
          ),
        );
        if (mine !== asked.current) return;
        const frames = pages.flatMap(({ messages }, index) => named(wanted[index] ?? '', messages));
        const rest = pages.flatMap(({ continuation }, index) => (continuation ? [[wanted[index], continuation]] : []));
        setPast({ frames: [...after.frames, ...frames], rest: Object.fromEntries(rest) });
      });
    },
    [key, run],
  );
  useEffect(() => read(unread), [read]);
  /** What has come since: the newest frames of each, before those that are known. */
  const news = useCallback(() => {
    const mine = asked.current;
    const [chargers, from, to] = JSON.parse(key) as [string[], string, string];
    const limits = { limit: pageSize, ...(from ? { from } : {}), ...(to ? { to } : {}) };
    void Promise.all(chargers.map((chargerId) => call('listMessages', { chargerId, ...limits }))).then(
      (pages) => {
        if (mine !== asked.current) return;
        const newer = pages.flatMap(({ messages }, index) => named(chargers[index] ?? '', messages));
        setPast((past) => {
          const known = new Set(past.frames.map(keyOf));
          return { ...past, frames: [...newer.filter((frame) => !known.has(keyOf(frame))), ...past.frames] };
        });
      },
      // It is tried again soon, and what is wrong with the host is told elsewhere in the page.
      () => undefined,
    );
  }, [key]);
  const isMore = Object.keys(past.rest).length > 0;
  return {
    ...past,
    isMore,
    completeSince: completeSince(past),
    more: () => read(past),
    again: () => read(unread),
    news,
  };
}

const named = (chargerId: string, frames: readonly Frame[]): LogFrame[] =>
  frames.map((frame) => ({ chargerId, frame }));

/** Before this, frames of one charger may be there and those of another not read yet. */
function completeSince({ frames, rest }: Past): string {
  const oldest = Object.keys(rest).map((id) => frames.findLast(({ chargerId }) => chargerId === id)?.frame.at ?? '');
  return oldest.sort().at(-1) ?? '';
}

const pollMs = 5_000;

/** Reads what the feed has not told: after a break of it, where it has left frames out, and now and then where there is none. */
export function useCatchUp({ feed, gaps }: Pick<Live, 'feed' | 'gaps'>, news: () => void): void {
  const wasLive = useRef(false);
  useEffect(() => {
    if (feed === 'live' && wasLive.current) news();
    if (feed === 'live') wasLive.current = true;
    if (feed !== 'none') return;
    const timer = setInterval(news, pollMs);
    return () => clearInterval(timer);
  }, [feed, news]);
  useEffect(() => {
    if (gaps > 0) news();
  }, [gaps, news]);
}

/** What is told while the page is open. */
export interface Live {
  /** Oldest first. */
  frames: readonly LogFrame[];
  feed: FeedState;
  /** How often the feed has left frames out: the log has them. */
  gaps: number;
}

/** What these chargers say while the page is open. */
export function useLive(ids: readonly string[]): Live {
  const [frames, setFrames] = useState<readonly LogFrame[]>([]);
  const [feed, setFeed] = useState<FeedState>('waiting');
  const [gaps, setGaps] = useState(0);
  const key = JSON.stringify(ids);
  const groups = useMemo(() => (JSON.parse(key) as string[]).map((id) => `charger.${id}`), [key]);
  useEffect(() => {
    setFrames([]);
    if (groups.length === 0) return;
    return listen(groups, {
      onJoined: () => undefined,
      onState: setFeed,
      onMessage(data) {
        const {
          chargerId,
          frames: told = [],
          skippedFrames = 0,
        } = data as { chargerId: string; frames?: Frame[]; skippedFrames?: number };
        if (skippedFrames > 0) setGaps((known) => known + 1);
        if (told.length > 0) setFrames((known) => [...known, ...named(chargerId, told)].slice(-liveAtMost));
      },
    });
  }, [groups]);
  return { frames, feed, gaps };
}
