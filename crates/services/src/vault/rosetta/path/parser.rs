use super::Step;

const COUNT: &str = "length()";

/// The steps of a path, and whether it ends in `.length()`; or what keeps the text from being a path.
pub(super) fn steps(text: &str) -> Result<(Vec<Step>, bool), String> {
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    let mut steps = Vec::new();
    let rooted = text.strip_prefix('$');
    let mut rest = rooted.unwrap_or(text);
    // A relative path begins as if a dot stood before it, a rooted one needs the dot or a bracket.
    let mut dotted = rooted.is_none();
    while !rest.is_empty() || dotted {
        if let Some(inside) = rest.strip_prefix('[') {
            let (step, after) = bracket(inside)?;
            steps.push(step);
            (rest, dotted) = (after, false);
        } else if dotted {
            if rest == COUNT {
                return Ok((steps, true));
            }
            let (step, after) = member(rest)?;
            steps.push(step);
            (rest, dotted) = (after, false);
        } else {
            rest = rest.strip_prefix('.').ok_or_else(|| format!("a dot or a bracket belongs before `{rest}`"))?;
            dotted = true;
        }
    }
    Ok((steps, false))
}

fn member(rest: &str) -> Result<(Step, &str), String> {
    let end = rest.find(['.', '[', '?']).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    if name.trim().is_empty() {
        return Err("a name is missing".to_owned());
    }
    if let Some(odd) = name.chars().find(|c| "]()*@\"'".contains(*c)) {
        return Err(format!("`{odd}` cannot stand in the name `{name}`; write [\"{name}\"]"));
    }
    Ok(marked(name.to_owned(), rest))
}

/// A member, with the `?` that may follow it.
fn marked(name: String, rest: &str) -> (Step, &str) {
    match rest.strip_prefix('?') {
        Some(rest) => (Step::Member { name, optional: true }, rest),
        None => (Step::Member { name, optional: false }, rest),
    }
}

fn bracket(inside: &str) -> Result<(Step, &str), String> {
    if let Some(quote) = inside.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let (name, rest) = quoted(&inside[1..], quote)?;
        let rest = rest.strip_prefix(']').ok_or_else(|| format!("a bracket is missing after [{quote}{name}{quote}"))?;
        return Ok(marked(name, rest));
    }
    let (index, rest) = inside.split_once(']').ok_or("a bracket is not closed")?;
    let step = match index.trim() {
        "*" => Step::All,
        digits => Step::Element(digits.parse().map_err(|_| format!("[{index}] is neither a number, [*] nor a name"))?),
    };
    Ok((step, rest))
}

/// The text up to the closing quote, in which a backslash makes the next character plain.
fn quoted(text: &str, quote: char) -> Result<(String, &str), String> {
    let mut name = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            _ if character == quote => return Ok((name, &text[at + quote.len_utf8()..])),
            '\\' => name.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => name.push(character),
        }
    }
    Err("a quote is not closed".to_owned())
}
