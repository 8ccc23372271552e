// How a sample of 2.0.1 looks: one MeterValue of the measurands that are wanted (J01, J02; part 2, MeterValueType).
import { told } from '../../bent-meter';
import { timestamp } from '../../clock';
import type { Context } from '../../context';
import { read } from '../../hardware/evse';
import { energyInterval, energyRegister, measurandNames, type Sample, samplesOf, wholeWh } from '../../measurands';
import type { MeterValue } from '../e-transactions/state';
import { type Bay, bays } from '../places';

export type ReadingContext = NonNullable<MeterValue['sampledValue'][number]['context']>;
type SampledValue = MeterValue['sampledValue'][number];
type Measurand = NonNullable<SampledValue['measurand']>;

/** MeasurandEnumType has no temperature. */
const measurands: ReadonlySet<string> = new Set(measurandNames.filter((name) => name !== 'Temperature'));

/** Is this a measurand that the charger samples; or one phase of it, as `Voltage.L1`? */
export function isMeasurand(name: string): boolean {
  return measurands.has(name) || /^(Voltage|Current\.Import)\.L[123]$/.test(name);
}

/** Units as part 2, appendix 2 spells them. */
const units: Record<string, string> = { Hertz: 'Hz' };

/**
 * One MeterValue of an EVSE, or none when none of the measurands has a value here. `list`: the variable whose samples these are; each has
 * intervals of its own.
 */
export function sampled(context: Context, bay: Bay, names: string[], why: ReadingContext, list?: string): MeterValue[] {
  const reading = read(bay.evse, bay.evseSpec, context.now);
  const intervalWh = takeInterval(bay, wholeWh(reading.energyWh), names, list);
  const sampling = { reading, spec: bay.evseSpec, intervalWh };
  const sampledValue = [...new Set(names)]
    .filter((name) => measurands.has(name))
    .flatMap((measurand) =>
      samplesOf(measurand, sampling).map((sample) => sampledValueOf(context, bay.evseId, measurand, sample, why)),
    );
  return sampledValue.length === 0 ? [] : [{ timestamp: timestamp(context), sampledValue }];
}

function sampledValueOf(
  context: Context,
  evseId: number,
  measurand: string,
  sample: Sample,
  why: ReadingContext,
): SampledValue {
  const { unit, phase, location } = sample;
  return {
    value: bent(context, evseId, measurand, sample),
    context: why,
    measurand: measurand as Measurand,
    ...(phase === undefined ? {} : { phase: phase as NonNullable<SampledValue['phase']> }),
    ...(location === undefined ? {} : { location: location as NonNullable<SampledValue['location']> }),
    ...(unit === undefined ? {} : { unitOfMeasure: { unit: units[unit] ?? unit } }),
  };
}

/** As the meter tells it, which a tester may have made a wrong one: by EVSE. */
function bent({ charger, now }: Context, evseId: number, measurand: string, { value, unit, phase }: Sample): number {
  if (!charger.behaviour?.meter) return value;
  const [line] = phase?.split('-') ?? [];
  return Number(
    told(charger, { connectorId: evseId, measurand, phase: line }, value, now).toFixed(unit === 'Wh' ? 0 : 3),
  );
}

function takeInterval({ state }: Bay, register: number, names: string[], list: string | undefined): number {
  const { transaction } = state;
  if (!transaction || !names.includes(energyInterval)) return 0;
  const from = transaction.intervalFromWh?.[list ?? ''] ?? transaction.meterStartWh;
  if (list !== undefined) transaction.intervalFromWh = { ...transaction.intervalFromWh, [list]: register };
  return register - from;
}

/** EVSE 0: the main meter, which sees the sum of the registers (J01.FR.14). */
export function mainMeter(context: Context, why: ReadingContext): MeterValue {
  const energyWh = bays(context.charger).reduce(
    (sum, { evse, evseSpec }) => sum + read(evse, evseSpec, context.now).energyWh,
    0,
  );
  const sample = { value: wholeWh(energyWh), digits: 0, unit: 'Wh', location: 'Inlet' };
  return { timestamp: timestamp(context), sampledValue: [sampledValueOf(context, 0, energyRegister, sample, why)] };
}
