# shellcheck shell=bash
# The home of the foreign clients, and the lock on it: sourced by the scripts of this folder.

interop_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
stack_folder=$(cd "$interop_folder/../stack" && pwd -P)
# shellcheck source=../stack/lib/messages.sh
source "$stack_folder/lib/messages.sh"
# shellcheck source=../stack/lib/prepare.sh
source "$stack_folder/lib/prepare.sh"

settle_home() {
  # The parts of the stack's script call their home so.
  STACK_HOME=${INTEROP_HOME:-${HOME:?"set HOME or INTEROP_HOME"}/.cache/test-probe/interop}
  [[ $STACK_HOME == /* ]] || die "INTEROP_HOME must be an absolute path, found '$STACK_HOME'"
  mkdir -p "$STACK_HOME" || die "cannot create INTEROP_HOME $STACK_HOME; set it to a directory that can be written"
  STACK_HOME=$(cd "$STACK_HOME" && pwd -P)
}

lock_home() { # one script at a time changes a home
  exec 9>"$STACK_HOME/lock"
  flock --nonblock 9 || {
    say "waiting for another script that works on $STACK_HOME"
    flock 9
  }
}

stamp_of() { # stamp_of FOLDER FILE...: one hash over names and contents, whatever folder they lie in
  (cd "$1" && shift && sha256sum "$@" | sha256sum | cut -d ' ' -f 1)
}

is_stamped() { # is_stamped FOLDER STAMP
  [ "$(cat "$1/stamp" 2>/dev/null)" = "$2" ]
}
