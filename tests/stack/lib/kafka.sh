# shellcheck shell=bash
# Kafka: one broker that is its own controller. Its data outlives 'stop-kafka' and 'kill-kafka', not 'down'.

kafka_port_names=(KAFKA_PORT CONTROLLER_PORT OAUTH_PORT OAUTH_TLS_PORT SASL_TLS_PORT MTLS_PORT)

kafka_tool() { # kafka_tool CLASS [ARGUMENT]...
  local java
  java=$(require_java 17 Kafka) || exit 1
  (cd "$STACK_HOME" && exec "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
    -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$kafka_folder/*" "$@")
}

broker_settings() { # relative paths are below the home
  cat "$stack_folder/broker.properties"
  cat <<SETTINGS

controller.quorum.voters=1@127.0.0.1:$CONTROLLER_PORT
listeners=PLAINTEXT://127.0.0.1:$KAFKA_PORT,OAUTH://127.0.0.1:$OAUTH_PORT,OAUTHTLS://127.0.0.1:$OAUTH_TLS_PORT,SASLTLS://127.0.0.1:$SASL_TLS_PORT,MTLS://127.0.0.1:$MTLS_PORT,CONTROLLER://127.0.0.1:$CONTROLLER_PORT
advertised.listeners=PLAINTEXT://127.0.0.1:$KAFKA_PORT,OAUTH://127.0.0.1:$OAUTH_PORT,OAUTHTLS://localhost:$OAUTH_TLS_PORT,SASLTLS://localhost:$SASL_TLS_PORT,MTLS://localhost:$MTLS_PORT
log.dirs=data/kafka
ssl.keystore.location=certificates/server.pem
ssl.truststore.location=certificates/ca.pem
sasl.oauthbearer.jwks.endpoint.url=$issuer/protocol/openid-connect/certs
sasl.oauthbearer.expected.issuer=$issuer
SETTINGS
}

format_storage() {
  local cluster
  # A format that was cut short looks like a whole one to Kafka.
  rm -rf "$STACK_HOME/data/kafka" "$STACK_HOME/data/denied-topic"
  mkdir -p "$STACK_HOME/data"
  cluster=$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=')
  logged kafka-format "formatting Kafka's storage" \
    kafka_tool kafka.tools.StorageTool format "--cluster-id=$cluster" --config run/broker.properties \
    --add-scram "SCRAM-SHA-256=[name=$client_id,password=$client_secret]" \
    --add-scram "SCRAM-SHA-512=[name=$client_id,password=$client_secret]"
  touch "$STACK_HOME/data/kafka-formatted"
}

kafka_launch() {
  local java
  java=$(require_java 17 Kafka) || exit 1
  # The broker reads the realm's keys when it starts and gives up without them.
  [ "$(http_status "$issuer/protocol/openid-connect/certs")" = 200 ] ||
    die "kafka cannot start, because it reads the keys of tokens from $issuer, which does not answer; run 'stack.sh start-idp' first"
  mkdir -p "$STACK_HOME/run"
  broker_settings >"$STACK_HOME/run/broker.properties"
  [ -f "$STACK_HOME/data/kafka-formatted" ] || format_storage
  launch kafka "$java" -Xmx1g -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
    "-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=$issuer/protocol/openid-connect/certs" \
    -cp "$kafka_folder/*" kafka.Kafka run/broker.properties
}

kafka_ready() {
  local port
  for port in "$KAFKA_PORT" "$OAUTH_PORT" "$OAUTH_TLS_PORT" "$SASL_TLS_PORT" "$MTLS_PORT"; do
    accepts_connections "$port" || return 1
  done
}

kafka_configure() { # nobody may use $denied_topic; the broker remembers it, so it is said once
  local tool=org.apache.kafka.tools.AclCommand
  [ ! -f "$STACK_HOME/data/denied-topic" ] || return 0
  case $KAFKA_VERSION in 3.*) tool=kafka.admin.AclCommand ;; esac
  logged kafka-access "denying $denied_topic" kafka_tool "$tool" --bootstrap-server "127.0.0.1:$KAFKA_PORT" --add \
    --deny-principal 'User:*' --operation All --topic "$denied_topic"
  touch "$STACK_HOME/data/denied-topic"
}
