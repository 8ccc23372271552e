// Certificates as messages name them: by hashes, and for the OCSP responder (OCPP 2.0.1 part 2, blocks A, C, M, N).
import { z } from 'zod';
import { text } from '../../fields';
import { object } from './custom-data';

export const certificateSigningUseEnum = z.enum(['ChargingStationCertificate', 'V2GCertificate']);

export const getCertificateIdUseEnum = z.enum([
  'V2GRootCertificate',
  'MORootCertificate',
  'CSMSRootCertificate',
  'V2GCertificateChain',
  'ManufacturerRootCertificate',
]);

export const hashAlgorithmEnum = z.enum(['SHA256', 'SHA384', 'SHA512']);

export const certificateHashData = object({
  hashAlgorithm: hashAlgorithmEnum,
  issuerNameHash: text(128),
  issuerKeyHash: text(128),
  serialNumber: text(40),
});

export const ocspRequestData = object({
  hashAlgorithm: hashAlgorithmEnum,
  issuerNameHash: text(128),
  issuerKeyHash: text(128),
  serialNumber: text(40),
  responderURL: text(512),
});
