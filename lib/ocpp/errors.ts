// Kinds of RPC error, and how each OCPP version spells them (OCPP-J 1.6 §4.2.3, OCPP-J 2.0.1 §4.3). When which is used is not decided here.

export type RpcError =
  | 'notImplemented'
  | 'notSupported'
  | 'internalError'
  | 'protocolError'
  | 'securityError'
  | 'formatViolation'
  | 'propertyConstraintViolation'
  | 'occurrenceConstraintViolation'
  | 'typeConstraintViolation'
  | 'genericError'
  | 'messageTypeNotSupported'
  | 'rpcFrameworkError';

/**
 * `FormationViolation` and `OccurenceConstraintViolation` are 1.6's own spelling (§4.2.3, table 7). Kinds it does not know map to
 * the nearest it has: what is no RPC request at all is "not conform the PDU structure".
 */
export const errorCodesV16: Record<RpcError, string> = {
  notImplemented: 'NotImplemented',
  notSupported: 'NotSupported',
  internalError: 'InternalError',
  protocolError: 'ProtocolError',
  securityError: 'SecurityError',
  formatViolation: 'FormationViolation',
  propertyConstraintViolation: 'PropertyConstraintViolation',
  occurrenceConstraintViolation: 'OccurenceConstraintViolation',
  typeConstraintViolation: 'TypeConstraintViolation',
  genericError: 'GenericError',
  messageTypeNotSupported: 'GenericError',
  rpcFrameworkError: 'FormationViolation',
};

/** 2.0.1's spelling (Part 4, §4.3). */
export const errorCodesV201: Record<RpcError, string> = {
  notImplemented: 'NotImplemented',
  notSupported: 'NotSupported',
  internalError: 'InternalError',
  protocolError: 'ProtocolError',
  securityError: 'SecurityError',
  formatViolation: 'FormatViolation',
  propertyConstraintViolation: 'PropertyConstraintViolation',
  occurrenceConstraintViolation: 'OccurrenceConstraintViolation',
  typeConstraintViolation: 'TypeConstraintViolation',
  genericError: 'GenericError',
  messageTypeNotSupported: 'MessageTypeNotSupported',
  rpcFrameworkError: 'RpcFrameworkError',
};
