use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use test_probe_testkit::Stack;

use crate::process::{Ended, Running, start_with};

/// Who breaks the stack has it alone; everybody else shares it.
static USE: RwLock<()> = RwLock::new(());

/// The stack as long as a test uses it.
pub(super) struct Shared {
    stack: Stack,
    _use: RwLockReadGuard<'static, ()>,
}

/// The stack for a test that breaks it.
pub(super) struct Alone {
    shared: Stack,
    _use: RwLockWriteGuard<'static, ()>,
}

impl Shared {
    #[track_caller]
    pub(super) fn find() -> Option<Self> {
        let stack = Stack::find()?;
        Some(Self { stack, _use: USE.read().unwrap_or_else(PoisonError::into_inner) })
    }
}

impl Alone {
    #[track_caller]
    pub(super) fn find() -> Option<Self> {
        let shared = Stack::find()?;
        Some(Self { shared, _use: USE.write().unwrap_or_else(PoisonError::into_inner) })
    }
}

impl Alone {
    /// Stops Kafka's process where it is; it goes on when the answer is dropped.
    pub(super) fn freeze_kafka(&self) -> Frozen {
        let script = repository().join("tests/stack/stack.sh");
        let status = Command::new(script).arg("status").envs(self.shared.settings()).output().unwrap();
        let status = String::from_utf8(status.stdout).unwrap();
        let line = status.lines().find(|line| line.starts_with("kafka ")).unwrap_or_else(|| panic!("{status}"));
        let frozen = Frozen(line.rsplit("pid ").next().unwrap().trim().to_owned());
        frozen.signal("STOP");
        frozen
    }
}

/// A process that does nothing, not even end.
pub(super) struct Frozen(String);

impl Frozen {
    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.0]).status().unwrap();
        assert!(sent.success(), "{}", self.0);
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        self.signal("CONT");
    }
}

/// What both can do.
pub(super) trait OnStack {
    fn stack(&self) -> &Stack;

    /// Starts `test-probe run DIR` with these further arguments against the stack.
    fn start(&self, dir: &Path, config: &Path, further: &[&str]) -> Running {
        let dir_and_config = ["run", dir.to_str().unwrap(), "--config", config.to_str().unwrap()];
        start_with(self.stack().settings(), dir_and_config.into_iter().chain(further.iter().copied()))
    }

    /// Runs `test-probe run DIR` against the stack with the configuration that the repository ships.
    fn run(&self, dir: &Path, evidence: &Path) -> Ended {
        self.start(dir, &shipped_config(), &["--evidence", evidence.to_str().unwrap()]).end()
    }

    /// What Kafka's own console consumer reads from a topic, as `read_back.sh` writes it.
    fn read_back(&self, topic: &str) -> String {
        let script = repository().join("tests/stack/read_back.sh");
        let read = Command::new(script).args([topic, "all"]).envs(self.stack().settings()).output().unwrap();
        assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
        String::from_utf8(read.stdout).unwrap()
    }
}

impl OnStack for Shared {
    fn stack(&self) -> &Stack {
        &self.stack
    }
}

impl OnStack for Alone {
    fn stack(&self) -> &Stack {
        &self.shared
    }
}

/// The configuration that the repository ships for its stack.
pub(super) fn shipped_config() -> PathBuf {
    repository().join("config/stack.conf")
}

/// The configuration that the repository ships for the doors of its stack that ask for a token.
pub(super) fn shipped_secured_config() -> PathBuf {
    repository().join("config/secured.conf")
}

pub(super) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}
