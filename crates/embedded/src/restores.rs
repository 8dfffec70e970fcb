use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::time::Instant;

#[cfg(test)]
mod tests;

/// What puts a part of the world back in order.
pub(crate) type Restore<E> = Box<dyn FnOnce() -> Result<(), E> + Send>;

/// Puts parts of the world back in order when their outage is over, on a thread of its own: an outage ends by itself,
/// whatever becomes of the scenario that wanted it.
#[derive(Debug)]
pub(crate) struct Restores<E> {
    orders: Option<Sender<Order<E>>>,
    thread: Option<JoinHandle<()>>,
}

enum Order<E> {
    At(Instant, Restore<E>),
    AllNow(Sender<Vec<E>>),
}

impl<E: Error + Send + 'static> Restores<E> {
    pub(crate) fn start() -> std::io::Result<Self> {
        let (orders, received) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("embedded restores".to_owned())
            .spawn(move || Outages::default().end(&received))?;
        Ok(Self { orders: Some(orders), thread: Some(thread) })
    }

    /// Runs `restore` after the outage.
    pub(crate) fn after(&self, outage: Duration, restore: Restore<E>) {
        let order = Order::At(Instant::now() + outage, restore);
        if let Some(Err(mpsc::SendError(Order::At(_, restore)))) = self.orders.as_ref().map(|orders| orders.send(order))
        {
            log(restore());
        }
    }

    /// Ends all outages, and returns when everything is back in order: what did not come back, now or by itself since
    /// the last time this was asked.
    pub(crate) fn all_now(&self) -> Vec<E> {
        let (done, finished) = mpsc::channel();
        match &self.orders {
            // Without an answer the thread has ended by a panic, which was printed there.
            Some(orders) if orders.send(Order::AllNow(done)).is_ok() => finished.recv().unwrap_or_default(),
            _ => Vec::new(),
        }
    }
}

impl<E> Drop for Restores<E> {
    fn drop(&mut self) {
        drop(self.orders.take());
        if let Some(thread) = self.thread.take() {
            // A panic on the thread was printed there, and there is nobody to hand it to.
            drop(thread.join());
        }
    }
}

/// What the thread knows: the outages that last, by their ends, and what did not come back from earlier ones.
struct Outages<E> {
    lasting: BTreeMap<(Instant, u64), Restore<E>>,
    begun: u64,
    failed: Vec<E>,
}

impl<E> Default for Outages<E> {
    fn default() -> Self {
        Self { lasting: BTreeMap::new(), begun: 0, failed: Vec::new() }
    }
}

impl<E: Error> Outages<E> {
    /// Ends each outage when it is over, and all of them with the last order.
    fn end(mut self, orders: &Receiver<Order<E>>) {
        loop {
            let now = Instant::now();
            while self.lasting.first_key_value().is_some_and(|((due, _), _)| *due <= now) {
                if let Some((_, restore)) = self.lasting.pop_first() {
                    // Told in the log too, since it may be long until somebody asks.
                    self.failed.extend(log(restore()));
                }
            }
            let next = self.lasting.first_key_value().map(|((due, _), _)| due.saturating_duration_since(now));
            match orders.recv_timeout(next.unwrap_or(Duration::from_secs(3600))) {
                Ok(Order::At(due, restore)) => {
                    self.begun += 1;
                    self.lasting.insert((due, self.begun), restore);
                }
                Ok(Order::AllNow(done)) => {
                    let lasting = std::mem::take(&mut self.lasting).into_values();
                    self.failed.extend(lasting.filter_map(|restore| restore().err()));
                    // Whoever gave the order waits for this.
                    done.send(std::mem::take(&mut self.failed)).ok();
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        // Nobody is left to be told.
        self.lasting.into_values().for_each(|restore| drop(log(restore())));
    }
}

fn log<E: Error>(restored: Result<(), E>) -> Option<E> {
    restored
        .inspect_err(|error| tracing::error!(error = %Told(error), "what was broken on purpose did not come back"))
        .err()
}

/// Nothing wrong, the one error, or several as one.
pub(crate) fn as_one<E>(mut errors: Vec<E>, several: impl FnOnce(Vec<E>) -> E) -> Result<(), E> {
    match (errors.pop(), errors.is_empty()) {
        (None, _) => Ok(()),
        (Some(only), true) => Err(only),
        (Some(last), false) => {
            errors.push(last);
            Err(several(errors))
        }
    }
}

/// An error with what caused it.
struct Told<'a, E>(&'a E);

impl<E: Error> fmt::Display for Told<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// Several errors as one text, each with what caused it, since an error has only one source.
pub(crate) struct AllTold<'a, E>(pub(crate) &'a [E]);

impl<E: Error> fmt::Display for AllTold<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            write!(f, "{}{}", if index > 0 { "; " } else { "" }, Told(error))?;
        }
        Ok(())
    }
}
