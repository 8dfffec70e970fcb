use std::any::Any;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// Why an actor failed: any error, told apart by its type, as Pekko tells exceptions apart by their class. Cheap to
/// clone. Like `anyhow::Error` it is made by `?` and is no `Error` itself.
#[derive(Clone)]
pub struct Failure {
    error: Arc<dyn Error + Send + Sync + 'static>,
}

impl Failure {
    /// A failure because of `error`.
    pub fn new(error: impl Error + Send + Sync + 'static) -> Self {
        Self { error: Arc::new(error) }
    }

    /// The failure of an actor whose code panicked.
    pub(crate) fn panicked(payload: &(dyn Any + Send)) -> Self {
        let message = payload
            .downcast_ref::<&'static str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a value that is no text".to_owned());
        Self::new(Panicked { message })
    }

    /// Whether the error is of this type.
    pub fn is<E: Error + 'static>(&self) -> bool {
        self.error.is::<E>()
    }

    /// The error, if it is of this type.
    pub fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        self.error.downcast_ref()
    }

    /// The error.
    pub fn error(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.error
    }

    /// The error and its whole chain of causes, in one line.
    pub fn explain(&self) -> String {
        explain(&*self.error)
    }
}

/// An error and its whole chain of causes, in one line.
pub fn explain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::new(error)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Failure({:?})", self.error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

/// The code of an actor panicked: a failure like any other, for strategies that match it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("panicked: {message}")]
pub struct Panicked {
    /// The panic's message.
    pub message: String,
}

/// An actor watched a child and did not handle its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("child {child} ended ({termination}) and its parent does not handle that")]
pub struct DeathPact {
    /// The child's name.
    pub child: String,
    /// How it ended.
    pub termination: String,
}
