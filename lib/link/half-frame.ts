// The first half of a WebSocket frame as a client sends it (RFC 6455 §5.2), for connections that break in the middle of one.
import { randomBytes } from 'node:crypto';

const finText = 0x81;
const masked = 0x80;

/** Header and the first half of the masked payload. */
export function halfFrame(text: string): Buffer {
  const payload = Buffer.from(text, 'utf8');
  const mask = randomBytes(4);
  const half = payload.subarray(0, Math.ceil(payload.length / 2)).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  return Buffer.concat([Buffer.from([finText]), lengthOf(payload.length), mask, half]);
}

function lengthOf(bytes: number): Buffer {
  if (bytes < 126) return Buffer.from([masked | bytes]);
  const long = bytes > 0xffff;
  const field = Buffer.alloc(long ? 9 : 3);
  field[0] = masked | (long ? 127 : 126);
  if (long) field.writeBigUInt64BE(BigInt(bytes), 1);
  else field.writeUInt16BE(bytes, 1);
  return field;
}
