use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use reqsign_core::{Error, HttpSend};
use tempfile::TempDir;
use test_probe_directives::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const SESSION: &str = "s3ss10n/token==";
const ROLE: &str = "arn:aws:iam::123456789012:role/team/kafka";
/// No machine has a metadata service there, and none is asked.
const ALONE: (&str, &str) = ("AWS_EC2_METADATA_DISABLED", "true");

fn eight() -> Timestamp {
    Timestamp::parse("2026-01-31T08:00:00Z").unwrap()
}

fn request(profile: Option<&str>, role_arn: Option<&str>) -> MskIamRequest {
    MskIamRequest {
        region: "eu-central-1".to_owned(),
        profile: profile.map(str::to_owned),
        role_arn: role_arn.map(str::to_owned),
    }
}

fn look_up(variables: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> + Send + Sync + 'static + use<> {
    let variables: BTreeMap<_, _> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    move |name| variables.get(name).cloned()
}

fn source(request: &MskIamRequest, variables: &[(&str, &str)]) -> MskIamSource {
    MskIamSource::with_environment(request, WallClock::reading(eight), look_up(variables)).unwrap()
}

/// A home with these files in its `.aws`.
fn home(files: &[(&str, &str)]) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".aws");
    std::fs::create_dir(&folder).unwrap();
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    home
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn address(token: &BearerToken) -> String {
    String::from_utf8(URL_SAFE_NO_PAD.decode(token.text().expose()).unwrap()).unwrap()
}

fn key_of(token: &BearerToken) -> String {
    let address = address(token);
    address.split_once("X-Amz-Credential=").unwrap().1.split_once("%2F").unwrap().0.to_owned()
}

/// A server of credentials that gives every caller these answers, one after the other, and the last one for ever.
async fn server(answers: Vec<(u16, String)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    #[allow(clippy::disallowed_methods, reason = "the server ends with the test's runtime")]
    tokio::spawn(async move {
        for number in 0.. {
            let (mut connection, _) = listener.accept().await.unwrap();
            let (status, body) = &answers[number.min(answers.len() - 1)];
            let mut asked = Vec::new();
            while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
                if connection.read_buf(&mut asked).await.unwrap() == 0 {
                    break;
                }
            }
            let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            connection.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        }
    });
    url
}

fn container_credentials(expiration: &str) -> String {
    format!(
        r#"{{"AccessKeyId": "{KEY}", "SecretAccessKey": "{SECRET}", "Token": "{SESSION}", "Expiration": "{expiration}"}}"#
    )
}

#[tokio::test]
async fn credentials_of_the_environment_make_a_token_of_fifteen_minutes() {
    let variables = [("AWS_ACCESS_KEY_ID", KEY), ("AWS_SECRET_ACCESS_KEY", SECRET), ("AWS_SESSION_TOKEN", SESSION)];
    let token = source(&request(None, None), &variables).fetch().await.unwrap();
    assert_eq!((token.principal(), token.obtained_at(), token.life().as_secs()), (KEY, eight(), 900));
    let address = address(&token);
    assert!(
        address.starts_with("https://kafka.eu-central-1.amazonaws.com/?Action=kafka-cluster%3AConnect&"),
        "{address}"
    );
    assert!(address.contains("&X-Amz-Security-Token=s3ss10n%2Ftoken%3D%3D&"), "{address}");
    assert!(address.ends_with(concat!("&User-Agent=test-probe%2F", env!("CARGO_PKG_VERSION"))), "{address}");
}

#[tokio::test]
async fn a_profile_that_is_named_goes_before_the_environment_and_is_looked_up_anew() {
    let keys = |name: &str, key: &str| format!("[{name}]\naws_access_key_id = {key}\naws_secret_access_key = x\n");
    let home = home(&[("credentials", &format!("{}{}", keys("default", "AKIADEFAULT"), keys("team", "AKIATEAM")))]);
    let variables = [("HOME", text(home.path())), ("AWS_ACCESS_KEY_ID", KEY), ("AWS_SECRET_ACCESS_KEY", SECRET)];
    let team = source(&request(Some("team"), None), &variables);
    assert_eq!(key_of(&team.fetch().await.unwrap()), "AKIATEAM");
    assert_eq!(key_of(&source(&request(None, None), &variables).fetch().await.unwrap()), KEY);
    assert_eq!(
        key_of(&source(&request(Some(" "), None), &variables).fetch().await.unwrap()),
        KEY,
        "an empty one is none"
    );
    for (variable, key) in [("team", "AKIATEAM"), ("", "AKIADEFAULT")] {
        let by_variable = [("HOME", text(home.path())), ("AWS_PROFILE", variable), ("AWS_ACCESS_KEY_ID", "")];
        assert_eq!(key_of(&source(&request(None, None), &by_variable).fetch().await.unwrap()), key);
    }

    std::fs::write(home.path().join(".aws/credentials"), keys("team", "AKIAROTATED")).unwrap();
    assert_eq!(key_of(&team.fetch().await.unwrap()), "AKIAROTATED");
}

#[tokio::test]
async fn a_profile_may_name_a_program() {
    let answer = r#"{"Version": 1, "AccessKeyId": "AKIAPROGRAM", "SecretAccessKey": "x", "SessionToken": "t", "Expiration": "2026-01-31T08:05:00Z"}"#;
    let home = home(&[("answer.json", answer)]);
    let config = format!("[profile team]\ncredential_process = cat {}\n", text(&home.path().join(".aws/answer.json")));
    std::fs::write(home.path().join(".aws/config"), config).unwrap();
    let token = source(&request(Some("team"), None), &[("HOME", text(home.path()))]).fetch().await.unwrap();
    assert_eq!((key_of(&token).as_str(), token.life().as_secs()), ("AKIAPROGRAM", 300));
}

#[tokio::test]
async fn the_metadata_services_are_asked_where_they_are_named() {
    let container = server(vec![(200, container_credentials("2026-01-31T08:10:00Z"))]).await;
    let token =
        source(&request(None, None), &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &container), ALONE]).fetch().await;
    let token = token.unwrap();
    assert_eq!((token.principal(), token.life().as_secs()), (KEY, 600));

    let role = r#"{"Code": "Success", "Message": "", "AccessKeyId": "AKIAINSTANCE", "SecretAccessKey": "x", "Token": "t", "Expiration": "2026-01-31T14:00:00Z"}"#;
    let instance = server(vec![(200, "imds-token".into()), (200, "role".into()), (200, role.into())]).await;
    let source = source(&request(None, None), &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &instance)]);
    assert_eq!(source.fetch().await.unwrap().principal(), "AKIAINSTANCE");
}

#[tokio::test]
async fn who_has_no_credentials_is_told_where_they_were_looked_for() {
    let home = home(&[]);
    let error = source(&request(None, None), &[("HOME", text(home.path())), ALONE]).fetch().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "no token for kafka.eu-central-1.amazonaws.com: there are no AWS credentials; looked for AWS_ACCESS_KEY_ID and \
         AWS_SECRET_ACCESS_KEY, the keys of the profile in ~/.aws/credentials and ~/.aws/config, its SSO session, \
         AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN, its credential_process, \
         AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI, the instance's metadata service; set AWS_ACCESS_KEY_ID and \
         AWS_SECRET_ACCESS_KEY or AWS_PROFILE, log in by 'aws sso login', or run where a role is given"
    );
    assert!(matches!(error, TokenError::Settings { .. }), "{error:?}");

    // The keys that are set are those of nobody where a profile is asked for.
    let variables = [("HOME", text(home.path())), ("AWS_ACCESS_KEY_ID", KEY), ("AWS_SECRET_ACCESS_KEY", SECRET)];
    let error = source(&request(Some("team"), None), &variables).fetch().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "no token for team at kafka.eu-central-1.amazonaws.com: the profile 'team' has no AWS credentials; looked for the keys \
         of the profile in ~/.aws/credentials and ~/.aws/config, its SSO session, its credential_process; give the profile keys \
         or a credential_process, or log in by 'aws sso login'; a profile that assumes a role is not followed: name its \
         source_profile and its role_arn instead"
    );
}

#[tokio::test]
async fn a_service_that_fails_is_worth_a_retry_and_its_answer_is_not_repeated() {
    let url = server(vec![(500, format!("{{\"SecretAccessKey\": \"{SECRET}\"}}"))]).await;
    let variables = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str()), ALONE];
    let error = source(&request(None, None), &variables).fetch().await.unwrap_err();
    let all = format!("{error} {error:?}");
    assert!(all.contains("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI (failed)"), "{all}");
    assert!(!all.contains(SECRET), "{all}");
    assert!(matches!(error, TokenError::Unreachable { .. }) && error.is_worth_a_retry(), "{error:?}");
}

#[tokio::test]
async fn a_body_without_end_is_not_read_to_its_end() {
    let url =
        server(vec![(200, format!("{}{}", container_credentials("2026-01-31T14:00:00Z"), " ".repeat(2 << 20)))]).await;
    let variables = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str()), ALONE];
    let error = source(&request(None, None), &variables).fetch().await.unwrap_err();
    assert!(error.to_string().contains("_FULL_URI (failed)"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_program_that_never_ends_is_given_up() {
    let home = home(&[("config", "[profile team]\ncredential_process = sleep 3600\n")]);
    let error = source(&request(Some("team"), None), &[("HOME", text(home.path()))]).fetch().await.unwrap_err();
    assert!(error.to_string().contains("AWS credentials were not found within 30 s; see why"), "{error}");
    assert!(error.is_worth_a_retry());
}

#[tokio::test]
async fn credentials_that_have_ended_are_said_to_have() {
    let ended = |is_first: bool| async move {
        let mut answers = vec![(200, container_credentials("2026-01-31T07:59:00Z"))];
        if !is_first {
            answers.insert(0, (200, container_credentials("2026-01-31T08:10:00Z")));
        }
        let url = server(answers).await;
        let source = source(&request(None, None), &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url), ALONE]);
        if !is_first {
            source.fetch().await.unwrap();
        }
        source.fetch().await.unwrap_err()
    };
    let error = ended(true).await;
    assert_eq!(
        error.to_string(),
        "no token for kafka.eu-central-1.amazonaws.com: the AWS credentials ended at 2026-01-31T07:59:00.000000Z; renew them, \
         such as by 'aws sso login', or set the clock if it is wrong"
    );
    assert!(!error.is_worth_a_retry());
    assert!(ended(false).await.is_worth_a_retry(), "there were good ones before");
}

#[test]
fn what_cannot_be_asked_for_is_refused_before_anything_is_asked() {
    let refusal = |region: &str, role: Option<&str>| {
        let request = MskIamRequest { region: region.to_owned(), ..request(None, role) };
        let made = MskIamSource::with_environment(&request, WallClock::reading(eight), |_| None);
        made.map(|_| ()).map_err(|error| error.to_string().split_once(": ").unwrap().1.to_owned())
    };
    for region in ["", " ", "eu/west", "eu.west", "eu-west-1\n&x=", "é"] {
        let region = region.trim();
        let expected = format!("the region '{region}' of the MSK cluster is none; set it to such as eu-central-1");
        assert_eq!(refusal(region, None), Err(expected));
    }
    for role in [
        "kafka",
        "arn:aws:iam::1234:role/kafka",
        "arn:aws:iam::123456789012:user/kafka",
        "arn:aws:iam::123456789012:role/",
    ] {
        let expected =
            format!("the role '{role}' is no ARN of a role; set it to such as arn:aws:iam::123456789012:role/kafka");
        assert_eq!(refusal("eu-west-1", Some(role)), Err(expected));
    }
    let elsewhere = format!(
        "the role '{ROLE}' cannot be assumed for the region 'cn-north-1', whose ARNs begin arn:aws-cn:; name a role of the part \
         of AWS in which the cluster is"
    );
    assert_eq!(refusal("cn-north-1", Some(ROLE)), Err(elsewhere));
    assert_eq!(refusal("us-gov-west-1", Some("arn:aws-us-gov:iam::123456789012:role/kafka")), Ok(()));
    assert_eq!(refusal(" eu-west-1 ", Some("")), Ok(()));
}

/// AWS STS without its TLS: answers with this status and body, or not at all, and notes what it was asked.
#[derive(Clone, Debug)]
struct Sts {
    answer: Option<(u16, String)>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl HttpSend for Sts {
    async fn http_send(&self, request: http::Request<Bytes>) -> reqsign_core::Result<http::Response<Bytes>> {
        let authorization = request.headers()["authorization"].to_str().unwrap();
        self.asked.lock().unwrap().push(format!("{} {} {authorization}", request.method(), request.uri()));
        let (status, body) = self.answer.clone().ok_or_else(|| Error::unexpected("no answer"))?;
        Ok(http::Response::builder().status(status).body(Bytes::from(body)).unwrap())
    }
}

fn with_role(answer: Option<(u16, &str)>, variables: &[(&str, &str)]) -> (MskIamSource, Sts) {
    let sts = Sts { answer: answer.map(|(status, body)| (status, body.to_owned())), asked: Arc::default() };
    let mut source = source(&request(None, Some(ROLE)), variables);
    source.outside = Outside::over(Environment::asking(look_up(variables)), sts.clone());
    (source, sts)
}

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", KEY), ("AWS_SECRET_ACCESS_KEY", SECRET)];

#[tokio::test]
async fn a_role_is_assumed_first_and_is_the_principal() {
    let answer = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>\
                  <SecretAccessKey>of-the-role</SecretAccessKey><SessionToken>session-of-the-role</SessionToken>\
                  <Expiration>2099-01-31T08:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
    let (source, sts) = with_role(Some((200, answer)), &KEYS);
    let token = source.fetch().await.unwrap();
    assert_eq!((token.principal(), key_of(&token).as_str()), (ROLE, "ASIAIOSFODNN7EXAMPLE"));
    assert!(address(&token).contains("&X-Amz-Security-Token=session-of-the-role&"));
    let asked = sts.asked.lock().unwrap().join("\n");
    for part in [
        "GET https://sts.eu-central-1.amazonaws.com/?Action=AssumeRole",
        "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fteam%2Fkafka",
        "&RoleSessionName=test-probe",
        "Credential=AKIAIOSFODNN7EXAMPLE/",
        "/eu-central-1/sts/aws4_request",
    ] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    let (source, sts) = with_role(Some((200, answer)), &[KEYS[0], KEYS[1], ("AWS_ROLE_SESSION_NAME", "ci-7")]);
    source.fetch().await.unwrap();
    assert!(sts.asked.lock().unwrap()[0].contains("&RoleSessionName=ci-7"));
}

#[tokio::test]
async fn a_role_that_is_not_given_says_why() {
    let refused = |code: &str| {
        format!("<ErrorResponse><Error><Code>{code}</Code><Message>{SECRET}</Message></Error></ErrorResponse>")
    };
    let message = async |answer: Option<(u16, &str)>| {
        let error = with_role(answer, &KEYS).0.fetch().await.unwrap_err();
        let text = error.to_string();
        assert!(!format!("{text} {error:?}").contains(SECRET), "{error:?}");
        let start = format!("no token for {ROLE} at kafka.eu-central-1.amazonaws.com: ");
        (text.strip_prefix(&start).unwrap().to_owned(), error.is_worth_a_retry())
    };
    let fix =
        "see that the role exists, that its trust policy names the caller, and that the caller may sts:AssumeRole it";
    let expected =
        format!("the endpoint refuses it with status 403 (AccessDenied: the role '{ROLE}' is not given); {fix}");
    assert_eq!(message(Some((403, &refused("AccessDenied")))).await, (expected, false));
    let expected = format!("the endpoint refuses it with status 503 (the role '{ROLE}' is not given); {fix}");
    assert_eq!(message(Some((503, "<html>"))).await, (expected, true));
    let expected = format!("the endpoint refuses it with status 403 (the role '{ROLE}' is not given); {fix}");
    assert_eq!(message(Some((403, &refused("&lt;b&gt;")))).await, (expected, false), "only a word is repeated");
    let expected = format!(
        "the endpoint does not answer: the role '{ROLE}' is not given, AWS STS is asked too often; ask less often, or raise the \
         account's limit"
    );
    assert_eq!(message(Some((400, &refused("Throttling")))).await, (expected, true));
    let expected =
        format!("the answer is none: the role '{ROLE}' is not given, AWS STS answers with no credentials; {fix}");
    assert_eq!(message(Some((200, "<html>"))).await, (expected, true));
    let expected = format!(
        "the endpoint does not answer: the role '{ROLE}' is not given, AWS STS does not answer; see that the region's AWS STS \
         can be reached, such as by a VPC endpoint or a proxy"
    );
    assert_eq!(message(None).await, (expected, true));
}

/// A network that swallows what is sent.
#[derive(Debug)]
struct Silence;

impl HttpSend for Silence {
    async fn http_send(&self, _: http::Request<Bytes>) -> reqsign_core::Result<http::Response<Bytes>> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_service_that_is_silent_is_given_up() {
    let (mut source, _) = with_role(None, &KEYS);
    source.outside = Outside::over(Environment::asking(look_up(&KEYS)), Silence);
    let error = source.fetch().await.unwrap_err();
    assert!(error.to_string().contains("no answer of AWS STS within 30 s; see that"), "{error}");
    assert!(error.is_worth_a_retry());
}

#[tokio::test]
async fn neither_a_key_nor_a_token_is_printed() {
    let variables = [("AWS_ACCESS_KEY_ID", KEY), ("AWS_SECRET_ACCESS_KEY", SECRET), ("AWS_SESSION_TOKEN", SESSION)];
    let source = source(&request(None, None), &variables);
    let token = source.fetch().await.unwrap();
    let signature = address(&token).split_once("X-Amz-Signature=").unwrap().1[..64].to_owned();
    let (context, _) = source.outside.context();
    let printed = format!("{source:?} {token:?} {:?} {context:?}", source.fetch().await);
    for secret in [SECRET, SESSION, &signature, token.text().expose(), "X-Amz-", "aHR0c"] {
        assert!(!printed.contains(secret), "{secret}: {printed}");
    }
}
