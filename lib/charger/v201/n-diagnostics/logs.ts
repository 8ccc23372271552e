// GetLog of OCPP 2.0.1 (N01): what is asked for. Making and sending the file is in ../../log-upload.ts.
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import { enqueue } from '../../calls';
import type { Context } from '../../context';
import { requestLog } from '../../log-request';
import { isUploading } from '../../log-upload';

/** GetLog. A newer request takes the place of one that is being met, of which the CSMS is told so (UploadLogStatusEnumType). */
export function getLog(context: Context, request: RequestV201<'GetLog'>): ResponseV201<'GetLog'> {
  const { charger } = context;
  const requestId = charger.uploads?.log?.requestId;
  if (isUploading(charger, 'log')) {
    const payload = { status: 'AcceptedCanceled', ...(requestId === undefined ? {} : { requestId }) };
    enqueue(context, { action: 'LogStatusNotification', payload, kind: 'plain' });
  }
  return requestLog(context, request);
}
