use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use super::directory::Rank;
use super::post::Post;
use super::{Shared, TokenRefreshers};
use crate::OAuthTokenRefresherActor;
use crate::supervision::{Behaviour, Scope};

/// Makes its holder a host of refreshers. It is kept outside of what a restart drops, and for as long as the actor lives.
pub(crate) struct HostLease {
    shared: Arc<Shared>,
    number: u64,
}

impl HostLease {
    pub(super) fn new(shared: &Arc<Shared>, rank: Rank) -> Self {
        let mut directory = shared.directory();
        let number = directory.add_host(rank);
        shared.is_deserted.send_replace(directory.is_deserted());
        drop(directory);
        Self { shared: Arc::clone(shared), number }
    }

    /// The posts that are vacant, if this host is to fill them.
    pub(super) fn take_vacancies(&self) -> Vec<Post> {
        let vacant = self.shared.directory().take_vacancies(self.number);
        vacant.into_iter().map(|slot| Post::new(Arc::clone(&self.shared), slot)).collect()
    }
}

impl Drop for HostLease {
    fn drop(&mut self) {
        let mut directory = self.shared.directory();
        directory.remove_host(self.number);
        self.shared.is_deserted.send_replace(directory.is_deserted());
        drop(directory);
        self.shared.tell_of_vacancies();
    }
}

/// Starts a refresher as a child of this actor wherever one is wanted, now and from now on, until the actor's value is
/// dropped, and holds the lease for so long. The end of each comes to [`Behaviour::terminated`], where it means nothing: its
/// post is vacant again then.
pub(crate) fn tend<B: Behaviour>(lease: &Rc<HostLease>, scope: &mut Scope<'_, B>) {
    if scope.is_ending() {
        // Nobody is to be told that there is no host while this actor, which may wait for a token itself, comes to its end.
        let lease = Rc::clone(lease);
        scope.spawn(async move {
            let _lease = lease;
            std::future::pending::<()>().await;
        });
        return;
    }
    // What changes from here on is heard of.
    let mut vacancies = lease.shared.vacancies.subscribe();
    for post in lease.take_vacancies() {
        let slot = post.number();
        let refresher = scope.start(OAuthTokenRefresherActor::supervised(post));
        lease.shared.directory().keeps(slot, refresher.recipient());
    }
    let lease = Rc::clone(lease);
    // The lease holds the sender, so the wait ends with a change.
    scope.pipe(async move { vacancies.changed().await.is_ok() }, move |_, _, scope| {
        tend(&lease, scope);
        Ok(())
    });
}

impl fmt::Debug for HostLease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tokens = TokenRefreshers { shared: Arc::clone(&self.shared) };
        f.debug_struct("HostLease").field("number", &self.number).field("tokens", &tokens).finish()
    }
}
