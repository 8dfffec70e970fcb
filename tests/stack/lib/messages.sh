# shellcheck shell=bash
# Words to the person at the terminal. Standard output belongs to the settings, so all of this goes to standard error.

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
  say "$@"
  exit 1
}

require_commands() { # require_commands COMMAND...
  local command missing=()
  for command in "$@"; do
    command -v "$command" >/dev/null || missing+=("$command")
  done
  [ "${#missing[@]}" -eq 0 ] ||
    die "not found on the PATH: ${missing[*]}; run '$stack_folder/stack.sh prepare' as root, or install them yourself"
}

logged() { # logged NAME WHAT COMMAND [ARGUMENT]...: keep the command's words in a log, show them only if it fails
  local log=$STACK_HOME/logs/$1.log what=$2
  shift 2
  mkdir -p "$STACK_HOME/logs"
  "$@" >"$log" 2>&1 9>&- || {
    show_end_of "$log"
    die "$what failed; the lines above are the end of $log"
  }
}

show_end_of() { # show_end_of FILE
  [ ! -f "$1" ] || tail -n 20 "$1" | sed 's/^/  | /' >&2
}
