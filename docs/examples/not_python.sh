#!/usr/bin/env bash
# Ask a mock of Amazon AppIntegrations from outside of Python. Needs the extra `server`.
set -euo pipefail

# The server says when it answers, and where. Port 0 is any free port.
coproc appint-mock serve --port 0 --quiet
trap 'kill "$COPROC_PID"' EXIT
read -r line <&"${COPROC[0]}"
url=${line##* }

# Any client of AWS that takes an endpoint will do: an SDK, the AWS CLI, or curl.
ask() {
    curl --silent --user testing:testing \
        --aws-sigv4 aws:amz:us-east-1:app-integrations "$@"
}
ask "$url/eventIntegrations" --json '{
    "Name": "orders",
    "EventFilter": {"Source": "aws.partner/example.com"},
    "EventBridgeBus": "default"
}' > /dev/null
ask "$url/eventIntegrations/orders"
echo

# A test also arranges failures, and looks at the calls.
curl --silent "$url/_appint_mock/faults" \
    --json '{"operation": "ListApplications", "error": "ThrottlingException"}' \
    > /dev/null
ask "$url/applications" --output /dev/null --write-out '%{http_code}\n'
