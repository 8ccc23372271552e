'use client';
// Puts a text on the clipboard. Where the browser has none to give (pages by plain HTTP from elsewhere), it shows the text to be taken by hand.
import { useState } from 'react';
import { Modal } from './modal';

export function Copy({ label, text }: { label: string; text: () => string }) {
  const [copied, setCopied] = useState(false);
  const [shown, setShown] = useState<string>();
  async function copy(): Promise<void> {
    const wanted = text();
    try {
      await navigator.clipboard.writeText(wanted);
      setCopied(true);
      setTimeout(() => setCopied(false), 2_000);
    } catch {
      setShown(wanted);
    }
  }
  return (
    <>
      <button type="button" onClick={() => void copy()}>
        <span aria-live="polite">{copied ? 'Copied' : label}</span>
      </button>
      {shown !== undefined && (
        <Modal title={label} onClose={() => setShown(undefined)}>
          <textarea readOnly aria-label={label} value={shown} onFocus={({ target }) => target.select()} />
        </Modal>
      )}
    </>
  );
}
