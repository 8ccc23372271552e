'use client';
// A JSON value to read, with what its schema minds marked in place.
import { useMemo } from 'react';
import { jsonLines, saidAt } from '../../lib/json-lines';
import type { Finding } from '../../lib/schema-check';
import './json.css';

const nothing: readonly Finding[] = [];

export function Json({ value, found = nothing }: { value: unknown; found?: readonly Finding[] }) {
  const lines = useMemo(() => jsonLines(value), [value]);
  const said = useMemo(() => saidAt(lines, found), [lines, found]);
  return (
    <div className="json">
      {lines.map(({ text }, number) => {
        const words = said.get(number);
        if (!words) return <div key={number}>{text}</div>;
        return (
          <div key={number}>
            <mark className="at-fault">{text}</mark> <span className="said">← {words.join('; ')}</span>
          </div>
        );
      })}
    </div>
  );
}
