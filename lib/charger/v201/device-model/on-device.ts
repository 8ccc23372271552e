// Variables as people set them: presets of a new charger, and changes as if made on the device (the API's setConfiguration). Read-only ones
// may be set here, too; what follows from the state of the charger may not.
import type { Charger } from '../../charger';
import { type Context, refuse } from '../../context';
import type { VariableSetting } from '../../create';
import { parseName, spell } from '../../variable-name';
import { put, store, wrongValue } from './change';
import type { AttributeType } from './definition';
import type { Effects } from './effects';
import { find, type ModelVariable, nameOf } from './model';
import { attributeTypes, hasAttribute } from './read';

type FieldError = { path: string; message: string };

/** Presets of a new charger, read-only variables too, as a list or by their names; returns what is wrong with them. */
export function presetVariables(
  charger: Charger,
  configuration: VariableSetting[] | Record<string, string>,
): FieldError[] {
  if (Array.isArray(configuration)) return presetList(charger, configuration, (at) => `configuration.${at}`);
  const names = Object.keys(configuration);
  const settings = names.map((name) => ({ name, setting: settingOf(name, configuration[name] ?? '') }));
  const unnamed = settings
    .filter(({ setting }) => !setting)
    .map(({ name }) => ({ path: `configuration.${name}`, message: noName }));
  const named = settings.flatMap(({ setting }) => setting ?? []);
  return unnamed.length > 0 ? unnamed : presetList(charger, named, (at) => `configuration.${names[at]}`);
}

const noName = 'is no name of a variable, such as OCPPCommCtrlr.HeartbeatInterval';

function settingOf(name: string, value: string): VariableSetting | undefined {
  const parsed = parseName(name);
  return parsed && { ...asSetting(parsed), value };
}

function presetList(
  charger: Charger,
  settings: readonly VariableSetting[],
  pathOf: (at: number) => string,
): FieldError[] {
  return settings.flatMap((setting, at) => {
    const path = pathOf(at);
    const search = settable(charger, setting, path);
    if ('errors' in search) return search.errors;
    const { noPreset } = search.found.definition;
    if (noPreset) return [{ path, message: `${nameOf(search.found)} ${noPreset}` }];
    store(charger, search.found, search.type, setting.value);
    return [];
  });
}

type Settable = { found: ModelVariable; type: AttributeType } | { errors: FieldError[] };

/** What may be set on the device: everything that is kept, and what is allowed for it. */
function settable(charger: Charger, setting: VariableSetting, path: string): Settable {
  const { component, variable, value } = setting;
  const search = find(charger, component, variable);
  const name = spell(component, variable);
  if (search.status === 'UnknownComponent')
    return wrong(`${path}.component`, `no component of ${name}; GET configuration lists them`);
  if (search.status === 'UnknownVariable')
    return wrong(`${path}.variable`, `no variable ${name}; GET configuration lists them`);
  const { found } = search;
  const type = attributeTypes.find((one) => one === (setting.attributeType ?? 'Actual'));
  if (!type || !hasAttribute(found, type))
    return wrong(`${path}.attributeType`, `${name} has only ${attributesOf(found)}`);
  const { live, noPreset } = found.definition;
  if (live && type === 'Actual' && !noPreset)
    return wrong(path, `${name} follows from the state of the charger and cannot be set`);
  const bad = wrongValue(charger, found, type, value);
  return bad ? wrong(`${path}.value`, `${name} ${bad}`) : { found, type };
}

const wrong = (path: string, message: string): Settable => ({ errors: [{ path, message }] });

function attributesOf(one: ModelVariable): string {
  return attributeTypes.filter((type) => hasAttribute(one, type)).join(', ');
}

/** setConfiguration of the API: as if set on the device, read-only variables too; all or none. @throws CommandRefused */
export function setOnDevice(context: Context, entries: { key: string; value: string }[], effects: Effects): void {
  const found = entries.map((entry, at) => settableByName(context.charger, entry, at));
  const errors = found.flatMap((one) => ('errors' in one ? one.errors : []));
  if (errors.length > 0) refuse('badInput', errors.map((e) => `${e.path}: ${e.message}`).join('; '), { errors });
  found.forEach((one, at) => {
    const value = entries[at]?.value;
    if ('found' in one && value !== undefined) put(context, one.found, one.type, value, effects);
  });
}

function settableByName(charger: Charger, { key, value }: { key: string; value: string }, at: number): Settable {
  const setting = settingOf(key, value);
  if (!setting) return wrong(`${at}.key`, `${key} ${noName}`);
  const search = settable(charger, setting, '');
  if (!('errors' in search)) {
    const { live, noPreset } = search.found.definition;
    return live && search.type === 'Actual' ? wrong(`${at}.key`, `${key} ${noPreset ?? 'cannot be set'}`) : search;
  }
  const where = (path: string) => (path === '.value' ? `${at}.value` : `${at}.key`);
  return { errors: search.errors.map(({ path, message }) => ({ path: where(path), message })) };
}

function asSetting({
  component,
  variable,
  attribute,
}: NonNullable<ReturnType<typeof parseName>>): Omit<VariableSetting, 'value'> {
  const { evse, instance } = component;
  return {
    component: {
      name: component.name,
      ...(instance === undefined ? {} : { instance }),
      ...(evse
        ? { evse: { id: evse.id, ...(evse.connectorId === undefined ? {} : { connectorId: evse.connectorId }) } }
        : {}),
    },
    variable: { name: variable.name, ...(variable.instance === undefined ? {} : { instance: variable.instance }) },
    attributeType: attribute,
  };
}
