use std::path::Path;

use test_probe::scenarios::StepBook;
use test_probe::{ExitStatus, TestFolder, TextFile, explain};

use crate::args::StepsFormat;
use crate::terminal::Terminal;

/// Lists the steps, those of a test's phrase books included.
pub(crate) fn steps(dir: Option<&Path>, format: StepsFormat, terminal: &Terminal) -> ExitStatus {
    let book = match dir.map(phrase_books).unwrap_or_else(|| Ok(StepBook::new())) {
        Ok(book) => book,
        Err(reason) => {
            terminal.error(reason);
            return ExitStatus::BadInput;
        }
    };
    let catalogue = book.catalogue();
    let text = match format {
        StepsFormat::Text => catalogue.to_text(),
        StepsFormat::Json => catalogue.to_json(),
    };
    terminal.result(text.trim_end());
    ExitStatus::Passed
}

fn phrase_books(dir: &Path) -> Result<StepBook, String> {
    let folder = TestFolder::read(dir).map_err(|error| explain(&error))?;
    let texts = folder.phrase_books.iter().map(|TextFile { name, text }| (name.as_str(), text.as_str()));
    StepBook::new().with_phrase_books(texts).map_err(|error| explain(&error))
}
