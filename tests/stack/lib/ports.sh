# shellcheck shell=bash
# Which ports are taken, and ports of its own for a home that asks for them with STACK_PORTS=free.

# Both tables of the kernel list a socket as "slot: address:PORT peer:PORT STATE ..." in upper-case hexadecimal.
port_used() { # port_used PORT: some socket of this machine holds it, in whatever state
  local hex
  printf -v hex '%04X' "$1"
  grep -qsE "^ *[0-9]+: [0-9A-F]+:$hex " /proc/net/tcp /proc/net/tcp6
}

port_listening() { # port_listening PORT: a program accepts connections there; 0A is the state LISTEN
  local hex
  printf -v hex '%04X' "$1"
  grep -qsE "^ *[0-9]+: [0-9A-F]+:$hex [0-9A-F]+:0000 0A " /proc/net/tcp /proc/net/tcp6
}

accepts_connections() { # accepts_connections PORT
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

choose_ports() { # give every service a free port and remember the choice in this home
  local name port chosen=' '
  for name in "${port_names[@]}"; do
    # Below 32768, where Linux starts to hand out ports for outgoing connections.
    while :; do
      port=$((20000 + RANDOM % 12000))
      [[ $chosen == *" $port "* ]] || port_used "$port" || break
    done
    chosen+="$port "
    printf '%s=%s\n' "$name" "$port"
  done >"$STACK_HOME/ports.partial"
  mv "$STACK_HOME/ports.partial" "$STACK_HOME/ports"
}

remembered_ports_are_taken() { # by others: only asked while nothing of this home runs
  local name port
  while IFS='=' read -r name port; do
    ! port_listening "$port" || return 0
  done <"$STACK_HOME/ports"
  return 1
}

settle_ports() { # before settle_settings
  case ${STACK_PORTS:-fixed} in
    fixed) ;;
    free)
      if [ ! -f "$STACK_HOME/ports" ]; then
        ! anything_running || die "this home already runs on fixed ports; run 'stack.sh down' before STACK_PORTS=free"
        choose_ports
      elif ! anything_running && remembered_ports_are_taken; then
        say "another program took a port of this home; choosing new ones"
        choose_ports
      fi
      ;;
    *) die "STACK_PORTS must be 'free' or 'fixed', found '$STACK_PORTS'" ;;
  esac
}
