'use client';
// Frames as they crossed the wire, in order.
import type { Frame } from '../../lib/api-types';
import { pretty } from '../../lib/format';
import { Time } from './time';

export function Frames({ frames }: { frames: readonly Frame[] }) {
  return (
    <details>
      <summary>{frames.length === 1 ? '1 frame' : `${frames.length} frames`}</summary>
      {frames.map((frame, index) => (
        <div key={index} style={{ marginTop: '0.6rem' }}>
          <div>
            {frame.direction === 'sent' ? 'charger → CSMS' : 'CSMS → charger'} <strong>{frame.action}</strong>{' '}
            {frame.type} <Time at={frame.at} className="dim" />
          </div>
          <pre>{frame.error ? pretty(frame.error) : pretty(frame.payload)}</pre>
        </div>
      ))}
    </details>
  );
}
