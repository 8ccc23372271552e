// The page at `/`: what the demo CSMS is and how to talk to it.

const rows = [
  ['GET /api/health', 'how many chargers and transactions'],
  ['GET /api/chargers?connected=true&amp;prefix=CP', 'every charger that has connected'],
  ['GET /api/chargers/{identity}', 'boot, statuses, transactions, what it did outside the specification'],
  ['GET /api/chargers/{identity}/calls?action=MeterValues', 'its last calls and their answers, newest first'],
  [
    'POST /api/chargers/{identity}/calls/{action}',
    'sends it any action; the body is the payload; ?validate=false, ?timeoutSeconds=30',
  ],
  ['DELETE /api/chargers/{identity}/connection?abrupt=true', 'closes or cuts its connection'],
  ['GET /api/transactions?identity=CP-1&amp;active=true', 'transactions, newest first'],
  ['PUT /api/id-tags/{idTag}', 'what a tag is worth: {"status", "expiryDate", "parentIdTag"}; also GET and DELETE'],
  ['PUT /api/registration', 'the answer to BootNotification: {"status": "Accepted"|"Pending"|"Rejected", "interval"}'],
  [
    'PUT /api/tariff',
    '{"pricePerKWh": 0.39}: OCPP 2.0.1 chargers are told what a transaction costs; also GET and DELETE',
  ],
  ['PUT /api/chargers/{identity}/registration', 'the same for one charger; DELETE ends it'],
];

export const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Demo CSMS</title>
<h1>Demo CSMS</h1>
<p>Chargers connect to <code>/ocpp/{identity}</code> on this port (OCPP 1.6 and 2.0.1), with any credentials or none.</p>
<p>Any id tag is accepted, but those that start with INVALID, BLOCKED, EXPIRED or CONCURRENT get that status.</p>
<table>
${rows.map(([route, text]) => `<tr><td><code>${route}</code></td><td>${text}</td></tr>`).join('\n')}
</table>
<pre>curl -X POST http://127.0.0.1:9000/api/chargers/CP-1/calls/RemoteStartTransaction -d '{"connectorId": 1, "idTag": "TAG-1"}'
curl -X POST http://127.0.0.1:9000/api/chargers/CP-2/calls/RequestStartTransaction \\
  -d '{"evseId": 1, "remoteStartId": 1, "idToken": {"idToken": "TAG-1", "type": "Central"}}'</pre>
</html>
`;
