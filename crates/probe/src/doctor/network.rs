//! Whether a host has an address and a port answers.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::Verdict;
use super::endpoint::Endpoint;

/// The addresses of a host; none where it has none.
pub(super) async fn resolve(endpoint: &Endpoint, within: Duration) -> (Vec<SocketAddr>, Verdict) {
    let looked = timeout(within, lookup_host((endpoint.host.as_str(), endpoint.port))).await;
    let found: Vec<SocketAddr> = match looked {
        Err(_) => {
            let cause = format!("no name server answered within {} s", within.as_secs_f32());
            let fix = "check the name servers of this machine (/etc/resolv.conf) and the way to them";
            return (Vec::new(), Verdict::failed(cause, fix));
        }
        Ok(Err(error)) => {
            let fix = format!(
                "check how '{}' is written; if it is a name of another network, such as a container's, give the name that \
                 is known here, or add it to /etc/hosts",
                endpoint.host
            );
            return (Vec::new(), Verdict::failed(format!("'{}' has no address: {error}", endpoint.host), fix));
        }
        Ok(Ok(found)) => found.collect(),
    };
    let mut addresses: Vec<String> = found.iter().map(|address| address.ip().to_string()).collect();
    addresses.dedup();
    let verdict = if endpoint.host.parse::<IpAddr>().is_ok() {
        Verdict::passed("an address as it is")
    } else {
        Verdict::passed(addresses.join(", "))
    };
    (found, verdict)
}

/// Whether any of a host's addresses takes a connection, and which does.
pub(super) async fn connect(addresses: &[SocketAddr], within: Duration) -> (Option<SocketAddr>, Verdict) {
    let mut causes = Vec::new();
    let mut is_refused = false;
    for address in addresses {
        match timeout(within, TcpStream::connect(address)).await {
            Ok(Ok(_)) => {
                let detail = format!("{address} answers");
                let verdict = if causes.is_empty() {
                    Verdict::passed(detail)
                } else {
                    let fix = "clients try the addresses in turn, which costs time with each connection; take those that \
                               do not answer out of the name";
                    Verdict::warning(format!("{detail}, but {}", causes.join(", ")), fix)
                };
                return (Some(*address), verdict);
            }
            Ok(Err(error)) => {
                is_refused |= error.kind() == io::ErrorKind::ConnectionRefused;
                causes.push(format!("{address}: {}", without_number(&error)));
            }
            Err(_) => causes.push(format!("{address}: no answer within {} s", within.as_secs_f32())),
        }
    }
    let fix = if is_refused {
        "the machine is there and nothing listens on that port; check the port, and whether the server runs"
    } else {
        "check the address and the port, and whether a firewall or a missing VPN stands between"
    };
    (None, Verdict::failed(causes.join(", "), fix))
}

/// The system's words without its number.
fn without_number(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}
