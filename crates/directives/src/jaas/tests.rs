use proptest::prelude::*;

use super::*;

const OAUTH: &str = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required";
const PLAIN: &str = "org.apache.kafka.common.security.plain.PlainLoginModule required";
const SCRAM: &str = "org.apache.kafka.common.security.scram.ScramLoginModule required";
const IAM: &str = "software.amazon.msk.auth.iam.IAMLoginModule required";

fn parse(text: impl Into<String>) -> Result<JaasLogin, InvalidJaasText> {
    JaasLogin::parse(&Secret::new(text))
}

fn oauth(options: &str) -> OAuthBearerLogin {
    match parse(format!("{OAUTH} {options};")).unwrap() {
        JaasLogin::OAuthBearer(login) => login,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn refused(text: impl Into<String>, parts: &[&str]) {
    let message = parse(text).unwrap_err().to_string();
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in {message:?}");
    }
    assert!(!message.contains("hunter2"), "{message}");
}

#[test]
fn the_scala_systems_text_and_kafkas_own_names_say_the_same() {
    let scala = oauth(
        "oauth.client.id=\"svc\" oauth.client.secret=\"hunter2\"\n  oauth.token.endpoint.uri=\"https://idp/token\" \
         oauth.scope=\"a b\"",
    );
    assert_eq!((scala.client_id.as_str(), scala.client_secret.expose()), ("svc", "hunter2"));
    assert_eq!(scala.token_endpoint.as_deref(), Some("https://idp/token"));
    assert_eq!(scala.scope.as_deref(), Some("a b"));
    let kafkas = oauth("clientId=svc clientSecret='hunter2' scope=\"a b\" extension_logicalCluster=lkc-1");
    assert_eq!((kafkas.client_id, kafkas.client_secret.expose()), (scala.client_id, "hunter2"));
    assert_eq!((kafkas.scope, kafkas.token_endpoint), (scala.scope, None));
    assert_eq!(kafkas.extensions, BTreeMap::from([("logicalCluster".to_owned(), "lkc-1".to_owned())]));
}

#[test]
fn users_and_passwords_of_plain_and_scram_and_the_options_of_iam_are_read() {
    let Ok(JaasLogin::Plain(login)) = parse(format!("{PLAIN} username=\"u\" password=\"hunter2\";")) else { panic!() };
    assert_eq!((login.username.as_str(), login.password.expose()), ("u", "hunter2"));
    let scram = format!("{SCRAM} username=\"u\" password=\"hunter2\" tokenauth=\"false\";");
    let Ok(JaasLogin::Scram(login)) = parse(scram) else { panic!() };
    assert_eq!((login.username.as_str(), login.password.expose()), ("u", "hunter2"));
    let Ok(JaasLogin::Iam(login)) = parse(format!("{IAM} awsProfileName=\"p\" awsStsRegion=eu-central-1;")) else {
        panic!()
    };
    let (profile, sts_region) = (Some("p".to_owned()), Some("eu-central-1".to_owned()));
    assert_eq!(login, IamLogin { profile, role_arn: None, sts_region });
    assert!(matches!(parse(format!("{IAM};")), Ok(JaasLogin::Iam(login)) if login == IamLogin::default()));
}

#[test]
fn lines_comments_flags_and_packages_in_front_do_not_matter() {
    let text = "// who\n/* comes * / */ kafkashaded.org.apache.kafka.common.security.plain.PlainLoginModule\n\tREQUIRED\n\
                username = u // the user\n / one slash too\n password\n=\n'hunter2'\n;\n// the end";
    let Ok(JaasLogin::Plain(login)) = parse(text) else { panic!() };
    assert_eq!((login.username.as_str(), login.password.expose()), ("u", "hunter2"));
}

#[test]
fn escapes_are_javas() {
    let value = r#"password="\a\b\f\n\r\t\v\"\\\'\q\0\101\3777\479é€" username="it's";"#;
    let Ok(JaasLogin::Plain(login)) = parse(format!("{PLAIN} {value}")) else { panic!() };
    assert_eq!(login.password.expose(), "\u{7}\u{8}\u{c}\n\r\t\u{b}\"\\'q\0A\u{ff}7'9é€");
    assert_eq!(login.username, "it's");
}

#[test]
fn a_text_that_is_built_wrong_says_what_is_wrong_and_how_it_is_right() {
    for text in ["", "   ", "hunter2", "hunter2.hunter2 required;", "\"PlainLoginModule\" required;", "// only"] {
        refused(text, &["begins with no login module"]);
    }
    refused("a.PlainLoginModule", &["PlainLoginModule", "control flag", "'required'"]);
    refused("a.PlainLoginModule hunter2 x=y;", &["control flag"]);
    refused(format!("{PLAIN} username=u password=\"hunter2\""), &["PlainLoginModule", "semicolon"]);
    refused(format!("{PLAIN} username= ;"), &["'username' of PlainLoginModule has no value"]);
    refused(format!("{PLAIN} username"), &["'username' of PlainLoginModule has no value"]);
    refused(format!("{PLAIN} password=\"hunter2"), &["does not end on its line"]);
    refused(format!("{PLAIN} password=\"hunter\n2\" username=u;"), &["does not end on its line"]);
    refused(format!("{PLAIN} password=\"a\"hunter2\"b\" username=u;"), &["has no value", "\\\""]);
    refused(format!("{PLAIN} password=\"a\" =hunter2;"), &["quote each value"]);
    refused(format!("{PLAIN} username=u password=p; {PLAIN} username=u password=p;"), &["keep one login module"]);
}

#[test]
fn what_is_missing_is_named() {
    refused(
        format!("{OAUTH} oauth.client.secret=hunter2;"),
        &["OAuthBearerLoginModule lacks option 'oauth.client.id'"],
    );
    refused(format!("{OAUTH} clientId=svc;"), &["lacks option 'oauth.client.secret'"]);
    refused(format!("{OAUTH} clientId=\"\" clientSecret=hunter2;"), &["lacks option 'oauth.client.id'"]);
    refused(format!("{PLAIN} password=hunter2;"), &["PlainLoginModule lacks option 'username'"]);
    refused(format!("{SCRAM} username=u;"), &["ScramLoginModule lacks option 'password'"]);
}

#[test]
fn what_the_probe_does_not_speak_is_refused_by_name_with_what_to_write_instead() {
    let secret = "clientSecret=hunter2 clientId=svc";
    refused(
        format!("{OAUTH} {secret} unsecuredLoginStringClaim_sub=\"hunter2\";"),
        &["'unsecuredLoginStringClaim_sub' of OAuthBearerLoginModule", "unsigned tokens", "oauth.client.id"],
    );
    refused(
        format!("{OAUTH} {secret} oauth.client.secret=hunter2;"),
        &["'clientSecret'", "'oauth.client.secret' is the same"],
    );
    refused(format!("{OAUTH} {secret} oauth.audience=x;"), &["test-probe.services.vault.oauth.audience"]);
    refused(format!("{OAUTH} {secret} oauth.scop=x;"), &["did you mean 'oauth.scope'?"]);
    refused(
        format!("{SCRAM} username=u password=hunter2 tokenauth=true;"),
        &["'tokenauth' of ScramLoginModule", "delegation"],
    );
    refused(format!("{PLAIN} username=u password=hunter2 user_alice=hunter2;"), &["'user_alice' of PlainLoginModule"]);
    refused(format!("{IAM} awsRoleExternalId=hunter2;"), &["'awsRoleExternalId' of IAMLoginModule", "awsProfileName"]);
    refused("com.sun.security.auth.module.Krb5LoginModule required keyTab=hunter2;", &["Krb5LoginModule", "Kerberos"]);
    refused("com.sun.security.auth.module.LdapLoginModule required;", &["LdapLoginModule", "PlainLoginModule"]);
    refused("org.acme.MyLoginModule required x=hunter2;", &["org.acme.MyLoginModule", "OAuthBearerLoginModule"]);
    refused("evil-org.apache.kafka.common.security.plain.PlainLoginModule required;", &["cannot be used"]);
}

#[test]
fn a_login_shows_no_secret() {
    let shown = format!("{:?}", parse(format!("{OAUTH} clientId=svc clientSecret=hunter2;")).unwrap());
    assert!(shown.contains("svc") && !shown.contains("hunter2"), "{shown}");
}

fn quoted(value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\r', "\\r").replace('\n', "\\n");
    format!("\"{value}\"")
}

proptest! {
    #[test]
    fn every_quoted_value_comes_back_as_it_was(value in "[a\\\\\"'/;=\r\n\t\0\\PC]{1,20}") {
        let text = format!("{PLAIN} username=\"u\" password={};", quoted(&value));
        let Ok(JaasLogin::Plain(login)) = parse(text) else { panic!() };
        prop_assert_eq!(login.password.expose(), value);
    }

    #[test]
    fn no_text_breaks_the_parser_and_no_error_repeats_a_value(
        options in "( |\n|=|;|\"|'|\\\\|/|\\*|username|password|hunter2|\\PC){0,30}",
    ) {
        if let Err(error) = parse(format!("{PLAIN} {options}"))
            && !matches!(error, InvalidJaasText::UnknownOption { .. })
        {
            prop_assert!(!error.to_string().contains("hunter2"), "{}", error);
        }
    }
}
