# shellcheck shell=bash
# Where the stack lives and what a test must know to reach it.
#
# A port or version is taken from the environment, else from the ports this home remembers, else from the file .env.

port_names=(
  IDP_PORT REGISTRY_PORT SECURED_REGISTRY_PORT
  KAFKA_PORT CONTROLLER_PORT OAUTH_PORT OAUTH_TLS_PORT SASL_TLS_PORT MTLS_PORT
)

# The realm of realm.json, its clients and the user of broker.properties.
realm=probe
client_id=orders-producer
client_secret=s3cr3t
short_lived_client_id=short-lived-producer
short_lived_seconds=20
denied_topic=denied-topic

settle_home() {
  STACK_HOME=${STACK_HOME:-${HOME:?"set HOME or STACK_HOME"}/.cache/test-probe/stack}
  # Java's class paths, H2's URLs and Keycloak's start script give these characters a meaning of their own.
  case $STACK_HOME in
    *[:\;\'\"\\\$\`*]* | *$'\n'*) die "STACK_HOME holds a character that a service would misread: $STACK_HOME; choose a path without : ; ' \" \\ \$ \` *" ;;
    /*) ;;
    *) die "STACK_HOME must be an absolute path, found '$STACK_HOME'" ;;
  esac
  mkdir -p "$STACK_HOME" || die "cannot create STACK_HOME $STACK_HOME; set it to a directory that can be written"
  # One spelling for one home: running services are recognised by it.
  STACK_HOME=$(cd "$STACK_HOME" && pwd -P)
}

read_settings() { # read_settings FILE: take NAME=VALUE lines for the names that have no value yet
  local name value
  while IFS='=' read -r name value || [ -n "$name" ]; do
    case $name in '' | '#'*) continue ;; esac
    [ -n "${!name:-}" ] || printf -v "$name" '%s' "$value"
  done <"$1"
}

settle_settings() {
  local name
  [ ! -f "$STACK_HOME/ports" ] || read_settings "$STACK_HOME/ports"
  read_settings "$stack_folder/.env"
  for name in "${port_names[@]}"; do
    if ! [[ ${!name} =~ ^[1-9][0-9]{0,4}$ && ${!name} -le 65535 ]]; then
      die "$name must be a port from 1 to 65535, found '${!name}'"
    fi
  done
  kafka_folder=$STACK_HOME/software/kafka-$KAFKA_VERSION
  apicurio_folder=$STACK_HOME/software/apicurio-$APICURIO_VERSION
  keycloak_folder=$STACK_HOME/software/keycloak-$KEYCLOAK_VERSION
  certificates=$STACK_HOME/certificates
  idp_url=http://127.0.0.1:$IDP_PORT
  issuer=$idp_url/realms/$realm
  token_endpoint=$issuer/protocol/openid-connect/token
  registry_url=http://127.0.0.1:$REGISTRY_PORT/apis/ccompat/v7
  secured_registry_url=http://127.0.0.1:$SECURED_REGISTRY_PORT/apis/ccompat/v7
}

print_settings() {
  cat <<SETTINGS
STACK_HOME=$STACK_HOME
KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:$KAFKA_PORT
KAFKA_OAUTH_BOOTSTRAP_SERVERS=127.0.0.1:$OAUTH_PORT
KAFKA_OAUTH_TLS_BOOTSTRAP_SERVERS=localhost:$OAUTH_TLS_PORT
KAFKA_SASL_TLS_BOOTSTRAP_SERVERS=localhost:$SASL_TLS_PORT
KAFKA_SASL_USERNAME=$client_id
KAFKA_SASL_PASSWORD=$client_secret
KAFKA_MTLS_BOOTSTRAP_SERVERS=localhost:$MTLS_PORT
KAFKA_TLS_CA=$certificates/ca.pem
KAFKA_TLS_CERTIFICATE=$certificates/client.crt
KAFKA_TLS_KEY=$certificates/client.key
KAFKA_DENIED_TOPIC=$denied_topic
SCHEMA_REGISTRY_URL=$registry_url
SECURED_SCHEMA_REGISTRY_URL=$secured_registry_url
OAUTH_TOKEN_ENDPOINT=$token_endpoint
OAUTH_CLIENT_ID=$client_id
OAUTH_CLIENT_SECRET=$client_secret
OAUTH_SHORT_LIVED_CLIENT_ID=$short_lived_client_id
OAUTH_SHORT_LIVED_TTL_SECONDS=$short_lived_seconds
KAFKA_TOOLS_CLASSPATH=$kafka_folder/*
SETTINGS
}
