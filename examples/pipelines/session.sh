#!/usr/bin/env bash
# A small real test of a CSMS, for any pipeline: a charger is created, boots, charges, stops; each answer is asserted on.
#   SIM=http://127.0.0.1:7071/api CSMS_URL=wss://csms.example/ocpp ID_TOKEN=TAG-1 bash session.sh
# SIM_KEY: key of the simulator, where it wants one. Without CSMS_URL the simulator's demo CSMS is dialled. Needs curl and jq.
set -euo pipefail

SIM=${SIM:-http://127.0.0.1:7071/api}
ID_TOKEN=${ID_TOKEN:-TAG-1}
id="ci-$(date +%s)-$RANDOM"

# One request; a problem document says what was wrong, so it is shown.
call() { # method path [body]
  local answer status
  answer=$(curl -sS --max-time 230 -X "$1" "$SIM/$2" -H "x-functions-key: ${SIM_KEY:-}" -H 'content-type: application/json' \
    -w '\n%{http_code}' ${3:+-d "$3"}) || return 1
  status=${answer##*$'\n'}
  answer=${answer%$'\n'*}
  case "$status" in
    2??) printf '%s' "$answer" ;;
    *)
      echo "$1 $2 answered $status: $answer" >&2
      return 1
      ;;
  esac
}

expect() { # what filter document
  # Only a plain `true` counts: nothing, null and an error of the filter are failures.
  if [ "$(jq "$2" 2>&1 <<<"$3")" != true ]; then
    echo "FAILED: $1: $3" >&2
    exit 1
  fi
  echo "ok: $1"
}

cleanup() { call DELETE "chargers/$id" >/dev/null || true; }

charger=$(jq -n --arg id "$id" --arg url "${CSMS_URL:-}" \
  '{id: $id, tags: ["ci"]} + if $url == "" then {} else {protocol: "ocpp1.6", csms: {url: $url}} end')
created=$(call POST chargers "$charger")
trap cleanup EXIT
expect 'the charger is there' ".id == \"$id\"" "$created"

booted=$(call POST "chargers/$id/connect" '{}')
expect 'the CSMS accepts its boot' '.registration.status == "Accepted"' "$booted"

started=$(call POST "chargers/$id/transactions" "$(jq -n --arg token "$ID_TOKEN" '{connectorId: 1, idToken: $token}')")
expect 'the CSMS starts a transaction' '.transactionId != null' "$started"
expect 'the token was authorized first' '[.exchange[].action] | index("Authorize") < index("StartTransaction")' "$started"

transaction=$(jq -r .transactionId <<<"$started")
stopped=$(call POST "chargers/$id/transactions/$transaction/stop" '{"unplug": true}')
expect 'it stops for the reason given' '.transaction.stopReason == "Local"' "$stopped"

log=$(call GET "chargers/$id/messages?action=StopTransaction")
expect 'the CSMS was told once' '[.messages[] | select(.direction == "sent")] | length == 1' "$log"
