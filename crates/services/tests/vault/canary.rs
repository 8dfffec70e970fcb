use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::sync::{LazyLock, Mutex};

use test_probe_directives::Secret;
use test_probe_services::ProbeVaultService;
use test_probe_services::vault::{
    AzureFunctionOptions, AzureFunctionVault, GcpFunctionOptions, GcpFunctionVault, LambdaOptions, LambdaVault,
    RosettaConfig, Variables,
};
use tracing_subscriber::fmt::MakeWriter;

use super::rig::{ARN, call, lambda, orders, recipe};
use super::server::{Reply, Server};

/// Stands in every place where a secret may stand.
const CANARY: &str = "canary-7f3a";
/// The same in Base64, as answers carry it.
const ENCODED: &str = "Y2FuYXJ5LTdmM2E=";

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

/// All that a person may get to see of an error.
fn shown(error: &(dyn Error + 'static)) -> String {
    let mut shown = format!("{error:?} {error:#?}");
    let mut next = Some(error);
    while let Some(error) = next {
        shown.push_str(&format!(" {error}"));
        next = error.source();
    }
    shown
}

fn vaults(url: &str) -> [(Box<dyn ProbeVaultService>, String); 3] {
    let mut recipe = recipe();
    let rosetta = format!(
        "mappings:\n- {{targetField: clientId, sourcePath: $.id, defaultValue: {CANARY}}}\n\
         - {{targetField: clientSecret, sourcePath: $.secret, transformations: [{{type: base64decode}}, {{type: prefix, value: {CANARY}}}]}}\n\
         request-template: {{key: '{CANARY}', '{{{{$^request-params.tenant}}}}': '{{{{topic}}}}'}}\n"
    );
    recipe.rosetta = RosettaConfig::parse("rosetta.yaml", &rosetta).unwrap();
    recipe.request_params = Variables::from([("request-params.tenant", CANARY)]);
    let url = format!("{url}/api?code={CANARY}");
    let azure = AzureFunctionOptions { call: call(), ..AzureFunctionOptions::new(&*url, Secret::new(CANARY)) };
    let gcp = GcpFunctionOptions { call: call(), ..GcpFunctionOptions::new(&*url) };
    let endpoint = url.split("/api").next().map(str::to_owned);
    let lambda = LambdaOptions { endpoint, call: call(), ..LambdaOptions::new(ARN, "eu-west-3") };
    let environment = Variables::from([
        ("AWS_ACCESS_KEY_ID", "AKID"),
        ("AWS_SECRET_ACCESS_KEY", CANARY),
        ("AWS_SESSION_TOKEN", CANARY),
    ]);
    let options = format!("{azure:?} {gcp:?} {lambda:?} {recipe:?} {environment:?}");
    [
        (Box::new(AzureFunctionVault::new(azure, recipe.clone()).unwrap()), options),
        (Box::new(GcpFunctionVault::new(gcp, recipe.clone()).unwrap()), String::new()),
        (Box::new(LambdaVault::new(lambda, recipe, &environment).unwrap()), String::new()),
    ]
}

/// A program and a metadata service that fail with a secret on their lips.
async fn failing_credential_sources() {
    let folder = tempfile::tempdir().unwrap();
    let (program, config) = (folder.path().join("program.sh"), folder.path().join("config"));
    fs::write(&program, format!("echo {CANARY}; echo {CANARY} >&2; exit 1\n")).unwrap();
    fs::write(&config, format!("[default]\ncredential_process = sh {}\n", program.display())).unwrap();
    let metadata = Server::replying([Reply::new(403, CANARY)]).await;
    let environment = Variables::from([
        ("AWS_CONFIG_FILE", config.to_str().unwrap()),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url.as_str()),
    ]);
    let error = lambda(&metadata.url, &environment).fetch_security_directives(&orders()).await.unwrap_err();
    assert!(!shown(&error).contains(CANARY), "{error:?}");
    assert_eq!(metadata.asked().len(), 1, "the metadata service is asked, the function is not called");
}

#[tokio::test]
async fn a_secret_is_seen_nowhere() {
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(Keeper).finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    log::set_logger(&Keeper).unwrap();
    log::set_max_level(log::LevelFilter::Trace);

    let good = format!(r#"{{"id": "{CANARY}", "secret": "{ENCODED}"}}"#);
    let replies = [
        Reply::new(200, &good),
        Reply::new(503, CANARY),
        Reply::new(429, CANARY),
        Reply::new(401, CANARY),
        Reply::new(404, CANARY),
        Reply::new(500, CANARY),
        Reply::new(200, CANARY),
        Reply::new(200, &format!(r#"{{"id": ["{CANARY}"], "secret": {{"{CANARY}": 1}}}}"#)),
        Reply::new(200, &format!(r#"{{"secret": "{CANARY}"}}"#)),
        Reply::new(200, &good).with_header("x-amz-function-error", "canary-7f3a"),
        Reply::HangUp,
    ];
    for reply in replies {
        let server = Server::replying([reply.clone()]).await;
        for (vault, options) in vaults(&server.url) {
            let outcome = vault.fetch_security_directives(&orders()).await;
            let text = match &outcome {
                Ok(found) => {
                    assert!(found[0].jaas_config.expose().contains(CANARY), "the secret does get through");
                    // The client's id is shown, so only the rest is looked at.
                    format!("{found:?} {found:#?}").replace(&format!("client_id: \"{CANARY}\""), "")
                }
                Err(error) => shown(error),
            };
            let text = format!("{text} {options} {vault:?} {vault:#?}");
            assert!(!text.contains(CANARY) && !text.contains(ENCODED), "{reply:?}: {text}");
        }
        let asked = server.asked();
        assert!(asked.iter().all(|asked| asked.body.contains(CANARY)), "the secret is really under way");
    }

    failing_credential_sources().await;
    let logged = String::from_utf8(LOGGED.lock().unwrap().clone()).unwrap();
    for expected in ["the vault is asked again", "calculated string to sign", "connect", "IMDS", "process"] {
        assert!(logged.contains(expected), "nothing was kept of: {expected}");
    }
    let seen = logged.lines().find(|line| line.contains(CANARY) || line.contains(ENCODED));
    assert_eq!(seen, None);
}
