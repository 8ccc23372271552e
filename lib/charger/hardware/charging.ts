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

/** Looks at one piece; true: that is enough. */
type Visit = (piece: Piece) => boolean;

/**
 * Shows the drawn power from the present state of charge up to the full battery, piece by piece, until `visit` has seen enough; nothing when
 * nothing is drawn.
 */
function followPower(evse: Evse, spec: EvseSpec, visit: Visit): void {
  const ev = evse.ev;
  if (!wants(ev) || evse.contactor === 'open') return;
  const lines = ceilings(evse, spec, ev);
  if (lines.some((line) => line(ev.soc) <= 0)) return;
  // Each phase has its own part of the on-board charger: on fewer phases the EV takes less.
  const fullW = ev.maxPowerW * (isDc(spec) ? 1 : phasesInUse(evse, spec) / ev.phases);
  followWish(ev, fullW, (wish) => below(wish, lines, 0, visit));
}

/** What the EV asks for from where it stands. Of two points at one state of charge the first ends a piece, the second starts one. */
function followWish(ev: Ev, fullW: number, visit: Visit): void {
  const { chargingCurve: curve, soc } = ev;
  let fromSoc = 0;
  let fromW = watts(curve[0]?.[1] ?? 1, fullW);
  for (let point = 0; point <= curve.length; point++) {
    const end = curve[point];
    const toSoc = end?.[0] ?? 100;
    const toW = watts(end?.[1] ?? curve.at(-1)?.[1] ?? 1, fullW);
    if (toSoc > Math.max(fromSoc, soc)) {
      const piece = { fromSoc, toSoc, fromW, toW };
      if (soc > fromSoc) {
        piece.fromW = at(piece, soc);
        piece.fromSoc = soc;
      }
      if (visit(piece)) return;
    }
    fromSoc = toSoc;
    fromW = toW;
  }
}

function watts(share: number, fullW: number): number {
  return Math.max(share, leastShare) * fullW;
}

/** The piece with straight ceilings over it, from the given one on: where one crosses it, two pieces. */
function below(piece: Piece, ceilings: ((soc: number) => number)[], index: number, visit: Visit): boolean {
  const ceiling = ceilings[index];
  if (!ceiling) return visit(piece);
  const { fromSoc, toSoc, fromW, toW } = piece;
  const fromC = ceiling(fromSoc);
  const toC = ceiling(toSoc);
  if (fromW <= fromC && toW <= toC) return below(piece, ceilings, index + 1, visit);
  const ends = { fromSoc, toSoc, fromW: Math.min(fromW, fromC), toW: Math.min(toW, toC) };
  const [fromGap, toGap] = [fromC - fromW, toC - toW];
  const crossing = fromSoc + ((toSoc - fromSoc) * fromGap) / (fromGap - toGap);
  if (fromGap * toGap >= 0 || crossing <= fromSoc || crossing >= toSoc) return below(ends, ceilings, index + 1, visit);
  const crossingW = at(piece, crossing);
  const first = { ...ends, toSoc: crossing, toW: crossingW };
  const second = { ...ends, fromSoc: crossing, fromW: crossingW };
  return below(first, ceilings, index + 1, visit) || below(second, ceilings, index + 1, visit);
}

function at(piece: Piece, soc: number): number {
  const { fromSoc, toSoc, fromW, toW } = piece;
  if (soc >= toSoc) return toW;
  return fromW + ((toW - fromW) * (soc - fromSoc)) / (toSoc - fromSoc);
}

/** Power drawn now, W. */
export function drawnW(evse: Evse, spec: EvseSpec): number {
  let power = 0;
  followPower(evse, spec, (piece) => {
    power = piece.fromW;
    return true;
  });
  return power;
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
  followPower(evse, spec, (piece) => {
    const wholeMs = msFor(piece, capacityWh, whOf(piece, capacityWh));
    const inMs = Math.min(wholeMs, leftMs);
    const addedWh = leftMs < wholeMs ? whIn(piece, capacityWh, inMs) : whOf(piece, capacityWh);
    energyWh += addedWh;
    soc = leftMs < wholeMs ? Math.min(piece.toSoc, soc + (addedWh / capacityWh) * 100) : piece.toSoc;
    temperatureC = relax(temperatureC, inMs, risePerW2 * piece.fromW ** 2, 2 * growthPerMs(piece, capacityWh));
    leftMs -= inMs;
    return leftMs <= 0;
  });
  return { energyWh, soc, temperatureC: relax(temperatureC, leftMs, 0, 0) };
}

/** Milliseconds until `energyWh` more have been drawn, not rounded; undefined when the battery is full before, or nothing is drawn. */
export function msUntilEnergy(evse: Evse, spec: EvseSpec, energyWh: number): number | undefined {
  const capacityWh = evse.ev?.batteryCapacityWh ?? 0;
  let [leftWh, ms] = [energyWh, 0];
  let untilMs: number | undefined;
  followPower(evse, spec, (piece) => {
    const wholeWh = whOf(piece, capacityWh);
    // The last piece ends with the full battery, and the sum of the pieces may miss it by a rounding error.
    const slackWh = piece.toSoc === 100 ? roundingWh : 0;
    if (leftWh <= wholeWh + slackWh) {
      untilMs = ms + msFor(piece, capacityWh, Math.min(leftWh, wholeWh));
      return true;
    }
    leftWh -= wholeWh;
    ms += msFor(piece, capacityWh, wholeWh);
    return false;
  });
  return untilMs;
}
