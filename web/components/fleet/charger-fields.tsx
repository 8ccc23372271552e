'use client';
// The fields of a charger that is to be: the plain ones, and what few need folded away. Ids are not here: one charger, many alike and a
// fleet run have their own.
import { type ReactNode, useState } from 'react';
import { type DraftForm, objectAt, valueAt } from '../../lib/draft';
import { useHealth, useModels } from '../shell/shell';
import { CheckField, ListField, NumberField, SelectField, TextField } from '../ui/draft-fields';
import { ConfigurationField } from './configuration-field';
import { BasicAuthFields, TlsFields } from './csms-fields';
import { EvsesFields } from './evse-fields';
import './fleet.css';

const versions = [
  ['ocpp1.6', 'OCPP 1.6'],
  ['ocpp2.0.1', 'OCPP 2.0.1'],
] as const;

export const securityProfiles = [
  [undefined, 'None'],
  [1, '1: Basic auth without TLS'],
  [2, '2: TLS and Basic auth'],
  [3, '3: TLS with a client certificate'],
] as const;

/** `children`: fields that stand before them. */
export function ChargerFields({ form, children }: { form: DraftForm; children: ReactNode }) {
  const models = useModels().data?.models ?? [];
  const chosen = models.find(({ name, default: isDefault }) =>
    form.draft.model ? name === form.draft.model : isDefault,
  );
  return (
    <>
      <div className="fields">
        {children}
        <SelectField form={form} path="protocol" label="OCPP version" options={versions} />
        <SelectField
          form={{ ...form, draft: { ...form.draft, model: chosen?.name } }}
          path="model"
          label="Model"
          hint={chosen?.description}
          options={models.map(({ name }) => [name, name] as const)}
        />
        <AddressField form={form} />
        <ListField form={form} path="tags" label="Tags" hint="Separated by commas" />
        <NumberField form={form} path="ev.soc" label="State of charge of its EV, %" hint="Empty: as the EV comes" />
      </div>
      <CheckField
        form={form}
        path="connection"
        label="Stays connected, like a real charger (otherwise it dials when it has something to say)"
        on="persistent"
        off="onDemand"
      />
      <More form={form} />
    </>
  );
}

export function AddressField({ form, label = 'Address of the CSMS' }: { form: DraftForm; label?: string }) {
  const demo = useHealth().data?.demoCsms;
  return (
    <TextField
      form={form}
      path="csms.url"
      label={label}
      hint={demo ? `Empty: the demo CSMS, ${demo.url}` : 'ws:// or wss://, without the id'}
      placeholder={demo?.url}
    />
  );
}

/** Whatever of it is wrong, or there already, is not hidden. */
function More({ form }: { form: DraftForm }) {
  const [opened, setOpened] = useState(() => parts.some((path) => valueAt(form.draft, path) !== undefined));
  const profile = valueAt(form.draft, 'csms.securityProfile');
  const hasTls = profile === 2 || profile === 3 || Object.keys(objectAt(form.draft, 'csms.tls')).length > 0;
  const isWrong = wrongParts.some((path) => form.wrong(path) !== undefined);
  return (
    <details open={opened || isWrong} onToggle={({ currentTarget }) => setOpened(currentTarget.open)}>
      <summary>More: security, EVSEs, configuration, what it says it is</summary>
      <div className="stack more">
        <fieldset className="stack">
          <legend>Security</legend>
          <div className="fields">
            <SelectField form={form} path="csms.securityProfile" label="Security profile" options={securityProfiles} />
            <BasicAuthFields form={form} />
          </div>
          <details open={hasTls}>
            <summary>Certificates (TLS)</summary>
            <TlsFields form={form} />
          </details>
        </fieldset>
        <EvsesFields form={form} />
        <ConfigurationField form={form} />
        <fieldset>
          <legend>What BootNotification says; empty: as the model</legend>
          <div className="fields">
            {bootFields.map(([name, label]) => (
              <TextField key={name} form={form} path={`boot.${name}`} label={label} />
            ))}
          </div>
        </fieldset>
        <div className="fields">
          <NumberField form={form} path="seed" label="Seed of its dice" hint="The same seed repeats what it does" />
          <SelectField
            form={form}
            path="power"
            label="Mains"
            options={[
              [undefined, 'On'],
              ['off', 'Off'],
            ]}
          />
        </div>
      </div>
    </details>
  );
}

const parts = ['csms.securityProfile', 'csms.basicAuth', 'csms.tls', 'evses', 'configuration', 'boot', 'seed', 'power'];
const wrongParts = [
  ...parts,
  'csms.basicAuth.password',
  'csms.basicAuth.username',
  'csms.tls.ca',
  'csms.tls.certificate',
  'csms.tls.key',
];

const bootFields = [
  ['vendor', 'Vendor'],
  ['model', 'Model it tells'],
  ['serialNumber', 'Serial number'],
  ['firmwareVersion', 'Firmware version'],
  ['iccid', 'ICCID of its SIM'],
  ['imsi', 'IMSI of its SIM'],
] as const;
