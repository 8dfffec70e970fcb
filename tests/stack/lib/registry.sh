# shellcheck shell=bash
# Apicurio Registry, twice: open to everybody, and for bearers of the realm's tokens only. What they hold outlives
# 'stop-registry', not 'down'.

registry_port_names=(REGISTRY_PORT) secured_registry_port_names=(SECURED_REGISTRY_PORT)

launch_apicurio() { # launch_apicurio NAME PORT [VARIABLE=VALUE]...
  local java name=$1 port=$2
  shift 2
  java=$(require_java 21 "Apicurio Registry") || exit 1
  mkdir -p "$STACK_HOME/data"
  # Its management port cannot be turned off; port 0 lets the kernel choose one on loopback.
  launch "$name" QUARKUS_HTTP_HOST=127.0.0.1 QUARKUS_HTTP_PORT="$port" \
    QUARKUS_MANAGEMENT_HOST=127.0.0.1 QUARKUS_MANAGEMENT_PORT=0 \
    APICURIO_STORAGE_KIND=sql APICURIO_STORAGE_SQL_KIND=h2 "APICURIO_DATASOURCE_URL=jdbc:h2:file:./data/$name" \
    "$@" "$java" -Xmx512m -XX:TieredStopAtLevel=1 -jar "$apicurio_folder/quarkus-run.jar"
}

registry_launch() { launch_apicurio registry "$REGISTRY_PORT"; }

registry_ready() { [ "$(http_status "$registry_url/subjects")" = 200 ]; }

secured_registry_launch() {
  launch_apicurio secured_registry "$SECURED_REGISTRY_PORT" \
    QUARKUS_OIDC_TENANT_ENABLED=true QUARKUS_OIDC_AUTH_SERVER_URL="$issuer" QUARKUS_OIDC_CLIENT_ID="$client_id" \
    APICURIO_AUTH_ANONYMOUS_READ_ACCESS_ENABLED=false APICURIO_AUTH_AUTHENTICATED_READ_ACCESS_ENABLED=true
}

secured_registry_ready() { # it turns away who brings no token
  [ "$(http_status "$secured_registry_url/subjects")" = 401 ]
}
