'use client';
// What the command palette lists for the words typed: pages, things to begin, commands, chargers and what can be done with them.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ChargerView } from '../../lib/api-types';
import { beyondId, byRank, chargerHref, type Deed, deedsOf, findChargers, isMeant } from '../../lib/charger-commands';
import { call } from '../../lib/client';
import { type Command, isFound, type Page, pages, tasks } from '../../lib/commands';
import { loadMessages } from '../../lib/messages';
import { useApiSettings } from '../../lib/settings';
import { perform } from '../../lib/toasts';

export interface Group {
  /** Its heading. */
  value: string;
  items: Command[];
}

interface Found {
  /** The charger whose page is open. */
  here: ChargerView | undefined;
  found: readonly ChargerView[];
  /** Messages that a charger can send, by version, as far as they were asked for. */
  actions: Readonly<Record<string, readonly string[]>>;
  searching: boolean;
}

/** Chargers for the words: those that an id begins with, and the one whose page is open. */
export function useFoundChargers(words: readonly string[], hereId: string): Found {
  const api = useApiSettings();
  const here = useQuery({
    queryKey: ['palette-here', api, hereId],
    queryFn: () => call('getCharger', { chargerId: hereId }),
    enabled: hereId !== '',
  });
  const typed = words.join(' ');
  const settled = useSettled(typed);
  const search = useQuery({
    queryKey: ['palette-found', api, settled],
    queryFn: () => findChargers(settled.split(' ').filter(Boolean)),
    placeholderData: keepPreviousData,
    staleTime: 2_000,
  });
  const found = search.data ?? [];
  const spoken = [...new Set([...found, ...(here.data ? [here.data] : [])].map(({ protocol }) => protocol))].sort();
  const messages = useQuery({
    queryKey: ['palette-actions', spoken],
    queryFn: () => actionsOf(spoken),
    enabled: words.length > 0 && spoken.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { here: here.data, found, actions: messages.data ?? {}, searching: search.isFetching || settled !== typed };
}

const typingPauseMs = 120;

/** The text once nobody has typed for a moment: the API is not asked for every letter. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), typingPauseMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

async function actionsOf(protocols: readonly string[]): Promise<Record<string, string[]>> {
  const all = await Promise.all(
    protocols.map(async (protocol): Promise<[string, string[]]> => {
      const messages = await loadMessages(protocol);
      const own = Object.entries(messages).filter(([, { from }]) => from !== 'csms');
      return [protocol, own.map(([action]) => action)];
    }),
  );
  return Object.fromEntries(all);
}

interface Asked extends Found {
  words: readonly string[];
  commands: readonly Command[];
  go: (href: string) => void;
}

const perCharger = 8;

/** In the order in which they are shown; empty ones are left out. */
export function groupsOf({ words, commands, here, found, actions, go }: Asked): Group[] {
  const others = found.filter(({ id }) => id !== here?.id);
  const groups: Group[] = [
    { value: here ? `This charger, ${here.id}` : '', items: here ? ofCharger(here, words, actions, go) : [] },
    { value: 'Chargers', items: others.flatMap((charger) => ofFound(charger, words, others.length, actions, go)) },
    ...inGroups([
      ...pages.map((page) => leading(page, 'Go to', go)),
      ...tasks.map((page) => leading(page, 'Begin', go)),
      ...commands,
    ]).map(({ value, items }) => ({ value, items: items.filter((command) => isFound(command, words)) })),
  ];
  return groups.filter(({ items }) => items.length > 0);
}

function leading({ title, href, words }: Page, group: string, go: (href: string) => void): Command {
  return { id: href, label: title, group, ...(words ? { words } : {}), run: () => go(href) };
}

function inGroups(commands: readonly Command[]): Group[] {
  const groups = new Map<string, Command[]>();
  for (const command of commands) groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  return [...groups].map(([value, items]) => ({ value, items }));
}

type Actions = Found['actions'];

/** All that it can do, or what the words ask for. */
function ofCharger(
  charger: ChargerView,
  words: readonly string[],
  actions: Actions,
  go: (href: string) => void,
): Command[] {
  const rest = beyondId(charger.id, words);
  const sends = (actions[charger.protocol] ?? []).map((action) => sending(charger.id, action));
  // Every message there is would be too much where nothing was asked for.
  const deeds = [...deedsOf(charger), ...(rest.length > 0 ? sends : [])];
  const meant = deeds.filter((deed) => isMeant(deed, rest));
  return byRank(meant, rest).map((deed) => doing(charger.id, deed, go));
}

/** One that was found: the way to its page; what it can do where that was asked for, or where it is the only one. */
function ofFound(
  charger: ChargerView,
  words: readonly string[],
  among: number,
  actions: Actions,
  go: (href: string) => void,
): Command[] {
  const named = words.length > beyondId(charger.id, words).length;
  if (words.length > 0 && !named) return [];
  const asked = beyondId(charger.id, words).length > 0;
  const exact = words.includes(charger.id.toLowerCase());
  const all = ofCharger(charger, words, actions, go);
  return asked || exact || (named && among === 1) ? all.slice(0, asked ? perCharger : undefined) : all.slice(0, 1);
}

function sending(id: string, action: string): Deed {
  return { label: `Send ${action}`, words: 'message', href: chargerHref(id, { tab: 'console', action }) };
}

function doing(id: string, { label, href, act, done, words = '' }: Deed, go: (href: string) => void): Command {
  const title = `${id}: ${label}`;
  const run = () => {
    if (href !== undefined) go(href);
    else if (act) void perform(title, `${id}: ${done}`, act);
  };
  return { id: `${id} ${label}`, label: title, group: id, words, run };
}
