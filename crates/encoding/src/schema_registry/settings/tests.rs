use std::sync::Arc;

use super::*;
use crate::codec::BoxError;

const CANARY: &str = "c4n4ry";

#[derive(Debug)]
struct Cell;

impl BearerTokenSource for Cell {
    fn bearer_token(&self) -> Result<Secret, BoxError> {
        Ok(Secret::new(CANARY))
    }
}

#[test]
fn no_secret_is_ever_printed() {
    let secret = || Secret::new(CANARY);
    let addresses = [format!("http://u:{CANARY}@host/a@b"), format!("u:{CANARY}@host"), format!("{CANARY}@")];
    for auth in [
        RegistryAuth::None,
        RegistryAuth::Basic { user: "u".into(), password: secret() },
        RegistryAuth::Bearer(secret()),
        RegistryAuth::Source(Arc::new(Cell)),
    ] {
        let settings = RegistrySettings::new("")
            .with_urls(addresses.clone())
            .with_auth(auth)
            .with_header("x", secret())
            .with_logical_cluster(CANARY)
            .with_identity_pool(CANARY)
            .with_tls(RegistryTls::default().with_ca_pem("ca").with_identity("chain", secret()));
        let shown = format!("{settings:?} {settings:#?}");
        assert!(!shown.contains(CANARY), "{shown}");
        assert!(shown.contains("target-sr-cluster") && shown.contains("chain_pem_bytes: 5"), "{shown}");
    }
}

#[test]
fn an_address_without_credentials_is_shown_whole() {
    let shown = format!("{:?}", RegistrySettings::new("http://host:8081/path"));
    assert!(shown.contains(r#"["http://host:8081/path"]"#), "{shown}");
}

#[test]
fn a_header_takes_the_place_of_the_one_with_its_name() {
    let settings =
        RegistrySettings::new("u").with_logical_cluster("lsrc-1").with_header("TARGET-SR-CLUSTER", Secret::new("2"));
    let headers: Vec<_> = settings.headers.iter().map(|(name, value)| (name.as_str(), value.expose())).collect();
    assert_eq!(headers, [("TARGET-SR-CLUSTER", "2")]);
}
