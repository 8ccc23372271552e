'use client';
// Messages in the corner, told to screen readers as they come. What has gone wrong stays until it is dismissed; the others go after a while,
// but not from under the pointer or the focus. F6 leads there and back. Few lines of our own: they must show when nothing can be loaded.
import { useEffect, useRef, useState } from 'react';
import { dismissToast, type ToastMessage, useToasts } from '../../lib/toasts';

const shownMs = 6_000;

/** Where they appear; once, around all pages. */
export function Toasts() {
  const toasts = useToasts();
  const place = useRef<HTMLElement>(null);
  const [held, setHeld] = useState(false);
  useF6(place);
  return (
    <section
      ref={place}
      className="toasts"
      aria-label="Messages"
      tabIndex={-1}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <div role="status">
        {toasts.map((toast) => toast.tone !== 'bad' && <Toast key={toast.id} toast={toast} held={held} />)}
      </div>
      <div role="alert">
        {toasts.map((toast) => toast.tone === 'bad' && <Toast key={toast.id} toast={toast} held={held} />)}
      </div>
    </section>
  );
}

function Toast({ toast, held }: { toast: ToastMessage; held: boolean }) {
  const { id, title, text, tone, lasts } = toast;
  useEffect(() => {
    if (lasts || held) return;
    const timer = setTimeout(() => dismissToast(id), shownMs);
    return () => clearTimeout(timer);
  }, [id, lasts, held]);
  return (
    <div className={`toast notice row ${tone}`}>
      <div>
        <strong>{title}</strong>
        {text && <div>{text}</div>}
      </div>
      {tone !== 'busy' && (
        <button type="button" onClick={() => dismissToast(id)}>
          Dismiss<span className="hidden"> {title}</span>
        </button>
      )}
    </div>
  );
}

/** To the newest message, and back to where one was. */
function useF6(place: { current: HTMLElement | null }): void {
  useEffect(() => {
    let before: Element | null = null;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'F6' || !place.current) return;
      event.preventDefault();
      if (place.current.contains(document.activeElement)) {
        if (before instanceof HTMLElement) before.focus();
        return;
      }
      before = document.activeElement;
      const buttons = place.current.querySelectorAll('button');
      (buttons[buttons.length - 1] ?? place.current).focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [place]);
}
