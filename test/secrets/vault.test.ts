// Sealing of secrets at rest (security whitepaper §2.6): what is sealed can be had back with the same key and with no other.
import { secretBytes } from '../../lib/charger/sealed';
import { createVault, lockedVault, openVault, VaultError } from '../../lib/secrets/vault';

const vault = createVault(Buffer.alloc(32, 1));

describe('§2.6: a vault', () => {
  it.each(['', 'hunter2', 'Schlüssel 🔑', 'x'.repeat(20_000)])('gives back what was sealed: %#', (text) => {
    const sealed = vault.seal(text);
    expect(sealed).toMatch(/^sealed:1:[\w-]{8}:/);
    if (text) expect(sealed).not.toContain(text);
    expect(vault.unseal(sealed)).toBe(text);
    expect(secretBytes(sealed)).toBe(Buffer.byteLength(text));
  });

  it('seals the same text differently each time, and sealed text not again', () => {
    expect(vault.seal('a')).not.toBe(vault.seal('a'));
    const sealed = vault.seal('a');
    expect(vault.seal(sealed)).toBe(sealed);
  });

  it('leaves text that is not sealed as it is', () => {
    expect([vault, openVault, lockedVault].map(({ unseal }) => unseal('hunter2'))).toEqual(Array(3).fill('hunter2'));
  });

  it.each([
    ['another key', createVault(Buffer.alloc(32, 2)), vault.seal('hunter2'), /another SECRETS_KEY/],
    ['no key', lockedVault, vault.seal('hunter2'), /no SECRETS_KEY/],
    ['a changed byte', vault, tamper(vault.seal('hunter2')), /damaged/],
    ['a cut text', vault, `${vault.seal('hunter2').slice(0, 22)}AAAA`, /damaged/],
  ])('says what is wrong with %s, and nothing of the secret', (_, other, sealed, message) => {
    const unsealing = () => other.unseal(sealed);
    expect(unsealing).toThrow(VaultError);
    expect(unsealing).toThrow(message);
    expect(unsealing).not.toThrow(/hunter2/);
  });

  it('without a key seals nothing', () => {
    expect(() => lockedVault.seal('hunter2')).toThrow(/SECRETS_KEY/);
  });
});

function tamper(sealed: string): string {
  const at = sealed.lastIndexOf(':') + 20;
  return sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
}
