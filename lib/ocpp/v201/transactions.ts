// Messages of OCPP 2.0.1 block E, Transactions: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { dateTime, integer, text } from '../fields';
import { object } from './datatypes/custom-data';
import { evse } from './datatypes/device-model';
import { idToken, idTokenInfo } from './datatypes/id-token';
import { messageContent } from './datatypes/message-content';
import { meterValue } from './datatypes/meter-value';

const transaction = object({
  transactionId: text(36),
  chargingState: z.enum(['Charging', 'EVConnected', 'SuspendedEV', 'SuspendedEVSE', 'Idle']).optional(),
  timeSpentCharging: integer.optional(),
  stoppedReason: z
    .enum([
      'DeAuthorized',
      'EmergencyStop',
      'EnergyLimitReached',
      'EVDisconnected',
      'GroundFault',
      'ImmediateReset',
      'Local',
      'LocalOutOfCredit',
      'MasterPass',
      'Other',
      'OvercurrentFault',
      'PowerLoss',
      'PowerQuality',
      'Reboot',
      'Remote',
      'SOCLimitReached',
      'StoppedByEV',
      'TimeLimitReached',
      'Timeout',
    ])
    .optional(),
  remoteStartId: integer.optional(),
});

export const transactions = {
  GetTransactionStatus: {
    from: 'csms',
    block: 'E',
    request: object({ transactionId: text(36).optional() }),
    response: object({
      ongoingIndicator: z.boolean().optional(),
      messagesInQueue: z.boolean(),
    }),
  },
  TransactionEvent: {
    from: 'charger',
    block: 'E',
    request: object({
      eventType: z.enum(['Ended', 'Started', 'Updated']),
      meterValue: z.array(meterValue).min(1).optional(),
      timestamp: dateTime,
      triggerReason: z.enum([
        'Authorized',
        'CablePluggedIn',
        'ChargingRateChanged',
        'ChargingStateChanged',
        'Deauthorized',
        'EnergyLimitReached',
        'EVCommunicationLost',
        'EVConnectTimeout',
        'MeterValueClock',
        'MeterValuePeriodic',
        'TimeLimitReached',
        'Trigger',
        'UnlockCommand',
        'StopAuthorized',
        'EVDeparted',
        'EVDetected',
        'RemoteStop',
        'RemoteStart',
        'AbnormalCondition',
        'SignedDataReceived',
        'ResetCommand',
      ]),
      seqNo: integer,
      offline: z.boolean().optional(),
      numberOfPhasesUsed: integer.optional(),
      cableMaxCurrent: integer.optional(),
      reservationId: integer.optional(),
      transactionInfo: transaction,
      evse: evse.optional(),
      idToken: idToken.optional(),
    }),
    response: object({
      totalCost: z.number().optional(),
      chargingPriority: integer.optional(),
      idTokenInfo: idTokenInfo.optional(),
      updatedPersonalMessage: messageContent.optional(),
    }),
  },
} as const;
