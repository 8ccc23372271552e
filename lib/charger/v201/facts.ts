// OCPP 2.0.1 frames as facts: boots, transactions, meter registers. Frames may be whatever testers and a broken CSMS make them.
import type { LoggedFrame } from '../effect';
import type { Fact, FactReader } from '../facts';
import { energyRegister } from '../measurands';

type Payload = Record<string, unknown>;

interface Sample {
  value?: unknown;
  measurand?: string;
  phase?: string;
  unitOfMeasure?: { unit?: string; multiplier?: number };
}

const readers: Record<string, (payload: Payload, frame: LoggedFrame) => Fact | undefined> = {
  'received result BootNotification': ({ status }) => (status === 'Accepted' ? { kind: 'booted' } : undefined),
  'sent call TransactionEvent': eventFact,
  /** Whether it began or ended something is known by its key. */
  'received result TransactionEvent': (_, { messageId: key }) => ({ kind: 'answered', key }),
};

function eventFact(
  { eventType, transactionInfo, meterValue }: Payload,
  { messageId: key }: LoggedFrame,
): Fact | undefined {
  const transactionId = (transactionInfo as { transactionId?: unknown } | undefined)?.transactionId;
  if (typeof transactionId !== 'string') return undefined;
  const meterWh = register(meterValue);
  if (eventType === 'Started')
    return { kind: 'starting', key, session: transactionId, transactionId, meterWh: meterWh ?? 0 };
  if (eventType === 'Ended') return { kind: 'ending', key, transactionId, meterWh: meterWh ?? 0 };
  return meterWh === undefined ? undefined : { kind: 'metered', transactionId, meterWh };
}

export const readFactV201: FactReader = (frame) => {
  const read = readers[`${frame.direction} ${frame.type} ${frame.action}`];
  const { payload } = frame;
  return read && typeof payload === 'object' && payload !== null ? read(payload as Payload, frame) : undefined;
};

/** The newest reading of the energy register, Wh. Left out, the measurand is that register, and its unit Wh (SampledValueType). */
function register(meterValue: unknown): number | undefined {
  if (!Array.isArray(meterValue)) return undefined;
  const samples = meterValue.flatMap((one: { sampledValue?: Sample[] }) => one.sampledValue ?? []);
  const own = samples.findLast(
    ({ measurand = energyRegister, phase }) => measurand === energyRegister && phase === undefined,
  );
  if (typeof own?.value !== 'number') return undefined;
  const { unit = 'Wh', multiplier = 0 } = own.unitOfMeasure ?? {};
  return own.value * 10 ** multiplier * (unit === 'kWh' ? 1000 : 1);
}
