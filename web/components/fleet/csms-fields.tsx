'use client';
// How a charger proves to the CSMS who it is: Basic auth and certificates. Passwords and private keys go in and never come out.
import type { DraftForm } from '../../lib/draft';
import { AreaField, CheckField, TextField } from '../ui/draft-fields';

export function BasicAuthFields({ form }: { form: DraftForm }) {
  return (
    <>
      <TextField form={form} path="csms.basicAuth.username" label="Username" hint="Empty: the identity" />
      <TextField form={form} path="csms.basicAuth.password" label="Password" secret />
    </>
  );
}

export function TlsFields({ form }: { form: DraftForm }) {
  return (
    <div className="stack">
      <AreaField form={form} path="csms.tls.ca" label="Certificates to trust, PEM" hint="Empty: those of the system" />
      <AreaField form={form} path="csms.tls.certificate" label="Its certificate, PEM" />
      <AreaField form={form} path="csms.tls.key" label="Its private key, PEM" hint="Goes in and never comes out" />
      <CheckField
        form={form}
        path="csms.tls.verifyHostname"
        label="Takes any host name in the certificate of the CSMS"
        on={false}
      />
    </div>
  );
}
