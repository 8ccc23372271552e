// The settings of the demo CSMS over HTTP: how it registers chargers, what id tags are worth, what a kilowatt hour costs.
import type { Hono } from 'hono';
import { z } from 'zod';
import { idTagStatuses, type Ledger, lookUpIdTag } from './ledger';
import { checked, jsonBody } from './problem';
import { idTagView } from './views';

const registrationBody = z.strictObject({
  status: z.enum(['Accepted', 'Pending', 'Rejected']),
  interval: z.int().min(0).max(2_147_483_647).default(300),
});
const tariffBody = z.strictObject({ pricePerKWh: z.number().min(0).max(1_000_000) });
/** 20 characters in 1.6, 36 in 2.x. */
const idTagName = z.string().min(1).max(36);
const idTagBody = z.strictObject({
  status: z.enum(idTagStatuses).default('Accepted'),
  expiryDate: z.iso.datetime({ offset: true }).optional(),
  /** As long as every version can carry. */
  parentIdTag: idTagName.max(20).optional(),
});

/** GET, PUT and DELETE of each. */
export function addSettingRoutes(app: Hono, ledger: Ledger): void {
  addRegistrationRoutes(app, ledger);
  addTariffRoutes(app, ledger);
  addIdTagRoutes(app, ledger);
}

function addRegistrationRoutes(app: Hono, ledger: Ledger): void {
  app.get('/api/registration', (c) => c.json(ledger.defaultRegistration));
  app.put('/api/registration', async (c) => {
    ledger.defaultRegistration = checked(registrationBody, await jsonBody(c.req.raw), 'registration');
    return c.json(ledger.defaultRegistration);
  });
  app.put('/api/chargers/:identity/registration', async (c) => {
    const registration = checked(registrationBody, await jsonBody(c.req.raw), 'registration');
    ledger.registrations.set(c.req.param('identity'), registration);
    return c.json(registration);
  });
  app.delete('/api/chargers/:identity/registration', (c) => {
    ledger.registrations.delete(c.req.param('identity'));
    return c.body(null, 204);
  });
}

function addTariffRoutes(app: Hono, ledger: Ledger): void {
  const tariff = () => (ledger.pricePerKWh === undefined ? {} : { pricePerKWh: ledger.pricePerKWh });
  app.get('/api/tariff', (c) => c.json(tariff()));
  app.put('/api/tariff', async (c) => {
    ledger.pricePerKWh = checked(tariffBody, await jsonBody(c.req.raw), 'tariff').pricePerKWh;
    return c.json(tariff());
  });
  app.delete('/api/tariff', (c) => {
    delete ledger.pricePerKWh;
    return c.body(null, 204);
  });
}

function addIdTagRoutes(app: Hono, ledger: Ledger): void {
  app.get('/api/id-tags/:idTag', (c) => c.json(idTagView(lookUpIdTag(ledger, c.req.param('idTag')))));
  app.put('/api/id-tags/:idTag', async (c) => {
    const idTag = checked(idTagName, c.req.param('idTag'), 'id tag');
    const { status, expiryDate, parentIdTag } = checked(idTagBody, (await jsonBody(c.req.raw)) ?? {}, 'id tag');
    const tag = {
      ...{ idTag, status },
      ...(expiryDate === undefined ? {} : { expiryDate: Date.parse(expiryDate) }),
      ...(parentIdTag === undefined ? {} : { parentIdTag }),
    };
    ledger.idTags.set(idTag.toUpperCase(), tag);
    return c.json(idTagView(tag));
  });
  app.delete('/api/id-tags/:idTag', (c) => {
    ledger.idTags.delete(c.req.param('idTag').toUpperCase());
    return c.body(null, 204);
  });
}
