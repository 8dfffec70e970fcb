//! Vaults that are functions in a cloud: asked once per topic directive, all at the same time.

mod answer;
mod azure;
mod gcp;
mod http_client;
mod lambda;
mod options;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use backon::{ExponentialBuilder, Retryable};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde_json::Value;
use test_probe_directives::{BlockStorageDirective, ClientCredentials, KafkaSecurityDirective, TopicDirective};

use self::answer::{Answer, CallFailure};
pub use self::azure::{AzureFunctionOptions, AzureFunctionVault};
pub use self::gcp::{GcpFunctionOptions, GcpFunctionVault};
pub use self::lambda::{LambdaOptions, LambdaVault};
pub use self::options::{CallOptions, CredentialsRecipe};
use super::{
    JaasConfigBuilder, MappingStage, OAuthOptions, RequestBodyBuilder, VaultCredentialsMapper, VaultError,
    VaultProvider, VaultQuestion,
};

/// How many topics are asked for at the same time.
const AT_A_TIME: usize = 8;
/// No pause between two tries is longer, unless the vault itself asks for it.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// A vault that asks for a longer pause than this is not obeyed: the test would rather fail.
const LONGEST_OBEYED_PAUSE: Duration = Duration::from_secs(60);

/// A function that can be called with a JSON text.
#[async_trait]
trait Function: Send + Sync + fmt::Debug {
    async fn call(&self, body: &str) -> Result<Answer, CallFailure>;
}

/// What all vaults that are functions do, whoever runs the function.
#[derive(Debug)]
struct FunctionVault<F> {
    provider: VaultProvider,
    function: F,
    call: CallOptions,
    bodies: RequestBodyBuilder,
    mapper: VaultCredentialsMapper,
    oauth: OAuthOptions,
}

impl<F: Function> FunctionVault<F> {
    fn new(
        provider: VaultProvider,
        function: F,
        call: CallOptions,
        recipe: CredentialsRecipe,
    ) -> Result<Self, VaultError> {
        let CredentialsRecipe { rosetta, request_params, oauth } = recipe;
        JaasConfigBuilder::check_endpoint(&oauth.token_endpoint).map_err(|invalid| VaultError::Configuration {
            reason: format!("test-probe.services.vault.oauth cannot be used: {invalid}"),
        })?;
        let mapper = VaultCredentialsMapper::new(&rosetta, &call.required_fields)?;
        let bodies = RequestBodyBuilder::new(&rosetta, request_params)?;
        Ok(Self { provider, function, call, bodies, mapper, oauth })
    }

    /// The credentials of all topics, in their order; the first failure, by time, ends the rest.
    async fn fetch(&self, directive: &BlockStorageDirective) -> Result<Vec<KafkaSecurityDirective>, VaultError> {
        // A template that does not fit a topic is told before any function runs.
        let topics = directive.topic_directives.iter();
        let bodies: Vec<_> = topics.clone().map(|topic| self.body(topic)).collect::<Result<_, _>>()?;
        let asked: Vec<_> = topics
            .zip(bodies)
            .enumerate()
            .map(|(index, (topic, body))| async move { self.security(topic, &body).await.map(|found| (index, found)) })
            .collect();
        let mut found: Vec<_> = stream::iter(asked).buffer_unordered(AT_A_TIME).try_collect().await?;
        found.sort_unstable_by_key(|(index, _)| *index);
        Ok(found.into_iter().map(|(_, security)| security).collect())
    }

    fn body(&self, directive: &TopicDirective) -> Result<String, VaultError> {
        self.bodies.build(directive).map_err(|invalid| VaultError::Mapping {
            question: VaultQuestion::new(self.provider, directive),
            stage: MappingStage::Request,
            problems: invalid.to_string(),
        })
    }

    async fn security(&self, directive: &TopicDirective, body: &str) -> Result<KafkaSecurityDirective, VaultError> {
        let question = VaultQuestion::new(self.provider, directive);
        let answer = self.ask(&question, body).await?;
        let unmapped =
            |problems: String| VaultError::Mapping { question: question.clone(), stage: MappingStage::Map, problems };
        let found = self.mapper.map(&answer, directive).map_err(|invalid| unmapped(invalid.to_string()))?;
        let OAuthOptions { token_endpoint, scope } = self.oauth.clone();
        let credentials =
            ClientCredentials { client_id: found.client_id, client_secret: found.client_secret, token_endpoint, scope };
        JaasConfigBuilder::security_directive(directive, credentials).map_err(|invalid| unmapped(invalid.to_string()))
    }

    /// Asks, again and again where that may help.
    async fn ask(&self, question: &VaultQuestion, body: &str) -> Result<Value, VaultError> {
        let schedule = ExponentialBuilder::default()
            .with_min_delay(self.call.retry_delay)
            .with_max_delay(LONGEST_PAUSE)
            .with_max_times(self.call.retry_attempts)
            .with_jitter();
        (|| self.ask_once(question, body))
            .retry(schedule)
            .when(VaultError::is_transient)
            .adjust(|failure, pause| pause.map(|pause| pause_after(failure, pause)))
            .notify(|failure, pause| {
                tracing::warn!(provider = %question.provider, topic = %question.topic, %failure, ?pause, "the vault is asked again");
            })
            .await
    }

    async fn ask_once(&self, question: &VaultQuestion, body: &str) -> Result<Value, VaultError> {
        let after = self.call.timeout;
        match tokio::time::timeout(after, self.function.call(body)).await {
            Ok(Ok(answer)) => answer.judged(question),
            Ok(Err(failure)) => Err(failure.told(question)),
            Err(_) => Err(VaultError::Timeout { question: question.clone(), after }),
        }
    }
}

/// The pause before the next try: what the schedule says, or longer where the vault asks for it.
fn pause_after(failure: &VaultError, scheduled: Duration) -> Duration {
    match failure {
        VaultError::RateLimit { retry_after: Some(wish), .. }
        | VaultError::ServiceUnavailable { retry_after: Some(wish), .. } => {
            scheduled.max((*wish).min(LONGEST_OBEYED_PAUSE))
        }
        _ => scheduled,
    }
}

#[cfg(test)]
mod tests;
