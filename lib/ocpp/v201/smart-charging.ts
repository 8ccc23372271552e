// Messages of OCPP 2.0.1 block K, Smart Charging: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { dateTime, integer } from '../fields';
import {
  chargingLimitSourceEnum,
  chargingProfile,
  chargingProfilePurposeEnum,
  chargingRateUnitEnum,
  chargingSchedule,
  chargingSchedulePeriod,
} from './datatypes/charging-profile';
import { object } from './datatypes/custom-data';
import { genericStatus, statusInfo, statusResponse } from './datatypes/status-info';

const clearChargingProfile = object({
  evseId: integer.optional(),
  chargingProfilePurpose: chargingProfilePurposeEnum.optional(),
  stackLevel: integer.optional(),
});

const chargingProfileCriterion = object({
  chargingProfilePurpose: chargingProfilePurposeEnum.optional(),
  stackLevel: integer.optional(),
  chargingProfileId: z.array(integer).min(1).optional(),
  chargingLimitSource: z.array(chargingLimitSourceEnum).min(1).max(4).optional(),
});

const compositeSchedule = object({
  chargingSchedulePeriod: z.array(chargingSchedulePeriod).min(1),
  evseId: integer,
  duration: integer,
  scheduleStart: dateTime,
  chargingRateUnit: chargingRateUnitEnum,
});

const chargingLimit = object({
  chargingLimitSource: chargingLimitSourceEnum,
  isGridCritical: z.boolean().optional(),
});

const acChargingParameters = object({
  energyAmount: integer,
  evMinCurrent: integer,
  evMaxCurrent: integer,
  evMaxVoltage: integer,
});

const dcChargingParameters = object({
  evMaxCurrent: integer,
  evMaxVoltage: integer,
  energyAmount: integer.optional(),
  evMaxPower: integer.optional(),
  stateOfCharge: integer.min(0).max(100).optional(),
  evEnergyCapacity: integer.optional(),
  fullSoC: integer.min(0).max(100).optional(),
  bulkSoC: integer.min(0).max(100).optional(),
});

const chargingNeeds = object({
  acChargingParameters: acChargingParameters.optional(),
  dcChargingParameters: dcChargingParameters.optional(),
  requestedEnergyTransfer: z.enum(['DC', 'AC_single_phase', 'AC_two_phase', 'AC_three_phase']),
  departureTime: dateTime.optional(),
});

export const smartCharging = {
  ClearChargingProfile: {
    from: 'csms',
    block: 'K',
    request: object({
      chargingProfileId: integer.optional(),
      chargingProfileCriteria: clearChargingProfile.optional(),
    }),
    response: statusResponse(['Accepted', 'Unknown']),
  },
  ClearedChargingLimit: {
    from: 'charger',
    block: 'K',
    request: object({
      chargingLimitSource: chargingLimitSourceEnum,
      evseId: integer.optional(),
    }),
    response: object({}),
  },
  GetChargingProfiles: {
    from: 'csms',
    block: 'K',
    request: object({
      requestId: integer,
      evseId: integer.optional(),
      chargingProfile: chargingProfileCriterion,
    }),
    response: statusResponse(['Accepted', 'NoProfiles']),
  },
  GetCompositeSchedule: {
    from: 'csms',
    block: 'K',
    request: object({
      duration: integer,
      chargingRateUnit: chargingRateUnitEnum.optional(),
      evseId: integer,
    }),
    response: object({
      status: z.enum(genericStatus),
      statusInfo: statusInfo.optional(),
      schedule: compositeSchedule.optional(),
    }),
  },
  NotifyChargingLimit: {
    from: 'charger',
    block: 'K',
    request: object({
      chargingSchedule: z.array(chargingSchedule).min(1).optional(),
      evseId: integer.optional(),
      chargingLimit: chargingLimit,
    }),
    response: object({}),
  },
  NotifyEVChargingNeeds: {
    from: 'charger',
    block: 'K',
    request: object({
      maxScheduleTuples: integer.optional(),
      chargingNeeds: chargingNeeds,
      evseId: integer,
    }),
    response: statusResponse(['Accepted', 'Rejected', 'Processing']),
  },
  NotifyEVChargingSchedule: {
    from: 'charger',
    block: 'K',
    request: object({
      timeBase: dateTime,
      chargingSchedule: chargingSchedule,
      evseId: integer,
    }),
    response: statusResponse(genericStatus),
  },
  ReportChargingProfiles: {
    from: 'charger',
    block: 'K',
    request: object({
      requestId: integer,
      chargingLimitSource: chargingLimitSourceEnum,
      chargingProfile: z.array(chargingProfile).min(1),
      tbc: z.boolean().optional(),
      evseId: integer,
    }),
    response: object({}),
  },
  SetChargingProfile: {
    from: 'csms',
    block: 'K',
    request: object({
      evseId: integer,
      chargingProfile: chargingProfile,
    }),
    response: statusResponse(['Accepted', 'Rejected']),
  },
} as const;
