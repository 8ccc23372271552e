// Messages of OCPP 2.0.1 block M, ISO 15118 Certificate Management: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { text } from '../fields';
import { certificateHashData, getCertificateIdUseEnum, ocspRequestData } from './datatypes/certificate';
import { object } from './datatypes/custom-data';
import { statusInfo, statusResponse } from './datatypes/status-info';

const certificateHashDataChain = object({
  certificateHashData: certificateHashData,
  certificateType: getCertificateIdUseEnum,
  childCertificateHashData: z.array(certificateHashData).min(1).max(4).optional(),
});

export const iso15118CertificateManagement = {
  DeleteCertificate: {
    from: 'csms',
    block: 'M',
    request: object({ certificateHashData: certificateHashData }),
    response: statusResponse(['Accepted', 'Failed', 'NotFound']),
  },
  Get15118EVCertificate: {
    from: 'charger',
    block: 'M',
    request: object({
      iso15118SchemaVersion: text(50),
      action: z.enum(['Install', 'Update']),
      exiRequest: text(5600),
    }),
    response: object({
      status: z.enum(['Accepted', 'Failed']),
      statusInfo: statusInfo.optional(),
      // 5600 in the schemas, too short for real contract chains: raised by the errata of edition 2.
      exiResponse: text(7500),
    }),
  },
  GetCertificateStatus: {
    from: 'charger',
    block: 'M',
    request: object({ ocspRequestData: ocspRequestData }),
    response: object({
      status: z.enum(['Accepted', 'Failed']),
      statusInfo: statusInfo.optional(),
      ocspResult: text(5500).optional(),
    }),
  },
  GetInstalledCertificateIds: {
    from: 'csms',
    block: 'M',
    request: object({ certificateType: z.array(getCertificateIdUseEnum).min(1).optional() }),
    response: object({
      status: z.enum(['Accepted', 'NotFound']),
      statusInfo: statusInfo.optional(),
      certificateHashDataChain: z.array(certificateHashDataChain).min(1).optional(),
    }),
  },
  InstallCertificate: {
    from: 'csms',
    block: 'M',
    request: object({
      certificateType: z.enum([
        'V2GRootCertificate',
        'MORootCertificate',
        'CSMSRootCertificate',
        'ManufacturerRootCertificate',
      ]),
      certificate: text(5500),
    }),
    response: statusResponse(['Accepted', 'Rejected', 'Failed']),
  },
} as const;
