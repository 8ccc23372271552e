// A course that is broken off and taken up from what it left as JSON: its report is that of one which nobody broke off.
import { type Course, type CourseSetup, createCourse } from '../../lib/fleet/course';
import { buildReport } from '../../lib/fleet/report';
import type { RunDocument } from '../../lib/fleet/run';
import { whole } from '../../lib/fleet/share';
import type { Phase } from '../../lib/fleet/spec';
import type { Simulator } from '../../lib/simulator/simulator';
import { createRig } from '../simulator/rig';

const ids = ['RUN-1', 'RUN-2', 'RUN-3', 'RUN-4'];
const phases: Phase[] = [
  { kind: 'connect', timeoutSeconds: 30, ramp: { perSecond: 1 } },
  {
    kind: 'sessions',
    seconds: 60,
    concurrency: 3,
    tokens: ['TAG-1'],
    durationSeconds: { from: 5, to: 20 },
    evs: [],
    meterValuesIntervalSeconds: 4,
    timeoutSeconds: 30,
  },
];

/** Goes through the phases; `slices`: for so long at a time, milliseconds, each time in a course of its own. */
async function reportOf(sliceMs: number) {
  const rig = createRig();
  const { clock, timer } = rig.time;
  let course: Course | undefined;
  const observer = {
    frame: (charger: { id: string }, frame: Parameters<Course['frame']>[1]) => course?.frame(charger.id, frame),
    note() {},
    changed: ({ id, link }: { id: string; link: { state: string } }) => course?.changed(id, link.state),
  };
  const simulator: Simulator = rig.process({ observer, soleOwner: true });
  await simulator.createMany(ids.map((id) => ({ ...rig.spec(id), connection: 'persistent', stayDown: true })));
  const chargers = new Map(ids.map((id) => [id, { protocol: 'ocpp1.6' as const, link: 'down' }]));
  const setup = { simulator, clock, timer, spec: { seed: 7, phases }, chargers, total: 4, share: whole };
  const beganAt = clock();
  let from: CourseSetup['from'];
  let slices = 0;
  let over = false;

  async function carryOn(): Promise<void> {
    for (let number = 0; number < phases.length; ) {
      slices += 1;
      course = createCourse({ ...setup, from });
      const { signal } = new AbortController();
      const end = await course.perform(number, { until: clock() + sliceMs, signal }, clock());
      const left = JSON.parse(JSON.stringify({ state: course.state(), result: course.result() }));
      course.end();
      // The sockets stay where they are.
      from = { ...left, handedOver: true };
      if (end === 'over') number += 1;
    }
    over = true;
  }
  const done = carryOn();
  while (!over) await rig.time.advance(500);
  await done;
  const spec = { seed: 7, phases };
  const run: RunDocument = { id: 'R-1', spec, state: 'finished', chargers: 4, parts: 1, createdAt: beganAt };
  if (!from) throw new Error('nothing was left');
  return { slices, report: buildReport(run, [from.result]) };
}

it('counts the same in slices of seven seconds as in one piece', async () => {
  const [one, many] = [await reportOf(3_600_000), await reportOf(7_000)];
  expect([one.slices, many.slices]).toEqual([2, expect.any(Number)]);
  expect(many.slices).toBeGreaterThan(8);
  const { series: _, ...expected } = one.report;
  const { series: __, ...found } = many.report;
  expect(expected.transactions.started).toBeGreaterThan(8);
  expect(found).toEqual(expected);
});

it('begins nothing once its time is over, and gives up in the end what a CSMS leaves open', async () => {
  const rig = createRig();
  const { clock, timer } = rig.time;
  rig.csms.accepts = false;
  const simulator = rig.process({ soleOwner: true });
  await simulator.createMany(ids.map((id) => ({ ...rig.spec(id), connection: 'persistent', stayDown: true })));
  const chargers = new Map(ids.map((id) => [id, { protocol: 'ocpp1.6' as const, link: 'down' }]));
  const spec = { seed: 7, phases: phases.map((phase) => ({ ...phase, timeoutSeconds: 600 })) as Phase[] };
  const course = createCourse({ simulator, clock, timer, spec, chargers, total: 4, share: whole });
  const beganAt = clock();
  const limits = { until: beganAt + 2_500, cutAt: beganAt + 10_000, signal: new AbortController().signal };
  let end = '';
  void course.perform(0, limits, beganAt).then((how) => {
    end = how;
  });
  await rig.time.advance(9_000);
  expect(end).toBe('');
  await rig.time.advance(2_000);
  expect(end).toBe('paused');
  // Three were due in the time; the fourth is the next one's.
  expect(course.state().pilot).toMatchObject({ asked: 3 });
  course.end();
});
