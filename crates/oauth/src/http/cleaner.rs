use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use test_probe_directives::Secret;
use url::form_urlencoded::byte_serialize;

const STARS: &str = "***";
/// A secret that is shorter, in bytes, stands in half of all words. A text that holds it is left out as a whole.
const SHORTEST_SECRET: usize = 4;
/// A line of a key that is shorter, in bytes, says too little about it to be worth a search.
const SHORTEST_KEY_LINE: usize = 16;
/// How long what begins like a JWT is at least, in bytes.
const SHORTEST_JWT: usize = 12;

/// Takes secrets out of what others say, so that it can be shown.
pub(super) struct Cleaner {
    /// Longest first, so that none is left as the rest of another.
    hidden: Vec<Secret>,
    short: Vec<Secret>,
}

impl Cleaner {
    /// Hides a client's secret, as it is and in the forms in which it is sent.
    pub(super) fn of_secret(client_id: &str, secret: &Secret) -> Self {
        let mut cleaner = Self { hidden: Vec::new(), short: Vec::new() };
        let secret = secret.expose();
        cleaner.hide(secret);
        let escaped = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        for pair in [format!("{client_id}:{secret}"), format!("{}:{}", escaped(client_id), escaped(secret))] {
            cleaner.hide_encoded(&pair);
        }
        cleaner
    }

    /// Hides a private key, every line of it.
    pub(super) fn of_key(pem: &Secret) -> Self {
        let mut cleaner = Self { hidden: Vec::new(), short: Vec::new() };
        let lines = pem.expose().lines().map(str::trim);
        for line in lines.filter(|line| line.len() >= SHORTEST_KEY_LINE && !line.starts_with("-----")) {
            cleaner.hide(line);
        }
        cleaner
    }

    /// Hides this text too, as it is and as Base64, forms, URLs and JSON write it.
    pub(super) fn hide(&mut self, text: &str) {
        if text.len() < SHORTEST_SECRET {
            self.short.extend((!text.is_empty()).then(|| Secret::new(text)));
            return;
        }
        let form: String = byte_serialize(text.as_bytes()).collect();
        let url = form.replace('+', "%20");
        let json = serde_json::Value::from(text).to_string();
        for written in [text, &form, &url, &lower_hex(&form), &lower_hex(&url), json.trim_matches('"')] {
            self.hidden.push(Secret::new(written));
        }
        self.hide_encoded(text);
        self.hidden.sort_by_key(|text| std::cmp::Reverse(text.expose().len()));
        self.hidden.dedup_by(|one, other| one.expose() == other.expose());
    }

    fn hide_encoded(&mut self, text: &str) {
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            self.hidden.push(Secret::new(engine.encode(text)));
        }
        self.hidden.sort_by_key(|text| std::cmp::Reverse(text.expose().len()));
    }

    /// The text without secrets, without anything that looks like a JWT and without control characters, cut to `longest`
    /// characters; `None` where nothing is left of it.
    pub(super) fn clean(&self, text: &str, longest: usize) -> Option<String> {
        let mut text = self.starred(text);
        // What is removed may have stood in the middle of a secret.
        text = text.chars().filter(|c| !is_invisible(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
        text = without_jwts(&self.starred(&text));
        if self.short.iter().any(|secret| text.contains(secret.expose())) {
            return None;
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut characters = text.chars();
        let mut cut: String = characters.by_ref().take(longest).collect();
        if characters.next().is_some() {
            cut.push('…');
        }
        Some(cut).filter(|text| !text.is_empty())
    }

    fn starred(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.hidden {
            if text.contains(secret.expose()) {
                text = text.replace(secret.expose(), STARS);
            }
        }
        text
    }
}

/// Marks of direction and characters of no width: they turn a terminal's line around, or part a word that is searched for.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Escapes with small letters (`%2b`), as some write them.
fn lower_hex(text: &str) -> String {
    let mut parts = text.split('%');
    let mut lower = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (escape, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        lower.push('%');
        lower.push_str(&escape.to_ascii_lowercase());
        lower.push_str(rest);
    }
    lower
}

/// The header of every JWT is a JSON object, whose Base64 begins with `eyJ`.
fn without_jwts(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.find("eyJ").map(|at| rest.split_at(at)) {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '=' | '+' | '/');
        let end = from.find(|c| !is_part(c)).unwrap_or(from.len());
        let (jwt, after) = from.split_at(end);
        clean.push_str(before);
        clean.push_str(if jwt.len() < SHORTEST_JWT { jwt } else { STARS });
        rest = after;
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests;
