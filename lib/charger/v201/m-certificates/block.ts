// Block M, ISO 15118 Certificate Management, as a value: the roots that the station trusts, its chain towards EVs, and what it asks the CSMS for
// on behalf of EVs. There is no ISO 15118 stack: what an EV would say comes from whoever sends the message.
import { rootTasks } from '../../root-certificates';
import type { Block } from '../block';
import {
  certificateStatusPayload,
  deleteCertificate,
  getInstalledCertificateIds,
  installCertificate,
} from './certificates';

export const certificateManagement: Block = {
  name: 'M Certificate Management',
  handlers: {
    DeleteCertificate: deleteCertificate,
    GetInstalledCertificateIds: getInstalledCertificateIds,
    InstallCertificate: installCertificate,
  },
  fill: {
    /** M01, M02. The header of an empty EXI document stands for what the EV asks. */
    Get15118EVCertificate: () => ({
      iso15118SchemaVersion: 'urn:iso:15118:2:2013:MsgDef',
      action: 'Install',
      exiRequest: 'gA==',
    }),
    GetCertificateStatus: ({ charger }) => certificateStatusPayload(charger),
  },
  tasks: rootTasks(['csms', 'manufacturer', 'v2g', 'mo']),
};
