//! The command as a process.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Longer than any run here may take; a process that is still there then is killed, and its test fails.
const LONGEST: Duration = Duration::from_secs(90);

/// What a process left.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A process that goes on.
pub(crate) struct Running {
    child: Child,
    stdout: Reader,
    stderr: Reader,
}

/// Reads a pipe to its end, line by line.
struct Reader {
    lines: mpsc::Receiver<String>,
    seen: String,
}

impl Reader {
    fn of(pipe: impl Read + Send + 'static) -> Self {
        let (tell, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    break;
                }
            }
        });
        Self { lines, seen: String::new() }
    }

    /// Reads until a line holds this text, and gives that line.
    fn wait_for(&mut self, text: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(LONGEST);
            let line = line.unwrap_or_else(|error| panic!("`{text}` never came ({error}), but:\n{}", self.seen));
            self.seen.push_str(&line);
            self.seen.push('\n');
            if line.contains(text) {
                return line;
            }
        }
    }

    fn rest(mut self) -> String {
        while let Ok(line) = self.lines.recv_timeout(LONGEST) {
            self.seen.push_str(&line);
            self.seen.push('\n');
        }
        self.seen
    }
}

/// Starts the command; no setting of this process's environment reaches it.
pub(crate) fn start<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Running {
    start_with(&BTreeMap::new(), arguments)
}

/// Starts the command with these settings in its environment.
pub(crate) fn start_with<S: AsRef<OsStr>>(
    settings: &BTreeMap<String, String>,
    arguments: impl IntoIterator<Item = S>,
) -> Running {
    let mut child = Command::new(env!("CARGO_BIN_EXE_test-probe"))
        .args(arguments)
        .env_clear()
        .envs(settings)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (stdout, stderr) = (Reader::of(child.stdout.take().unwrap()), Reader::of(child.stderr.take().unwrap()));
    Running { child, stdout, stderr }
}

/// Runs the command to its end.
pub(crate) fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Ended {
    start(arguments).end()
}

impl Running {
    /// Waits for a line of the standard error.
    pub(crate) fn wait_for_note(&mut self, text: &str) -> String {
        self.stderr.wait_for(text)
    }

    /// Waits for a line of the standard output.
    pub(crate) fn wait_for_result(&mut self, text: &str) -> String {
        self.stdout.wait_for(text)
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end. Both pipes end with the process.
    pub(crate) fn end(mut self) -> Ended {
        let (id, (done, watched)) = (self.child.id(), mpsc::channel::<()>());
        let watchdog = std::thread::spawn(move || {
            if watched.recv_timeout(LONGEST) == Err(mpsc::RecvTimeoutError::Timeout) {
                Command::new("kill").args(["-KILL", &id.to_string()]).status().ok();
            }
        });
        let (stdout, stderr) = (self.stdout.rest(), self.stderr.rest());
        let status = self.child.wait().unwrap();
        drop(done);
        watchdog.join().unwrap();
        // -1 for a process that a signal ended.
        Ended { status: status.code().unwrap_or(-1), stdout, stderr }
    }
}
