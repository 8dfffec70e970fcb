use std::io::{self, Write};
use std::sync::{LazyLock, Mutex};

use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use tracing_subscriber::fmt::MakeWriter;

use super::server::{Answer, TestServer, ok, status, with_headers};
use super::*;

/// Stands in every place where a secret may stand. What it is made of is written differently in each encoding.
const CANARY: &str = "canary 7f3a+?>\"~é/hunter2";

static LOGGED: LazyLock<Mutex<Vec<u8>>> = LazyLock::new(Mutex::default);

/// Keeps all that is logged, by `tracing` and by `log`, whatever its level.
#[derive(Clone, Copy)]
struct Keeper;

impl Write for Keeper {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        LOGGED.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Keeper {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        *self
    }
}

impl log::Log for Keeper {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        writeln!(&mut *LOGGED.lock().unwrap(), "{}: {}", record.target(), record.args()).unwrap();
    }

    fn flush(&self) {}
}

/// Each way in which the canary may be written.
fn forms(key: &str) -> Vec<String> {
    let form: String = url::form_urlencoded::byte_serialize(CANARY.as_bytes()).collect();
    let pair = format!("orders+client:{form}");
    let raw_pair = format!("orders client:{CANARY}");
    let mut forms = vec![
        CANARY.to_owned(),
        form.replace('+', "%20"),
        format!("{form:?}"),
        form.to_lowercase(),
        form,
        "hunter2".to_owned(),
    ];
    // The header with the pair is sent by nobody who proves itself by the key.
    let pairs = if key.is_empty() { &[CANARY, &pair, &raw_pair][..] } else { &[CANARY] };
    for text in pairs {
        for encoded in [STANDARD.encode(text), URL_SAFE.encode(text)] {
            forms.push(encoded.trim_end_matches('=').to_owned());
        }
    }
    // Only who proves itself by the key has sent anything of it.
    forms.extend(key.lines().filter(|line| line.len() > 16 && !line.starts_with('-')).map(str::to_owned));
    forms.push(token()[..40].to_owned());
    forms.push(jwt(&json!({}))[..20].to_owned());
    forms
}

/// A token with the canary in it.
fn token() -> String {
    jwt(&json!({"jti": "hunter2", "iat": NOW, "exp": NOW + 60, "sub": "s"}))
}

/// What endpoints may answer that have the secret at hand; `key` is empty where the secret is another.
fn answers(key: &str) -> Vec<Answer> {
    let mut spoken = forms(key);
    spoken.push(token());
    spoken.push(key.to_owned());
    let all = spoken.join(" | ");
    let mut answers = Vec::new();
    for status_code in [200, 400, 401, 403, 404, 405, 429, 500, 503] {
        let said = json!({"error": all, "error_description": all, "error_uri": all, "access": all});
        answers.push(status(status_code, &said.to_string()));
        answers.push(status(status_code, &all));
        answers.push(status(status_code, &json!([all]).to_string()));
        answers.push(status(status_code, &format!("<html>{all}")));
        for text in &spoken {
            answers.push(status(status_code, &json!({"error": "x", "error_description": text}).to_string()));
        }
    }
    for mut body in [
        json!({"token_type": "Bearer"}),
        json!({"token_type": CANARY, "expires_in": 60}),
        json!({"token_type": "Bearer", "expires_in": CANARY}),
        json!({"token_type": "Bearer", "expires_in": 0}),
        json!({"token_type": "Bearer", "expires_in": {CANARY: CANARY}}),
    ] {
        for token in [CANARY, "hunter2", &jwt(&json!({"exp": 1, "jti": "hunter2"})), &jwt(&json!({"nbf": NOW * 2}))] {
            body["access_token"] = json!(token);
            answers.push(ok(&body.to_string()));
        }
    }
    let location = url::Url::parse_with_params("http://u:hunter2@host/", [("key", CANARY)]).unwrap();
    answers.push(with_headers(302, &format!("location: {location}\r\n"), &all));
    answers.push(with_headers(302, &format!("location: /{}\r\n", forms(key)[1]), ""));
    answers.push(with_headers(503, &format!("retry-after: {}\r\n", forms(key)[1]), ""));
    answers.push(Answer::Whole(format!("{}\r\n\r\n", forms(key)[1])));
    answers.push(Answer::Cut);
    answers.push(Answer::Nothing);
    answers
}

#[tokio::test]
async fn a_secret_is_seen_nowhere() {
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(Keeper).finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    log::set_logger(&Keeper).unwrap();
    log::set_max_level(log::LevelFilter::Trace);

    let (key, _) = crate::http::assertion::tests::p256();
    let forms = [forms(key.expose()), forms("")].concat();
    let unseen = |text: &str, of: &dyn std::fmt::Debug| {
        let seen = forms.iter().find(|form| text.contains(&***form));
        assert_eq!(seen, None, "{of:?}: {text}");
    };
    let proofs = [
        ClientProof::BasicHeader(Secret::new(CANARY)),
        ClientProof::Body(Secret::new(CANARY)),
        ClientProof::PrivateKeyJwt { key: key.clone(), key_id: None },
    ];
    let parameters = BTreeMap::from([("api_key".to_owned(), CANARY.to_owned())]);
    let with = |proof: &ClientProof, url: &str| ClientCredentialsRequest {
        proof: proof.clone(),
        parameters: parameters.clone(),
        ..request(url)
    };
    let sources = sources(HttpTokenSettings::default().with_request_timeout(std::time::Duration::from_secs(2)));
    let mut failures = 0;
    for (proof, told) in [(&proofs[0], ""), (&proofs[1], ""), (&proofs[2], key.expose())] {
        for answer in answers(told) {
            let mut server = TestServer::always(answer.clone()).await;
            let request = TokenRequest::ClientCredentials(with(proof, &format!("{}?code=hunter2", server.url)));
            let source = sources.source(&request).unwrap();
            let error = source.fetch().await.expect_err("no answer is good");
            failures += 1;
            let text = format!("{request:?} {request:#?} {source:?} {:?} {:?}", request.identity(), sources);
            unseen(&format!("{text} {} {}", shown(&error), error.failure()), &answer);
            let asked = server.request();
            assert!(asked.body.contains("hunter2"), "the secret is really under way");
        }
    }
    assert!(failures > 400, "{failures}");

    // Where there is no server that could answer.
    for url in [
        "https://127.0.0.1:9/t?code=hunter2",
        "http://u:hunter2@127.0.0.1:9",
        "hunter2",
        "u:hunter2@h",
        "http://nohost.invalid/?hunter2",
    ] {
        for proof in &proofs {
            let request = TokenRequest::ClientCredentials(with(proof, url));
            let error = match sources.source(&request) {
                Ok(source) => source.fetch().await.unwrap_err(),
                Err(error) => error,
            };
            // What is no URL at all is shown, as nobody could tell a secret in it.
            let text = format!("{} {request:?} {:?}", shown(&error), request.identity());
            unseen(&if url == "hunter2" { text.replace(url, "") } else { text }, &url);
        }
    }

    // A token that was given.
    let server = TestServer::always(ok(&json!({"access_token": token(), "token_type": "bearer"}).to_string())).await;
    let token =
        sources.source(&TokenRequest::ClientCredentials(with(&proofs[0], &server.url))).unwrap().fetch().await.unwrap();
    assert_eq!(token.text().expose(), self::token());
    unseen(&format!("{token:?} {token:#?} {:?}", crate::Claims::of(token.text()).unwrap()), &"a token");

    tracing::trace!("kept by tracing");
    log::trace!("kept by log");
    let logged = String::from_utf8(LOGGED.lock().unwrap().clone()).unwrap();
    for expected in ["kept by tracing", "kept by log", "connect"] {
        assert!(logged.contains(expected), "nothing was kept of: {expected}");
    }
    for line in logged.lines() {
        unseen(line, &"the log");
    }
}
