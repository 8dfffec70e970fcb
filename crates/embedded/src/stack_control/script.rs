use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::time::Instant;

use super::StackControlError;

/// How often it is looked whether the script has ended; it takes seconds.
const LOOK: Duration = Duration::from_millis(20);
/// How long the last words of a script that has ended may take. What it started may hold its mouth open for ever.
const LAST_WORDS: Duration = Duration::from_millis(200);
/// How many lines of what the script said are told.
const MOST_LINES: usize = 3;

/// Runs the script with one word, and kills it after `patience`.
pub(super) fn run(script: &Path, command: &'static str, patience: Duration) -> Result<(), StackControlError> {
    let cannot_run = |source| StackControlError::Run { script: script.to_owned(), source };
    let mut child = Command::new(script)
        .arg(command)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(cannot_run)?;
    let words = child.stderr.take().map(Words::hear).transpose().map_err(StackControlError::Threads);
    let ended = wait(&mut child, patience).map_err(cannot_run)?;
    let output = words?.map_or_else(String::new, Words::last);
    let script = script.to_owned();
    match ended {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(StackControlError::Failed { script, command, status: status.to_string(), output }),
        None => Err(StackControlError::TimedOut { script, command, after: patience, output }),
    }
}

/// How the child ended; nothing when it had to be killed.
fn wait(child: &mut Child, patience: Duration) -> io::Result<Option<ExitStatus>> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if begun.elapsed() >= patience {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(LOOK);
    }
}

/// The last of what a script says, heard on a thread of its own so that it never waits to be heard.
struct Words {
    lines: Arc<Mutex<VecDeque<String>>>,
    over: Receiver<()>,
}

impl Words {
    fn hear(mouth: impl Read + Send + 'static) -> io::Result<Self> {
        let lines = Arc::new(Mutex::new(VecDeque::new()));
        let (speaking, over) = mpsc::channel();
        let heard = Arc::clone(&lines);
        let hear = move || {
            let _speaking = speaking;
            for line in BufReader::new(mouth).split(b'\n').map_while(Result::ok) {
                let mut lines = heard.lock().unwrap_or_else(PoisonError::into_inner);
                if lines.len() == MOST_LINES {
                    lines.pop_front();
                }
                lines.push_back(String::from_utf8_lossy(&line).into_owned());
            }
        };
        thread::Builder::new().name("stack control".to_owned()).spawn(hear)?;
        Ok(Self { lines, over })
    }

    fn last(self) -> String {
        // Nothing is ever sent: the channel closes when the script's mouth does.
        self.over.recv_timeout(LAST_WORDS).ok();
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.is_empty() { "it said nothing".to_owned() } else { lines.make_contiguous().join("; ") }
    }
}
