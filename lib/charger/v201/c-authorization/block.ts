// Block C, Authorization, as a value.
import type { Block } from '../block';
import { allTransactions } from '../e-transactions/event';
import { v201 } from '../places';
import { cacheEnabled, clearCache } from './cache';
import { contractChecked } from './contract';
import { authorizeAnswered, authorizeFailed } from './tokens';

export const authorization: Block = {
  name: 'C Authorization',
  handlers: { ClearCache: clearCache },
  answers: { Authorize: authorizeAnswered },
  failures: { Authorize: authorizeFailed },
  fill: {
    Authorize: ({ charger }) => ({
      idToken: allTransactions(charger).at(-1)?.idToken ?? { idToken: 'TAG-1', type: 'ISO14443' },
    }),
  },
  tasks: { contract: contractChecked },
  effects: {
    /** What is switched off is forgotten. */
    availability({ charger }) {
      if (!cacheEnabled(charger)) v201(charger).cache = {};
    },
  },
  moments: {
    loseVolatile({ charger }) {
      for (const state of v201(charger).evses) delete state.authorization;
    },
  },
  view: (charger) => ({ authorizationCache: Object.keys(v201(charger).cache).length }),
};
