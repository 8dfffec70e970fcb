#!/usr/bin/env bash
# Makes the virtual environment of confluent-kafka's Python client and prints the path of its interpreter.
# Does nothing when it is there already, made from the same requirements.
set -euo pipefail
python_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=../home.sh
source "$python_folder/../home.sh"

missing_from_apt() {
  command -v flock >/dev/null || echo util-linux
  python3 -c 'import ensurepip, venv' 2>/dev/null || printf '%s\n' python3 python3-venv
}

# A virtual environment cannot be moved, so the stamp inside says that it is whole, and of which list.
make_environment() { # make_environment FOLDER STAMP
  say "fetching confluent-kafka's Python client from PyPI"
  rm -rf "$1"
  logged venv "making a virtual environment" python3 -m venv "$1"
  logged pip "fetching from PyPI" "$1/bin/python" -m pip install --disable-pip-version-check --only-binary=:all: \
    --requirement "$python_folder/requirements.txt"
  echo "$2" >"$1/stamp"
}

main() {
  local missing stamp
  settle_home
  mapfile -t missing < <(missing_from_apt)
  [ "${#missing[@]}" -eq 0 ] || prepare_packages "${missing[@]}"
  lock_home
  stamp=$(stamp_of "$python_folder" requirements.txt)
  is_stamped "$STACK_HOME/python" "$stamp" || make_environment "$STACK_HOME/python" "$stamp"
  echo "$STACK_HOME/python/bin/python"
}

main
