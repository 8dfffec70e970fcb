use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use bytes::Bytes;
use reqsign_aws_v4::{Credential, DefaultCredentialProvider, RequestSigner};
use reqsign_core::{CommandExecute, CommandOutput, Context, Env, Error, FileRead, HttpSend, Result, Signer};
use reqwest::{Client, Url};

use super::http_client;
use crate::vault::{Variables, VaultError};

/// The variables that the chain reads, since it wants to see them all at once.
const VARIABLES: [&str; 19] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_CONFIG_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_REGION",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EXTERNAL_ID",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_SSO_ENDPOINT",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
];
/// A machine that has no metadata service drops what is sent there; it must not cost a whole try.
const CONNECT_WITHIN: Duration = Duration::from_secs(1);
/// Token services far away may take a while.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// AWS's default credential chain, on this house's HTTP client and the environment that was handed in.
pub(super) struct Chain(Context);

pub(super) fn default_chain(environment: &Variables) -> std::result::Result<Chain, VaultError> {
    let client = || http_client::bare().connect_timeout(CONNECT_WITHIN).timeout(ANSWER_WITHIN);
    let far = client().build().map_err(|_| http_client::cannot_be_made())?;
    let near = client().no_proxy().build().map_err(|_| http_client::cannot_be_made())?;
    let context = Context::new()
        .with_env(HandedIn(environment.clone()))
        .with_file_read(Files)
        .with_http_send(Http { near, far })
        .with_command_execute(Commands);
    Ok(Chain(context))
}

impl Chain {
    /// A signer that remembers the credentials until they expire.
    pub(super) fn signer(self, signer: RequestSigner) -> Signer<Credential> {
        Signer::new(self.0, DefaultCredentialProvider::new(), signer)
    }
}

#[derive(Debug)]
struct HandedIn(Variables);

impl Env for HandedIn {
    fn var(&self, key: &str) -> Option<String> {
        self.0.get(key)
    }

    fn vars(&self) -> HashMap<String, String> {
        VARIABLES.iter().filter_map(|name| Some(((*name).to_owned(), self.0.get(name)?))).collect()
    }

    fn home_dir(&self) -> Option<PathBuf> {
        self.0.get("HOME").or_else(|| self.0.get("USERPROFILE")).map(PathBuf::from)
    }
}

#[derive(Debug)]
struct Files;

impl FileRead for Files {
    async fn file_read(&self, path: &str) -> Result<Vec<u8>> {
        tokio::fs::read(path).await.map_err(|error| Error::config_invalid("a file cannot be read").with_source(error))
    }
}

#[derive(Debug)]
struct Http {
    near: Client,
    far: Client,
}

impl HttpSend for Http {
    async fn http_send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>> {
        let failed = |error: reqwest::Error| Error::unexpected("no answer").with_source(error.without_url());
        let is_near = Url::parse(&request.uri().to_string()).is_ok_and(|url| http_client::is_nearby(&url));
        let client = if is_near { &self.near } else { &self.far };
        let response = client.execute(request.try_into().map_err(failed)?).await.map_err(failed)?;
        let mut answer = http::Response::new(Bytes::new());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = response.headers().clone();
        // The chain logs its failures with what came back. Nothing in a refusal is needed but its status.
        if answer.status().is_success() {
            *answer.body_mut() = response.bytes().await.map_err(failed)?;
        }
        Ok(answer)
    }
}

/// Runs what a profile names as its `credential_process`.
#[derive(Debug)]
struct Commands;

impl CommandExecute for Commands {
    async fn command_execute<'a>(&'a self, program: &'a str, args: &'a [&'a str]) -> Result<CommandOutput> {
        let mut command = tokio::process::Command::new(program);
        command.args(args).stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let output = command.output().await;
        let output = output.map_err(|error| Error::config_invalid("a program cannot be run").with_source(error))?;
        let status = output.status.code().unwrap_or(-1);
        // The chain logs what a failing program says, which may hold a secret.
        Ok(CommandOutput { status, stdout: output.stdout, stderr: Vec::new() })
    }
}
