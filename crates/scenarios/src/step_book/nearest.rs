use super::StepBook;
use crate::pattern::Kind;

/// How many steps an undefined one is answered with.
const MOST: usize = 3;

/// Below this similarity a step is no help.
const LEAST: f64 = 0.4;

/// The known steps that read most like the text, the nearest first.
pub(super) fn nearest_steps(text: &str, book: &StepBook) -> Vec<String> {
    let wanted = outline(text);
    let similarity = |known: &str| strsim::normalized_damerau_levenshtein(&wanted, &outline(known));
    // Of all texts that a step may have, the one that is most like the text.
    let built_in = book.built_in.iter().filter_map(|known| {
        let texts = known.pattern.variants(&sample);
        let shown = known.pattern.variants(&Kind::to_string);
        let rated = texts.iter().map(|text| similarity(text)).zip(shown);
        rated.max_by(|(left, _), (right, _)| left.total_cmp(right))
    });
    let phrases = book.phrases.iter().map(|known| (similarity(&known.sentence), known.sentence.clone()));
    let own = book.own.iter().map(|known| known.regex.as_str());
    let attributes = book.attributes.iter().map(|known| known.regex.as_str());
    let regexes = own.chain(attributes).map(|regex| (similarity(regex.trim_matches(['^', '$'])), regex.to_owned()));
    let mut steps: Vec<(f64, String)> = built_in.chain(phrases).chain(regexes).collect();
    steps.retain(|(similarity, _)| *similarity >= LEAST);
    steps.sort_by(|(left, _), (right, _)| right.total_cmp(left));
    steps.into_iter().take(MOST).map(|(_, text)| text).collect()
}

/// What a parameter that is no quoted text looks like.
fn sample(kind: &Kind) -> String {
    match kind {
        Kind::Number => "1".to_owned(),
        Kind::Duration => "1 seconds".to_owned(),
        Kind::Format => "Avro".to_owned(),
        kind => kind.to_string(),
    }
}

/// The text without what its parameters say, which tells nothing about which step it is.
fn outline(text: &str) -> String {
    let mut outline = String::new();
    let mut depth = 0_usize;
    let mut quote = None;
    for c in text.to_lowercase().chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => {
                quote = Some(c);
                outline.extend((depth == 0).then_some('"'));
            }
            (None, '{') => {
                depth += 1;
                outline.extend((depth == 1).then_some('"'));
            }
            (None, '}') => depth = depth.saturating_sub(1),
            (None, c) if depth == 0 => outline.push(if c.is_ascii_digit() { '0' } else { c }),
            (None, _) => {}
        }
    }
    outline
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_do_not_count() {
        let same = outline("I produce event {json} to topic {string}");
        assert_eq!(outline(r#"I produce event {"a": {"b": 1}} to topic "x""#), same);
        assert_eq!(outline("I wait 17 seconds"), "i wait 00 seconds");
    }

    #[test]
    fn a_typo_finds_its_step_first_and_nonsense_finds_nothing() {
        let book = StepBook::new();
        let nearest = nearest_steps(r#"I should recieve an event from topic "a" within 5 seconds"#, &book);
        assert_eq!(
            nearest,
            [
                "I should receive an event from topic {string} within {duration}",
                "I should receive {int} event from topic {string} within {duration}",
                "I should receive event {string} from topic {string} within {duration}",
            ]
        );
        assert_eq!(nearest_steps("zzz", &book), Vec::<String>::new());
    }
}
