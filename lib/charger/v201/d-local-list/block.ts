// Block D, Local Authorization List Management, as a value.
import type { Block } from '../block';
import { getLocalListVersion, listed, sendLocalList, viewLocalList } from './local-list';

export const localAuthorizationList: Block = {
  name: 'D Local Authorization List Management',
  handlers: { GetLocalListVersion: getLocalListVersion, SendLocalList: sendLocalList },
  extends: { knownToken: listed },
  view: (charger) => ({ localAuthorizationList: viewLocalList(charger) }),
};
