use std::collections::BTreeSet;

use test_probe_directives::{
    ClientCredentials, KafkaSecurityDirective, Role, SaslMechanism, SecurityProtocol, TopicName, WallClock,
};
use test_probe_oauth::{BearerToken, ClientProof, MskIamRequest, TokenWriter};

use super::*;

const PLAIN_JAAS: &str =
    "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"jaas-user\" password=\"hunter2\";";
const SCRAM_JAAS: &str =
    "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"jaas-user\" password=\"hunter2\";";
const OAUTH_JAAS: &str = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required \
    oauth.client.id=\"jaas-svc\" oauth.client.secret=\"hunter2\" oauth.token.endpoint.uri=\"https://jaas/token\" \
    extension_logicalCluster=\"lkc-jaas\";";
const KAFKAS_JAAS: &str = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required \
    clientId=\"jaas-svc\" clientSecret=\"hunter2\" scope=\"a b\";";
const IAM_JAAS: &str = "software.amazon.msk.auth.iam.IAMLoginModule required awsProfileName=\"jaas-profile\";";

fn client(client_id: &str) -> ClientCredentials {
    ClientCredentials {
        client_id: client_id.into(),
        client_secret: Secret::new("hunter2"),
        token_endpoint: format!("https://{client_id}/token"),
        scope: None,
    }
}

fn plaintext() -> KafkaSecurityDirective {
    KafkaSecurityDirective::plaintext(TopicName::new("orders").unwrap(), Role::Producer)
}

fn with_client() -> KafkaSecurityDirective {
    let topic = TopicName::new("orders").unwrap();
    KafkaSecurityDirective::sasl_ssl(topic, Role::Producer, client("vault-svc"), Secret::new("no JAAS text"))
}

fn with_jaas(jaas: &str) -> KafkaSecurityDirective {
    let security_protocol = SecurityProtocol::SaslSsl;
    KafkaSecurityDirective { security_protocol, jaas_config: Secret::new(jaas), ..plaintext() }
}

fn cluster(protocol: Option<SecurityProtocol>, mechanism: SaslMechanism) -> ClusterSecurity {
    ClusterSecurity { protocol, mechanism, ..ClusterSecurity::default() }
}

fn with_user(cluster: ClusterSecurity) -> ClusterSecurity {
    ClusterSecurity { username: Some("own-user".into()), password: Some(Secret::new("hunter2")), ..cluster }
}

fn with_own_jaas(cluster: ClusterSecurity, jaas: &str) -> ClusterSecurity {
    ClusterSecurity { jaas_config: Some(Secret::new(jaas)), ..cluster }
}

fn with_own_client(cluster: ClusterSecurity) -> ClusterSecurity {
    ClusterSecurity { oauth: OAuthDefaults { client: Some(client("own-svc")), ..OAuthDefaults::default() }, ..cluster }
}

fn with_msk(cluster: ClusterSecurity, region: &str) -> ClusterSecurity {
    let profile = Some("own-profile".to_owned());
    ClusterSecurity { msk: Some(MskIamRequest { region: region.into(), profile, role_arn: None }), ..cluster }
}

fn certificate(cluster: ClusterSecurity) -> ClusterSecurity {
    let pem = |name: &str| Some(Pem::File(name.into()));
    let tls = TlsSettings { certificate: pem("c.pem"), key: pem("k.pem"), ..TlsSettings::default() };
    ClusterSecurity { tls, ..cluster }
}

/// The protocol and who comes, or the kind of error.
fn summary(opened: &Result<Security<TokenRequest>, UnavailableSecurity>) -> String {
    let security = match opened {
        Ok(security) => security,
        Err(error) => return format!("{error:?}").split([' ', '{']).next().unwrap().to_owned(),
    };
    let login = match &security.login {
        Login::None => "nobody".to_owned(),
        Login::OAuthBearer { token, extensions } => format!("bearer {} {extensions:?}", token.identity()),
        Login::Plain { username, .. } => format!("PLAIN {username}"),
        Login::Scram { mechanism, username, .. } => format!("{mechanism} {username}"),
    };
    format!("{} {login}", security.protocol())
}

#[track_caller]
fn check(cluster: &ClusterSecurity, directive: &KafkaSecurityDirective, expected: &str) {
    let opened = cluster.open(directive);
    assert_eq!(summary(&opened), expected, "{opened:?}");
}

#[test]
fn the_directives_protocol_holds_where_the_configuration_names_none() {
    let oauth = cluster(None, SaslMechanism::OAuthBearer);
    check(&oauth, &plaintext(), "PLAINTEXT nobody");
    check(&oauth, &with_client(), "SASL_SSL bearer vault-svc at https://vault-svc/token {}");
    check(&oauth, &with_jaas(""), "NoCredentials");
    let directive = KafkaSecurityDirective { security_protocol: SecurityProtocol::Plaintext, ..with_client() };
    check(&oauth, &directive, "IgnoredCredentials");
    // Credentials of the configuration are defaults then: this topic has no use for them.
    check(&with_user(oauth.clone()), &plaintext(), "PLAINTEXT nobody");
    check(&certificate(oauth), &plaintext(), "PLAINTEXT nobody");
}

#[test]
fn the_configurations_protocol_wins_and_no_credentials_of_the_vault_are_ignored() {
    use SecurityProtocol::{Plaintext, SaslPlaintext, SaslSsl, Ssl};
    let on = |protocol| cluster(Some(protocol), SaslMechanism::Plain);
    check(&with_user(on(SaslSsl)), &plaintext(), "SASL_SSL PLAIN own-user");
    check(&with_user(on(SaslPlaintext)), &plaintext(), "SASL_PLAINTEXT PLAIN own-user");
    check(&on(SaslPlaintext), &with_client(), "SASL_PLAINTEXT PLAIN vault-svc");
    check(&on(Ssl), &plaintext(), "SSL nobody");
    check(&certificate(on(Ssl)), &plaintext(), "SSL nobody");
    check(&certificate(with_user(on(SaslSsl))), &plaintext(), "SASL_SSL PLAIN own-user");
    check(&on(Plaintext), &plaintext(), "PLAINTEXT nobody");
    for protocol in [Plaintext, Ssl] {
        check(&on(protocol), &with_client(), "IgnoredCredentials");
        check(&on(protocol), &with_jaas(PLAIN_JAAS), "IgnoredCredentials");
        // The configuration's own are defaults: they come from an environment that serves several clusters.
        for cluster in [
            with_user(on(protocol)),
            with_own_jaas(on(protocol), PLAIN_JAAS),
            with_own_client(on(protocol)),
            certificate(on(protocol)),
        ] {
            check(&cluster, &plaintext(), &format!("{protocol} nobody"));
        }
    }
    check(&certificate(with_user(on(SaslPlaintext))), &plaintext(), "SASL_PLAINTEXT PLAIN own-user");
}

#[test]
fn the_directives_credentials_come_before_its_jaas_text_and_that_before_the_configurations() {
    let oauth = |cluster: fn(ClusterSecurity) -> ClusterSecurity| {
        cluster(self::cluster(Some(SecurityProtocol::SaslSsl), SaslMechanism::OAuthBearer))
    };
    let own_jaas = |cluster| with_own_jaas(with_own_client(cluster), OAUTH_JAAS);
    check(&oauth(own_jaas), &with_client(), "SASL_SSL bearer vault-svc at https://vault-svc/token {}");
    let of_jaas = "SASL_SSL bearer jaas-svc at https://jaas/token {\"logicalCluster\": \"lkc-jaas\"}";
    check(&oauth(with_own_client), &with_jaas(OAUTH_JAAS), of_jaas);
    check(&oauth(own_jaas), &plaintext(), of_jaas);
    check(&oauth(with_own_client), &plaintext(), "SASL_SSL bearer own-svc at https://own-svc/token {}");
    check(&oauth(|cluster| cluster), &plaintext(), "NoCredentials");
}

#[test]
fn every_mechanism_takes_its_own_credentials_and_no_other() {
    use SaslMechanism::{AwsMskIam, OAuthBearer, Plain, ScramSha256, ScramSha512};
    let on = |mechanism| cluster(Some(SecurityProtocol::SaslSsl), mechanism);
    for (mechanism, name) in [(ScramSha256, "SCRAM-SHA-256"), (ScramSha512, "SCRAM-SHA-512")] {
        check(&on(mechanism), &with_client(), &format!("SASL_SSL {name} vault-svc"));
        check(&on(mechanism), &with_jaas(SCRAM_JAAS), &format!("SASL_SSL {name} jaas-user"));
        check(&with_user(on(mechanism)), &plaintext(), &format!("SASL_SSL {name} own-user"));
    }
    check(&on(Plain), &with_jaas(PLAIN_JAAS), "SASL_SSL PLAIN jaas-user");
    let region = |cluster| with_msk(cluster, "eu-central-1");
    let own_profile = "SASL_SSL bearer own-profile at kafka.eu-central-1.amazonaws.com {}";
    check(&region(on(AwsMskIam)), &plaintext(), own_profile);
    let jaas_profile = "SASL_SSL bearer jaas-profile at kafka.eu-central-1.amazonaws.com {}";
    check(&region(on(AwsMskIam)), &with_jaas(IAM_JAAS), jaas_profile);
    check(&with_msk(on(AwsMskIam), ""), &plaintext(), "NoCredentials");
    for (mechanism, own) in [
        (OAuthBearer, OAUTH_JAAS),
        (Plain, PLAIN_JAAS),
        (ScramSha256, SCRAM_JAAS),
        (ScramSha512, SCRAM_JAAS),
        (AwsMskIam, IAM_JAAS),
    ] {
        for jaas in [OAUTH_JAAS, PLAIN_JAAS, SCRAM_JAAS, IAM_JAAS].into_iter().filter(|jaas| *jaas != own) {
            check(&region(on(mechanism)), &with_jaas(jaas), "OtherMechanism");
            check(&with_own_jaas(region(on(mechanism)), jaas), &plaintext(), "OtherMechanism");
        }
        check(&on(mechanism), &plaintext(), "NoCredentials");
        check(&on(mechanism), &with_jaas("nonsense"), "Jaas");
    }
    check(&region(on(AwsMskIam)), &with_client(), "OtherMechanism");
}

/// A named way of setting a cluster up.
type SetUp = (&'static str, fn(ClusterSecurity) -> ClusterSecurity);

#[test]
fn of_all_combinations_none_shows_a_secret_ignores_the_vault_or_opens_another_protocol() {
    let protocols = [None].into_iter().chain(SecurityProtocol::ALL.map(Some));
    let directives = [
        ("plaintext", plaintext()),
        ("client", with_client()),
        ("plain", with_jaas(PLAIN_JAAS)),
        ("scram", with_jaas(SCRAM_JAAS)),
        ("oauth", with_jaas(OAUTH_JAAS)),
        ("iam", with_jaas(IAM_JAAS)),
        ("bare", with_jaas("")),
        ("broken", with_jaas("x.LoginModule required hunter2 hunter2=\"")),
    ];
    let set_ups: [SetUp; 7] = [
        ("nothing", |cluster| cluster),
        ("user", with_user),
        ("jaas", |cluster| with_own_jaas(cluster, PLAIN_JAAS)),
        ("client", with_own_client),
        ("msk", |cluster| with_msk(cluster, "eu-central-1")),
        ("certificate", certificate),
        ("everything", |cluster| with_msk(with_own_client(with_user(cluster)), "eu-central-1")),
    ];
    let mut opened_so_far = BTreeSet::new();
    for protocol in protocols {
        for mechanism in SaslMechanism::ALL {
            for (set_up, cluster) in set_ups {
                for (vault, directive) in &directives {
                    let place = format!("{protocol:?} {mechanism} {set_up} {vault}");
                    let cluster = cluster(self::cluster(protocol, mechanism));
                    let opened = cluster.open(directive);
                    let shown = match &opened {
                        Ok(security) => format!("{security:?} {}", security.fingerprint()),
                        Err(error) => format!("{error:?} {error}"),
                    };
                    assert!(!shown.contains("hunter2"), "{place}: {shown}");
                    let Ok(security) = opened else { continue };
                    let effective = protocol.unwrap_or(directive.security_protocol);
                    assert_eq!(security.protocol(), effective.as_str(), "{place}");
                    let shown = summary(&Ok(security));
                    let vault_gives = directive.credentials.is_some() || !directive.jaas_config.is_empty();
                    assert!(!(vault_gives && shown.contains(" own-")), "{place}: {shown}");
                    assert!(!(vault_gives && shown.ends_with("nobody")), "{place}: {shown}");
                    opened_so_far.insert(shown);
                }
            }
        }
    }
    assert!(opened_so_far.len() > 20, "{opened_so_far:?}");
}

#[test]
fn a_token_is_asked_for_as_the_configuration_says() {
    let mut cluster = cluster(Some(SecurityProtocol::SaslSsl), SaslMechanism::OAuthBearer);
    cluster.oauth.audience = Some("kafka".into());
    cluster.oauth.parameters.insert("resource".into(), "r".into());
    cluster.extensions.insert("identityPoolId".into(), "pool-1".into());
    let request = |cluster: &ClusterSecurity, directive: &KafkaSecurityDirective| match cluster
        .open(directive)
        .unwrap()
        .token_request()
    {
        Some(TokenRequest::ClientCredentials(request)) => request.clone(),
        other => panic!("{other:?}"),
    };
    let asked = request(&cluster, &with_client());
    assert_eq!((asked.audience.as_deref(), asked.parameters["resource"].as_str()), (Some("kafka"), "r"));
    assert!(matches!(asked.proof, ClientProof::BasicHeader(secret) if secret.expose() == "hunter2"));
    cluster.oauth.proof = ProofMethod::Body;
    assert!(matches!(request(&cluster, &with_client()).proof, ClientProof::Body(_)));
    cluster.oauth.proof = ProofMethod::PrivateKeyJwt { key: Secret::new("key"), key_id: Some("1".into()) };
    let proof = request(&cluster, &with_client()).proof;
    assert!(matches!(proof, ClientProof::PrivateKeyJwt { key, .. } if key.expose() == "key"));

    let message = cluster.open(&with_jaas(KAFKAS_JAAS)).unwrap_err().to_string();
    assert!(message.contains("test-probe.services.vault.oauth.token-endpoint is not set"), "{message}");
    cluster.oauth.token_endpoint = Some("https://own/token".into());
    let asked = request(&cluster, &with_jaas(KAFKAS_JAAS));
    assert_eq!((asked.token_endpoint.as_str(), asked.scope.as_deref()), ("https://own/token", Some("a b")));
    let Login::OAuthBearer { extensions, .. } = cluster.open(&with_jaas(OAUTH_JAAS)).unwrap().login else { panic!() };
    let expected = [("identityPoolId", "pool-1"), ("logicalCluster", "lkc-jaas")];
    assert_eq!(extensions, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
}

#[test]
fn an_extension_that_cannot_travel_is_refused_by_name_before_anything_connects() {
    for (name, value, rule) in [
        ("logical_cluster", "x", "letters A-Z"),
        ("", "x", "letters A-Z"),
        ("größe", "x", "letters A-Z"),
        ("auth", "x", "token's own name"),
        ("pool", "hunter2\0", "printable"),
    ] {
        let mut cluster = cluster(Some(SecurityProtocol::SaslSsl), SaslMechanism::OAuthBearer);
        cluster.extensions.insert(name.into(), value.into());
        let message = cluster.open(&with_client()).unwrap_err().to_string();
        assert!(message.contains(&format!("'{name}'")) && message.contains(rule), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[test]
fn halves_of_pairs_are_refused_with_the_other_half() {
    let plain = cluster(Some(SecurityProtocol::SaslSsl), SaslMechanism::Plain);
    let half = ClusterSecurity { username: Some("u".into()), ..plain.clone() };
    let message = half.open(&plaintext()).unwrap_err().to_string();
    let expected =
        "test-probe.core.kafka.security.password is not set; set it beside test-probe.core.kafka.security.username";
    assert_eq!(message, expected);
    let half = ClusterSecurity { password: Some(Secret::new("p")), ..plain.clone() };
    check(&half, &plaintext(), "Incomplete");
    check(&with_own_jaas(with_user(plain.clone()), PLAIN_JAAS), &plaintext(), "TwoCredentials");
    for (has_certificate, has_key, has_password) in [(true, false, false), (false, true, false), (false, false, true)] {
        let pem = |is_there: bool| is_there.then(|| Pem::File("x".into()));
        let key_password = has_password.then(|| Secret::new("p"));
        let (certificate, key) = (pem(has_certificate), pem(has_key));
        let tls = TlsSettings { certificate, key, key_password, ..TlsSettings::default() };
        check(&with_user(ClusterSecurity { tls, ..plain.clone() }), &plaintext(), "Incomplete");
    }
}

#[test]
fn what_may_not_share_a_client_has_fingerprints_of_its_own() {
    let open =
        |cluster: &ClusterSecurity, directive: &KafkaSecurityDirective| cluster.open(directive).unwrap().fingerprint();
    let oauth = cluster(None, SaslMechanism::OAuthBearer);
    assert_eq!(open(&oauth, &plaintext()), "");
    assert_eq!(open(&oauth, &with_client()), open(&oauth.clone(), &with_client()));
    let mut rotated = with_client();
    rotated.credentials.as_mut().unwrap().client_secret = Secret::new("hunter3");
    let plain = |password: &str| {
        let plain = cluster(Some(SecurityProtocol::SaslSsl), SaslMechanism::Plain);
        ClusterSecurity { password: Some(Secret::new(password)), ..with_user(plain) }
    };
    let mut open_name = plain("p");
    open_name.tls.verify_host_name = false;
    let mut extended = oauth.clone();
    extended.extensions.insert("pool".into(), "1".into());
    let over_plaintext = ClusterSecurity { protocol: Some(SecurityProtocol::SaslPlaintext), ..plain("p") };
    let fingerprints = [
        open(&oauth, &with_client()),
        open(&oauth, &rotated),
        open(&extended, &with_client()),
        open(&plain("p"), &plaintext()),
        open(&plain("q"), &plaintext()),
        open(&open_name, &plaintext()),
        open(&over_plaintext, &plaintext()),
        open(&ClusterSecurity { mechanism: SaslMechanism::ScramSha256, ..plain("p") }, &plaintext()),
        open(&ClusterSecurity { mechanism: SaslMechanism::ScramSha512, ..plain("p") }, &plaintext()),
        open(&cluster(Some(SecurityProtocol::Ssl), SaslMechanism::Plain), &plaintext()),
        open(&certificate(cluster(Some(SecurityProtocol::Ssl), SaslMechanism::Plain)), &plaintext()),
    ];
    assert_eq!(fingerprints.iter().collect::<BTreeSet<_>>().len(), fingerprints.len(), "{fingerprints:?}");
}

#[test]
fn a_token_that_is_needed_has_a_cell_and_is_unavailable_until_it_comes_and_after_it_ended() {
    let opened = cluster(None, SaslMechanism::OAuthBearer).open(&with_client()).unwrap();
    let message = opened.clone().with_token(None).unwrap_err().to_string();
    assert_eq!(message, "a token of vault-svc at https://vault-svc/token is needed, and nothing here asks for it");
    let (writer, cell) = TokenWriter::new(opened.token_request().unwrap().identity());
    let security = opened.with_token(Some(cell)).unwrap();
    let now = WallClock::system().now();
    assert!(security.unavailable(now).unwrap().to_string().contains("none was given yet"));
    let ends = Timestamp::from_micros(now.as_micros() + 5);
    writer.put(BearerToken::new(Secret::new("hunter2"), "svc", now, ends));
    assert!(security.unavailable(now).is_none());
    assert!(security.unavailable(ends).unwrap().to_string().contains("the last one ended at"));
    assert!(!format!("{security:?}").contains("hunter2"));

    let plain = with_user(cluster(Some(SecurityProtocol::SaslSsl), SaslMechanism::Plain)).open(&plaintext()).unwrap();
    assert!(plain.with_token(None).unwrap().unavailable(now).is_none());
}
