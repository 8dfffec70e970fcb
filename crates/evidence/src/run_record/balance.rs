use std::collections::BTreeSet;

/// The proof that nothing was lost: every accepted event ends in exactly one acknowledgement or one Nack.
///
/// It compares ids, not sums: one event that was lost and one that ended twice would make the sums agree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Accepted, and not ended.
    open: BTreeSet<u64>,
    /// Ended, and not open at that time: ended twice, or never accepted.
    unexpected: BTreeSet<u64>,
}

impl Balance {
    /// How many ids a message lists before it only counts.
    const LISTED: usize = 20;

    pub(super) fn accepted(&mut self, id: u64) {
        // Whoever recorded the end may have been faster than whoever recorded the beginning.
        if !self.unexpected.remove(&id) {
            self.open.insert(id);
        }
    }

    pub(super) fn ended(&mut self, id: u64) {
        if !self.open.remove(&id) {
            self.unexpected.insert(id);
        }
    }

    /// Whether every accepted event has its one end.
    pub fn holds(&self) -> bool {
        self.open.is_empty() && self.unexpected.is_empty()
    }

    /// The accepted events without an end, by id: while the run goes on, those under way.
    pub fn without_end(&self) -> impl ExactSizeIterator<Item = u64> {
        self.open.iter().copied()
    }

    /// The events that ended twice or were never accepted, by id.
    pub fn unexpected_ends(&self) -> impl ExactSizeIterator<Item = u64> {
        self.unexpected.iter().copied()
    }

    /// The sentences that the reports show when the balance does not hold.
    pub(super) fn complaints(&self) -> impl Iterator<Item = String> {
        let without_end = (!self.open.is_empty()).then(|| {
            format!(
                "{} ended neither in an acknowledgement nor in a Nack: {}",
                events(self.open.len(), "accepted "),
                list(&self.open)
            )
        });
        let unexpected = (!self.unexpected.is_empty()).then(|| {
            format!(
                "{} ended twice or without having been accepted: {}",
                events(self.unexpected.len(), ""),
                list(&self.unexpected)
            )
        });
        without_end.into_iter().chain(unexpected)
    }
}

fn events(count: usize, quality: &str) -> String {
    format!("{count} {quality}event{}", if count == 1 { "" } else { "s" })
}

fn list(ids: &BTreeSet<u64>) -> String {
    let shown: Vec<String> = ids.iter().take(Balance::LISTED).map(u64::to_string).collect();
    let more = ids.len().saturating_sub(Balance::LISTED);
    let noun = if ids.len() == 1 { "id" } else { "ids" };
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{noun} {}{rest}", shown.join(", "))
}
