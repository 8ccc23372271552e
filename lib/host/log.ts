// Structured logs: one JSON object per line, or lines for people. Secrets are masked whatever is logged.
export type Level = 'debug' | 'info' | 'warn' | 'error';

export type Logger = Record<Level, (entry: Record<string, unknown>) => void>;

export interface LogOptions {
  level: Level;
  format: 'json' | 'pretty';
  write: (line: string, level: Level) => void;
  clock?: () => number;
  /** What goes into every entry: the invocation, the trace. */
  about?: () => Record<string, unknown>;
}

const order: readonly Level[] = ['debug', 'info', 'warn', 'error'];

/** A logger that writes what is at `level` or above. */
export function createLogger({ level, format, write, clock = Date.now, about = () => ({}) }: LogOptions): Logger {
  const show = format === 'pretty' ? pretty : json;
  const at = (name: Level) => (entry: Record<string, unknown>) => {
    if (order.indexOf(name) < order.indexOf(level)) return;
    const whole = mask({ ...about(), ...entry }) as Record<string, unknown>;
    write(`${show(name, new Date(clock()).toISOString(), whole)}\n`, name);
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function json(level: Level, time: string, entry: Record<string, unknown>): string {
  return JSON.stringify({ time, level, ...entry });
}

function pretty(level: Level, time: string, { message, ...rest }: Record<string, unknown>): string {
  const more = Object.keys(rest).length > 0 ? ` ${JSON.stringify(rest)}` : '';
  return `${time.slice(11, 23)} ${level.toUpperCase().padEnd(5)} ${String(message ?? '')}${more}`;
}

const secretNames =
  /^(.*password|.*secret|authorization|key|.*_key|api-?key|.*functions-key|privatekey|.*connection_?string)$/i;
const secretTexts: [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, '***'],
  [/\/\/[^/@\s]+@/g, '//***@'],
  [/([?&]code=|A(?:ccount|ccess)Key=|Basic |Bearer )[^&;\s"]+/g, '$1***'],
];

/** A copy without secrets: by the names they go by, and by what they look like. */
export function mask(value: unknown): unknown {
  if (typeof value === 'string')
    return secretTexts.reduce((text, [pattern, instead]) => text.replace(pattern, instead), value);
  if (value instanceof Error) return mask({ name: value.name, message: value.message, stack: value.stack });
  if (Array.isArray(value)) return value.map(mask);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      secretNames.test(name) && typeof part === 'string' ? '***' : mask(part),
    ]),
  );
}
