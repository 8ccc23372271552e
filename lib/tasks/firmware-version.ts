// The version that firmware says it has: a marker near the start of the file, on which testers can put any version they like.

/** Bytes that are searched. */
const searched = 64 * 1024;

/** Such as `firmwareVersion: 1.4.2`, `FIRMWARE_VERSION=1.4.2`, `"firmware-version": "1.4.2"`. */
const marker = /firmware[-_ ]?version["']?\s*[:=]\s*["']?([\w.+-]{1,50})/i;

export interface VersionSearch {
  take(chunk: Buffer): void;
  /** The version, once the file is complete. */
  found(): string | undefined;
}

export function createVersionSearch(): VersionSearch {
  let head = '';
  return {
    take(chunk) {
      if (head.length < searched) head += chunk.toString('latin1', 0, searched - head.length);
    },
    found: () => marker.exec(head)?.[1],
  };
}
