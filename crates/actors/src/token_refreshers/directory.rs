use std::collections::HashMap;
use std::sync::Arc;

use actix::Recipient;
use test_probe_oauth::{TokenCell, TokenIdentity};

use super::post::Slot;
use crate::commands::Observe;

/// Which slots there are, who keeps them, and who starts their keepers.
#[derive(Default)]
pub(super) struct Directory {
    last_number: u64,
    slots: HashMap<TokenIdentity, Entry>,
    /// In the order in which they came.
    hosts: Vec<Host>,
    had_hosts: bool,
}

struct Entry {
    slot: Arc<Slot>,
    keeper: Keeper,
}

/// Who renews a slot's token.
enum Keeper {
    Nobody,
    /// A refresher that is being started.
    Newcomer,
    Refresher(Recipient<Observe>),
}

struct Host {
    number: u64,
    rank: Rank,
}

/// What a host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rank {
    /// The root of a tree, which comes first.
    Tree,
    /// An actor that stands in where there is no tree.
    StandIn,
}

impl Directory {
    pub(super) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    pub(super) fn cell(&self, identity: &TokenIdentity) -> Option<TokenCell> {
        self.slots.get(identity).map(|entry| entry.slot.writer.cell())
    }

    pub(super) fn insert(&mut self, identity: TokenIdentity, slot: Arc<Slot>) {
        self.slots.insert(identity, Entry { slot, keeper: Keeper::Nobody });
    }

    /// Whether hosts were there and all have gone.
    pub(super) fn is_deserted(&self) -> bool {
        self.had_hosts && self.hosts.is_empty()
    }

    pub(super) fn has_tree(&self) -> bool {
        self.hosts.iter().any(|host| host.rank == Rank::Tree)
    }

    pub(super) fn add_host(&mut self, rank: Rank) -> u64 {
        let number = self.next_number();
        self.hosts.push(Host { number, rank });
        self.had_hosts = true;
        number
    }

    /// Lets a host go. What somebody reads waits for the next one.
    pub(super) fn remove_host(&mut self, number: u64) {
        self.hosts.retain(|host| host.number != number);
        if self.hosts.is_empty() {
            self.slots.retain(|_, entry| entry.slot.writer.has_readers());
        }
    }

    /// The slots that nobody keeps, if this host is the one that starts keepers now. It does so at once.
    pub(super) fn take_vacancies(&mut self, host: u64) -> Vec<Arc<Slot>> {
        let tree = self.hosts.iter().find(|host| host.rank == Rank::Tree);
        if tree.or(self.hosts.first()).is_none_or(|present| present.number != host) {
            return Vec::new();
        }
        let vacant = self.slots.values_mut().filter(|entry| matches!(entry.keeper, Keeper::Nobody));
        let mut taken: Vec<_> = vacant
            .map(|entry| {
                entry.keeper = Keeper::Newcomer;
                Arc::clone(&entry.slot)
            })
            .collect();
        taken.sort_by_key(|slot| slot.number);
        taken
    }

    /// A refresher takes questions here.
    pub(super) fn keeps(&mut self, slot: u64, refresher: Recipient<Observe>) {
        let entry = self.slots.values_mut().find(|entry| entry.slot.number == slot);
        // One that ended while it was started keeps nothing.
        if let Some(entry) = entry.filter(|entry| matches!(entry.keeper, Keeper::Newcomer)) {
            entry.keeper = Keeper::Refresher(refresher);
        }
    }

    /// A refresher has ended. Nothing where its slot is gone.
    pub(super) fn vacate(&mut self, slot: &Slot) {
        if let Some(entry) = self.entry(slot) {
            entry.keeper = Keeper::Nobody;
        }
    }

    /// Removes a slot that nobody reads; whether it is gone.
    pub(super) fn leave_if_unread(&mut self, slot: &Slot) -> bool {
        if self.entry(slot).is_some() && !slot.writer.has_readers() {
            self.slots.remove(&*slot.identity);
        }
        self.entry(slot).is_none()
    }

    pub(super) fn observed(&self) -> Vec<Recipient<Observe>> {
        let refresher = |entry: &Entry| match &entry.keeper {
            Keeper::Refresher(refresher) => Some((entry.slot.number, refresher.clone())),
            Keeper::Nobody | Keeper::Newcomer => None,
        };
        let mut observed: Vec<_> = self.slots.values().filter_map(refresher).collect();
        observed.sort_by_key(|(number, _)| *number);
        observed.into_iter().map(|(_, refresher)| refresher).collect()
    }

    /// The slot's entry. A slot that is gone may have a successor of the same identity, which is another's.
    fn entry(&mut self, slot: &Slot) -> Option<&mut Entry> {
        self.slots.get_mut(&*slot.identity).filter(|entry| entry.slot.number == slot.number)
    }
}
