use std::error::Error;
use std::fmt;
use std::time::Duration;

use tokio::time::Instant;

use super::{Backoff, Failure, Jitter, RestartWindow};

/// What is done about a failure that a strategy matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Directive {
    /// The value goes on with the next message.
    Resume,
    /// A new value takes its place, after this pause.
    Restart {
        /// How long the mailbox is held first.
        after: Duration,
    },
    /// The actor ends; its watcher is told why.
    Stop,
    /// The actor ends, and its parent fails with the same failure.
    Escalate,
}

/// What to do about failures of one sort.
#[derive(Clone, Debug)]
pub struct Strategy {
    action: Action,
    window: RestartWindow,
    backoff: Option<Backoff>,
}

#[derive(Clone, Copy, Debug)]
enum Action {
    Resume,
    Restart,
    Stop,
    Escalate,
}

impl Strategy {
    /// Goes on with the same value and the next message.
    pub fn resume() -> Self {
        Self::of(Action::Resume)
    }

    /// Makes a new value at once, as often as it takes.
    pub fn restart() -> Self {
        Self::of(Action::Restart)
    }

    /// Ends the actor.
    pub fn stop() -> Self {
        Self::of(Action::Stop)
    }

    /// Ends the actor and fails its parent.
    pub fn escalate() -> Self {
        Self::of(Action::Escalate)
    }

    /// Restarts at most `restarts` times within `span`, a window that slides. Over the limit the failure goes on to the
    /// next outer strategy, and stops the actor where there is none.
    #[must_use]
    pub fn with_limit(self, restarts: usize, span: Duration) -> Self {
        Self { window: RestartWindow::limited(restarts, span), ..self }
    }

    /// Pauses before each restart.
    #[must_use]
    pub fn with_backoff(self, backoff: Backoff) -> Self {
        Self { backoff: Some(backoff), ..self }
    }

    fn of(action: Action) -> Self {
        Self { action, window: RestartWindow::unlimited(), backoff: None }
    }

    /// What this strategy does about a failure now; nothing when its restarts are used up. A failure of the set-up does
    /// not resume, and is not restarted without limit: it would fail again for ever, which Pekko does not do either.
    fn apply(&mut self, setting_up: bool, now: Instant, jitter: &Jitter) -> Option<Directive> {
        match self.action {
            Action::Resume if setting_up => None,
            Action::Restart if setting_up && !self.window.is_limited() => None,
            Action::Resume => Some(Directive::Resume),
            Action::Stop => Some(Directive::Stop),
            Action::Escalate => Some(Directive::Escalate),
            Action::Restart => {
                let earlier = self.window.admit(now)?;
                let after = self.backoff.map_or(Duration::ZERO, |backoff| backoff.pause(earlier, jitter.draw()));
                Some(Directive::Restart { after })
            }
        }
    }
}

type Matches = Box<dyn Fn(&Failure) -> bool>;

/// The strategies around one actor, from the innermost to the outermost.
#[derive(Default)]
pub(super) struct Strategies {
    nested: Vec<(Matches, Strategy)>,
}

impl Strategies {
    pub(super) fn add<E: Error + 'static>(&mut self, strategy: Strategy) {
        self.nested.push((Box::new(Failure::is::<E>), strategy));
    }

    pub(super) fn add_matching(&mut self, matches: impl Fn(&Failure) -> bool + 'static, strategy: Strategy) {
        self.nested.push((Box::new(matches), strategy));
    }

    /// Asks from the inside out. A failure that nobody takes stops the actor, as in Pekko.
    pub(super) fn decide(&mut self, failure: &Failure, setting_up: bool, now: Instant, jitter: &Jitter) -> Directive {
        self.nested
            .iter_mut()
            .filter(|(matches, _)| matches(failure))
            .find_map(|(_, strategy)| strategy.apply(setting_up, now, jitter))
            .unwrap_or(Directive::Stop)
    }
}

impl fmt::Debug for Strategies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.nested.iter().map(|(_, strategy)| strategy)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::supervision::Panicked;

    #[derive(Debug, thiserror::Error)]
    #[error("bad argument")]
    struct Argument;

    #[derive(Debug, thiserror::Error)]
    #[error("i/o")]
    struct Io;

    const MINUTE: Duration = Duration::from_secs(60);
    const AT_ONCE: Directive = Directive::Restart { after: Duration::ZERO };

    fn nested() -> Strategies {
        let mut strategies = Strategies::default();
        strategies.add::<Argument>(Strategy::restart().with_limit(1, MINUTE));
        strategies.add::<Io>(Strategy::restart().with_limit(2, MINUTE));
        strategies.add_matching(|failure| failure.is::<Argument>(), Strategy::escalate());
        strategies
    }

    #[track_caller]
    fn decide(strategies: &mut Strategies, failure: &Failure, expected: Directive) {
        assert_eq!(strategies.decide(failure, false, Instant::now(), &Jitter::fixed(0.0)), expected);
    }

    #[test]
    fn the_failures_type_chooses_the_strategy() {
        let mut strategies = nested();
        decide(&mut strategies, &Failure::new(Io), AT_ONCE);
        decide(&mut strategies, &Failure::new(Argument), AT_ONCE);
    }

    #[test]
    fn each_strategy_counts_for_itself() {
        let mut strategies = nested();
        decide(&mut strategies, &Failure::new(Argument), AT_ONCE);
        decide(&mut strategies, &Failure::new(Io), AT_ONCE);
        decide(&mut strategies, &Failure::new(Io), AT_ONCE);
        decide(&mut strategies, &Failure::new(Io), Directive::Stop);
    }

    #[test]
    fn a_strategy_that_is_used_up_hands_the_failure_outwards() {
        let mut strategies = nested();
        decide(&mut strategies, &Failure::new(Argument), AT_ONCE);
        decide(&mut strategies, &Failure::new(Argument), Directive::Escalate);
    }

    #[test]
    fn what_nobody_matches_stops_the_actor() {
        decide(&mut nested(), &Failure::new(Panicked { message: "boom".into() }), Directive::Stop);
        decide(&mut Strategies::default(), &Failure::new(Io), Directive::Stop);
    }

    #[test]
    fn a_failure_of_the_set_up_is_restarted_within_a_limit_only_and_never_resumed() {
        let mut strategies = Strategies::default();
        strategies.add::<Io>(Strategy::resume());
        strategies.add::<Io>(Strategy::restart());
        strategies.add::<Io>(Strategy::restart().with_limit(1, MINUTE));
        let (failure, jitter) = (Failure::new(Io), Jitter::fixed(0.0));
        assert_eq!(strategies.decide(&failure, true, Instant::now(), &jitter), AT_ONCE);
        assert_eq!(strategies.decide(&failure, true, Instant::now(), &jitter), Directive::Stop);
        assert_eq!(strategies.decide(&failure, false, Instant::now(), &jitter), Directive::Resume);
    }

    #[test]
    fn pauses_grow_with_the_restarts_in_the_window() {
        let backoff = Backoff { min: Duration::from_millis(100), max: MINUTE, random_factor: 0.5 };
        let mut strategies = Strategies::default();
        strategies.add::<Io>(Strategy::restart().with_limit(3, MINUTE).with_backoff(backoff));
        for millis in [150, 300, 600] {
            let after = Duration::from_millis(millis);
            let decided = strategies.decide(&Failure::new(Io), false, Instant::now(), &Jitter::fixed(1.0));
            assert_eq!(decided, Directive::Restart { after });
        }
    }
}
