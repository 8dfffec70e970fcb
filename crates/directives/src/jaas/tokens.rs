//! The words of a JAAS text, split as Java's `StreamTokenizer` is set up by Kafka.

use std::iter::Peekable;
use std::str::Chars;

/// One word of the text.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A bare word: a class, a flag, an option, or a value without quotes.
    Word(String),
    /// A value in quotes, its escapes resolved.
    Quoted(String),
    /// Any other character.
    Symbol(char),
}

/// A quoted value does not end on its line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unterminated;

/// The words of a text, one after the other.
pub(super) struct Tokens<'a> {
    rest: Peekable<Chars<'a>>,
}

impl<'a> Tokens<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { rest: text.chars().peekable() }
    }

    fn skip_line(&mut self) {
        while self.rest.next_if(|character| !matches!(character, '\r' | '\n')).is_some() {}
    }

    /// Skips up to the end of a comment; one that does not end takes the rest.
    fn skip_block(&mut self) {
        while let Some(character) = self.rest.next() {
            if character == '*' && self.rest.next_if_eq(&'/').is_some() {
                return;
            }
        }
    }

    fn word(&mut self, first: char) -> String {
        let mut word = String::from(first);
        while let Some(character) = self.rest.next_if(|character| is_part_of_a_word(*character)) {
            word.push(character);
        }
        word
    }

    fn quoted(&mut self, quote: char) -> Result<String, Unterminated> {
        let mut value = String::new();
        loop {
            match self.rest.next() {
                None | Some('\r' | '\n') => return Err(Unterminated),
                Some('\\') => value.push(self.escaped().ok_or(Unterminated)?),
                Some(end) if end == quote => return Ok(value),
                Some(character) => value.push(character),
            }
        }
    }

    /// What follows a backslash: C's escapes, an octal number of up to three digits, or the character itself.
    fn escaped(&mut self) -> Option<char> {
        Some(match self.rest.next()? {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            first @ '0'..='7' => {
                let mut number = first.to_digit(8)?;
                let further = if first <= '3' { 2 } else { 1 };
                for _ in 0..further {
                    let Some(digit) = self.rest.peek().and_then(|next| next.to_digit(8)) else { break };
                    self.rest.next();
                    number = number * 8 + digit;
                }
                char::from_u32(number)?
            }
            other => other,
        })
    }
}

impl Iterator for Tokens<'_> {
    type Item = Result<Token, Unterminated>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.rest.next()? {
                '\0'..=' ' => {}
                '/' => {
                    if self.rest.next_if_eq(&'*').is_some() {
                        self.skip_block();
                    } else {
                        // One slash is enough: Kafka leaves it the comment character that Java makes it.
                        self.skip_line();
                    }
                }
                quote @ ('"' | '\'') => return Some(self.quoted(quote).map(Token::Quoted)),
                first if is_part_of_a_word(first) => return Some(Ok(Token::Word(self.word(first)))),
                other => return Some(Ok(Token::Symbol(other))),
            }
        }
    }
}

fn is_part_of_a_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_' | '$') || character >= '\u{a0}'
}
