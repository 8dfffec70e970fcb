#!/usr/bin/env bash
# What the broker really holds, as Kafka's own console consumer sees it.
#
#   read_back.sh TOPIC COUNT    the first COUNT records; fails when there are fewer
#   read_back.sh TOPIC all      every record, as many as the topic's offsets count (no transactions, no compaction)
#
# One line a record, sorted by partition and offset, its four columns separated by a tab:
#
#   partition   offset   key   value
#
# A byte from 0x20 to 0x7E other than the backslash stands for itself, every other byte is \xNN in upper-case
# hexadecimal, so a column never holds a tab or a line's end. \N is a null key or value, an empty column an empty one.
#
# Reads KAFKA_BOOTSTRAP_SERVERS and KAFKA_TOOLS_CLASSPATH, and asks stack.sh for them when they are not set.
# READ_BACK_TIMEOUT_MS is how long to wait for one more record; default 10000.
set -euo pipefail
stack_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=lib/messages.sh
source "$stack_folder/lib/messages.sh"
# shellcheck source=lib/settings.sh
source "$stack_folder/lib/settings.sh"
# shellcheck source=lib/java.sh
source "$stack_folder/lib/java.sh"

kafka_tool() { # kafka_tool CLASS [ARGUMENT]...
  "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
    -cp "$KAFKA_TOOLS_CLASSPATH" "$@" 2>"$errors"
}

die_with_errors() { # die_with_errors WORDS...
  show_end_of "$errors"
  die "$@"
}

offset_sum() { # offset_sum earliest|latest: over the topic's partitions; the tool takes the name for a pattern
  local offsets
  offsets=$(kafka_tool org.apache.kafka.tools.GetOffsetShell --bootstrap-server "$KAFKA_BOOTSTRAP_SERVERS" \
    --topic "$topic" --time "$1") || die_with_errors "cannot ask $KAFKA_BOOTSTRAP_SERVERS for the offsets of $topic"
  awk -F: -v topic="$topic" '$1 == topic { sum += $3; found = 1 } END { if (!found) exit 1; print sum + 0 }' \
    <<<"$offsets" || die "topic $topic does not exist on $KAFKA_BOOTSTRAP_SERVERS"
}

# The formatter writes a null as a text of our choice, through the same deserializer as a real value. A text nobody can
# have sent tells the two apart. Kafka 4.2 has newer names for the property options and says so among the records, but
# 3.9 does not know those names.
read_records() { # read_records COUNT
  local null
  null=null-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  kafka_tool org.apache.kafka.tools.consumer.ConsoleConsumer --bootstrap-server "$KAFKA_BOOTSTRAP_SERVERS" \
    --topic "$topic" --from-beginning --max-messages "$1" --timeout-ms "${READ_BACK_TIMEOUT_MS:-10000}" \
    --consumer-property allow.auto.create.topics=false \
    --property print.partition=true --property print.offset=true \
    --property print.key=true --property "null.literal=$null" \
    --property key.deserializer=org.apache.kafka.common.serialization.BytesDeserializer \
    --property value.deserializer=org.apache.kafka.common.serialization.BytesDeserializer |
    awk -v null="$null" 'BEGIN { FS = OFS = "\t" } /^Partition:[0-9]+\tOffset:/ {
      sub(/^Partition:/, "", $1)
      sub(/^Offset:/, "", $2)
      if ($3 == null) $3 = "\\N"
      if ($4 == null) $4 = "\\N"
      print
    }' | LC_ALL=C sort -t $'\t' -k1,1n -k2,2n
}

main() {
  if [ "$#" -ne 2 ] || ! [[ $2 =~ ^([0-9]+|all)$ ]]; then
    die "usage: read_back.sh TOPIC COUNT, where COUNT is a number or 'all'"
  fi
  topic=$1
  local count=$2 found
  if [ -z "${KAFKA_BOOTSTRAP_SERVERS:-}" ] || [ -z "${KAFKA_TOOLS_CLASSPATH:-}" ]; then
    read_settings <("$stack_folder/stack.sh" env)
  fi
  settle_home
  prepared_jdk=$STACK_HOME/software/jdk
  java=$(require_java 17 "Kafka's console consumer") || exit 1
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  errors=$scratch/errors
  if [ "$count" = all ]; then
    local latest earliest
    latest=$(offset_sum latest) && earliest=$(offset_sum earliest) || exit 1
    count=$((latest - earliest))
  fi
  [ "$count" -gt 0 ] || return 0
  read_records "$count" >"$scratch/records" || die_with_errors "the console consumer failed on $topic"
  found=$(wc -l <"$scratch/records")
  [ "$found" -eq "$count" ] || die_with_errors "read $found of $count records from $topic on $KAFKA_BOOTSTRAP_SERVERS"
  cat "$scratch/records"
}

main "$@"
