// What hardware refuses to do. Nothing here knows of OCPP or HTTP: who catches it translates the reason.

export type HardwareReason =
  | 'noSuchConnector'
  | 'connectorInUse' // another connector of the same EVSE has an EV
  | 'alreadyConnected'
  | 'notConnected'
  | 'locked'
  | 'fixedCable' // cannot be taken out at the charger
  | 'noEv'
  | 'badEv'; // settings that no EV can have

/** Thrown when something physically impossible is asked; the message is a sentence for people. */
export class HardwareError extends Error {
  override name = 'HardwareError';
  constructor(
    readonly reason: HardwareReason,
    message: string,
  ) {
    super(message);
  }
}
