use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use test_probe_kafka::{Lane, ProduceResult};
use tokio::time::Instant;

use crate::commands::ProduceEvent;
use crate::gate::Gate;
use crate::supervision::{Behaviour, Drain, Failure, Receive, Reply, Scope};

#[cfg(test)]
mod tests;

/// One producer topic: takes encoded events in the order of its mailbox and answers each with the broker's delivery
/// report. The lane that holds what is under way lives outside and survives a restart; it is drained at a stop, and
/// answered at every other end.
///
/// Named `kafka-producer-streaming-{topic}-{testId}`.
#[derive(Debug)]
pub struct KafkaProducerStreamingActor {
    lane: Rc<RefCell<Lane>>,
    gate: Arc<Gate>,
}

impl KafkaProducerStreamingActor {
    pub(crate) fn new(lane: Rc<RefCell<Lane>>, gate: Arc<Gate>) -> Self {
        Self { lane, gate }
    }
}

impl Behaviour for KafkaProducerStreamingActor {
    const KIND: &'static str = "KafkaProducerStreamingActor";

    fn started(&mut self, scope: &mut Scope<'_, Self>) -> Result<(), Failure> {
        let lane = Rc::clone(&self.lane);
        let keeper = lane.borrow().keeper();
        scope.spawn(async move {
            loop {
                let look_at = lane.borrow_mut().next_look(Instant::now());
                keeper.wait(look_at).await;
                let mut lane = lane.borrow_mut();
                lane.pump();
                lane.expire(Instant::now());
            }
        });
        Ok(())
    }

    fn draining(&mut self, deadline: Instant, _: &mut Scope<'_, Self>) -> Drain {
        let lane = Rc::clone(&self.lane);
        let keeper = lane.borrow().keeper();
        lane.borrow_mut().close();
        Box::pin(async move {
            keeper.drained(deadline).await;
            lane.borrow_mut().abandon();
        })
    }

    /// However the actor came to its end, nobody drives the lane any more: what is left in it is answered here. After a
    /// drain there is nothing left.
    fn stopped(&mut self) {
        let mut lane = self.lane.borrow_mut();
        lane.close();
        lane.abandon();
    }
}

impl Receive<ProduceEvent> for KafkaProducerStreamingActor {
    fn receive(
        &mut self,
        ProduceEvent { record, ticket }: ProduceEvent,
        reply: &mut Reply<ProduceResult>,
        _: &mut Scope<'_, Self>,
    ) -> Result<(), Failure> {
        self.gate.leave();
        self.lane.borrow_mut().offer(record, ticket, reply.take());
        Ok(())
    }
}
