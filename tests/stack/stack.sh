#!/usr/bin/env bash
# The test stack: Kafka, Apicurio Registry (one open, one secured) and Keycloak on loopback, without Docker.
# README.md beside this file says what runs where.
set -euo pipefail
stack_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=lib/messages.sh
source "$stack_folder/lib/messages.sh"
# shellcheck source=lib/settings.sh
source "$stack_folder/lib/settings.sh"
# shellcheck source=lib/ports.sh
source "$stack_folder/lib/ports.sh"
# shellcheck source=lib/service.sh
source "$stack_folder/lib/service.sh"
# shellcheck source=lib/http.sh
source "$stack_folder/lib/http.sh"
# shellcheck source=lib/java.sh
source "$stack_folder/lib/java.sh"
# shellcheck source=lib/prepare.sh
source "$stack_folder/lib/prepare.sh"
# shellcheck source=lib/software.sh
source "$stack_folder/lib/software.sh"
# shellcheck source=lib/certificates.sh
source "$stack_folder/lib/certificates.sh"
# shellcheck source=lib/keycloak.sh
source "$stack_folder/lib/keycloak.sh"
# shellcheck source=lib/kafka.sh
source "$stack_folder/lib/kafka.sh"
# shellcheck source=lib/registry.sh
source "$stack_folder/lib/registry.sh"

commands=(
  up env status down prepare certificates
  stop-kafka start-kafka restart-kafka kill-kafka stop-registry start-registry stop-idp start-idp
)

usage() {
  cat <<'USAGE'
stack.sh COMMAND

  up              fetch what is missing, start what does not run, wait until all answer, print the settings
  env             print the settings as NAME=VALUE lines
  status          say what runs; fails unless everything answers
  down            stop everything and forget topics, schemas and groups
  prepare         install what a bare Debian or Ubuntu lacks (as root)
  certificates    make the certificates only, as compose.yaml needs them

  stop-kafka      start-kafka      restart-kafka    kill-kafka (SIGKILL)
  stop-registry   start-registry   both registries
  stop-idp        start-idp

  STACK_HOME      where everything lives; default ~/.cache/test-probe/stack
  STACK_PORTS     'free' chooses free ports once and remembers them in STACK_HOME
  STACK_TIMEOUT   seconds a service may take to answer; default 180
  NAME_PORT       a port of your own; the names are in the file .env
USAGE
}

lock_home() { # one command at a time changes a home; the services do not inherit the lock
  exec 9>"$STACK_HOME/lock"
  flock --nonblock 9 || {
    say "waiting for another stack.sh that works on $STACK_HOME"
    flock 9
  }
}

start_idp_then_kafka() { # a broker reads the realm's keys when it starts
  start keycloak
  start kafka
}

restart_kafka() {
  stop kafka
  start kafka
}

provide() { # everything a service needs before it can start
  require_commands curl flock setsid
  fetch_software
  make_certificates
}

up() {
  require_java 21 "Apicurio Registry" >/dev/null # said before the long way, not after it
  provide
  together start_idp_then_kafka "start registry" "start secured_registry"
  print_settings
}

down() {
  together "stop keycloak" "stop kafka" "stop registry" "stop secured_registry"
  rm -rf "$STACK_HOME/data" "$STACK_HOME/run"
}

status() {
  local name state pids answering=0
  for name in "${services[@]}"; do
    pids=$(service_pids "$name" | tr '\n' ' ')
    if [ -z "$pids" ]; then
      state=stopped
    elif "${name}_ready"; then
      state=answers answering=$((answering + 1))
    else
      state='does not answer'
    fi
    printf '%-17s %-16s %s%s\n' "$name" "$state" "$(ports_of "$name")" "${pids:+pid ${pids% }}"
  done
  [ "$answering" -eq "${#services[@]}" ]
}

run() { # run COMMAND
  case $1 in start-* | restart-*) provide ;; esac
  case $1 in
    up) up ;;
    env) print_settings ;;
    status) status ;;
    down) down ;;
    prepare) prepare ;;
    certificates) make_certificates ;;
    start-kafka) start kafka ;;
    stop-kafka) stop kafka ;;
    restart-kafka) restart_kafka ;;
    kill-kafka) stop kafka KILL ;;
    start-registry) together "start registry" "start secured_registry" ;;
    stop-registry) together "stop registry" "stop secured_registry" ;;
    start-idp) start keycloak ;;
    stop-idp) stop keycloak ;;
  esac
}

main() {
  case ${1:-} in help | -h | --help) usage; exit ;; esac
  if [ "$#" -ne 1 ] || [[ " ${commands[*]} " != *" $1 "* ]]; then
    usage >&2
    exit 2
  fi
  settle_home
  prepared_jdk=$STACK_HOME/software/jdk
  case $1 in
    # These two change nothing, unless ports have yet to be chosen.
    env | status) [ "${STACK_PORTS:-}" != free ] || [ -f "$STACK_HOME/ports" ] || lock_home ;;
    *) lock_home ;;
  esac
  settle_ports
  settle_settings
  run "$1"
}

main "$@"
