//! The build of a JAAS text: module, flag, options, semicolon.

use std::collections::BTreeMap;

use super::InvalidJaasText;
use super::login_module::{EXAMPLE, known_option};
use super::tokens::{Token, Tokens, Unterminated};
use crate::Secret;

const FLAGS: [&str; 4] = ["required", "requisite", "sufficient", "optional"];

/// A login module and its options, not yet understood.
pub(super) struct Entry {
    /// The class, with its package.
    pub(super) module: String,
    pub(super) options: BTreeMap<String, Secret>,
}

/// Reads the one login module of a text. Where an option comes twice, the last one holds, as in Kafka.
pub(super) fn parse(text: &str) -> Result<Entry, InvalidJaasText> {
    let mut tokens = Tokens::of(text);
    let module = match tokens.next() {
        Some(Ok(Token::Word(module))) if is_module(&module) => module,
        _ => return Err(InvalidJaasText::NoModule { example: EXAMPLE }),
    };
    let options = Reader { module: simple_name(&module), tokens: &mut tokens }.options()?;
    Ok(Entry { module, options })
}

/// The name without its package.
pub(super) fn simple_name(module: &str) -> &str {
    module.rsplit('.').next().unwrap_or(module)
}

/// Whether the word can be shown: a secret in the module's place must not be.
fn is_module(word: &str) -> bool {
    word.ends_with("LoginModule")
}

struct Reader<'a, 'text> {
    module: &'a str,
    tokens: &'a mut Tokens<'text>,
}

impl Reader<'_, '_> {
    fn options(&mut self) -> Result<BTreeMap<String, Secret>, InvalidJaasText> {
        match self.token()? {
            Some(Token::Word(flag)) if FLAGS.iter().any(|known| known.eq_ignore_ascii_case(&flag)) => {}
            _ => return Err(self.malformed("its control flag is missing; write 'required' behind the login module")),
        }
        let mut options = BTreeMap::new();
        loop {
            match self.token()? {
                Some(Token::Symbol(';')) => break,
                Some(Token::Word(option)) => {
                    let value = self.value(&option)?;
                    options.insert(option, value);
                }
                Some(_) => return Err(self.malformed("there is more than options; quote each value: name=\"value\"")),
                None => return Err(self.malformed("its end is missing; put a semicolon behind the last option")),
            }
        }
        match self.token()? {
            None => Ok(options),
            Some(_) => Err(self.malformed("something follows the semicolon; keep one login module")),
        }
    }

    fn value(&mut self, option: &str) -> Result<Secret, InvalidJaasText> {
        if self.token()? == Some(Token::Symbol('='))
            && let Some(Token::Word(value) | Token::Quoted(value)) = self.token()?
        {
            return Ok(Secret::new(value));
        }
        Err(match known_option(option) {
            Some(option) => InvalidJaasText::NoValue { module: self.module.to_owned(), option },
            // What cannot be an option may be a part of a value whose quotes are wrong.
            None => self.malformed("an option has no value; write name=\"value\", and \\\" for a quote in the value"),
        })
    }

    fn token(&mut self) -> Result<Option<Token>, InvalidJaasText> {
        self.tokens.next().transpose().map_err(|Unterminated| {
            self.malformed(
                "a quoted value does not end on its line; close it with a quote, and write \\n for a line's end",
            )
        })
    }

    fn malformed(&self, rule: &'static str) -> InvalidJaasText {
        InvalidJaasText::Malformed { module: self.module.to_owned(), rule }
    }
}
