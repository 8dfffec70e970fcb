use std::fmt;
use std::str::FromStr;

/// The brokers that a client asks first: `host:port`, several divided by commas.
///
/// The rule is the Scala system's: a host is letters, digits, `-` and `.`, with a letter or digit at both ends, and a
/// port is 1 to 65535. Hence no underscore and no IPv6 literal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BootstrapServers(String);

impl BootstrapServers {
    /// The servers as librdkafka and Kafka's own clients want them: `h1:9092,h2:9092`, no blanks.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many servers there are.
    pub fn count(&self) -> usize {
        self.0.split(',').count()
    }
}

impl fmt::Display for BootstrapServers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no list of brokers. The texts are the Scala system's, to the letter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidBootstrapServers {
    /// Nothing but blanks.
    #[error("Bootstrap servers cannot be empty when specified")]
    Empty,
    /// At least one part is no `host:port`.
    #[error("Invalid bootstrap server format: {0}. Expected format: host:port or host1:port1,host2:port2")]
    Format(String),
}

impl FromStr for BootstrapServers {
    type Err = InvalidBootstrapServers;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().is_empty() {
            return Err(InvalidBootstrapServers::Empty);
        }
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        let bad: Vec<&str> = parts.iter().copied().filter(|part| !is_host_and_port(part)).collect();
        if bad.is_empty() { Ok(Self(parts.join(","))) } else { Err(InvalidBootstrapServers::Format(bad.join(", "))) }
    }
}

fn is_host_and_port(part: &str) -> bool {
    let Some((host, port)) = part.split_once(':') else { return false };
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let at_ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let host_is_good = host.chars().all(inside) && at_ends(host.chars().next()) && at_ends(host.chars().next_back());
    let digits = (1..=5).contains(&port.len()) && port.chars().all(|c| c.is_ascii_digit());
    host_is_good && digits && port.parse::<u32>().is_ok_and(|port| (1..=65535).contains(&port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, message: &str) {
        assert_eq!(text.parse::<BootstrapServers>().unwrap_err().to_string(), message);
    }

    #[test]
    fn hosts_and_ports_are_accepted_and_trimmed() {
        for (text, kept) in [
            ("localhost:9092", "localhost:9092"),
            ("10.0.0.1:1", "10.0.0.1:1"),
            ("kafka-1.example.com:65535", "kafka-1.example.com:65535"),
            ("a:9092", "a:9092"),
            (" h1:9092 , h2:9093 ", "h1:9092,h2:9093"),
        ] {
            assert_eq!(text.parse::<BootstrapServers>().unwrap().as_str(), kept);
        }
    }

    #[test]
    fn blank_servers_are_refused() {
        refused("", "Bootstrap servers cannot be empty when specified");
        refused("  ", "Bootstrap servers cannot be empty when specified");
    }

    #[test]
    fn every_bad_part_is_named_in_one_message() {
        let expected = "Expected format: host:port or host1:port1,host2:port2";
        refused("h1,h2:9092,h3:0", &format!("Invalid bootstrap server format: h1, h3:0. {expected}"));
        for bad in ["h", "h:0", "h:65536", "h:99999", "h:-1", "h:abc", ":9092", "-h:1", "h-:1", "a_b:1", "[::1]:9092"] {
            refused(bad, &format!("Invalid bootstrap server format: {bad}. {expected}"));
        }
    }
}
