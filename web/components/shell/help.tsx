'use client';
// The keys that work on every page, and the switch for those of a single character.
import { setSingleKeys, shortcuts, useSingleKeys } from '../../lib/shortcuts';
import { Check } from '../ui/field';
import { Modal } from '../ui/modal';

export function ShortcutsHelp({ onClose }: { onClose: () => void }) {
  const on = useSingleKeys();
  return (
    <Modal title="Keyboard" onClose={onClose}>
      <div className="stack">
        <table>
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col">Does</th>
            </tr>
          </thead>
          <tbody>
            {shortcuts.map(({ keys, words, single }) => (
              <tr key={keys}>
                <td>
                  <kbd>{keys}</kbd>
                </td>
                <td className={single && !on ? 'dim' : ''}>
                  {words}
                  {single && !on && ' (off)'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <Check label="Keys of a single character" checked={on} onChange={setSingleKeys} />
        <p className="dim">
          In lists and menus the arrow keys move and Enter chooses; in the palette a charger’s id and a few letters of
          what it is to do are enough: “cp-1 start”.
        </p>
      </div>
    </Modal>
  );
}
