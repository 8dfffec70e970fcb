//! From text to tokens. The last token is [`TokenKind::End`] or [`TokenKind::Broken`].

use super::error::Reason;
use super::path::PathBuilder;
use super::token::{Position, Token, TokenKind};

/// Characters that HOCON keeps for itself and that no unquoted text may hold.
const RESERVED: &[char] = &['$', '+', '?', '!', '@', '*', '&', '^', '\\', '`'];
/// Characters that end an unquoted text because they mean something of their own.
const STRUCTURE: &[char] = &['{', '}', '[', ']', ':', '=', ',', '#', '"'];

pub(super) fn tokens_of(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { rest: text.strip_prefix('\u{feff}').unwrap_or(text), line: 1, column: 1 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_comment();
        let start = lexer.position();
        let token = match lexer.next_kind() {
            Ok(kind) => Token { kind, at: start },
            Err((reason, at)) => Token { kind: TokenKind::Broken(reason), at },
        };
        let is_last = matches!(token.kind, TokenKind::End | TokenKind::Broken(_));
        tokens.push(token);
        if is_last {
            return tokens;
        }
    }
}

/// What is wrong, and where.
type Broken = (Reason, Position);

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    column: usize,
}

impl Lexer<'_> {
    fn position(&self) -> Position {
        Position { line: self.line, column: self.column }
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let character = characters.next()?;
        self.rest = characters.as_str();
        if character == '\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
        Some(character)
    }

    fn bump_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(character) = self.peek().filter(|character| wanted(*character)) {
            taken.push(character);
            self.bump();
        }
        taken
    }

    fn at_comment(&self) -> bool {
        self.rest.starts_with('#') || self.rest.starts_with("//")
    }

    fn skip_comment(&mut self) {
        if self.at_comment() {
            self.bump_while(|character| character != '\n');
        }
    }

    fn next_kind(&mut self) -> Result<TokenKind, Broken> {
        let start = self.position();
        let Some(first) = self.peek() else { return Ok(TokenKind::End) };
        let single = match first {
            '{' => TokenKind::BraceOpen,
            '}' => TokenKind::BraceClose,
            '[' => TokenKind::BracketOpen,
            ']' => TokenKind::BracketClose,
            ':' => TokenKind::Colon,
            '=' => TokenKind::Equals,
            ',' => TokenKind::Comma,
            '\n' => TokenKind::NewLine,
            '"' => return self.quoted().map(TokenKind::Quoted),
            '$' if self.rest.starts_with("${") => return self.substitution(),
            '+' if self.rest.starts_with("+=") => {
                self.bump();
                TokenKind::PlusEquals
            }
            _ if RESERVED.contains(&first) => return Err((Reason::Reserved { character: first }, start)),
            _ if is_blank(first) => return Ok(TokenKind::Blank(self.bump_while(is_blank))),
            _ => return Ok(TokenKind::Unquoted(self.unquoted())),
        };
        self.bump();
        Ok(single)
    }

    /// An unquoted text up to white space, a comment, or a character that it cannot hold.
    fn unquoted(&mut self) -> String {
        let mut text = String::new();
        while let Some(character) = self.peek() {
            let is_exponents_sign =
                character == '+' && text.ends_with(['e', 'E']) && super::node::is_number(&format!("{text}0"));
            let ends = STRUCTURE.contains(&character) || RESERVED.contains(&character) || character == '\n';
            if (ends && !is_exponents_sign) || is_blank(character) || self.at_comment() {
                break;
            }
            text.push(character);
            self.bump();
        }
        text
    }

    fn quoted(&mut self) -> Result<String, Broken> {
        let start = self.position();
        if self.rest.starts_with("\"\"\"") {
            return self.triple_quoted();
        }
        self.bump();
        let mut text = String::new();
        loop {
            let at = self.position();
            match self.bump() {
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escape().map_err(|reason| (reason, at))?),
                Some('\n') | None => return Err((Reason::UnclosedString, start)),
                Some(character) => text.push(character),
            }
        }
    }

    /// Everything up to the last of the quotes that close the text, so that `"""a""""` is `a"`.
    fn triple_quoted(&mut self) -> Result<String, Broken> {
        let start = self.position();
        for _ in 0..3 {
            self.bump();
        }
        let mut text = String::new();
        while !self.rest.starts_with("\"\"\"") {
            text.push(self.bump().ok_or((Reason::UnclosedTripleQuotes, start))?);
        }
        let quotes = self.bump_while(|character| character == '"');
        text.push_str(&quotes[3..]);
        Ok(text)
    }

    fn escape(&mut self) -> Result<char, Reason> {
        let escape = self.bump().filter(|escape| *escape != '\n').ok_or(Reason::UnclosedString)?;
        match escape {
            '"' | '\\' | '/' => Ok(escape),
            'b' => Ok('\u{8}'),
            'f' => Ok('\u{c}'),
            'n' => Ok('\n'),
            'r' => Ok('\r'),
            't' => Ok('\t'),
            'u' => self.unicode_escape(),
            other => Err(Reason::BadEscape { escape: other.to_string() }),
        }
    }

    /// What follows `\u`: four hexadecimal digits, and a second such escape where the first is half of a pair.
    fn unicode_escape(&mut self) -> Result<char, Reason> {
        let first = self.hex_digits()?;
        let mut units = vec![first];
        if (0xd800..0xdc00).contains(&first) && self.rest.starts_with("\\u") {
            self.bump();
            self.bump();
            units.push(self.hex_digits()?);
        }
        let bad = || Reason::BadEscape { escape: format!("u{first:04x}") };
        let mut characters = char::decode_utf16(units);
        match (characters.next(), characters.next()) {
            (Some(Ok(character)), None) => Ok(character),
            _ => Err(bad()),
        }
    }

    fn hex_digits(&mut self) -> Result<u16, Reason> {
        let digits: String = self.rest.chars().take(4).take_while(char::is_ascii_hexdigit).collect();
        for _ in digits.chars() {
            self.bump();
        }
        match u16::from_str_radix(&digits, 16) {
            Ok(unit) if digits.len() == 4 => Ok(unit),
            _ => Err(Reason::BadEscape { escape: format!("u{digits}") }),
        }
    }

    /// `${path}` or `${?path}`.
    fn substitution(&mut self) -> Result<TokenKind, Broken> {
        let start = self.position();
        self.bump();
        self.bump();
        let optional = self.peek() == Some('?');
        if optional {
            self.bump();
        }
        let mut path = PathBuilder::default();
        loop {
            let at = self.position();
            match self.peek() {
                Some('}') => break,
                Some('\n') | None => return Err((Reason::UnclosedSubstitution, start)),
                Some('"') => path.quoted(&self.quoted()?),
                Some(character) if is_blank(character) => path.blank(&self.bump_while(is_blank)),
                Some(character) => {
                    let text = self.unquoted();
                    if text.is_empty() {
                        return Err((Reason::BadSubstitution { found: format!("'{character}'") }, at));
                    }
                    path.unquoted(&text).map_err(|reason| (reason, at))?;
                }
            }
        }
        self.bump();
        match path.finish() {
            Ok(Some(path)) => Ok(TokenKind::Substitution { path, optional }),
            Ok(None) => Err((Reason::BadSubstitution { found: "no path".to_owned() }, start)),
            Err(reason) => Err((reason, start)),
        }
    }
}

fn is_blank(character: char) -> bool {
    character != '\n' && (character.is_whitespace() || character == '\u{feff}')
}
