use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use test_probe_directives::{BlockStorageDirective, Role, Secret, TestDirective, TopicDirective, TopicName};
use test_probe_services::vault::{
    AzureFunctionOptions, AzureFunctionVault, CallOptions, CredentialsRecipe, GcpFunctionOptions, GcpFunctionVault,
    LambdaOptions, LambdaVault, OAuthOptions, RosettaConfig, Variables,
};

pub(crate) const ARN: &str = "arn:aws:lambda:eu-west-3:123456789012:function:vault";
pub(crate) const ACCESS_KEY: &str = "AKIDEXAMPLE";
pub(crate) const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG";
/// What the Rosetta file of [`recipe`] understands.
pub(crate) const ANSWER: &str = r#"{"credentials":{"id":"svc-orders","secret":"czNjcmV0"}}"#;

pub(crate) fn recipe() -> CredentialsRecipe {
    let rosetta = r#"
mappings:
  - {targetField: clientId, sourcePath: $.credentials.id}
  - targetField: clientSecret
    sourcePath: $.credentials.secret
    transformations: [{type: base64decode}]
request-template:
  topic: "{{topic}}"
  role: "{{role}}"
  tenant: "t-{{$^request-params.tenant}}"
"#;
    CredentialsRecipe {
        rosetta: RosettaConfig::parse("rosetta.yaml", rosetta).unwrap(),
        request_params: Variables::from([("request-params.tenant", "acme")]),
        oauth: OAuthOptions::new("https://idp/token").with_scope("kafka.producer kafka.consumer"),
    }
}

/// Two repetitions with hardly a pause.
pub(crate) fn call() -> CallOptions {
    CallOptions {
        timeout: Duration::from_secs(20),
        retry_attempts: 2,
        retry_delay: Duration::from_millis(1),
        ..CallOptions::default()
    }
}

pub(crate) fn azure(url: &str, call: CallOptions) -> AzureFunctionVault {
    let options = AzureFunctionOptions::new(url, Secret::new("function-key-1"));
    AzureFunctionVault::new(AzureFunctionOptions { call, ..options }, recipe()).unwrap()
}

pub(crate) fn gcp(url: &str, call: CallOptions) -> GcpFunctionVault {
    GcpFunctionVault::new(GcpFunctionOptions { call, ..GcpFunctionOptions::new(url) }, recipe()).unwrap()
}

pub(crate) fn lambda(endpoint: &str, environment: &Variables) -> LambdaVault {
    let options =
        LambdaOptions { endpoint: Some(endpoint.to_owned()), call: call(), ..LambdaOptions::new(ARN, "eu-west-3") };
    LambdaVault::new(options, recipe(), environment).unwrap()
}

pub(crate) fn aws_environment() -> Variables {
    Variables::from([("AWS_ACCESS_KEY_ID", ACCESS_KEY), ("AWS_SECRET_ACCESS_KEY", SECRET_KEY)])
}

pub(crate) fn test_of(topics: &[(&str, Role)]) -> BlockStorageDirective {
    let directive = |(name, role): &(&str, Role)| TopicDirective::new(TopicName::new(name).unwrap(), *role, "svc");
    let text = "topics:\n- {topic: a, role: producer, clientPrincipal: svc}\n";
    BlockStorageDirective {
        test_dir: PathBuf::new(),
        evidence_dir: PathBuf::new(),
        topic_directives: topics.iter().map(directive).collect(),
        bucket: String::new(),
        tags: Vec::new(),
        test_directive: Arc::new(TestDirective::parse("t.yaml", text).unwrap()),
    }
}

pub(crate) fn orders() -> BlockStorageDirective {
    test_of(&[("orders", Role::Producer)])
}
