// How an EV charges: power over state of charge as straight pieces, integrated in closed form (a straight line over the state of
// charge is an exponential over time). Losses are not modelled: what the meter counts is what the battery gets.
import { ceilings, phasesInUse } from './electrics';
import type { Ev } from './ev';
import type { Evse } from './evse';
import { type EvseSpec, isDc } from './models';
import { relax, risePerSquareWatt } from './thermal';

const msPerHour = 3_600_000;
/** A battery never asks for less of its maximum: a curve that ends at 0 would otherwise approach the full battery for ever. */
const leastShare = 0.02;

const roundingWh = 1e-6;

/** A stretch of state of charge over which a value is a straight line. */
interface Piece {
  fromSoc: number;
  toSoc: number;
  fromW: number;
  toW: number;
}

/** What changes while time goes by. */
export interface Progress {
  energyWh: number;
  soc: number;
  temperatureC: number;
}

/** Whether the EV would take energy if it were allowed to. */
export function wants(ev: Ev | undefined): ev is Ev {
  return ev !== undefined && !ev.suspended && ev.soc < 100 && ev.maxPowerW >= 1;
}

/** The drawn power from the present state of charge up to the full battery, piece by piece; none when nothing is drawn. */
export function* powerOverSoc(evse: Evse, spec: EvseSpec): Generator<Piece> {
  const ev = evse.ev;
  if (!wants(ev) || evse.contactor === 'open') return;
  const lines = ceilings(evse, spec, ev);
  if (lines.some((line) => line(ev.soc) <= 0)) return;
  // Each phase has its own part of the on-board charger: on fewer phases the EV takes less.
  const fullW = ev.maxPowerW * (isDc(spec) ? 1 : phasesInUse(evse, spec) / ev.phases);
  for (const wish of wishFrom(ev, fullW)) {
    yield* lines.reduce((found, line) => found.flatMap((piece) => below(piece, line)), [wish]);
  }
}

/** What the EV asks for from where it stands. Of two points at one state of charge the first ends a piece, the second starts one. */
function* wishFrom(ev: Ev, fullW: number): Generator<Piece> {
  const watts = (share: number) => Math.max(share, leastShare) * fullW;
  const curve = ev.chargingCurve;
  let [fromSoc, fromW] = [0, watts(curve[0]?.[1] ?? 1)];
  for (let point = 0; point <= curve.length; point++) {
    const [toSoc, share] = curve[point] ?? [100, curve.at(-1)?.[1] ?? 1];
    const toW = watts(share);
    const start = Math.max(fromSoc, ev.soc);
    if (toSoc > start) yield { fromSoc: start, toSoc, fromW: at({ fromSoc, toSoc, fromW, toW }, start), toW };
    [fromSoc, fromW] = [toSoc, toW];
  }
}

/** The piece with a straight ceiling over it: one piece, or two where they cross. */
function below(piece: Piece, ceiling: (soc: number) => number): Piece[] {
  const { fromSoc, toSoc, fromW, toW } = piece;
  const [fromC, toC] = [ceiling(fromSoc), ceiling(toSoc)];
  const [fromGap, toGap] = [fromC - fromW, toC - toW];
  const ends = { fromSoc, toSoc, fromW: Math.min(fromW, fromC), toW: Math.min(toW, toC) };
  if (fromGap * toGap >= 0) return [ends];
  const crossing = fromSoc + ((toSoc - fromSoc) * fromGap) / (fromGap - toGap);
  if (crossing <= fromSoc || crossing >= toSoc) return [ends];
  const crossingW = at(piece, crossing);
  return [
    { ...ends, toSoc: crossing, toW: crossingW },
    { ...ends, fromSoc: crossing, fromW: crossingW },
  ];
}

function at(piece: Piece, soc: number): number {
  const { fromSoc, toSoc, fromW, toW } = piece;
  if (soc >= toSoc) return toW;
  return fromW + ((toW - fromW) * (soc - fromSoc)) / (toSoc - fromSoc);
}

/** Power drawn now, W. */
export function drawnW(evse: Evse, spec: EvseSpec): number {
  for (const piece of powerOverSoc(evse, spec)) return piece.fromW;
  return 0;
}

/** How fast the power grows along the piece: P(t) = fromW · e^(growth·t). Negative on a taper. */
function growthPerMs(piece: Piece, capacityWh: number): number {
  const wattsPerWh = (piece.toW - piece.fromW) / whOf(piece, capacityWh);
  return wattsPerWh / msPerHour;
}

function whOf(piece: Piece, capacityWh: number): number {
  return ((piece.toSoc - piece.fromSoc) / 100) * capacityWh;
}

/** Time to put `energyWh` into the battery from the start of the piece. */
function msFor(piece: Piece, capacityWh: number, energyWh: number): number {
  const x = ((piece.toW - piece.fromW) / piece.fromW) * (energyWh / whOf(piece, capacityWh));
  return ((energyWh * msPerHour) / piece.fromW) * (x === 0 ? 1 : Math.log1p(x) / x);
}

/** Energy that goes into the battery in `ms` from the start of the piece. */
function whIn(piece: Piece, capacityWh: number, ms: number): number {
  const x = growthPerMs(piece, capacityWh) * ms;
  return ((piece.fromW * ms) / msPerHour) * (x === 0 ? 1 : Math.expm1(x) / x);
}

/** Register, state of charge and temperature `ms` from now if nothing else happens. */
export function progress(evse: Evse, spec: EvseSpec, from: Progress, ms: number): Progress {
  const capacityWh = evse.ev?.batteryCapacityWh ?? 0;
  const risePerW2 = risePerSquareWatt(spec.maxPowerW, isDc(spec) ? 1 : phasesInUse(evse, spec) / spec.phases);
  let { energyWh, soc, temperatureC } = from;
  let leftMs = ms;
  for (const piece of powerOverSoc(evse, spec)) {
    const wholeMs = msFor(piece, capacityWh, whOf(piece, capacityWh));
    const inMs = Math.min(wholeMs, leftMs);
    const addedWh = leftMs < wholeMs ? whIn(piece, capacityWh, inMs) : whOf(piece, capacityWh);
    energyWh += addedWh;
    soc = leftMs < wholeMs ? Math.min(piece.toSoc, soc + (addedWh / capacityWh) * 100) : piece.toSoc;
    temperatureC = relax(temperatureC, inMs, risePerW2 * piece.fromW ** 2, 2 * growthPerMs(piece, capacityWh));
    leftMs -= inMs;
    if (leftMs <= 0) break;
  }
  return { energyWh, soc, temperatureC: relax(temperatureC, leftMs, 0, 0) };
}

/** Milliseconds until `energyWh` more have been drawn, not rounded; undefined when the battery is full before, or nothing is drawn. */
export function msUntilEnergy(evse: Evse, spec: EvseSpec, energyWh: number): number | undefined {
  const capacityWh = evse.ev?.batteryCapacityWh ?? 0;
  let [leftWh, ms] = [energyWh, 0];
  for (const piece of powerOverSoc(evse, spec)) {
    const wholeWh = whOf(piece, capacityWh);
    // The last piece ends with the full battery, and the sum of the pieces may miss it by a rounding error.
    const slackWh = piece.toSoc === 100 ? roundingWh : 0;
    if (leftWh <= wholeWh + slackWh) return ms + msFor(piece, capacityWh, Math.min(leftWh, wholeWh));
    leftWh -= wholeWh;
    ms += msFor(piece, capacityWh, wholeWh);
  }
  return undefined;
}
