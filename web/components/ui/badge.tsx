'use client';
// A state in a word and a colour; the word alone says it all.
const tones: Record<string, string> = {
  connected: 'good',
  Available: 'good',
  Accepted: 'good',
  Charging: 'busy',
  Preparing: 'busy',
  Finishing: 'busy',
  Occupied: 'busy',
  connecting: 'busy',
  running: 'busy',
  live: 'good',
  SuspendedEV: 'warn',
  SuspendedEVSE: 'warn',
  Reserved: 'warn',
  Pending: 'warn',
  offline: 'warn',
  Faulted: 'bad',
  Rejected: 'bad',
};

/** `tone`: where the word alone does not tell it. */
export function Badge({ word, tone }: { word: string; tone?: string }) {
  return <span className={`badge ${tone ?? tones[word] ?? ''}`}>{word}</span>;
}
