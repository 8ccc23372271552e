'use client';
// Winds a run down before its time.
import { useState } from 'react';
import { call } from '../../lib/client';
import type { Report } from '../../lib/runs';
import { useAction } from '../ui/action';
import { Check } from '../ui/field';
import { Modal } from '../ui/modal';
import { Problem } from '../ui/problem';

export function StopRun({ report, onStopped }: { report: Report; onStopped: () => void }) {
  const [asking, setAsking] = useState(false);
  const [leave, setLeave] = useState(false);
  const stopping = useAction();
  const { id, state } = report;

  async function stop(): Promise<void> {
    const done = await stopping.run('Stopping …', () => call('stopFleetRun', { runId: id, leave }));
    if (!done) return;
    setAsking(false);
    onStopped();
  }

  if (state === 'stopping') return <span className="dim">Stopping: transactions end, chargers go …</span>;
  return (
    <>
      <button type="button" className="danger" onClick={() => setAsking(true)}>
        Stop the run
      </button>
      {asking && (
        <Modal title="Stop the run?" onClose={() => setAsking(false)}>
          <div className="stack">
            <p>
              Transactions are stopped, and chargers that the run has made are deleted. The report says what came of it
              so far.
            </p>
            <Check label="Leave the chargers, and what runs on them, as they are" checked={leave} onChange={setLeave} />
            <Problem error={stopping.error} />
            <div className="row end">
              <button type="button" onClick={() => setAsking(false)}>
                Go on
              </button>
              <button type="button" className="danger" disabled={stopping.busy !== ''} onClick={() => void stop()}>
                {stopping.busy || 'Stop it'}
              </button>
            </div>
          </div>
        </Modal>
      )}
    </>
  );
}
