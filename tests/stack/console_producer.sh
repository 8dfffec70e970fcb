#!/usr/bin/env bash
# Writes records with Kafka's own console producer, so with Java's client and its partitioner.
#
#   console_producer.sh TOPIC    reads lines `key=value` from the standard input
#
# Reads KAFKA_BOOTSTRAP_SERVERS and KAFKA_TOOLS_CLASSPATH, and asks stack.sh for them when they are not set.
set -euo pipefail
stack_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=lib/messages.sh
source "$stack_folder/lib/messages.sh"
# shellcheck source=lib/settings.sh
source "$stack_folder/lib/settings.sh"
# shellcheck source=lib/java.sh
source "$stack_folder/lib/java.sh"

[ "$#" -eq 1 ] || die "usage: console_producer.sh TOPIC"
if [ -z "${KAFKA_BOOTSTRAP_SERVERS:-}" ] || [ -z "${KAFKA_TOOLS_CLASSPATH:-}" ]; then
  read_settings <("$stack_folder/stack.sh" env)
fi
settle_home
prepared_jdk=$STACK_HOME/software/jdk
java=$(require_java 17 "Kafka's console producer") || exit 1
# The property options are called so in Kafka 3.9 and 4.2 alike.
"$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
  -cp "$KAFKA_TOOLS_CLASSPATH" org.apache.kafka.tools.ConsoleProducer \
  --bootstrap-server "$KAFKA_BOOTSTRAP_SERVERS" --topic "$1" \
  --property parse.key=true --property key.separator== >/dev/null
