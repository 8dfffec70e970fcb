use std::fmt;

/// What a run asks of its process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExitStatus {
    /// 0: all scenarios passed.
    #[default]
    Passed,
    /// 1: a scenario failed.
    Failed,
    /// 2: the input or the configuration is wrong.
    BadInput,
    /// 3: the world failed: a broker, a registry, the disk under the evidence.
    WorldFailed,
    /// 130: somebody interrupted it, as SIGINT does.
    Interrupted,
    /// 143: somebody ended it, as SIGTERM does.
    Terminated,
}

impl ExitStatus {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::BadInput => 2,
            Self::WorldFailed => 3,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// The status of two runs together: a signal beats 2 beats 3 beats 1 beats 0.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if other.rank() > self.rank() { other } else { self }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::WorldFailed => 2,
            Self::BadInput => 3,
            Self::Interrupted => 4,
            Self::Terminated => 5,
        }
    }
}

impl fmt::Display for ExitStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_runs_2_beats_3_beats_1_and_a_signal_beats_all() {
        use ExitStatus::{BadInput, Failed, Interrupted, Passed, WorldFailed};
        for (runs, code) in [
            (vec![], 0),
            (vec![Passed, Failed, Passed], 1),
            (vec![WorldFailed, Failed], 3),
            (vec![Failed, BadInput, WorldFailed], 2),
            (vec![BadInput, Interrupted], 130),
        ] {
            assert_eq!(runs.iter().copied().fold(Passed, ExitStatus::and).code(), code, "{runs:?}");
        }
    }
}
