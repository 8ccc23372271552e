// What a charger is created from, as callers write it: fields, the checks that no single field can make, defaults.
import { z } from 'zod';
import type { CsmsSettings } from '../charger/charger';
import type { NewCharger } from '../charger/create';
import { connection, evSchema, given, protocol, tags } from './fields';
import type { ApiDeps } from './operation';
import type { FieldError } from './problem';
import { checkKeyKept } from './tls-input';

function urlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return 'must be a URL such as wss://csms.example/ocpp';
  const url = new URL(text);
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') return 'must begin with ws:// or wss://';
  if (url.username || url.password) return 'may not carry credentials: use csms.basicAuth';
  if (url.search || url.hash) return 'may have no query and no fragment: the identity is appended to it';
  return undefined;
}

const pem = (what: string) =>
  z
    .string()
    .max(100_000)
    .regex(/-----BEGIN [A-Z0-9 ]+-----/, `must be PEM text of ${what}`)
    .describe(`PEM text of ${what}.`);

export const csmsFields = {
  url: z
    .string()
    .max(1000)
    .superRefine((url, context) => {
      const message = urlProblem(url);
      if (message) context.addIssue({ code: 'custom', message });
    })
    .describe('ws:// or wss:// URL without the identity, which is appended percent-encoded.')
    .optional(),
  securityProfile: z
    .union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])
    .optional()
    .describe('1: Basic auth without TLS. 2: TLS and Basic auth. 3: TLS with a client certificate.'),
  basicAuth: z
    .strictObject({
      username: z
        .string()
        .min(1)
        .max(255)
        .regex(/^[^:]*$/, 'may not contain a colon (RFC 7617)')
        .optional()
        .describe('Default: the identity.'),
      password: z
        .string()
        .max(1000)
        .regex(/^(?!sealed:)/, 'may not begin with sealed:'),
    })
    .optional()
    .describe('Goes in and never comes out.'),
  tls: z
    .strictObject({
      ca: pem('the certificates to trust').optional(),
      certificate: pem("the charger's certificate").optional(),
      key: pem("the charger's private key").optional().describe('PEM text; goes in and never comes out.'),
      verifyHostname: z.boolean().optional().describe('Default true.'),
    })
    .optional(),
};

export type CsmsInput = z.output<z.ZodObject<typeof csmsFields>>;

const text = (longest: number) => z.string().min(1).max(longest).optional();

const bootSchema = z
  .strictObject({
    vendor: text(50),
    model: text(50),
    serialNumber: text(25),
    chargeBoxSerialNumber: text(25),
    firmwareVersion: text(50),
    iccid: text(20),
    imsi: text(20),
    meterType: text(25),
    meterSerialNumber: text(25),
  })
  .describe('What BootNotification tells; overrides the model.');

/** The charger document grows with every connector. */
const evsesMost = 16;
const connectorsMost = 8;

const evseSchema = z.strictObject({
  id: z.int().min(1).max(100),
  maxPowerW: z.number().positive().max(10_000_000),
  phases: z.union([z.literal(1), z.literal(3)]),
  connectors: z
    .array(
      z.strictObject({
        id: z.int().min(1).max(20),
        type: z.string().min(1).max(20).describe('As OCPP 2.x spells it: sType2, cType2, cCCS2, cG105, …'),
        fixedCable: z.boolean(),
        maxCurrentA: z.number().positive().max(10_000).optional(),
      }),
    )
    .min(1)
    .max(connectorsMost, `an EVSE has at most ${connectorsMost} connectors`),
});

const scalar = z.union([z.string().max(2500), z.number(), z.boolean()]).transform(String);

const name = z.string().min(1).max(50);

/** OCPP 1.6: keys and values. */
export const keysSchema = z
  .record(name, scalar)
  .describe('OCPP 1.6: keys and values, such as {"HeartbeatInterval": "60"}.');

const evseAddress = z.strictObject({ id: z.int().min(0), connectorId: z.int().min(0).optional() });

const variablesSchema = z
  .array(
    z.strictObject({
      component: z.strictObject({ name, instance: name.optional(), evse: evseAddress.optional() }),
      variable: z.strictObject({ name, instance: name.optional() }),
      attributeType: z.enum(['Actual', 'Target', 'MinSet', 'MaxSet']).optional(),
      value: scalar,
    }),
  )
  .max(1000)
  .describe('OCPP 2.x: variables.');

export const configurationSchema = z.union([keysSchema, variablesSchema]);

/** Everything that chargers created together share. */
export const newChargerFields = {
  protocol: protocol.optional().describe('Required, unless the demo CSMS runs: then ocpp1.6.'),
  csms: z.strictObject(csmsFields).optional().describe('Required, unless the demo CSMS runs: then it is dialled.'),
  model: z.string().min(1).max(100).optional().describe('One of listModels.'),
  boot: bootSchema.optional(),
  evses: z
    .array(evseSchema)
    .min(1)
    .max(evsesMost, `a charger has at most ${evsesMost} EVSEs`)
    .optional()
    .describe('Overrides the model.'),
  connection: connection.optional().describe('Default onDemand.'),
  power: z.enum(['on', 'off']).optional().describe('Default on.'),
  tags: tags.optional(),
  seed: z
    .int()
    .min(0)
    .max(4_294_967_295)
    .optional()
    .describe('Of the dice of the charger; the same seed repeats a run.'),
  configuration: configurationSchema.optional().describe('Presets, read-only ones too.'),
  ev: evSchema.optional().describe('The EV that plugs in when a plug-in names none.'),
};

export const identity = z
  .string()
  .min(1)
  .max(255)
  .refine((value) => !/\p{Cc}/u.test(value), 'may contain no control characters')
  .describe('What the CSMS sees in the URL. Default: the id. Many chargers may share one.');

const shared = z.strictObject(newChargerFields);
export type SharedInput = z.output<typeof shared>;

/** What is missing or does not fit together. A demo CSMS stands in for what is missing. */
export function checkNewCharger(
  input: SharedInput,
  { demoCsmsUrl, vault }: Pick<ApiDeps, 'demoCsmsUrl' | 'vault'>,
): FieldError[] {
  const demo = demoCsmsUrl !== undefined;
  const errors: FieldError[] = [];
  if (!demo && !input.protocol) errors.push({ path: 'protocol', message: 'is required: "ocpp1.6" or "ocpp2.0.1"' });
  if (!demo && !input.csms?.url)
    errors.push({ path: 'csms.url', message: 'is required, such as wss://csms.example/ocpp' });
  errors.push(...checkCsms(input.csms ?? {}), ...checkKeyKept(input.csms ?? {}, vault));
  return errors;
}

/** The security profiles of the OCPP 1.6 security whitepaper §2 and OCPP 2.0.1 A00. */
export function checkCsms(csms: CsmsInput | CsmsSettings): FieldError[] {
  const { securityProfile: profile, url } = csms;
  if (!profile) return [];
  const errors: FieldError[] = [];
  const secure = profile === 1 ? 'ws:' : 'wss:';
  if (url && !url.toLowerCase().startsWith(secure)) {
    errors.push({ path: 'csms.url', message: `must begin with ${secure}// for security profile ${profile}` });
  }
  if (profile < 3 && !csms.basicAuth) {
    errors.push({ path: 'csms.basicAuth', message: `is required for security profile ${profile}` });
  }
  if (profile === 3 && !(csms.tls?.certificate && csms.tls.key)) {
    errors.push({ path: 'csms.tls', message: 'certificate and key are required for security profile 3' });
  }
  return errors;
}

/** The charger to create, complete. Call only with what `checkNewCharger` found no error in. */
export function newCharger(input: SharedInput, id: string, own: string | undefined, demoUrl = ''): NewCharger {
  const { protocol: version, csms, ...rest } = input;
  return {
    ...(given(rest) as Omit<NewCharger, 'id' | 'protocol' | 'csms'>),
    id,
    ...given({ identity: own }),
    protocol: version ?? 'ocpp1.6',
    csms: csmsOf(csms ?? {}, own ?? id, demoUrl),
  };
}

/** Complete settings: the username of Basic auth is the identity where none is given (OCPP-J 1.6 §6.2). */
export function csmsOf(csms: CsmsInput, own: string, demoUrl: string): CsmsSettings {
  const { basicAuth, url, ...rest } = csms;
  return {
    ...(given(rest) as Omit<CsmsSettings, 'url' | 'basicAuth'>),
    url: url ?? demoUrl,
    ...(basicAuth ? { basicAuth: { ...basicAuth, username: basicAuth.username ?? own } } : {}),
  };
}
