use test_probe_directives::Secret;

use super::super::client::TokenClient;
use super::super::clients::{Bench, Clients};
use super::*;

const HOUR: Duration = Duration::from_secs(3600);

fn judge_by(clients: &Clients, authorization: Option<&str>, form: &str) -> Result<Grant, (&'static str, u16, String)> {
    let fields = super::super::routes::read_form(form).unwrap();
    let form = Form(&fields);
    let bench = Bench { issuer: "http://here", now: 0, lifetime: HOUR };
    let granted = Asked::read(authorization, form).and_then(|asked| clients.judge(&asked, form, &bench));
    granted.map_err(|error| (error.code(), error.status(), error.to_string()))
}

fn judge(authorization: Option<&str>, form: &str) -> Result<Grant, (&'static str, u16, String)> {
    let clients = Clients::default();
    clients.register(TokenClient::new("probe", Secret::new("s3cret:&")));
    judge_by(&clients, authorization, form)
}

fn granted(scope: Option<&str>) -> Grant {
    let (client_id, audience) = ("probe".to_owned(), "http://here".to_owned());
    Grant { client_id, scope: scope.map(str::to_owned), audience, lifetime: HOUR }
}

fn header(credentials: &str) -> String {
    format!("Basic {}", STANDARD.encode(credentials))
}

#[test]
fn a_client_may_prove_itself_in_the_form_or_the_header() {
    let form = "grant_type=client_credentials&client_id=probe&client_secret=s3cret%3A%26&scope=a+b";
    assert_eq!(judge(None, form), Ok(granted(Some("a b"))));
    assert_eq!(judge(Some(&header("probe:s3cret%3A%26")), "grant_type=client_credentials"), Ok(granted(None)));
    let with_id = "grant_type=client_credentials&client_id=probe&scope=";
    assert_eq!(judge(Some(&header("probe:s3cret%3A%26")), with_id), Ok(granted(None)));
}

#[test]
fn who_is_not_known_gets_nothing() {
    let nobody = Err(("invalid_client", 401, "the client is unknown, or its secret is wrong".to_owned()));
    for (id, secret) in [("probe", "wrong"), ("other", "s3cret%3A%26")] {
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        assert_eq!(judge(None, &form), nobody);
    }
    for header in [&*header("probe:wrong"), &*header("no colon"), "Basic ???", "Bearer x", "Basic"] {
        assert_eq!(judge(Some(header), "grant_type=client_credentials"), nobody, "{header}");
    }
}

#[test]
fn a_request_that_is_not_whole_says_what_is_wrong() {
    let invalid = |message: &str| Err(("invalid_request", 400, message.to_owned()));
    for (form, message) in [
        ("", "grant_type is missing"),
        ("grant_type=", "grant_type is missing"),
        ("grant_type=client_credentials", "client_id is missing"),
        ("grant_type=client_credentials&client_id=probe", "client_secret is missing"),
        ("grant_type=a&grant_type=b", "grant_type is there more than once"),
        ("grant_type=client_credentials&client_assertion=x", "client_assertion_type is missing"),
        (
            "grant_type=client_credentials&client_assertion=x&client_assertion_type=saml",
            "the client_assertion_type is not taken, urn:ietf:params:oauth:client-assertion-type:jwt-bearer is",
        ),
    ] {
        assert_eq!(judge(None, form), invalid(message), "{form}");
    }
    let twice =
        "the client proves itself in more than one way; one of header, client_secret and client_assertion must do";
    let form = "grant_type=client_credentials&client_secret=x";
    assert_eq!(judge(Some(&header("probe:x")), form), invalid(twice));
    assert_eq!(judge(None, &format!("{form}&client_assertion=x")), invalid(twice));
}

#[test]
fn another_grant_is_not_served() {
    let form = "grant_type=password&client_id=probe&client_secret=s3cret%3A%26";
    let message = "the grant type password is not served, client_credentials is".to_owned();
    assert_eq!(judge(None, form), Err(("unsupported_grant_type", 400, message)));
}

#[test]
fn a_client_with_a_list_of_scopes_gets_no_others_and_all_of_them_when_it_asks_for_none() {
    let clients = Clients::default();
    let client = TokenClient::new("probe", Secret::new("s")).with_scopes(["write", "read"]);
    clients.register(client.with_lifetime(Duration::from_secs(20)).with_audience("kafka"));
    let ask = |rest: &str| {
        let form = format!("grant_type=client_credentials&client_id=probe&client_secret=s{rest}");
        judge_by(&clients, None, &form)
            .map(|grant| (grant.scope.unwrap_or_default(), grant.audience, grant.lifetime.as_secs()))
    };
    assert_eq!(ask(""), Ok(("read write".to_owned(), "kafka".to_owned(), 20)));
    assert_eq!(ask("&scope=write&audience=lake"), Ok(("write".to_owned(), "lake".to_owned(), 20)));
    for (asked, unknown) in [("admin", "admin"), ("read+admin", "admin"), ("rea", "rea"), ("read++write", "")] {
        let expected = ("invalid_scope", 400, format!("the scope {unknown} is none of the client's"));
        assert_eq!(ask(&format!("&scope={asked}")), Err(expected), "{asked}");
    }
}
