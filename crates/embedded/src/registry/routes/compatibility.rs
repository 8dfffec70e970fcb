use actix_web::web::{Bytes, Data, Path};
use serde_json::json;

use super::super::store::WantedVersion;
use super::Registry;
use super::answers::{Answer, found};
use super::parameters::{Parameters, read_draft};

pub(super) async fn with_all(
    registry: Data<Registry>,
    subject: Path<String>,
    parameters: Parameters,
    body: Bytes,
) -> Answer {
    compare(&registry, &subject, None, &parameters, &body)
}

pub(super) async fn with_one(
    registry: Data<Registry>,
    path: Path<(String, String)>,
    parameters: Parameters,
    body: Bytes,
) -> Answer {
    let (subject, version) = path.into_inner();
    compare(&registry, &subject, Some(WantedVersion::parse(&version)?), &parameters, &body)
}

fn compare(
    registry: &Registry,
    subject: &str,
    wanted: Option<WantedVersion>,
    parameters: &Parameters,
    body: &[u8],
) -> Answer {
    let draft = read_draft(body, parameters)?;
    let reasons = registry.store().incompatibilities(subject, wanted, draft)?;
    let mut verdict = json!({"is_compatible": reasons.is_empty()});
    if parameters.is_true("verbose") {
        verdict["messages"] = json!(reasons);
    }
    found(&verdict)
}
