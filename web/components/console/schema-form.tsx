'use client';
// A form for any message, made from its JSON schema by the form maker; how its parts look is in `schema-fields.tsx`. It shows whatever the
// value is, right or wrong, and nothing is put in by itself: what is left empty is not in the value.
// By their files: the package's index also brings what its own tests need, another package.
import Form, { type FormProps } from '@rjsf/core/lib/components/Form.js';
import type { RJSFSchema, ValidatorType } from '@rjsf/utils';
import { Component, type ReactNode, useMemo } from 'react';
import type { Payload } from '../../lib/payload';
import { withPart } from '../../lib/payload';
import type { Schema } from '../../lib/schema';
import { type Finding, pathText } from '../../lib/schema-check';
import { type FormContext, fields, templates } from './schema-fields';
import './console.css';

interface SchemaFormProps {
  schema: Schema;
  value: Payload;
  onChange: (value: Payload) => void;
  /** What is wrong with it: shown at the fields. */
  found: readonly Finding[];
}

/** What is wrong is found by `schema-check.ts`, for form, editor and log alike: the form maker need not look. */
const validator: ValidatorType<Payload, RJSFSchema, FormContext> = {
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  isValid: () => true,
  rawValidation: () => ({}),
};

const options: Pick<FormProps<Payload>, 'uiSchema' | 'experimental_defaultFormStateBehavior'> = {
  uiSchema: {
    'ui:submitButtonOptions': { norender: true },
    'ui:globalOptions': { enableOptionalDataFieldForType: ['object', 'array'] },
  },
  experimental_defaultFormStateBehavior: { emptyObjectFields: 'skipDefaults', arrayMinItems: { populate: 'never' } },
};

export function SchemaForm({ schema, value, onChange, found }: SchemaFormProps) {
  const titled = useMemo(() => titledAs('', schema) as RJSFSchema, [schema]);
  const context: FormContext = {
    errors: new Map(found.map(({ path, message }) => [pathText(path), message])),
    change: (path, part) => onChange(withPart(value, path, part) as Payload),
  };
  if (Object.keys(schema.properties ?? {}).length === 0 && Object.keys(value).length === 0) {
    return <p className="dim">This message has no fields of its own.</p>;
  }
  return (
    <Unshowable key={JSON.stringify(schema.properties)}>
      <Form<Payload, RJSFSchema, FormContext>
        tagName="div"
        idPrefix="payload"
        schema={titled}
        formData={value}
        formContext={context}
        validator={validator}
        fields={fields}
        templates={templates}
        noValidate
        noHtml5Validate
        {...(options as object)}
        onChange={({ formData = {} }) => onChange(withoutEmpty(formData))}
      />
    </Unshowable>
  );
}

/** Fields that were emptied are there as `undefined`: gone they must be, or they would count as changed. */
const withoutEmpty = (value: Payload) => JSON.parse(JSON.stringify(value)) as Payload;

/** The schema with each part named as its field is. Parts that may be anything are texts, or JSON where they begin like it. */
function titledAs(title: string, schema: Schema): Schema & { title: string; anything?: true } {
  const { properties, items, ...rest } = schema;
  if (rest.type === undefined && !rest.enum) return { title, type: 'string', anything: true };
  const parts = Object.entries(properties ?? {}).map(([name, part]) => [name, titledAs(name, part)]);
  return {
    ...rest,
    title,
    ...(properties ? { properties: Object.fromEntries(parts) } : {}),
    ...(items ? { items: titledAs(title, items) } : {}),
  };
}

/** A payload may be so wrong that no form can show it; the editor can. */
class Unshowable extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError() {
    return { failed: true };
  }
  override render() {
    if (!this.state.failed) return this.props.children;
    return <p className="notice bad">No form can show this payload. Edit it as JSON.</p>;
  }
}
