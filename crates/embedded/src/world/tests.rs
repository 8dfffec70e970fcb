use std::net::TcpStream;
use std::time::Duration;

use super::EmbeddedWorld;

fn answers(server: &str) -> bool {
    TcpStream::connect(server).is_ok()
}

fn token_server(world: &EmbeddedWorld) -> String {
    world.token_endpoint_url().trim_start_matches("http://").trim_end_matches("/token").to_owned()
}

#[test]
fn a_token_endpoint_that_is_down_comes_back_by_itself_or_when_it_is_told_to() {
    let world = EmbeddedWorld::start(1).unwrap();
    let server = token_server(&world);
    assert!(answers(&server));
    world.token_endpoint_down(Duration::from_secs(3600));
    assert!(!answers(&server));
    world.restore();
    assert!(answers(&server));
    world.token_endpoint_down(Duration::from_millis(1));
    let back = (0..1_000_000).any(|_| answers(&server));
    assert!(back, "the outage was over after a millisecond");
}

#[test]
fn two_worlds_share_no_port() {
    let (one, other) = (EmbeddedWorld::start(1).unwrap(), EmbeddedWorld::start(1).unwrap());
    assert_ne!(one.bootstrap_servers(), other.bootstrap_servers());
    assert_ne!(one.schema_registry_url(), other.schema_registry_url());
    assert_ne!(one.token_endpoint_url(), other.token_endpoint_url());
}
