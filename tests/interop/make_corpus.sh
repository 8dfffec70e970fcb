#!/usr/bin/env bash
# Makes tests/fixtures/encoding again from nothing, then reads all of it back with both clients.
# With the word 'check' it only reads what is there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
corpus=$(cd "$here/.." && pwd -P)/fixtures/encoding

python=$("$here/python/setup.sh")
command=$("$here/java/setup.sh")
java=()
eval "java=($command)"
mkdir -p "$corpus"
if [ "${1:-}" != check ]; then
  "$python" "$here/python/make_corpus.py" "$corpus" "${java[@]}" interop.MakeCorpus
fi
"$python" "$here/python/check_corpus.py" "$corpus" "${java[@]}" interop.ReadBack
