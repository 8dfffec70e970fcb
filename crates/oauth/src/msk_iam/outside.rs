use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqsign_core::{CommandExecute, CommandOutput, Context, Env, Error, FileRead, HttpSend, HttpSendDyn, Result};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};

/// The variables that the search wants to see all at once.
const VARIABLES: [&str; 8] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
];
/// A machine that has no metadata service drops what is sent there; it must not cost a whole search.
const CONNECT_WITHIN: Duration = Duration::from_secs(1);
/// Token services far away may take a while.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// No credentials are longer; whoever sends more is not read to the end.
const LONGEST_BODY: usize = 1024 * 1024;

/// What the search for credentials sees of the world: the environment that was handed in, files, HTTP and programs.
pub(super) struct Outside {
    environment: Environment,
    http: Arc<dyn HttpSendDyn>,
}

/// Environment variables, of which one that is empty counts as not set. Its `Debug` shows no value.
#[derive(Clone)]
pub(super) struct Environment(Arc<LookUp>);

type LookUp = dyn Fn(&str) -> Option<String> + Send + Sync;

/// The status of the last answer over HTTP.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard(Arc<AtomicU16>);

impl Outside {
    /// Nothing when TLS cannot be set up.
    pub(super) fn new(environment: Environment) -> Option<Self> {
        // A connection is driven by the runtime that opened it, so that none is kept for the next search.
        let client = || {
            let client = Client::builder().redirect(Policy::none()).pool_max_idle_per_host(0);
            let client = client.user_agent(super::MskIamSource::USER_AGENT);
            client.connect_timeout(CONNECT_WITHIN).timeout(ANSWER_WITHIN)
        };
        let (near, far) = (client().no_proxy().build().ok()?, client().build().ok()?);
        Some(Self { environment, http: Arc::new(Http { near, far }) })
    }

    #[cfg(test)]
    pub(super) fn over(environment: Environment, http: impl HttpSend) -> Self {
        Self { environment, http: Arc::new(http) }
    }

    /// What one search sees, and what it hears.
    pub(super) fn context(&self) -> (Context, Heard) {
        let heard = Heard::default();
        let http = Listening { http: Arc::clone(&self.http), heard: heard.clone() };
        let context = Context::new()
            .with_env(self.environment.clone())
            .with_file_read(Files)
            .with_http_send(http)
            .with_command_execute(Commands);
        (context, heard)
    }
}

impl Environment {
    pub(super) fn asking(look_up: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(look_up))
    }

    pub(super) fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.trim().is_empty())
    }
}

impl Heard {
    pub(super) fn forget(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// Nothing when nothing was answered.
    pub(super) fn status(&self) -> Option<u16> {
        Some(self.0.load(Ordering::Relaxed)).filter(|status| *status != 0)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Environment(..)")
    }
}

impl Env for Environment {
    fn var(&self, key: &str) -> Option<String> {
        self.get(key)
    }

    fn vars(&self) -> HashMap<String, String> {
        VARIABLES.iter().filter_map(|name| Some(((*name).to_owned(), self.get(name)?))).collect()
    }

    fn home_dir(&self) -> Option<PathBuf> {
        self.get("HOME").or_else(|| self.get("USERPROFILE")).map(PathBuf::from)
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
struct Listening {
    http: Arc<dyn HttpSendDyn>,
    heard: Heard,
}

impl HttpSend for Listening {
    async fn http_send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>> {
        self.heard.forget();
        let answer = self.http.http_send_dyn(request).await?;
        self.heard.0.store(answer.status().as_u16(), Ordering::Relaxed);
        Ok(answer)
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
        let is_near = Url::parse(&request.uri().to_string()).is_ok_and(|url| is_nearby(&url));
        let client = if is_near { &self.near } else { &self.far };
        let mut response = client.execute(request.try_into().map_err(failed)?).await.map_err(failed)?;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > LONGEST_BODY {
                return Err(Error::unexpected("the answer is too long"));
            }
            body.extend_from_slice(&chunk);
        }
        let mut answer = http::Response::new(body.freeze());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = response.headers().clone();
        Ok(answer)
    }
}

/// Whether the address is this machine's own or that of a metadata service, which no proxy can reach.
fn is_nearby(url: &Url) -> bool {
    let is_near = |address: IpAddr| match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_link_local(),
        IpAddr::V6(address) => address.is_loopback() || address.segments()[0] == 0xfd00,
    };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(is_near)
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
        Ok(CommandOutput { status, stdout: output.stdout, stderr: Vec::new() })
    }
}
