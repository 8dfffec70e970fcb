use std::any::Any;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use crate::StepError;

/// Runs a step; a panic is its error. What a step leaves behind half-done ends with its scenario.
pub(super) async fn guarded(step: LocalBoxFuture<'_, Result<(), StepError>>) -> Result<(), StepError> {
    let done = AssertUnwindSafe(step).catch_unwind().await;
    done.unwrap_or_else(|panic| Err(StepError::Panicked { message: message_of(&*panic) }))
}

fn message_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without a text".to_owned())
}
