// The charger models that ship: data alone. What a model does is in `evse.ts`, what it says in the controllers.

/** Names of IEC 62196 connectors as OCPP 2.x spells them (ConnectorEnumType): `sType2`, `cCCS2`, `cG105` (CHAdeMO) … */
export type ConnectorType = string;

export interface ConnectorSpec {
  /** Number of the connector on its EVSE, from 1. */
  id: number;
  type: ConnectorType;
  /** A cable that hangs on the charger for good; otherwise a socket. */
  fixedCable: boolean;
  /** What the cable or socket is rated for: per phase on AC, in all on DC. Absent: what `maxPowerW` needs. */
  maxCurrentA?: number;
}

export interface EvseSpec {
  id: number;
  maxPowerW: number;
  /** Phases of the supply. On DC they say nothing about the output. */
  phases: 1 | 3;
  connectors: ConnectorSpec[];
}

/** What BootNotification tells. Lengths are within OCPP 1.6 (vendor and model 20, serial numbers 25, firmware 50). */
export interface BootInfo {
  vendor: string;
  model: string;
  serialNumber?: string;
  chargeBoxSerialNumber?: string;
  firmwareVersion?: string;
  iccid?: string;
  imsi?: string;
  meterType?: string;
  meterSerialNumber?: string;
}

export interface Model {
  name: string;
  description: string;
  boot: BootInfo;
  evses: EvseSpec[];
  /** From losing the mains, or a reset, to the first message. */
  rebootSeconds: number;
}

export const defaultModel = 'ac-22kw-two-socket';

const acBoot = (model: string): BootInfo => ({
  vendor: 'ChargerSim',
  model,
  firmwareVersion: '1.4.2',
  meterType: 'MID class B',
});

const dcBoot = (model: string): BootInfo => ({
  vendor: 'ChargerSim',
  model,
  firmwareVersion: '2.1.0',
  meterType: 'DC class A',
});

const socket = (id: number): EvseSpec => ({
  id,
  maxPowerW: 22_000,
  phases: 3,
  connectors: [{ id: 1, type: 'sType2', fixedCable: false, maxCurrentA: 32 }],
});

export const models: Record<string, Model> = {
  'ac-7kw-single-phase': {
    name: 'ac-7kw-single-phase',
    description: 'AC wall box, one phase 32 A (7.4 kW), one fixed type 2 cable',
    boot: acBoot('AC7-1P'),
    evses: [
      {
        id: 1,
        maxPowerW: 7_400,
        phases: 1,
        connectors: [{ id: 1, type: 'cType2', fixedCable: true, maxCurrentA: 32 }],
      },
    ],
    rebootSeconds: 5,
  },
  'ac-11kw-three-phase': {
    name: 'ac-11kw-three-phase',
    description: 'AC wall box, three phases 16 A (11 kW), one fixed type 2 cable',
    boot: acBoot('AC11-3P'),
    evses: [
      {
        id: 1,
        maxPowerW: 11_000,
        phases: 3,
        connectors: [{ id: 1, type: 'cType2', fixedCable: true, maxCurrentA: 16 }],
      },
    ],
    rebootSeconds: 5,
  },
  'ac-22kw-two-socket': {
    name: 'ac-22kw-two-socket',
    description: 'AC post, three phases 32 A (22 kW) on each of two type 2 sockets',
    boot: acBoot('AC22-2S'),
    evses: [socket(1), socket(2)],
    rebootSeconds: 5,
  },
  'dc-50kw-ccs-chademo': {
    name: 'dc-50kw-ccs-chademo',
    description: 'DC charger, 50 kW, 125 A, one EVSE with a CCS 2 and a CHAdeMO cable of which one works at a time',
    boot: dcBoot('DC50-2C'),
    evses: [
      {
        id: 1,
        maxPowerW: 50_000,
        phases: 3,
        connectors: [
          { id: 1, type: 'cCCS2', fixedCable: true, maxCurrentA: 125 },
          { id: 2, type: 'cG105', fixedCable: true, maxCurrentA: 125 },
        ],
      },
    ],
    rebootSeconds: 10,
  },
  'dc-150kw': {
    name: 'dc-150kw',
    description: 'DC fast charger, 150 kW, 400 A, one CCS 2 cable',
    boot: dcBoot('DC150-1C'),
    evses: [
      {
        id: 1,
        maxPowerW: 150_000,
        phases: 3,
        connectors: [{ id: 1, type: 'cCCS2', fixedCable: true, maxCurrentA: 400 }],
      },
    ],
    rebootSeconds: 10,
  },
};

const dcTypes: ReadonlySet<ConnectorType> = new Set(['cCCS1', 'cCCS2', 'cG105', 'cTesla', 'cChaoJi', 'cMCS', 'cNACS']);

/** Whether the EVSE gives direct current: when any of its connectors is a DC one. */
export function isDc(spec: EvseSpec): boolean {
  return spec.connectors.some((connector) => dcTypes.has(connector.type));
}
