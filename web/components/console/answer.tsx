'use client';
// What came of something that was sent: the answer with its latency, the frames, and which rules the other side broke.
import type { Frame } from '../../lib/api-types';
import type { Schema } from '../../lib/schema';
import { findings } from '../../lib/schema-check';
import type { Answer } from '../../lib/send-message';
import { Frames } from '../ui/frames';
import { Json } from '../ui/json';
import { Problem } from '../ui/problem';

interface OutcomeProps {
  error: unknown;
  answer: Answer | undefined;
  /** Of the response. */
  schema?: Schema;
}

export function Outcome({ error, answer, schema }: OutcomeProps) {
  if (error) {
    const { exchange } = (error as { problem?: { exchange?: Frame[] } }).problem ?? {};
    return (
      <section className="stack" aria-label="Answer">
        <Problem error={error} />
        {exchange && <Exchange frames={exchange} />}
      </section>
    );
  }
  if (!answer) return null;
  const { title, response, durationMs, exchange } = answer;
  return (
    <section className="stack" aria-label="Answer">
      <div role="status">
        <h2 style={{ margin: 0 }}>
          {title}
          {durationMs !== undefined && <span className="dim"> in {durationMs} ms</span>}
        </h2>
      </div>
      {response !== undefined && <Json value={response} found={schema ? findings(schema, response) : []} />}
      {exchange && <Exchange frames={exchange} />}
    </section>
  );
}

function Exchange({ frames }: { frames: readonly Frame[] }) {
  if (frames.length === 0) return null;
  const broken = frames.flatMap(({ action, violations = [] }) => violations.map((rule) => `${rule} (${action})`));
  return (
    <>
      {broken.length > 0 && (
        <p className="notice bad">
          The CSMS broke {broken.join(', ')}: the tab Violations says what the specification asks for.
        </p>
      )}
      <Frames frames={frames} />
    </>
  );
}
