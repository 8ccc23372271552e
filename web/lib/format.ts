// Numbers and times as people read them.
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

export function kilo(value: number, unit: string): string {
  return Math.abs(value) >= 1000 ? `${number.format(value / 1000)} k${unit}` : `${number.format(value)} ${unit}`;
}

/** In the local zone, to the second; the day only where it is not today. */
export function localTime(iso: string): string {
  const time = new Date(iso);
  const today = time.toDateString() === new Date().toDateString();
  return today ? time.toLocaleTimeString() : time.toLocaleString();
}

export function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? '';
}

/** `1 h 2 min`, `3 min 4 s`, `5 s`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
