// Block P, Data Transfer, as a value.
import { answerDataTransfer, ownVendorId } from '../../data-transfer';
import type { Block } from '../block';

export const dataTransfer: Block = {
  name: 'P Data Transfer',
  handlers: { DataTransfer: (_context, request) => answerDataTransfer(request) },
  fill: { DataTransfer: () => ({ vendorId: ownVendorId }) },
};
