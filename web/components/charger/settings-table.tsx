// biome-ignore-all lint/a11y/useFocusableInteractive: what is in rows takes the focus
// biome-ignore-all lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
// biome-ignore-all lint/a11y/useSemanticElements: rows out of sight are not there, which a table of the browser's own cannot say
'use client';
// Hundreds of settings as a table, of which only the rows in sight are in the document. One at a time is edited in its row.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import { variableKey } from '../../lib/variable-key';
import type { Setting } from './configuration';
import { SettingEditor } from './setting-editor';

interface SettingsTableProps {
  chargerId: string;
  settings: readonly Setting[];
  /** Variables of a device model: component and variable stand apart. */
  model: boolean;
  onSaved: (setting: Setting) => void;
}

export function SettingsTable({ chargerId, settings, model, onSaved }: SettingsTableProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [editing, setEditing] = useState<string>();
  const rows = useVirtualizer({
    count: settings.length,
    getScrollElement: () => frame.current,
    estimateSize: () => 45,
    getItemKey: (index) => settings[index]?.key ?? index,
    overscan: 10,
  });
  const shape = model ? 'settings-row' : 'settings-row two';
  const titles = model ? ['Component', 'Variable', 'Value', 'For the CSMS'] : ['Key', 'Value', 'For the CSMS'];
  return (
    <div
      ref={frame}
      className="scroll settings"
      role="table"
      aria-label="Configuration"
      aria-rowcount={settings.length + 1}
      tabIndex={0}
    >
      <div className={`${shape} settings-head`} role="row" aria-rowindex={1}>
        {titles.map((title) => (
          <span key={title} role="columnheader">
            {title}
          </span>
        ))}
      </div>
      <div role="rowgroup" style={{ height: rows.getTotalSize(), position: 'relative', minWidth: 640 }}>
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const setting = settings[index];
          if (!setting) return null;
          return (
            <div
              key={key}
              ref={rows.measureElement}
              data-index={index}
              className={shape}
              role="row"
              aria-rowindex={index + 2}
              style={{ position: 'absolute', top: 0, left: 0, right: 0, transform: `translateY(${start}px)` }}
            >
              <Names setting={setting} model={model} />
              <div role="cell">
                {editing === setting.key ? (
                  <SettingEditor
                    chargerId={chargerId}
                    setting={setting}
                    onClose={() => setEditing(undefined)}
                    onSaved={(value) => {
                      setEditing(undefined);
                      onSaved(setting.value === undefined ? setting : { ...setting, value });
                    }}
                  />
                ) : (
                  <span className="row">
                    <Value setting={setting} />
                    <button
                      type="button"
                      className="link"
                      aria-label={`Edit ${setting.key}`}
                      onClick={() => setEditing(setting.key)}
                    >
                      Edit
                    </button>
                  </span>
                )}
              </div>
              <div role="cell">
                {setting.readonly ? 'read-only' : 'writable'}
                {setting.rebootRequired && <div className="dim">with a restart</div>}
              </div>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Names({ setting: { key }, model }: { setting: Setting; model: boolean }) {
  if (!model) {
    return (
      <div role="cell" className="mono">
        {key}
      </div>
    );
  }
  const { component, place, variable, instance, attribute } = variableKey(key);
  return (
    <>
      <div role="cell" title={key}>
        {component}
        {place && <div className="dim">{place}</div>}
      </div>
      <div role="cell">
        {variable}
        {instance && <span className="dim"> [{instance}]</span>}
        {attribute !== 'Actual' && <span className="badge">{attribute}</span>}
      </div>
    </>
  );
}

function Value({ setting: { value, unit } }: { setting: Setting }) {
  if (value === undefined) return <span className="dim">may be written, not read</span>;
  if (value === '') return <span className="dim">empty</span>;
  return (
    <span className="mono" style={{ overflowWrap: 'anywhere' }}>
      {value}
      {unit ? ` ${unit}` : ''}
    </span>
  );
}
