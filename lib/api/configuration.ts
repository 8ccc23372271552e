// Operations on a charger's configuration as seen and set on the device: keys of 1.6, variables of 2.x under their names.
import { z } from 'zod';
import { spell } from '../charger/variable-name';
import { listConfiguration } from '../charger/view';
import { configurationSchema } from './charger-input';
import { existing } from './chargers';
import { chargerId } from './fields';
import { defineOperation, waited } from './operation';
import { answered, commandProblems } from './outcome';
import { badInput, type FieldError, ProblemError } from './problem';

const subject = 'Configuration';

const entrySchema = z.looseObject({
  key: z.string(),
  value: z.string().optional().describe('Absent: it may only be written.'),
  readonly: z.boolean().describe('For the CSMS.'),
  dataType: z.string().optional().describe('This and what follows: OCPP 2.0.1, as in VariableCharacteristicsType.'),
  unit: z.string().optional(),
  minLimit: z.number().optional(),
  maxLimit: z.number().optional().describe('Of a number; of a text or a list the most characters.'),
  valuesList: z.array(z.string()).optional(),
  rebootRequired: z.literal(true).optional().describe('A change comes into effect with the next start.'),
});
const keyName = z.string().min(1).max(250);

export const getConfiguration = defineOperation({
  name: 'getConfiguration',
  method: 'GET',
  route: 'chargers/{chargerId}/configuration',
  subject,
  summary: 'Reads the configuration keys, in 2.x the variables, as set on the device',
  input: { chargerId, key: z.array(keyName).optional().describe('Only these. Default: all.') },
  output: z.strictObject({ configuration: z.array(entrySchema), unknownKeys: z.array(z.string()).optional() }),
  problems: ['unknown-charger'],
  example: {
    input: { chargerId: 'CP-1', key: ['HeartbeatInterval'] },
    output: { configuration: [{ key: 'HeartbeatInterval', value: '300', readonly: false }] },
  },
  async run(input, call) {
    const { charger } = await existing(call, input.chargerId);
    const all = listConfiguration(charger);
    if (!input.key) return { body: { configuration: all } };
    const wanted = new Set(input.key);
    const found = all.filter(({ key }) => wanted.delete(key));
    return { body: { configuration: found, ...(wanted.size > 0 ? { unknownKeys: [...wanted] } : {}) } };
  },
});

interface ConfigurationInput {
  configuration?: z.output<typeof configurationSchema> | undefined;
  key?: string | undefined;
  value?: string | undefined;
}

export const setConfiguration = defineOperation({
  name: 'setConfiguration',
  method: 'PUT',
  route: 'chargers/{chargerId}/configuration',
  subject,
  summary: 'Sets configuration keys as if on the device, read-only ones too',
  description:
    'What is left out stays. Give `configuration`, or one `key` and its `value`. The key of a 2.x variable is its name, such as ' +
    '`TxCtrlr.TxStartPoint`, `EVSE(1).Power` or `OCPPCommCtrlr.MessageAttempts[TransactionEvent]`.',
  waits: true,
  input: {
    chargerId,
    configuration: configurationSchema.optional(),
    key: keyName.optional().describe('One key.'),
    value: z.string().max(2500).optional().describe('Its value.'),
  },
  output: waited(),
  problems: commandProblems,
  example: { input: { chargerId: 'CP-1', configuration: { HeartbeatInterval: '60' } }, output: { exchange: [] } },
  check: checkConfiguration,
  async run(input, call) {
    const entries = entriesOf(input);
    try {
      return answered(await call.submit(input.chargerId, { kind: 'setConfiguration', entries }));
    } catch (error) {
      throw error instanceof ProblemError ? byKey(error, entries) : error;
    }
  },
});

function checkConfiguration({ configuration, key, value }: ConfigurationInput): FieldError[] {
  if ((key === undefined) !== (value === undefined)) return [{ path: 'key', message: 'key and value go together' }];
  if (configuration === undefined && key === undefined) {
    return [{ path: 'configuration', message: 'is required, such as {"HeartbeatInterval": "60"}' }];
  }
  return [];
}

function entriesOf({ configuration = {}, key, value }: ConfigurationInput): { key: string; value: string }[] {
  const entries = Array.isArray(configuration)
    ? configuration.map((one) => ({ key: spell(one.component, one.variable, one.attributeType), value: one.value }))
    : Object.entries(configuration).map(([name, text]) => ({ key: name, value: text }));
  return key === undefined || value === undefined ? entries : [...entries, { key, value }];
}

/** The charger numbers the entries; callers know them by their keys. */
function byKey(problem: ProblemError, entries: { key: string }[]): ProblemError {
  const { errors, ...extra } = problem.extra as { errors?: FieldError[] };
  if (problem.kind !== 'bad-input' || !errors) return problem;
  const named = errors.map(({ path, message }) => ({ path: pathOf(path, entries), message }));
  const renamed = badInput(named);
  return new ProblemError('bad-input', renamed.message, { ...extra, ...renamed.extra });
}

function pathOf(path: string, entries: { key: string }[]): string {
  const entry = entries[Number(path.split('.')[0])];
  return entry ? `configuration.${entry.key}` : path;
}

export const configurationOperations = [getConfiguration, setConfiguration];
