use super::*;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use test_probe_directives::{Role, TestDirective, TopicName};
use tokio::time::Instant;

use crate::vault::{RosettaConfig, Variables};

/// A status, and the seconds after which to come back.
type Scene = (u16, Option<u64>);

/// A function that answers by a script, without any socket, and notes when it was asked what.
#[derive(Clone, Debug, Default)]
struct Scripted {
    answers: Arc<Mutex<VecDeque<Scene>>>,
    asked: Arc<Mutex<Vec<(Instant, String)>>>,
    /// How long the answer to a body with this text takes.
    slow: Option<(&'static str, Duration)>,
}

#[async_trait]
impl Function for Scripted {
    async fn call(&self, body: &str) -> Result<Answer, CallFailure> {
        self.asked.lock().unwrap().push((Instant::now(), body.to_owned()));
        if let Some((text, time)) = self.slow
            && body.contains(text)
        {
            tokio::time::sleep(time).await;
        }
        let (status, retry_after) = self.answers.lock().unwrap().pop_front().unwrap_or((200, None));
        let body = format!(r#"{{"id":{body},"secret":"s3cret"}}"#).into_bytes();
        Ok(Answer { status, retry_after: retry_after.map(Duration::from_secs), function_error: None, body })
    }
}

impl Scripted {
    fn answering(answers: &[Scene]) -> Self {
        Self { answers: Arc::new(Mutex::new(answers.iter().copied().collect())), ..Self::default() }
    }

    /// The pauses between the calls, in milliseconds.
    fn pauses(&self) -> Vec<u128> {
        let asked = self.asked.lock().unwrap();
        asked.windows(2).map(|pair| (pair[1].0 - pair[0].0).as_millis()).collect()
    }
}

fn vault(function: &Scripted, call: CallOptions) -> FunctionVault<Scripted> {
    let text = "mappings:\n- {targetField: clientId, sourcePath: id}\n- {targetField: clientSecret, sourcePath: secret}\n\
                request-template: '{{topic}}'\n";
    let recipe = CredentialsRecipe {
        rosetta: RosettaConfig::parse("r.yaml", text).unwrap(),
        request_params: Variables::none(),
        oauth: OAuthOptions::new("https://idp/token"),
    };
    FunctionVault::new(VaultProvider::Gcp, function.clone(), call, recipe).unwrap()
}

fn test_of(topics: &[&str]) -> BlockStorageDirective {
    let topic = |name: &&str| TopicDirective::new(TopicName::new(name).unwrap(), Role::Producer, "svc");
    let text = "topics:\n- {topic: a, role: producer, clientPrincipal: svc}\n";
    BlockStorageDirective {
        test_dir: PathBuf::new(),
        evidence_dir: PathBuf::new(),
        topic_directives: topics.iter().map(topic).collect(),
        bucket: String::new(),
        tags: Vec::new(),
        test_directive: Arc::new(TestDirective::parse("t.yaml", text).unwrap()),
    }
}

#[tokio::test(start_paused = true)]
async fn pauses_double_from_the_first_on_and_carry_a_random_part() {
    let function = Scripted::answering(&[(503, None), (429, None), (503, None)]);
    vault(&function, CallOptions::default()).fetch(&test_of(&["a"])).await.unwrap();
    let pauses = function.pauses();
    assert_eq!(pauses.len(), 3, "three repetitions after the first try");
    for (pause, base) in pauses.iter().zip([1000, 2000, 4000]) {
        assert!((base..=2 * base + 1).contains(pause), "{pauses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_the_vault_asks_for_is_kept_within_reason() {
    let function = Scripted::answering(&[(429, Some(20)), (503, Some(86_400))]);
    vault(&function, CallOptions::default()).fetch(&test_of(&["a"])).await.unwrap();
    let seconds: Vec<_> = function.pauses().iter().map(|millis| millis / 1000).collect();
    assert_eq!(seconds, [20, 60]);
}

#[tokio::test(start_paused = true)]
async fn the_tries_end_and_the_last_failure_is_told() {
    let function = Scripted::answering(&[(503, None); 9]);
    let call = CallOptions { retry_attempts: 2, ..CallOptions::default() };
    let error = vault(&function, call).fetch(&test_of(&["a"])).await.unwrap_err();
    assert!(matches!(error, VaultError::ServiceUnavailable { .. }) && error.is_transient(), "{error:?}");
    assert_eq!(function.asked.lock().unwrap().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn each_try_has_its_own_time() {
    let function = Scripted { slow: Some(("a", Duration::from_secs(11))), ..Scripted::default() };
    let call = CallOptions { retry_attempts: 1, ..CallOptions::default() };
    let error = vault(&function, call).fetch(&test_of(&["a"])).await.unwrap_err();
    let expected = "the GCP vault, asked for producer topic 'a', did not answer within 10s; raise the vault's timeout if \
                    its function needs longer";
    assert_eq!(error.to_string(), expected);
    assert_eq!(function.asked.lock().unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn all_topics_are_asked_for_at_once_and_come_back_in_their_order() {
    let function = Scripted { slow: Some(("slow", Duration::from_secs(9))), ..Scripted::default() };
    let started = Instant::now();
    let vault = vault(&function, CallOptions::default());
    let found = vault.fetch(&test_of(&["slow-1", "b", "slow-2", "c"])).await.unwrap();
    let topics: Vec<_> = found.iter().map(|security| security.topic.as_str()).collect();
    assert_eq!(topics, ["slow-1", "b", "slow-2", "c"]);
    let ids: Vec<_> = found.iter().map(|security| security.credentials.as_ref().unwrap().client_id.as_str()).collect();
    assert_eq!(ids, topics, "each topic has its own credentials");
    assert_eq!(started.elapsed().as_secs(), 9);
}

#[tokio::test(start_paused = true)]
async fn the_first_failure_ends_the_rest() {
    let function = Scripted { slow: Some(("slow", Duration::from_secs(9))), ..Scripted::answering(&[(401, None)]) };
    let started = Instant::now();
    let error = vault(&function, CallOptions::default()).fetch(&test_of(&["slow", "b"])).await.unwrap_err();
    assert!(
        matches!(&error, VaultError::Auth { question, status: 401 } if question.topic.topic.as_str() == "b"),
        "{error:?}"
    );
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn no_more_than_a_few_are_asked_for_at_a_time() {
    let function = Scripted { slow: Some(("t", Duration::from_secs(1))), ..Scripted::default() };
    let names: Vec<_> = (0..20).map(|index| format!("t{index}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let started = Instant::now();
    assert_eq!(vault(&function, CallOptions::default()).fetch(&test_of(&names)).await.unwrap().len(), 20);
    assert_eq!(started.elapsed().as_secs(), 3, "8, 8 and 4");
}

#[tokio::test]
async fn a_test_without_topics_needs_no_credentials() {
    let function = Scripted::default();
    assert!(vault(&function, CallOptions::default()).fetch(&test_of(&[])).await.unwrap().is_empty());
    assert!(function.asked.lock().unwrap().is_empty());
}
