/// Why a JAAS text is of no use. No text of it repeats a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidJaasText {
    /// It names no login module where one must stand.
    #[error("the JAAS text begins with no login module; begin it with such as {example}")]
    NoModule {
        /// A text that begins well.
        example: &'static str,
    },
    /// It is not built as Kafka reads it.
    #[error("the JAAS text of {module} cannot be read: {rule}")]
    Malformed {
        /// The login module, without its package.
        module: String,
        /// What is wrong, and how it is right.
        rule: &'static str,
    },
    /// An option has no value.
    #[error("option '{option}' of {module} has no value; write {option}=\"...\"")]
    NoValue {
        /// The login module, without its package.
        module: String,
        /// The option.
        option: &'static str,
    },
    /// The probe does not speak what the login module does.
    #[error("login module {module} cannot be used; {instead}")]
    UnknownModule {
        /// The login module.
        module: String,
        /// What to write instead.
        instead: &'static str,
    },
    /// The probe does not know the option, or does not do what it asks for.
    #[error("option '{option}' of {module} cannot be used; {instead}")]
    UnknownOption {
        /// The login module, without its package.
        module: &'static str,
        /// The option.
        option: String,
        /// What to write instead.
        instead: String,
    },
    /// An option that must be there is missing or empty.
    #[error("{module} lacks option '{option}'; add {option}=\"...\" in front of the semicolon")]
    MissingOption {
        /// The login module, without its package.
        module: &'static str,
        /// The option.
        option: &'static str,
    },
}
