'use client';
// A button that opens a menu: actions, links, and choices of one.
import { Menu as Base } from '@base-ui/react/menu';
import type { ReactNode } from 'react';

interface MenuProps {
  /** On the button. */
  label: ReactNode;
  /** What the button is called where its label is no word. */
  name?: string;
  /** Open when it comes. */
  open?: boolean;
  children: ReactNode;
}

/** Children are MenuItems, MenuLinks, MenuChoices and MenuLines. */
export function Menu({ label, name, open = false, children }: MenuProps) {
  return (
    <Base.Root modal={false} defaultOpen={open}>
      <Base.Trigger {...(name ? { 'aria-label': name } : {})}>{label}</Base.Trigger>
      <Base.Portal>
        <Base.Positioner className="menu-place" sideOffset={4} align="end">
          <Base.Popup className="menu">{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

interface ItemProps {
  onPick: () => void;
  children: ReactNode;
  disabled?: boolean;
}

export function MenuItem({ onPick, children, disabled = false }: ItemProps) {
  return (
    <Base.Item className="menu-item" onClick={onPick} disabled={disabled}>
      {children}
    </Base.Item>
  );
}

export function MenuLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Base.LinkItem className="menu-item" href={href} closeOnClick>
      {children}
    </Base.LinkItem>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  /** By value: its words. */
  options: Record<T, string>;
  onChange: (value: T) => void;
}

/** One of several. */
export function MenuChoice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <Base.Group>
      <Base.GroupLabel className="menu-label">{label}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={(next: T) => onChange(next)}>
        {(Object.entries(options) as [T, string][]).map(([one, words]) => (
          <Base.RadioItem key={one} value={one} className="menu-item" closeOnClick>
            <span aria-hidden="true" className="menu-mark">
              {one === value ? '●' : '○'}
            </span>
            {words}
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  );
}

export function MenuLine() {
  return <Base.Separator className="menu-line" />;
}
