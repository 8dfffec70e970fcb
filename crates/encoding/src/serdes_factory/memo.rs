use std::fmt;
use std::sync::{Arc, OnceLock};

use super::lane::Lane;

/// The lane that a target was first written by, so that the next value need not look for it.
///
/// It says nothing of its own: a factory takes the lane only if it is the factory's own, of the record that is written, and
/// still in use.
#[derive(Clone, Default)]
pub(crate) struct Memo(OnceLock<Remembered>);

#[derive(Clone)]
struct Remembered {
    owner: Owner,
    lane: Arc<Lane>,
}

/// What tells the lanes of one factory from those of another.
#[derive(Clone, Default)]
pub(super) struct Owner(Arc<()>);

impl Memo {
    #[inline]
    pub(super) fn lane_of(&self, owner: &Owner) -> Option<&Lane> {
        self.0.get().filter(|remembered| Arc::ptr_eq(&remembered.owner.0, &owner.0)).map(|remembered| &*remembered.lane)
    }

    /// Keeps the lane, unless another one is kept.
    pub(super) fn keep(&self, owner: &Owner, lane: &Arc<Lane>) {
        self.0.get_or_init(|| Remembered { owner: owner.clone(), lane: Arc::clone(lane) });
    }
}

/// What is remembered makes no difference.
impl PartialEq for Memo {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Memo {}

impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.get().is_some() { "filled" } else { "empty" })
    }
}
