# shellcheck shell=bash
# Finding Java. Kafka and Keycloak need release 17 or newer, Apicurio Registry 21 or newer.

java_release() { # java_release JAVA: its feature release, 0 when it does not run
  local release
  release=$("$1" -version 2>&1 | sed -n 's/^[a-z]* version "\([0-9]*\).*/\1/p') || true
  printf '%s' "${release:-0}"
}

newest_java() { # newest_java RELEASE: the path of the newest Java of at least that release; fails without words
  local java release best='' best_release=$(($1 - 1))
  for java in "${JAVA_HOME:-}/bin/java" "$(command -v java || true)" /usr/lib/jvm/*/bin/java "$prepared_jdk/bin/java"; do
    [ -x "$java" ] || continue
    release=$(java_release "$java")
    if [ "$release" -gt "$best_release" ]; then
      best=$java best_release=$release
    fi
  done
  [ -n "$best" ] && printf '%s' "$best"
}

require_java() { # require_java RELEASE WHAT: print the path of a Java that can run it
  newest_java "$1" ||
    die "$2 needs Java $1 or newer, and neither JAVA_HOME, the PATH nor /usr/lib/jvm has one;" \
      "run '$stack_folder/stack.sh prepare', or install a JDK yourself"
}
