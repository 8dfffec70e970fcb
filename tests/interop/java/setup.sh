#!/usr/bin/env bash
# Builds the programs over Apache Avro and Protobuf for Java and prints the command that runs them: a main class
# (interop.MakeCorpus or interop.ReadBack) is to follow. Does nothing when they are built already from the same sources.
set -euo pipefail
java_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=../home.sh
source "$java_folder/../home.sh"

missing_from_apt() {
  command -v flock >/dev/null || echo util-linux
  command -v mvn >/dev/null || echo maven
  command -v javac >/dev/null || echo default-jdk-headless
}

protoc_classifier() {
  case $(uname -m) in
    x86_64) echo linux-x86_64 ;;
    aarch64) echo linux-aarch_64 ;;
    *) die "no protoc of Maven Central is known for $(uname -m)" ;;
  esac
}

build() { # build FOLDER STAMP
  local folder=$1 partial=$1.partial classifier
  classifier=$(protoc_classifier)
  say "building the programs over Apache Avro and Protobuf for Java"
  rm -rf "$partial"
  logged maven "building with Maven" \
    mvn --batch-mode --no-transfer-progress --file "$java_folder/pom.xml" "-Dtarget=$partial" \
    "-Dprotoc.classifier=$classifier" package
  chmod +x "$partial/protoc/protoc"
  echo "$2" >"$partial/stamp"
  rm -rf "$folder"
  mv "$partial" "$folder"
}

main() {
  local missing stamp sources built
  settle_home
  mapfile -t missing < <(missing_from_apt)
  [ "${#missing[@]}" -eq 0 ] || prepare_packages "${missing[@]}"
  lock_home
  mapfile -t sources < <(cd "$java_folder" && find pom.xml src -type f | LC_ALL=C sort)
  stamp=$(stamp_of "$java_folder" "${sources[@]}")
  built=$STACK_HOME/java
  is_stamped "$built" "$stamp" || build "$built" "$stamp"
  printf 'java -Dinterop.home=%q -cp %q\n' "$built" "$built/classes:$built/lib/*"
}

main
