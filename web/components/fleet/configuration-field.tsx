'use client';
// Presets of the configuration, a line each.
import { useState } from 'react';
import { readLines, writeLines } from '../../lib/configuration-lines';
import type { DraftForm } from '../../lib/draft';
import { Field } from '../ui/field';

export function ConfigurationField({ form }: { form: DraftForm }) {
  const { configuration, protocol } = form.draft;
  const [typed, setTyped] = useState(() => writeLines(configuration));
  const [wrong, setWrong] = useState<string>();
  const entries = typeof configuration === 'object' && configuration !== null ? Object.keys(configuration) : [];
  const told = entries.map((entry) => form.wrong(`configuration.${entry}`)).find((message) => message !== undefined);
  const is16 = protocol !== 'ocpp2.0.1';
  const change = (text: string) => {
    setTyped(text);
    try {
      form.set('configuration', readLines(text, String(protocol)));
      setWrong(undefined);
    } catch (error) {
      setWrong(error instanceof Error ? error.message : String(error));
      // What is wrong must not be sent as it was before.
      form.set('configuration', null);
    }
  };
  return (
    <Field
      label="Configuration to begin with"
      hint={
        is16
          ? 'A key a line, such as HeartbeatInterval = 60; read-only ones, too'
          : 'A variable a line, such as OCPPCommCtrlr.HeartbeatInterval = 60 or OCPPCommCtrlr.MessageAttempts[TransactionEvent] = 3; read-only ones, too'
      }
      error={wrong ?? form.wrong('configuration') ?? told}
    >
      {(props) => (
        <textarea
          {...props}
          rows={3}
          spellCheck={false}
          value={typed}
          onChange={({ target }) => change(target.value)}
          // Of the other version now: the same lines mean something else.
          onBlur={() => change(typed)}
        />
      )}
    </Field>
  );
}
