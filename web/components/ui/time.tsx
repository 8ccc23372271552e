// biome-ignore-all lint/a11y/noNoninteractiveTabindex: the ISO time must be had by keyboard, too
'use client';
// A moment, in the local zone; in ISO 8601 while the pointer or the keyboard's focus is on it.
import { useEffect, useState } from 'react';
import { localTime } from '../../lib/format';

interface TimeProps {
  /** ISO 8601; nothing is shown where there is none. */
  at: string | undefined;
  /** False inside of what takes the focus itself (a link, a row, a summary): the ISO time is shown while that has it. */
  focusable?: boolean;
  className?: string;
}

/** `<Time at="2026-01-05T08:00:00.000Z" />` */
export function Time({ at, focusable = true, className }: TimeProps) {
  if (at === undefined || Number.isNaN(Date.parse(at))) return null;
  return (
    <time dateTime={at} data-tip={at} className={className} {...(focusable ? { tabIndex: 0 } : {})}>
      {localTime(at)}
    </time>
  );
}

interface Tip {
  text: string;
  left: number;
  top: number;
}

/**
 * Shows the `data-tip` of whatever is pointed at or focused, for the whole page: one element instead of one per time. Escape hides it, and
 * the pointer may rest on it.
 */
export function Tips() {
  const [tip, setTip] = useState<Tip>();
  useEffect(() => {
    const show = (found: HTMLElement | null) => setTip(found ? placed(found) : undefined);
    const onPointer = ({ target }: PointerEvent) => {
      if (target instanceof Element && !target.closest('.tip')) show(target.closest<HTMLElement>('[data-tip]'));
    };
    const onFocus = ({ target }: FocusEvent) => {
      if (!(target instanceof HTMLElement) || !target.matches(':focus-visible')) return show(null);
      const own = target.closest<HTMLElement>('[data-tip]');
      show(own ?? (target.matches('a, button, summary, tr') ? target.querySelector<HTMLElement>('[data-tip]') : null));
    };
    const hide = () => setTip(undefined);
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') hide();
    };
    document.addEventListener('pointerover', onPointer);
    document.addEventListener('focusin', onFocus);
    document.addEventListener('focusout', hide);
    document.addEventListener('keydown', onKey);
    addEventListener('scroll', hide, true);
    return () => {
      document.removeEventListener('pointerover', onPointer);
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('keydown', onKey);
      removeEventListener('scroll', hide, true);
    };
  }, []);
  if (!tip) return null;
  const { text, left, top } = tip;
  return (
    <div role="tooltip" className="tip" style={{ left, top }}>
      {text}
    </div>
  );
}

const wide = 230;

/** Below it, within the window. */
function placed(element: HTMLElement): Tip {
  const { left, bottom } = element.getBoundingClientRect();
  return {
    text: element.dataset.tip ?? '',
    left: Math.max(4, Math.min(left, innerWidth - wide)),
    top: Math.min(bottom + 2, innerHeight - 34),
  };
}
