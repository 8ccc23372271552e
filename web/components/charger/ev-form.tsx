'use client';
// The EV's battery, power and will to charge.
import { useState } from 'react';
import type { ConnectorView, InputOf } from '../../lib/api-types';
import { useModels } from '../shell/shell';
import { Check, Field } from '../ui/field';

type EvValues = Pick<InputOf<'setEv'>, 'preset' | 'soc' | 'batteryCapacityWh' | 'maxPowerW' | 'suspended'>;

interface EvFormProps {
  ev: ConnectorView['ev'];
  busy: boolean;
  onSend: (values: EvValues) => void;
}

export function EvForm({ ev, busy, onSend }: EvFormProps) {
  const presets = Object.keys(useModels().data?.evPresets ?? {});
  const [preset, setPreset] = useState('');
  const [soc, setSoc] = useState(ev ? String(Math.round(ev.soc)) : '20');
  const [battery, setBattery] = useState(ev ? String(ev.batteryCapacityWh) : '');
  const [power, setPower] = useState(ev ? String(ev.maxPowerW) : '');
  const [suspended, setSuspended] = useState(ev?.suspended === true);
  const wrong = [soc, battery, power].some((text) => text !== '' && !(Number(text) >= 0));
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onSend({
          ...(preset ? { preset } : {}),
          ...(soc === '' ? {} : { soc: Number(soc) }),
          ...(battery === '' ? {} : { batteryCapacityWh: Number(battery) }),
          ...(power === '' ? {} : { maxPowerW: Number(power) }),
          suspended,
        });
      }}
    >
      <div className="fields">
        <Field label="Kind of EV">
          {(props) => (
            <select {...props} value={preset} onChange={({ target }) => setPreset(target.value)}>
              <option value="">{ev ? 'as it is' : 'what suits the connector'}</option>
              {presets.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
        </Field>
        <Numeric label="State of charge, %" value={soc} onChange={setSoc} />
        <Numeric label="Battery, Wh" value={battery} onChange={setBattery} />
        <Numeric label="Maximum power, W" value={power} onChange={setPower} />
      </div>
      <Check label="Takes no energy for now (suspended by the EV)" checked={suspended} onChange={setSuspended} />
      <div className="row end">
        <button type="submit" className="main" disabled={busy || wrong}>
          {ev ? 'Change the EV' : 'Plug it in'}
        </button>
      </div>
    </form>
  );
}

function Numeric({ label, value, onChange }: { label: string; value: string; onChange: (text: string) => void }) {
  const error = value !== '' && !(Number(value) >= 0) ? 'a number from 0' : undefined;
  return (
    <Field label={label} error={error}>
      {(props) => (
        <input {...props} inputMode="decimal" value={value} onChange={({ target }) => onChange(target.value)} />
      )}
    </Field>
  );
}
