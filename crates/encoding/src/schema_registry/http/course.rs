use std::time::Duration;

use super::super::RegistryFailure;

/// The way of one question through the addresses of a registry: which is asked next, and after what pause.
///
/// A pure value: it is told what failed, and neither asks nor waits. Time is counted in the pauses that it asked for,
/// which is less than what passes, so that nobody is asked earlier than they want.
pub(super) struct Course<P> {
    addresses: Vec<Address>,
    current: usize,
    pauses: P,
    paused: Duration,
}

#[derive(Clone, Default)]
struct Address {
    asked_this_round: bool,
    /// It is not worth another question.
    is_out: bool,
    /// How much must have been paused before it may be asked again.
    rests_until: Duration,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Ask the address with this index, after a pause.
    Ask { address: usize, after: Duration },
    /// Nothing more can be hoped for.
    GiveUp,
}

/// What a failure means for the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The registry has answered; no address would say anything else.
    Answered,
    /// The same address may answer later, and the others would not do so earlier.
    Later,
    /// Another address may answer now.
    Elsewhere,
    /// Another address may answer now, and this one is not to be asked again.
    OnlyElsewhere,
}

impl Verdict {
    pub(super) fn on(failure: &RegistryFailure) -> Self {
        match failure {
            RegistryFailure::OutOfOrder { .. } | RegistryFailure::Unreachable(_) => Self::Elsewhere,
            RegistryFailure::TimedOut { .. } | RegistryFailure::LeaveAlone { .. } => Self::OnlyElsewhere,
            RegistryFailure::TooManyRequests | RegistryFailure::NoToken(_) => Self::Later,
            _ => Self::Answered,
        }
    }
}

impl<P: Iterator<Item = Duration>> Course<P> {
    /// A course that starts with the address of index `first`. There are as many further rounds as there are pauses.
    pub(super) fn new(addresses: usize, first: usize, pauses: P) -> Self {
        Self { addresses: vec![Address::default(); addresses], current: first, pauses, paused: Duration::ZERO }
    }

    /// What to do after the address that was asked last failed so. `wish` is the pause that it asks for.
    pub(super) fn after(&mut self, verdict: Verdict, wish: Duration) -> Step {
        let current = &mut self.addresses[self.current];
        current.asked_this_round = true;
        current.rests_until = self.paused.saturating_add(wish);
        match verdict {
            Verdict::Answered => return Step::GiveUp,
            Verdict::Later => {
                return match self.pause_for(wish) {
                    Some(pause) => Step::Ask { address: self.current, after: pause },
                    None => Step::GiveUp,
                };
            }
            Verdict::Elsewhere => {}
            Verdict::OnlyElsewhere => current.is_out = true,
        }
        match self.next(|address| !address.asked_this_round) {
            Some(address) => self.ask(address, Duration::ZERO),
            None => self.next_round(),
        }
    }

    fn next_round(&mut self) -> Step {
        let rests = self.addresses.iter().filter(|address| !address.is_out).map(|address| address.rests_until);
        let Some(rest) = rests.min().map(|until| until.saturating_sub(self.paused)) else { return Step::GiveUp };
        let Some(pause) = self.pause_for(rest) else { return Step::GiveUp };
        match self.next(|_| true) {
            Some(address) => self.ask(address, pause),
            None => Step::GiveUp,
        }
    }

    /// The pause before the next round, which is at least so long; none when there is no further round.
    fn pause_for(&mut self, at_least: Duration) -> Option<Duration> {
        let pause = self.pauses.next()?.max(at_least);
        self.paused = self.paused.saturating_add(pause);
        for address in &mut self.addresses {
            address.asked_this_round = false;
        }
        Some(pause)
    }

    fn ask(&mut self, address: usize, after: Duration) -> Step {
        self.current = address;
        Step::Ask { address, after }
    }

    /// The next address behind the current one, and the current one last, that may be asked now.
    fn next(&self, wanted: impl Fn(&Address) -> bool) -> Option<usize> {
        let mut behind = (1..=self.addresses.len()).map(|step| (self.current + step) % self.addresses.len());
        behind.find(|index| {
            let address = &self.addresses[*index];
            !address.is_out && address.rests_until <= self.paused && wanted(address)
        })
    }
}

#[cfg(test)]
mod tests;
