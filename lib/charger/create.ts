// Makes a charger document from what a caller asks for. Whether the asking is well-formed is the API's matter;
// whether the model exists and the configuration fits is checked here.
import type { Charger, ConnectionMode, CsmsSettings, Protocol } from './charger';
import { dialectOf } from './dialects';
import type { EvSettings } from './hardware/ev';
import { createEvse } from './hardware/evse';
import { type BootInfo, defaultModel, type EvseSpec, models } from './hardware/models';
import { seedOf } from './random';

/** 2.x: one variable to preset. */
export interface VariableSetting {
  component: { name: string; instance?: string; evse?: { id: number; connectorId?: number } };
  variable: { name: string; instance?: string };
  attributeType?: string;
  value: string;
}

/** A charger to be made. Only `id`, `protocol` and `csms` must be there; the rest comes from the model. */
export interface NewCharger {
  id: string;
  identity?: string;
  protocol: Protocol;
  csms: CsmsSettings;
  model?: string;
  boot?: Partial<BootInfo>;
  evses?: EvseSpec[];
  connection?: ConnectionMode;
  power?: 'on' | 'off';
  tags?: string[];
  seed?: number;
  /** 1.6: keys and values; read-only keys may be preset. */
  configuration?: Record<string, string> | VariableSetting[];
  /** The EV that plugs in when a plug-in names none. */
  ev?: EvSettings;
  /** A persistent charger that waits to be told to connect. */
  stayDown?: boolean;
}

/** Thrown when the model or the configuration does not fit; says where and what would be right. */
export class InvalidChargerError extends Error {
  override name = 'InvalidChargerError';
  constructor(readonly errors: { path: string; message: string }[]) {
    super(errors.map((e) => `${e.path}: ${e.message}`).join('; '));
  }
}

/** A new charger, powered as asked, not yet connected. @throws InvalidChargerError */
export function buildCharger(spec: NewCharger, now: number): Charger {
  const model = models[spec.model ?? defaultModel];
  if (!model) {
    const known = Object.keys(models).join(', ');
    throw new InvalidChargerError([{ path: 'model', message: `no such model; there are: ${known}` }]);
  }
  const seed = spec.seed ?? seedOf(spec.id);
  const charger: Charger = {
    schema: 1,
    id: spec.id,
    identity: spec.identity ?? spec.id,
    protocol: spec.protocol,
    revision: 1,
    createdAt: now,
    csms: spec.csms,
    model: model.name,
    ...(spec.boot ? { boot: spec.boot } : {}),
    ...(spec.evses ? { evseSpecs: spec.evses } : {}),
    tags: spec.tags ?? [],
    connection: spec.connection ?? 'onDemand',
    power: spec.power ?? 'on',
    network: 'online',
    seed,
    random: seed | 0,
    link: { state: 'down', nonce: '', lastCall: 0, failures: 0, ...(spec.stayDown ? { stayDown: true } : {}) },
    timers: {},
    calls: { queue: [] },
    commands: {},
    faults: [],
    lastId: 0,
    evses: (spec.evses ?? model.evses).map((evse) => createEvse(evse, now)),
    ...(spec.ev ? { ev: spec.ev } : {}),
  };
  const errors = [...checkEvses(spec), ...dialectOf(charger).setUp(charger, spec)];
  if (errors.length > 0) throw new InvalidChargerError(errors);
  return charger;
}

function checkEvses(spec: NewCharger): { path: string; message: string }[] {
  const errors: { path: string; message: string }[] = [];
  spec.evses?.forEach((evse, index) => {
    if (evse.id !== index + 1) {
      errors.push({ path: `evses.${index}.id`, message: `EVSEs are numbered 1, 2, … in order: ${index + 1} here` });
    }
    evse.connectors.forEach((connector, at) => {
      if (connector.id === at + 1) return;
      const path = `evses.${index}.connectors.${at}.id`;
      errors.push({ path, message: `connectors of an EVSE are numbered 1, 2, … in order: ${at + 1} here` });
    });
  });
  return errors;
}
