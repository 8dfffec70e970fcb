# shellcheck shell=bash
# Keycloak, the identity provider. Its database holds nothing but the realm of realm.json and that realm's keys, so it
# outlives 'down': making it takes longer than everything else at the start.

keycloak_port_names=(IDP_PORT)

build_keycloak() { # build_keycloak FOLDER: fix its build options, so that a start does not have to
  local java
  java=$(require_java 17 Keycloak) || exit 1
  say "building Keycloak"
  logged keycloak-build "building Keycloak" \
    env -i PATH="$PATH" HOME="$HOME" LC_ALL=C.UTF-8 JAVA="$java" sh "$1/bin/kc.sh" build --db=dev-file
}

keycloak_launch() {
  local java data=$keycloak_folder/data
  java=$(require_java 17 Keycloak) || exit 1
  # Keycloak imports a realm only once, and a first start that was cut short leaves a database which waits for ever.
  if [ ! -f "$data/complete" ] || ! cmp -s "$stack_folder/realm.json" "$data/import/realm.json"; then
    rm -rf "$data"
    mkdir -p "$data/import"
    cp "$stack_folder/realm.json" "$data/import/realm.json"
  fi
  launch keycloak JAVA="$java" JAVA_OPTS_APPEND="-Xmx512m -XX:TieredStopAtLevel=1" \
    KC_BOOTSTRAP_ADMIN_USERNAME=admin KC_BOOTSTRAP_ADMIN_PASSWORD=admin \
    sh "$keycloak_folder/bin/kc.sh" start --optimized --import-realm --cache=local \
    --http-enabled=true --http-host=127.0.0.1 --http-port="$IDP_PORT" --hostname="$idp_url"
}

keycloak_ready() { # it hands out a token
  local status
  status=$(http_status "$token_endpoint" --data grant_type=client_credentials \
    --data "client_id=$client_id" --data "client_secret=$client_secret")
  [ "$status" = 200 ] && touch "$keycloak_folder/data/complete"
}
