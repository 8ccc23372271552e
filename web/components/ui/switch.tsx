'use client';
// A switch that shows the wanted state at once, and falls back with the error when it does not come about.
import { useEffect, useId, useState } from 'react';
import { Problem } from './problem';

interface SwitchProps {
  label: string;
  /** As it is, by the API. */
  on: boolean;
  /** Resolves when it is so, and `on` says it. */
  onSwitch: (on: boolean) => Promise<unknown>;
  disabled?: boolean;
}

export function Switch({ label, on, onSwitch, disabled = false }: SwitchProps) {
  const id = useId();
  const [wanted, setWanted] = useState<boolean>();
  const [error, setError] = useState<unknown>();
  const shown = wanted ?? on;
  useEffect(() => {
    // Told from elsewhere before the answer has come.
    if (wanted === on) setWanted(undefined);
  }, [wanted, on]);
  async function change(next: boolean): Promise<void> {
    setWanted(next);
    setError(undefined);
    try {
      await onSwitch(next);
    } catch (problem) {
      setError(problem);
    }
    setWanted(undefined);
  }
  return (
    <span className="switch">
      <button
        type="button"
        role="switch"
        aria-checked={shown}
        aria-labelledby={id}
        aria-busy={wanted !== undefined}
        disabled={disabled}
        onClick={() => {
          if (wanted === undefined) void change(!shown);
        }}
      >
        <span aria-hidden="true" className="knob" />
      </button>
      <span id={id}>{label}</span>
      <span role="status" className="dim">
        {wanted === undefined ? '' : 'switching …'}
      </span>
      <Problem error={error} onDismiss={() => setError(undefined)} />
    </span>
  );
}
