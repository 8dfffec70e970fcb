# shellcheck shell=bash
# An authority of the stack's own, a certificate for the broker and one for a client of the mutual TLS listener.
#
# The keys are made here, guard nothing but a test broker on loopback and are readable for everybody, because the
# broker of compose.yaml reads them as another user.

make_certificates() {
  openssl x509 -checkend 86400 -noout -in "$certificates/server.crt" >/dev/null 2>&1 && return 0
  require_commands openssl
  rm -rf "$certificates.partial" "$certificates"
  mkdir -p "$certificates.partial"
  logged certificates "making certificates" sign_all "$certificates.partial"
  mv "$certificates.partial" "$certificates"
}

sign_all() ( # sign_all FOLDER
  cd "$1" &&
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=test-probe stack" \
      -addext keyUsage=critical,keyCertSign,cRLSign -keyout ca.key -out ca.pem &&
    sign server localhost "subjectAltName=DNS:localhost,IP:127.0.0.1" extendedKeyUsage=serverAuth &&
    sign client "$client_id" extendedKeyUsage=clientAuth &&
    cat server.key server.crt ca.pem >server.pem &&
    chmod 644 ./*
)

sign() { # sign FILE COMMON_NAME EXTENSION...
  local file=$1 common_name=$2
  shift 2
  printf '%s\n' "$@" >"$file.extensions" &&
    openssl req -new -newkey rsa:2048 -nodes -subj "/CN=$common_name" -keyout "$file.key" -out "$file.csr" &&
    openssl x509 -req -in "$file.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 \
      -extfile "$file.extensions" -out "$file.crt" &&
    rm "$file.csr" "$file.extensions"
}
