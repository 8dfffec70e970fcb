use std::fmt::{self, Display, Write};

/// A message as one line of at most so many characters. What lies beyond is not even written, so that a message that
/// quotes a large document costs no more than a small one.
pub(super) fn one_line(message: impl Display, longest: usize) -> String {
    let mut line = Line { text: String::new(), left: longest };
    match write!(line, "{message}") {
        Ok(()) => line.text,
        Err(fmt::Error) => line.text + "…",
    }
}

struct Line {
    text: String,
    left: usize,
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(if c.is_control() { ' ' } else { c });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_a_line_and_no_longer_than_it_may_be() {
        for (message, line) in [("", ""), ("four", "four"), ("fives", "five…"), ("äöüß", "äöüß"), ("a\nb\r", "a b ")]
        {
            assert_eq!(one_line(message, 4), line);
        }
    }

    #[test]
    fn what_lies_beyond_is_not_written() {
        struct Endless;
        impl Display for Endless {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                loop {
                    f.write_str("on and on, ")?;
                }
            }
        }
        assert_eq!(one_line(Endless, 9), "on and on…");
    }
}
