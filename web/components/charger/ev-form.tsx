'use client';
// The EV's battery, power, phases, curve and will to charge.
import { useState } from 'react';
import type { ConnectorView, InputOf } from '../../lib/api-types';
import { useModels } from '../shell/shell';
import { Check, Field } from '../ui/field';
import { CurveDrawing } from './curve-drawing';

type EvValues = Omit<InputOf<'setEv'>, 'chargerId' | 'connectorId' | 'evseId' | 'timeoutSeconds'>;

interface EvFormProps {
  ev: ConnectorView['ev'];
  busy: boolean;
  onSend: (values: EvValues) => void;
}

type Curve = [number, number][];

/** `0:100, 80:100, 100:10` as pairs of state of charge and share; text: what is wrong with it. */
export function parseCurve(text: string): Curve | string {
  const pairs = text
    .split(/[,;]/)
    .filter((part) => part.trim() !== '')
    .map((part) => part.split(':').map((number) => (number.trim() === '' ? Number.NaN : Number(number))));
  const fits = pairs.every((pair) => pair.length === 2 && pair.every((number) => number >= 0 && number <= 100));
  if (!fits) return 'pairs like 0:100, 80:100, 100:10, each number from 0 to 100';
  return pairs.map(([soc = 0, percent = 0]) => [soc, percent / 100]);
}

const curveText = (curve: Curve) =>
  curve.map(([soc, share]) => `${soc}:${Number((share * 100).toFixed(1))}`).join(', ');

export function EvForm({ ev, busy, onSend }: EvFormProps) {
  const presets = Object.keys(useModels().data?.evPresets ?? {});
  const [preset, setPreset] = useState('');
  const [soc, setSoc] = useState(ev ? String(Math.round(ev.soc)) : '20');
  const [battery, setBattery] = useState(ev ? String(ev.batteryCapacityWh) : '');
  const [power, setPower] = useState(ev ? String(ev.maxPowerW) : '');
  const [phases, setPhases] = useState(ev?.phases ? String(ev.phases) : '');
  const [least, setLeast] = useState(ev?.minCurrentA === undefined ? '' : String(ev.minCurrentA));
  const [curve, setCurve] = useState(curveText(ev?.chargingCurve ?? []));
  const [suspended, setSuspended] = useState(ev?.suspended === true);
  const parsed = parseCurve(curve);
  const wrong =
    typeof parsed === 'string' || [soc, battery, power, least].some((text) => text !== '' && !(Number(text) >= 0));
  const choosePreset = (name: string) => {
    setPreset(name);
    if (name === '') return;
    // What the kind brings is not to be overruled by what stands in the fields.
    for (const clear of [setBattery, setPower, setPhases, setCurve]) clear('');
  };
  return (
    <form
      className="stack"
      aria-label="EV"
      onSubmit={(event) => {
        event.preventDefault();
        if (typeof parsed === 'string') return;
        onSend({
          ...(preset ? { preset } : {}),
          ...(soc === '' ? {} : { soc: Number(soc) }),
          ...(battery === '' ? {} : { batteryCapacityWh: Number(battery) }),
          ...(power === '' ? {} : { maxPowerW: Number(power) }),
          ...(phases === '' ? {} : { phases: Number(phases) as 1 | 2 | 3 }),
          ...(least === '' ? {} : { minCurrentA: Number(least) }),
          ...(parsed.length > 0 ? { chargingCurve: parsed } : {}),
          suspended,
        });
      }}
    >
      <div className="fields">
        <Field label="Kind of EV">
          {(props) => (
            <select {...props} value={preset} onChange={({ target }) => choosePreset(target.value)}>
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
        <Field label="Phases">
          {(props) => (
            <select {...props} value={phases} onChange={({ target }) => setPhases(target.value)}>
              <option value="">those of the kind</option>
              {['1', '2', '3'].map((count) => (
                <option key={count}>{count}</option>
              ))}
            </select>
          )}
        </Field>
        <Numeric label="Charges from, A per phase" value={least} onChange={setLeast} />
      </div>
      <Field
        label="Charging curve"
        hint="state of charge : share of the maximum power, both in %"
        error={typeof parsed === 'string' ? parsed : undefined}
      >
        {(props) => (
          <input
            {...props}
            placeholder="0:100, 80:100, 100:10"
            value={curve}
            onChange={({ target }) => setCurve(target.value)}
          />
        )}
      </Field>
      {typeof parsed !== 'string' && parsed.length > 1 && <CurveDrawing curve={parsed} soc={Number(soc)} />}
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
