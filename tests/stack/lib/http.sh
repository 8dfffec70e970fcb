# shellcheck shell=bash
# Questions to the services over HTTP. A proxy of the caller's has no business on loopback.

http_status() { # http_status URL [CURL ARGUMENT]...: the status alone, 000 without an answer
  local url=$1
  shift
  curl --noproxy '*' --silent --max-time 5 --output /dev/null --write-out '%{http_code}' "$@" "$url" || true
}
