// What the bench's CSMS answers, by action: the least that OCPP 1.6 allows. Shared with the recording, so that all sides see the same.

const currentTime = '2026-01-05T08:00:00.000Z';

/** Payloads as JSON text. The heartbeat interval keeps heartbeats out of the measured time. */
export const answers: Readonly<Record<string, string>> = {
  Authorize: '{"idTagInfo":{"status":"Accepted"}}',
  BootNotification: `{"status":"Accepted","currentTime":"${currentTime}","interval":86400}`,
  Heartbeat: `{"currentTime":"${currentTime}"}`,
  StartTransaction: '{"idTagInfo":{"status":"Accepted"},"transactionId":1000001}',
};

/** The CALLRESULT to a CALL, both as text. */
export function answerTo(call: string): string {
  const [, messageId, action] = JSON.parse(call) as [number, string, string];
  return `[3,"${messageId}",${answers[action] ?? '{}'}]`;
}
