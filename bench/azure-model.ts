// What many chargers come to on Azure: instances, outbound ports, request units, money. A model: parameters in, figures out; the counted
// ones come from docs/azure.md, where they are held to what is counted. What is printed of it is in azure-capacity.ts.

/** Counted while the bundle runs; see docs/azure.md. */
export interface Counted {
  /** Request units and functions run: of a wake, of the two ends of a session, of an hour held. */
  wake: { units: number; functions: number };
  ends: { units: number; functions: number };
  heldHour: { units: number; functions: number };
}

/** What is not counted here: measured elsewhere, documented by Microsoft, or guessed. Prices in US dollars, without free grants. */
export const parameters = {
  exchange: {
    csmsRoundTripMs: 50,
    /** TCP, TLS, upgrade, CALL, close. */
    csmsRoundTrips: 5,
    storeRoundTripMs: 5,
    storeRoundTrips: 5,
    ownMs: 10,
  },
  orchestratorMs: 20,
  /** Of one core, and how busy a core may be. */
  cpu: { exchangeMs: 10, orchestratorMs: 5, share: 0.7 },
  /** Queue and table operations of Durable Functions. */
  storageOperationsPerWake: 30,
  /** `maxConcurrentActivityFunctions` in host.json. */
  activitiesPerInstance: 100,
  /** `maximumInstanceCount` in infra/modules/function-app.bicep. */
  instancesAtMost: 40,
  memoryGb: 2,
  /** `FLEET_BATCH_CHARGERS` and `HOLD_WINDOW_SECONDS` as deployed. */
  fleet: { batchChargers: 100, windowSeconds: 240 },
  snat: { portsPerInstance: 128, reuseSeconds: 240 },
  nat: { portsPerAddress: 64_512, reuseSeconds: 65, addressHour: 0.005, gatewayHour: 0.045 },
  flex: { gbSecond: 0.000026, millionExecutions: 0.4 },
  consumption: { gbSecond: 0.000016, millionExecutions: 0.2, memoryGb: 0.25, leastMs: 100 },
  premium: { instanceHour: 0.216 },
  container: { hour: 0.108, sessions: 2_000 },
  cosmosMillionUnits: 0.25,
  storageTenThousand: 0.004,
} as const;

export type Parameters = typeof parameters;

/** Sessions of an hour, all at the same time. `meterValuesSeconds` 0: none. */
export interface Load {
  sessions: number;
  meterValuesSeconds: number;
  /** Their sockets are held for all of the hour. */
  held: boolean;
}

const hourSeconds = 3_600;

/** Of an exchange in a function of its own, from reading the charger to saving it. */
export function exchangeSeconds({ exchange }: Parameters): number {
  const { csmsRoundTripMs, csmsRoundTrips, storeRoundTripMs, storeRoundTrips, ownMs } = exchange;
  return (csmsRoundTripMs * csmsRoundTrips + storeRoundTripMs * storeRoundTrips + ownMs) / 1000;
}

/** Of one session. */
function shape({ meterValuesSeconds, held }: Load, { wake, ends, heldHour }: Counted) {
  const wakes = held || meterValuesSeconds === 0 ? 0 : hourSeconds / meterValuesSeconds;
  const exchanges = 2 + wakes;
  const functions = ends.functions + wake.functions * wakes;
  return {
    wakes: held ? heldHour.functions / 3 : wakes,
    exchanges,
    orchestrations: functions - exchanges,
    functions: functions + (held ? heldHour.functions : 0),
    units: ends.units + wake.units * wakes + (held ? heldHour.units : 0),
  };
}

export interface Needs {
  exchangesPerSecond: number;
  /** Ports that sockets to the CSMS take, those that cannot be used again yet included: at Azure's own addresses, and at a NAT gateway. */
  ports: number;
  natPorts: number;
  /** Instances, and which limit says so, without a NAT gateway and with one. */
  instances: number;
  natInstances: number;
  natAddresses: number;
  unitsPerSecond: number;
}

/** What the load takes at the same time. */
export function needsOf(load: Load, counted: Counted, own: Parameters = parameters): Needs {
  const { exchanges, orchestrations, units } = shape(load, counted);
  const { sessions, held } = load;
  const exchangesPerSecond = (sessions * exchanges) / hourSeconds;
  const open = held ? sessions : exchangesPerSecond * exchangeSeconds(own);
  const portsWith = (reuseSeconds: number) => Math.ceil(open + exchangesPerSecond * reuseSeconds);
  const ports = portsWith(own.snat.reuseSeconds);
  const natPorts = portsWith(own.nat.reuseSeconds);
  const cpuMs = (sessions * (exchanges * own.cpu.exchangeMs + orchestrations * own.cpu.orchestratorMs)) / hourSeconds;
  const busy = Math.ceil(Math.max(open / own.activitiesPerInstance, cpuMs / 1000 / own.cpu.share));
  return {
    exchangesPerSecond,
    ports,
    natPorts,
    instances: Math.max(busy, Math.ceil(ports / own.snat.portsPerInstance)),
    natInstances: busy,
    natAddresses: Math.ceil(natPorts / own.nat.portsPerAddress),
    unitsPerSecond: (sessions * units) / hourSeconds,
  };
}

export interface Costs {
  /** Without and with the NAT gateway that the load needs on so few instances. */
  flex: number;
  flexNat: number;
  consumption: number;
  premium: number;
  container: number;
}

/** Dollars for the whole load. Container: the local host, which holds every socket and has its store with it. */
export function costsOf(load: Load, counted: Counted, own: Parameters = parameters): Costs {
  const { sessions } = load;
  const { wakes, exchanges, orchestrations, functions, units } = shape(load, counted);
  const { instances, natInstances, natAddresses } = needsOf(load, counted, own);
  const stored =
    (sessions * units * own.cosmosMillionUnits) / 1e6 +
    (sessions * wakes * own.storageOperationsPerWake * own.storageTenThousand) / 1e4;
  const executions = (million: number) => (sessions * functions * million) / 1e6;
  const gateway = own.nat.gatewayHour + natAddresses * own.nat.addressHour;

  /** Instances are billed while anything runs in them: work that comes at random leaves one idle with probability e^-load. */
  function flex(count: number): number {
    const busySeconds = sessions * (exchanges * exchangeSeconds(own) + (orchestrations * own.orchestratorMs) / 1000);
    const load = busySeconds / hourSeconds / count;
    const share = heldInstances > 0 ? 1 : 1 - Math.exp(-load);
    return count * hourSeconds * share * own.memoryGb * own.flex.gbSecond + executions(own.flex.millionExecutions);
  }

  /** Each function is billed for itself. */
  function consumption(): number {
    const { leastMs, memoryGb, gbSecond, millionExecutions } = own.consumption;
    const billed = (ms: number) => Math.max(leastMs, ms) / 1000;
    const held = load.held ? hourSeconds : 0;
    const exchanged = exchanges * billed(exchangeSeconds(own) * 1000);
    const seconds = sessions * (exchanged + orchestrations * billed(own.orchestratorMs) + held);
    return seconds * memoryGb * gbSecond + executions(millionExecutions);
  }

  const heldInstances = load.held ? natInstances : 0;
  return {
    flex: stored + flex(instances),
    flexNat: stored + flex(natInstances) + gateway,
    consumption: stored + consumption(),
    premium: stored + natInstances * own.premium.instanceHour + gateway,
    container: Math.ceil(sessions / own.container.sessions) * own.container.hour,
  };
}

/** Counted of a fleet run: request units and functions of each batch, and of each charger beside; see docs/azure.md. */
export interface FleetCounted {
  /** Made and connected, stopped and deleted. */
  ends: { batch: { units: number; functions: number }; chargerUnits: number };
  /** An hour in transactions. */
  hour: { batch: { units: number; functions: number }; chargerUnits: number };
}

export interface FleetNeeds {
  batches: number;
  /** Ports to the CSMS, those of the slice before included, and instances for them; at a NAT gateway. */
  ports: number;
  instances: number;
  natPorts: number;
  natInstances: number;
  unitsPerSecond: number;
  /** Request units and functions of the whole run. */
  units: number;
  functions: number;
  /** Dollars: Flex Consumption without and with the NAT gateway; the local host in a container. */
  flex: number;
  flexNat: number;
  container: number;
}

/** A fleet run of an hour: made, connected, in transactions, deleted. `FLEET_BATCH_CHARGERS` and `HOLD_WINDOW_SECONDS` as deployed. */
export function fleetNeedsOf(chargers: number, { ends, hour }: FleetCounted, own: Parameters = parameters): FleetNeeds {
  const { batchChargers, windowSeconds } = own.fleet;
  const batches = Math.ceil(chargers / batchChargers);
  // Every socket is closed and opened again at each hand-over.
  const portsWith = (reuseSeconds: number) => Math.ceil(chargers * (1 + reuseSeconds / windowSeconds));
  const ports = portsWith(own.snat.reuseSeconds);
  const natPorts = portsWith(own.nat.reuseSeconds);
  const natInstances = Math.ceil(batches / own.activitiesPerInstance);
  const instances = Math.max(natInstances, Math.ceil(ports / own.snat.portsPerInstance));
  const hourUnits = batches * hour.batch.units + chargers * hour.chargerUnits;
  const units = hourUnits + batches * ends.batch.units + chargers * ends.chargerUnits;
  const functions = batches * (hour.batch.functions + ends.batch.functions);
  const shared = (units * own.cosmosMillionUnits + functions * own.flex.millionExecutions) / 1e6;
  const flexHour = hourSeconds * own.memoryGb * own.flex.gbSecond;
  const gateway = own.nat.gatewayHour + Math.ceil(natPorts / own.nat.portsPerAddress) * own.nat.addressHour;
  return {
    batches,
    ports,
    instances,
    natPorts,
    natInstances,
    unitsPerSecond: hourUnits / hourSeconds,
    units,
    functions,
    flex: shared + instances * flexHour,
    flexNat: shared + natInstances * flexHour + gateway,
    container: Math.ceil(chargers / own.container.sessions) * own.container.hour,
  };
}
