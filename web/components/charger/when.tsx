'use client';
// A moment as a person reads it, with the ISO time on hover; nothing where there is none.
import { localTime } from '../../lib/format';

export function When({ iso }: { iso: string | undefined }) {
  if (iso === undefined || Number.isNaN(Date.parse(iso))) return null;
  return (
    <time dateTime={iso} title={iso}>
      {localTime(iso)}
    </time>
  );
}
