// The frames that one of our chargers sends in each phase, recorded from the pure core on a virtual clock: what the bare loop
// sends. The sizes of the charger document on the way come with them.

import type { Charger } from '../lib/charger/charger';
import type { Command } from '../lib/charger/command';
import { buildCharger, type NewCharger } from '../lib/charger/create';
import type { Effect } from '../lib/charger/effect';
import type { Input } from '../lib/charger/input';
import { step } from '../lib/charger/step';
import { listTransactions } from '../lib/charger/view';
import { answerTo } from './answers';

export type PhaseName = 'boot' | 'start' | 'meter' | 'stop';

export interface Recording {
  frames: Record<PhaseName, string[]>;
  /** Bytes of the charger document as JSON. */
  documentBytes: { idle: number; booted: number; inTransaction: number };
}

/** How long meter values are measured, and how many frames of them are recorded. */
export const meterSeconds = 10;

/** A charger of the benchmark. It samples only once it is told to, so that phases do not overlap. */
export function benchCharger(number: number, csmsUrl: string): NewCharger {
  return {
    id: `BENCH-${String(number).padStart(5, '0')}`,
    protocol: 'ocpp1.6',
    csms: { url: csmsUrl },
    connection: 'persistent',
    configuration: { MeterValueSampleInterval: '0' },
  };
}

export const startCommand: Command = { kind: 'startTransaction', address: { connectorId: 1 }, idToken: 'TAG-00000001' };

/** Samples every second, or not at all. */
export function samplingCommand(on: boolean): Command {
  return { kind: 'setConfiguration', entries: [{ key: 'MeterValueSampleInterval', value: on ? '1' : '0' }] };
}

/** Ends the transaction that runs and takes the cable out. */
export function stopCommand(charger: Charger, now: number): Command {
  const transactionId = listTransactions(charger, now).at(-1)?.id ?? '';
  return { kind: 'stopTransaction', transactionId, unplug: true };
}

/** Runs one charger through all phases. */
export function record(): Recording {
  const pair = createRecorder();
  const idle = pair.bytes();
  const boot = pair.during(() => pair.feed({ kind: 'wake' }));
  const booted = pair.bytes();
  const start = pair.during(() => pair.command(startCommand));
  pair.command(samplingCommand(true));
  const meter = pair.during(() => pair.pass(meterSeconds));
  const inTransaction = pair.bytes();
  pair.command(samplingCommand(false));
  const stop = pair.during(() => pair.command(stopCommand(pair.charger, pair.now())));
  return { frames: { boot, start, meter, stop }, documentBytes: { idle, booted, inTransaction } };
}

function createRecorder() {
  let now = Date.UTC(2026, 0, 5, 8);
  const charger = buildCharger(benchCharger(1, 'ws://127.0.0.1:40000'), now);
  const inbox: Input[] = [];
  let sent: string[] = [];
  let commands = 0;

  function perform(effect: Effect): void {
    if (effect.kind === 'openLink') inbox.push({ kind: 'linkUp', nonce: 'nonce000' });
    if (effect.kind !== 'send') return;
    sent.push(effect.text);
    inbox.push({ kind: 'frame', text: answerTo(effect.text) });
  }

  function feed(first: Input): void {
    inbox.push(first);
    for (let input = inbox.shift(); input; input = inbox.shift()) step(charger, input, now).forEach(perform);
  }

  return {
    charger,
    now: () => now,
    feed,
    command: (command: Command) => feed({ kind: 'command', id: `C${++commands}`, command, timeoutMs: 30_000 }),
    pass(seconds: number) {
      for (let second = 0; second < seconds; second++) {
        now += 1_000;
        feed({ kind: 'wake' });
      }
    },
    during(act: () => void): string[] {
      sent = [];
      act();
      return sent;
    },
    bytes: () => Buffer.byteLength(JSON.stringify(charger)),
  };
}
