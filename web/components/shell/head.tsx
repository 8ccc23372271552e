'use client';
// The head of every page: where one can go, the way to the command palette, the menu; and the keys that work everywhere.
import Link from 'next/link';
import { usePathname, useRouter } from 'next/navigation';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Command, openPalette, pages, paletteEvent, useCommands } from '../../lib/commands';
import { useOnDemand } from '../../lib/on-demand';
import { applyTheme, type Theme, useApiSettings } from '../../lib/settings';
import { isBusyWithKeys, singleKeysOn } from '../../lib/shortcuts';
import { Modal } from '../ui/modal';
import { ApiForm } from './api-form';
import { ShortcutsHelp } from './help';
import { themes } from './themes';

type Shown = 'palette' | 'api' | 'help' | undefined;

export function Head() {
  const [shown, setShown] = useState<Shown>();
  const { url } = useApiSettings();
  const docs = `${url}/api/docs`;
  const [Palette, wantPalette] = useOnDemand('Command palette', () => import('./palette').then((m) => m.Palette));
  const { begin, take } = useTypedMeanwhile();
  const show = useCallback(
    async (what: Shown) => {
      if (what !== 'palette') return setShown(what);
      begin();
      if (await wantPalette()) setShown('palette');
      else take();
    },
    [wantPalette, begin, take],
  );
  useKeys(show);
  useCommands(useMemo(() => ownCommands(show, docs), [show, docs]));
  const close = () => setShown(undefined);
  return (
    <header className="top">
      <Link className="brand" href="/" prefetch={false}>
        <span aria-hidden="true">⚡ </span>Charger Simulator
      </Link>
      <Pages />
      <div className="end">
        <button type="button" onClick={() => void show('palette')} aria-keyshortcuts="Control+K Meta+K">
          Search and do{' '}
          <span className="kbd" aria-hidden="true">
            Ctrl K
          </span>
        </button>
        <button type="button" onClick={() => void show('api')}>
          API address and key
        </button>
        <MenuOnDemand docs={docs} onHelp={() => void show('help')} />
      </div>
      {shown === 'palette' && Palette && <Palette take={take} onClose={close} />}
      {shown === 'help' && <ShortcutsHelp onClose={close} />}
      {shown === 'api' && (
        <Modal title="API address and key" onClose={close}>
          <ApiForm onSaved={close} />
        </Modal>
      )}
    </header>
  );
}

/** Who knows the palette types on at once: letters must not be lost, nor act as keys, until it is there to take them. */
function useTypedMeanwhile() {
  const typed = useRef('');
  const stop = useRef(() => {});
  const begin = useCallback(() => {
    stop.current();
    typed.current = '';
    const onKey = (event: KeyboardEvent) => {
      if (event.key.length !== 1 || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      typed.current += event.key;
    };
    addEventListener('keydown', onKey, true);
    stop.current = () => removeEventListener('keydown', onKey, true);
  }, []);
  const take = useCallback(() => {
    stop.current();
    return typed.current;
  }, []);
  return { begin, take };
}

function MenuOnDemand(props: { docs: string; onHelp: () => void }) {
  const [HeadMenu, want] = useOnDemand('Menu', () => import('./head-menu').then((m) => m.HeadMenu));
  if (HeadMenu) return <HeadMenu {...props} />;
  return (
    <button type="button" aria-haspopup="menu" aria-expanded={false} onClick={() => void want()}>
      Menu
    </button>
  );
}

function Pages() {
  const path = usePathname();
  return (
    <nav aria-label="Pages" className="row">
      {pages.map(({ title, href }) => (
        <Link key={href} href={href} prefetch={false} {...(path === href ? { 'aria-current': 'page' as const } : {})}>
          {title}
        </Link>
      ))}
    </nav>
  );
}

function ownCommands(show: (what: Shown) => void, docs: string): Command[] {
  const settings = 'Settings';
  const themeCommands = (Object.entries(themes) as [Theme, string][]).map(([theme, words]) => ({
    id: `theme-${theme}`,
    group: settings,
    label: `Theme: ${words.toLowerCase()}`,
    words: 'colour mode',
    run: () => applyTheme(theme),
  }));
  return [
    { id: 'api', group: settings, label: 'API address and key', words: 'host connection url', run: () => show('api') },
    ...themeCommands,
    { id: 'docs', group: 'Help', label: 'API documentation', words: 'openapi', run: () => location.assign(docs) },
    { id: 'keys', group: 'Help', label: 'Keyboard shortcuts', keys: '?', run: () => show('help') },
  ];
}

/** Keys that work everywhere; `shortcuts` of lib lists them. */
function useKeys(show: (what: Shown) => void): void {
  const router = useRouter();
  useEffect(() => {
    const single: Record<string, () => void> = {
      '?': () => show('help'),
      '/': () => document.querySelector<HTMLElement>('main input[type="search"]')?.focus(),
      g: () => router.push('/'),
    };
    const onKey = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
      if (key.toLowerCase() === 'k' && (ctrlKey || metaKey) && !altKey && !shiftKey) {
        event.preventDefault();
        openPalette();
        return;
      }
      const act = single[key];
      if (!act || !singleKeysOn() || isBusyWithKeys(event)) return;
      event.preventDefault();
      act();
    };
    const onPalette = () => show('palette');
    addEventListener('keydown', onKey);
    addEventListener(paletteEvent, onPalette);
    return () => {
      removeEventListener('keydown', onKey);
      removeEventListener(paletteEvent, onPalette);
    };
  }, [show, router]);
}
