'use client';
// A card, held to the reader or used to start a whole session.
import { useState } from 'react';

export interface Token {
  idToken: string;
  type?: string;
}

interface TokenFormProps {
  name: string;
  protocol: string;
  busy: boolean;
  running: boolean;
  onPresent: (token: Token) => void;
  onStart: (token: Token) => void;
}

/** IdTokenEnumType of OCPP 2.0.1. */
const types = ['ISO14443', 'ISO15693', 'Central', 'eMAID', 'KeyCode', 'Local', 'MacAddress', 'NoAuthorization'];

export function TokenForm({ name, protocol, busy, running, onPresent, onStart }: TokenFormProps) {
  const [idToken, setIdToken] = useState('TAG-1');
  const [type, setType] = useState('ISO14443');
  const typed = protocol !== 'ocpp1.6';
  const button = typed && type === 'NoAuthorization';
  const token = { idToken: button ? '' : idToken, ...(typed ? { type } : {}) };
  const missing = idToken === '' && !button;
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        onPresent(token);
      }}
    >
      <input
        aria-label={`Token at ${name}`}
        required={!button}
        disabled={button}
        value={button ? '' : idToken}
        style={{ flex: '1 1 90px', minWidth: 0 }}
        onChange={({ target }) => setIdToken(target.value)}
      />
      {typed && (
        <select
          aria-label={`Type of the token at ${name}`}
          value={type}
          onChange={({ target }) => setType(target.value)}
        >
          {types.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      )}
      <button type="submit" disabled={busy || missing}>
        Present token
      </button>
      {!running && (
        <button
          type="button"
          className="main"
          disabled={busy || idToken === '' || button}
          onClick={() => onStart(token)}
        >
          Start charging
        </button>
      )}
    </form>
  );
}
