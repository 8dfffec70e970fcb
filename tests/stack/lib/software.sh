# shellcheck shell=bash
# Fetching the three products. A product's folder appears only when it is complete, by a rename.

fetch_software() {
  local partial=$STACK_HOME/software/partial goals=()
  [ -d "$kafka_folder" ] || goals+=(dependency:copy-dependencies@kafka)
  [ -d "$apicurio_folder" ] || goals+=(dependency:unpack@apicurio)
  [ -d "$keycloak_folder" ] || goals+=(dependency:unpack@keycloak)
  rm -rf "$partial"
  [ "${#goals[@]}" -gt 0 ] || return 0
  require_commands mvn
  mkdir -p "$partial"
  say "fetching from Maven Central: ${goals[*]#*@}"
  logged maven "fetching from Maven Central" \
    mvn --batch-mode --no-transfer-progress --file "$stack_folder/pom.xml" "-Dtarget=$partial" \
    "-Dkafka.version=$KAFKA_VERSION" "-Dapicurio.version=$APICURIO_VERSION" "-Dkeycloak.version=$KEYCLOAK_VERSION" \
    "${goals[@]}"
  [ ! -d "$partial/keycloak" ] || build_keycloak "$partial/keycloak/keycloak-$KEYCLOAK_VERSION"
  [ ! -d "$partial/kafka" ] || mv "$partial/kafka" "$kafka_folder"
  [ ! -d "$partial/apicurio" ] || mv "$partial/apicurio" "$apicurio_folder"
  [ ! -d "$partial/keycloak" ] || mv "$partial/keycloak/keycloak-$KEYCLOAK_VERSION" "$keycloak_folder"
  rm -rf "$partial"
}
