use std::collections::BTreeMap;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::time::Instant;

/// What puts a part of the world back in order.
pub(crate) type Restore = Box<dyn FnOnce() + Send>;

/// Puts parts of the world back in order when their outage is over, on a thread of its own: an outage ends by itself,
/// whatever becomes of the scenario that wanted it.
#[derive(Debug)]
pub(crate) struct Restores {
    orders: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

enum Order {
    At(Instant, Restore),
    AllNow(Sender<()>),
}

impl Restores {
    pub(crate) fn start() -> std::io::Result<Self> {
        let (orders, received) = mpsc::channel();
        let thread = thread::Builder::new().name("embedded restores".to_owned()).spawn(move || {
            let mut waiting: BTreeMap<(Instant, u64), Restore> = BTreeMap::new();
            let mut number = 0;
            loop {
                let now = Instant::now();
                while waiting.first_key_value().is_some_and(|((due, _), _)| *due <= now) {
                    if let Some((_, restore)) = waiting.pop_first() {
                        restore();
                    }
                }
                let next = waiting.first_key_value().map(|((due, _), _)| due.saturating_duration_since(now));
                match received.recv_timeout(next.unwrap_or(Duration::from_secs(3600))) {
                    Ok(Order::At(due, restore)) => {
                        number += 1;
                        waiting.insert((due, number), restore);
                    }
                    Ok(Order::AllNow(done)) => {
                        std::mem::take(&mut waiting).into_values().for_each(|restore| restore());
                        // Whoever gave the order waits for this.
                        done.send(()).ok();
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
            waiting.into_values().for_each(|restore| restore());
        })?;
        Ok(Self { orders: Some(orders), thread: Some(thread) })
    }

    /// Runs `restore` after the outage.
    pub(crate) fn after(&self, outage: Duration, restore: Restore) {
        let order = Order::At(Instant::now() + outage, restore);
        if let Some(Err(mpsc::SendError(Order::At(_, restore)))) = self.orders.as_ref().map(|orders| orders.send(order))
        {
            restore();
        }
    }

    /// Ends all outages, and returns when everything is back in order.
    pub(crate) fn all_now(&self) {
        let (done, finished) = mpsc::channel();
        if self.orders.as_ref().is_some_and(|orders| orders.send(Order::AllNow(done)).is_ok()) {
            // An error means that the thread has ended, which restores everything first.
            finished.recv().ok();
        }
    }
}

impl Drop for Restores {
    fn drop(&mut self) {
        drop(self.orders.take());
        if let Some(thread) = self.thread.take() {
            // A panic on the thread was printed there, and there is nobody to hand it to.
            drop(thread.join());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn counting() -> (Arc<AtomicUsize>, impl Fn() -> Restore) {
        let count = Arc::new(AtomicUsize::new(0));
        let inner = Arc::clone(&count);
        let restore = move || -> Restore {
            let count = Arc::clone(&inner);
            Box::new(move || {
                count.fetch_add(1, Ordering::SeqCst);
            })
        };
        (count, restore)
    }

    #[test]
    fn an_outage_ends_by_itself_and_no_earlier() {
        let restores = Restores::start().unwrap();
        let (count, restore) = counting();
        let (told, over) = mpsc::channel();
        let begun = Instant::now();
        restores.after(Duration::from_secs(3600), restore());
        restores.after(Duration::from_millis(20), Box::new(move || told.send(Instant::now()).unwrap()));
        assert!(over.recv().unwrap() - begun >= Duration::from_millis(20));
        assert_eq!(count.load(Ordering::SeqCst), 0, "the other outage lasts an hour");
    }

    #[test]
    fn all_outages_can_be_ended_at_once_and_end_with_the_world() {
        let restores = Restores::start().unwrap();
        let (count, restore) = counting();
        restores.after(Duration::from_secs(3600), restore());
        restores.after(Duration::from_secs(3600), restore());
        restores.all_now();
        assert_eq!(count.load(Ordering::SeqCst), 2);
        restores.after(Duration::from_secs(3600), restore());
        drop(restores);
        assert_eq!(count.load(Ordering::SeqCst), 3);
    }
}
