# shellcheck shell=bash
# Starting, watching and stopping a service.
#
# Each service NAME has an array NAME_port_names and the functions NAME_launch and NAME_ready, and may have a function
# NAME_configure for what has to be said to it once it answers.
#
# A process belongs to a service of this home exactly when its environment says so: no process id is written down,
# so none can go stale, and a service is found even if the home's files are lost.

services=(keycloak kafka registry secured_registry)

belongs_to() { printf 'TEST_PROBE_STACK_SERVICE=%s/%s' "$STACK_HOME" "$1"; } # belongs_to NAME

service_pids() { # service_pids NAME
  local pid
  { grep -lszxF -- "$(belongs_to "$1")" /proc/[0-9]*/environ || true; } | while IFS=/ read -r _ _ pid _; do
    printf '%s\n' "$pid"
  done
}

running() { [ -n "$(service_pids "$1")" ]; } # running NAME

anything_running() {
  local name
  for name in "${services[@]}"; do
    if running "$name"; then return 0; fi
  done
  return 1
}

# The services see none of the caller's variables, which may well be named KAFKA_..., KC_... or QUARKUS_..., and their
# working directory is the home, so relative paths keep odd characters of it out of their files.
launch() { # launch NAME [VARIABLE=VALUE]... COMMAND [ARGUMENT]...
  local name=$1 log=$STACK_HOME/logs/$1.log
  shift
  mkdir -p "$STACK_HOME/logs"
  [ ! -f "$log" ] || mv -f "$log" "$log.before"
  (
    cd "$STACK_HOME" || exit
    exec setsid env -i PATH="$PATH" HOME="$HOME" LC_ALL=C.UTF-8 \
      "$(belongs_to "$name")" TEST_PROBE_STACK_PORTS="$(ports_of "$name")" \
      "$@" >"$log" 2>&1 </dev/null 9>&-
  ) &
  local pid=$!
  # Until the new program has replaced the shell, its environment does not show whose it is.
  while kill -0 "$pid" 2>/dev/null && ! running "$name"; do sleep 0.05; done
}

die_with_log() { # die_with_log NAME WORDS...
  local log=$STACK_HOME/logs/$1.log
  shift
  show_end_of "$log"
  die "$*; the lines above are the end of $log"
}

wait_until_ready() { # wait_until_ready NAME
  local name=$1 limit=${STACK_TIMEOUT:-180} deadline
  deadline=$((SECONDS + limit))
  until "${name}_ready"; do
    running "$name" || die_with_log "$name" "$name ended before it answered"
    [ "$SECONDS" -lt "$deadline" ] || die_with_log "$name" "$name did not answer within $limit s (STACK_TIMEOUT)"
    sleep 0.2
  done
}

ports_of() { # ports_of NAME: "KAFKA_PORT=19092 ..." for every port the service listens on
  local -n names=${1}_port_names
  local port
  for port in "${names[@]}"; do printf '%s=%s ' "$port" "${!port}"; done
}

require_same_ports() { # require_same_ports NAME: a running service cannot follow a change of its ports
  local pids found
  pids=$(service_pids "$1")
  found=$(tr '\0' '\n' 2>/dev/null <"/proc/${pids%%$'\n'*}/environ" | sed -n 's/^TEST_PROBE_STACK_PORTS=//p') || return 0
  [ "$found" = "$(ports_of "$1")" ] ||
    die "$1 already runs with other ports (${found% }); use those, or run 'stack.sh down' first"
}

require_free_ports() { # require_free_ports NAME
  local -n names=${1}_port_names
  local port
  for port in "${names[@]}"; do
    ! port_listening "${!port}" ||
      die "port ${!port} ($port), which $1 needs, is taken by another program; stop that, set $port, or set STACK_PORTS=free"
  done
}

start() { # start NAME: until it answers; nothing to do when it does
  local name=$1
  if running "$name"; then
    require_same_ports "$name"
  else
    require_free_ports "$name"
    "${name}_launch"
  fi
  wait_until_ready "$name"
  if declare -F "${name}_configure" >/dev/null; then
    "${name}_configure"
  fi
}

stop() { # stop NAME [SIGNAL]: until its last process is gone
  local name=$1 signal=${2:-TERM}
  signal_service "$name" "$signal"
  wait_until_gone "$name" && return 0
  say "$name did not end within 30 s and is killed"
  signal_service "$name" KILL
  wait_until_gone "$name" || die "$name survives a kill; see process $(service_pids "$name" | tr '\n' ' ')"
}

signal_service() { # signal_service NAME SIGNAL
  local pids
  pids=$(service_pids "$1")
  # shellcheck disable=SC2086 # one argument for each process
  [ -z "$pids" ] || kill -s "$2" $pids 2>/dev/null || true
}

wait_until_gone() { # wait_until_gone NAME
  local deadline=$((SECONDS + 30))
  while running "$1"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

together() { # together COMMAND...: run each in a process of its own; fails when one of them failed
  local command pid pids=() failed=0
  for command in "$@"; do
    $command &
    pids+=("$!")
  done
  for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
  return "$failed"
}
