// How the variable x-ExternalLimit of SmartChargingCtrlr is written: `16A` per phase or `11000W` in all, and before it who limits, EMS where nobody is named.
const shape = /^(?:(EMS|SO|Other) )?(\d{1,7}(?:\.\d)?) ?(A|W)$/;

export interface ExternalLimit {
  source: 'EMS' | 'SO' | 'Other';
  limit: number;
  unit: 'A' | 'W';
}

/** `undefined`: no limit, or none that can be read. */
export function externalLimit(text: string): ExternalLimit | undefined {
  const [whole, source = 'EMS', limit, unit] = shape.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return { source: source as ExternalLimit['source'], limit: Number(limit), unit: unit as ExternalLimit['unit'] };
}
