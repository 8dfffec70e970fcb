//! What the cases of `schema_registry_converter` have in common.

use futures_util::FutureExt;
use schema_registry_converter::async_impl::schema_registry::SrSettings;
use schema_registry_converter::schema_registry_common::SubjectNameStrategy;

use super::order::{RECORD, TOPIC};

pub(super) fn settings(url: String) -> SrSettings {
    SrSettings::new_builder(url).no_proxy().build().unwrap()
}

pub(super) fn strategy() -> SubjectNameStrategy {
    SubjectNameStrategy::TopicRecordNameStrategy(TOPIC.to_owned(), RECORD.to_owned())
}

/// The answer of a call whose schema is cached: it is there at once, so no executor's time is measured.
pub(super) fn at_once<T, E: std::fmt::Debug>(call: impl Future<Output = Result<T, E>>) -> T {
    call.now_or_never().unwrap().unwrap()
}
