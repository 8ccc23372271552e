// Whatever happens while the conductor makes up its mind is not missed.
import { conduct } from '../../lib/fleet/conduct';
import type { Act, ActOutcome, Pilot } from '../../lib/fleet/pilot';
import { StoreUnavailableError } from '../../lib/simulator/ports';

/** Two acts; it is over when both have ended. */
function pilotOfTwo(): Pilot {
  let begun = 0;
  let open = 0;
  return {
    state: () => ({}),
    next() {
      if (begun === 2) return open === 0 ? 'over' : { wait: Number.POSITIVE_INFINITY };
      open += 1;
      return { act: { charger: begun++, command: { kind: 'connect' }, timeoutMs: 1 } };
    },
    ended() {
      open -= 1;
    },
  };
}

async function microtasks(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await undefined;
}

const places = Array.from({ length: 144 }, (_, at) => [Math.floor(at / 12), at % 12] as const);

/** What becomes of two acts that end so many turns after they began, in one turn of the event loop. */
async function endOf(turns: readonly number[]): Promise<unknown> {
  const conducting = conduct(
    pilotOfTwo(),
    {
      chargers: ['0', '1'],
      clock: () => 0,
      timer: { set: () => 0, clear: () => {} },
      onEnded: () => {},
      simulator: {
        async submit(id) {
          await microtasks(turns[Number(id)] ?? 0);
          return { outcome: { ok: true, result: {} }, exchange: [] };
        },
      },
    },
    { signal: new AbortController().signal },
  );
  const late = new Promise((resolve) => setImmediate(() => resolve('never')));
  return Promise.race([conducting.done, late]);
}

it('hears of acts whenever they end', async () => {
  const missed = [];
  for (const turns of places) if ((await endOf(turns)) !== 'over') missed.push(turns);
  expect(missed).toEqual([]);
});

it('tells what failed in this host apart from what the CSMS or the charger did', async () => {
  const failures: Error[] = [new StoreUnavailableError('the disk is full'), new TypeError('a defect')];
  const kinds: string[] = [];
  const stage = {
    chargers: ['0', '1'],
    clock: () => 0,
    timer: { set: () => 0, clear: () => {} },
    onEnded: (_: Act, outcome: ActOutcome) => void kinds.push(outcome.ok ? 'ok' : outcome.refusal.kind),
    simulator: { submit: (id: string) => Promise.reject(failures[Number(id)]) },
  };
  await conduct(pilotOfTwo(), stage, { signal: new AbortController().signal }).done;
  expect(kinds.sort()).toEqual(['storeUnavailable', 'unexpected']);
});
