// The API as the compiler sees it: names, inputs and answers of every operation, taken from the one table of operations. A changed
// operation is a type error where it is called.
import type { ApiOperation } from '../../lib/api/table';

export type OperationName = ApiOperation['name'];

type Types<N extends OperationName> = NonNullable<Extract<ApiOperation, { name: N }>['types']>;

/** What the operation takes, wherever it travels: route, query or body. */
export type InputOf<N extends OperationName> = Types<N>['input'] & { timeoutSeconds?: number };

/** What it answers with when all went well. */
export type OutputOf<N extends OperationName> = Types<N>['output'];

export type ChargerView = OutputOf<'getCharger'>;
export type ConnectorView = NonNullable<ChargerView['connectors']>[number];
export type TransactionView = OutputOf<'getTransaction'>;
export type Frame = OutputOf<'listMessages'>['messages'][number];
export type Model = OutputOf<'listModels'>['models'][number];
