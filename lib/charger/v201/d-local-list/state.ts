// What the local authorization list remembers, as part of the charger document.
import type { LocalList } from '../../local-list';
import type { CachedToken } from '../c-authorization/state';

/** What the CSMS says of a token on the list, as far as it is not simply accepted. */
export type ListedToken = Partial<Omit<CachedToken, 'at'>>;

export interface LocalListState {
  /** By type and text of the token (see `keyOf`); absent: the list is empty. */
  localList?: LocalList<ListedToken>;
}
