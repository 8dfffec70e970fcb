use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use test_probe_directives::{ClusterName, TopicName};
use tokio::sync::oneshot;
use tokio::time::{Instant, advance};

use super::{Lane, Outstanding};
use crate::scripted::{Script, ScriptedProducers};
use crate::{
    ClientIdentity, ClientPool, ClientSpec, DeliveryObserver, EventId, LaneLimits, LateReport, NackKind,
    OutgoingRecord, ProduceResult, ProducedAck, ProducedNack, Ticket, Written,
};

const TIMEOUT: Duration = Duration::from_secs(30);

/// How late a timer can be.
const TICK: Duration = Duration::from_millis(5);

/// A lane over a scripted world, its keeper running, with room for two in flight, two buffered and one waiting offer.
struct Rig {
    world: ScriptedProducers,
    lane: Rc<RefCell<Lane>>,
    ledger: Arc<Ledger>,
    next: std::cell::Cell<u64>,
}

#[derive(Default)]
struct Ledger(Mutex<Vec<String>>);

impl Ledger {
    fn write(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl DeliveryObserver for Ledger {
    fn acknowledged(&self, id: EventId, ack: &ProducedAck) {
        self.write(format!("ack {id} at {}", ack.offset));
    }
    fn nacked(&self, id: EventId, nack: &ProducedNack, _: Duration) {
        self.write(format!("nack {id} {} {}", nack.kind, nack.written.as_str()));
    }
    fn late(&self, id: EventId, report: &LateReport) {
        match report {
            LateReport::Written { offset, .. } => self.write(format!("late {id} at {offset}")),
            LateReport::Failed(nack) => self.write(format!("late {id} {}", nack.kind)),
        }
    }
}

impl Rig {
    fn new(world: ScriptedProducers) -> Self {
        let limits = LaneLimits { max_in_flight: 2, buffer_size: 2, max_concurrent_offers: 1 };
        let identity = ClientIdentity {
            cluster: ClusterName::default(),
            bootstrap_servers: "scripted:9092".parse().unwrap(),
            principal: "svc".into(),
            credential: String::new(),
        };
        let lease = ClientPool::new(Arc::new(world.clone())).lease(&ClientSpec::new(identity, "producer-svc")).unwrap();
        let lane = Lane::new(TopicName::new("orders").unwrap(), lease, limits, TIMEOUT);
        let rig = Self { world, lane: Rc::new(RefCell::new(lane)), ledger: Arc::default(), next: 1.into() };
        let (lane, keeper) = (Rc::clone(&rig.lane), rig.lane.borrow().keeper());
        tokio::task::spawn_local(async move {
            loop {
                let look_at = lane.borrow_mut().next_look(Instant::now());
                keeper.wait(look_at).await;
                let mut lane = lane.borrow_mut();
                lane.pump();
                lane.expire(Instant::now());
            }
        });
        rig
    }

    fn offer(&self) -> oneshot::Receiver<ProduceResult> {
        self.offer_accepted_at(Instant::now())
    }

    fn offer_accepted_at(&self, accepted_at: Instant) -> oneshot::Receiver<ProduceResult> {
        let id = self.next.replace(self.next.get() + 1);
        let record = OutgoingRecord { key: Some(vec![u8::try_from(id).unwrap()]), ..OutgoingRecord::default() };
        let observer = Arc::clone(&self.ledger) as Arc<dyn DeliveryObserver>;
        let (to, answer) = oneshot::channel();
        self.lane.borrow_mut().offer(record, Ticket::observed(EventId(id), accepted_at, observer), Some(to));
        answer
    }

    fn outstanding(&self) -> Outstanding {
        self.lane.borrow().outstanding()
    }

    fn sent(&self) -> Vec<u8> {
        self.world.sent().iter().map(|record| record.key.as_ref().unwrap()[0]).collect()
    }
}

async fn paused<F: Future<Output = ()>>(test: F) {
    tokio::time::pause();
    tokio::task::LocalSet::new().run_until(test).await;
}

async fn let_the_keeper_run() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

#[track_caller]
fn nack(result: Result<ProduceResult, oneshot::error::RecvError>) -> ProducedNack {
    result.expect("an answer").expect_err("a Nack")
}

#[tokio::test]
async fn the_delivery_report_is_the_answer_and_nothing_before_it() {
    paused(async {
        let rig = Rig::new(ScriptedProducers::keeping());
        let mut answer = rig.offer();
        assert!(answer.try_recv().is_err(), "nothing is acknowledged on enqueue");
        advance(Duration::from_millis(7)).await;
        rig.world.deliver_one();
        let ack = answer.await.unwrap().unwrap();
        assert_eq!((ack.partition, ack.offset, ack.latency), (0, 0, Duration::from_millis(7)));
        assert_eq!(rig.ledger.lines(), ["ack 1 at 0"]);
        assert!(rig.outstanding().is_empty());
    })
    .await;
}

#[tokio::test]
async fn records_wait_while_the_window_is_full_and_leave_in_order() {
    paused(async {
        let rig = Rig::new(ScriptedProducers::keeping());
        let answers: Vec<_> = (0..5).map(|_| rig.offer()).collect();
        assert_eq!(rig.outstanding(), Outstanding { in_flight: 2, buffered: 2, waiting_offers: 1 });
        assert_eq!(rig.sent(), [1, 2]);
        rig.world.deliver_one();
        let_the_keeper_run().await;
        assert_eq!(rig.sent(), [1, 2, 3]);
        while rig.world.deliver_all() > 0 {
            let_the_keeper_run().await;
        }
        for answer in answers {
            answer.await.unwrap().unwrap();
        }
        assert_eq!(rig.sent(), [1, 2, 3, 4, 5]);
    })
    .await;
}

#[tokio::test]
async fn what_finds_no_room_is_refused_with_a_reason_and_nothing_else_is_touched() {
    paused(async {
        let rig = Rig::new(ScriptedProducers::keeping());
        let _waiting: Vec<_> = (0..5).map(|_| rig.offer()).collect();
        let nack = nack(rig.offer().await);
        assert_eq!((nack.kind, nack.written, nack.retry), (NackKind::QueueFull, Written::No, true));
        assert_eq!(nack.reason, "'orders' has 2 events in flight, 2 buffered and 1 waiting");
        assert_eq!(rig.outstanding(), Outstanding { in_flight: 2, buffered: 2, waiting_offers: 1 });
    })
    .await;
}

#[tokio::test]
async fn a_report_that_does_not_come_is_a_time_out_and_one_that_comes_later_is_late() {
    paused(async {
        let rig = Rig::new(ScriptedProducers::keeping());
        let mut answer = rig.offer();
        let_the_keeper_run().await;
        advance(TIMEOUT - Duration::from_millis(1)).await;
        let_the_keeper_run().await;
        assert!(answer.try_recv().is_err(), "the deadline is not over");
        advance(Duration::from_millis(1)).await;
        let nack = nack(answer.await);
        assert_eq!((nack.kind, nack.written, nack.retry), (NackKind::Timeout, Written::Possibly, true));
        assert_eq!(rig.outstanding().in_flight, 1, "librdkafka still has the record");
        rig.world.deliver_one();
        assert_eq!(rig.ledger.lines(), ["nack 1 Timeout possibly", "late 1 at 0"]);
        assert!(rig.outstanding().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_record_that_waits_too_long_for_the_window_is_not_written() {
    paused(async {
        let rig = Rig::new(ScriptedProducers::keeping());
        let _in_flight = (rig.offer(), rig.offer());
        let waiting = rig.offer();
        advance(TIMEOUT).await;
        let nack = nack(waiting.await);
        assert_eq!((nack.kind, nack.written), (NackKind::Timeout, Written::No));
        assert_eq!(rig.sent(), [1, 2]);
    })
    .await;
}

#[tokio::test]
async fn an_event_that_was_late_already_when_it_was_offered_is_timed_out_on_its_own_deadline() {
    paused(async {
        let rig = Rig::new(ScriptedProducers::keeping());
        let_the_keeper_run().await;
        advance(Duration::from_secs(15)).await;
        let accepted_at = Instant::now();
        advance(Duration::from_secs(20)).await;
        // The keeper has looked meanwhile, and would look next long after this event's deadline.
        let_the_keeper_run().await;
        let answer = rig.offer_accepted_at(accepted_at);
        let_the_keeper_run().await;
        advance(Duration::from_secs(10)).await;
        assert_eq!(nack(answer.await).kind, NackKind::Timeout);
        assert!(accepted_at.elapsed() < TIMEOUT + TICK, "{:?}", accepted_at.elapsed());
    })
    .await;
}

#[tokio::test]
async fn an_event_that_was_long_in_the_encoding_is_timed_out_behind_events_with_more_time() {
    paused(async {
        let rig = Rig::new(ScriptedProducers::keeping());
        let_the_keeper_run().await;
        let long_ago = Instant::now();
        advance(Duration::from_secs(20)).await;
        let (sent, sent_late) = (rig.offer(), rig.offer_accepted_at(long_ago));
        let (held, held_late) = (rig.offer(), rig.offer_accepted_at(long_ago));
        let_the_keeper_run().await;
        advance(Duration::from_secs(10)).await;
        assert_eq!(nack(sent_late.await).written, Written::Possibly);
        assert_eq!(nack(held_late.await).written, Written::No);
        assert_eq!(rig.ledger.lines(), ["nack 4 Timeout no", "nack 2 Timeout possibly"], "the others have time");
        advance(Duration::from_secs(20)).await;
        assert_eq!((nack(sent.await).written, nack(held.await).written), (Written::Possibly, Written::No));
        assert!(long_ago.elapsed() < Duration::from_secs(50) + TICK, "{:?}", long_ago.elapsed());
    })
    .await;
}

#[tokio::test]
async fn a_deadline_that_passes_after_its_answer_changes_nothing_and_the_keeper_looks_for_the_next() {
    paused(async {
        let rig = Rig::new(ScriptedProducers::keeping());
        let begun = Instant::now();
        let first = rig.offer();
        let_the_keeper_run().await;
        advance(Duration::from_secs(10)).await;
        let second = rig.offer();
        rig.world.deliver_one();
        first.await.unwrap().unwrap();
        let_the_keeper_run().await;
        advance(Duration::from_secs(20) + TICK).await;
        let_the_keeper_run().await;
        assert_eq!(rig.lane.borrow_mut().next_look(Instant::now()), begun + Duration::from_secs(40));
        advance(Duration::from_secs(10)).await;
        assert_eq!(nack(second.await).kind, NackKind::Timeout);
    })
    .await;
}

#[tokio::test]
async fn a_client_whose_queue_is_full_gets_the_record_again_in_its_turn() {
    paused(async {
        let rig = Rig::new(ScriptedProducers::keeping());
        let first = rig.offer();
        rig.world.follow(Script::Full);
        let (second, third) = (rig.offer(), rig.offer());
        assert_eq!(rig.outstanding(), Outstanding { in_flight: 1, buffered: 2, waiting_offers: 0 });
        rig.world.follow(Script::Keep);
        rig.world.deliver_one();
        let_the_keeper_run().await;
        while rig.world.deliver_all() > 0 {
            let_the_keeper_run().await;
        }
        for answer in [first, second, third] {
            answer.await.unwrap().unwrap();
        }
        assert_eq!(rig.sent(), [1, 2, 3]);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_of_the_client_is_the_answer() {
    paused(async {
        let rig = Rig::new(ScriptedProducers::keeping());
        rig.world.follow(Script::Refuse(ProducedNack::not_written(NackKind::Broker, "message too large")));
        assert_eq!(nack(rig.offer().await).reason, "message too large");
        assert!(rig.outstanding().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_drain_waits_for_every_report_and_refuses_what_comes_after_it() {
    paused(async {
        let rig = Rig::new(ScriptedProducers::keeping());
        let answers: Vec<_> = (0..4).map(|_| rig.offer()).collect();
        rig.lane.borrow_mut().close();
        let refused = nack(rig.offer().await);
        assert_eq!((refused.kind, refused.written), (NackKind::StreamClosed, Written::No));
        let keeper = rig.lane.borrow().keeper();
        let drain =
            tokio::task::spawn_local(async move { keeper.drained(Instant::now() + Duration::from_secs(2)).await });
        let_the_keeper_run().await;
        assert!(!drain.is_finished(), "four events are still under way");
        while rig.world.deliver_all() > 0 {
            let_the_keeper_run().await;
        }
        assert!(drain.await.unwrap());
        for answer in answers {
            answer.await.unwrap().unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_drain_leaves_is_told_apart_by_whether_it_was_sent() {
    paused(async {
        let rig = Rig::new(ScriptedProducers::keeping());
        let (sent, _other, held) = (rig.offer(), rig.offer(), rig.offer());
        rig.lane.borrow_mut().close();
        let keeper = rig.lane.borrow().keeper();
        assert!(!keeper.drained(Instant::now() + Duration::from_secs(2)).await);
        rig.lane.borrow_mut().abandon();
        assert_eq!(nack(sent.await).written, Written::Possibly);
        assert_eq!(nack(held.await).written, Written::No);
        rig.world.deliver_one();
        rig.world.fail_one(ProducedNack::not_written(NackKind::Broker, "purged"));
        let expected = [
            "nack 3 StreamClosed no",
            "nack 1 StreamClosed possibly",
            "nack 2 StreamClosed possibly",
            "late 1 at 0",
            "late 2 Broker",
        ];
        assert_eq!(rig.ledger.lines(), expected);
    })
    .await;
}

#[tokio::test]
async fn a_client_that_goes_away_without_a_report_still_answers() {
    paused(async {
        let rig = Rig::new(ScriptedProducers::keeping());
        let answer = rig.offer();
        rig.lane.borrow_mut().in_flight.clear();
        drop(rig.world.set_first_aside());
        let nack = nack(answer.await);
        assert_eq!((nack.kind, nack.written), (NackKind::Broker, Written::Possibly));
        assert_eq!(rig.ledger.lines(), ["nack 1 Broker possibly"]);
    })
    .await;
}

#[tokio::test]
async fn a_caller_that_gave_up_is_counted_all_the_same() {
    paused(async {
        let rig = Rig::new(ScriptedProducers::keeping());
        drop(rig.offer());
        rig.world.deliver_one();
        assert_eq!(rig.ledger.lines(), ["ack 1 at 0"]);
    })
    .await;
}

#[tokio::test]
async fn a_ticket_that_is_lost_with_a_mailbox_settles_itself() {
    let ledger: Arc<Ledger> = Arc::default();
    drop(Ticket::observed(EventId(5), Instant::now(), Arc::clone(&ledger) as Arc<dyn DeliveryObserver>));
    assert_eq!(ledger.lines(), ["nack 5 StreamClosed no"]);
}

#[tokio::test]
async fn a_slow_partition_does_not_keep_what_the_others_finished() {
    paused(async {
        let rig = Rig::new(ScriptedProducers::keeping());
        let stuck = rig.offer();
        let stuck_record = rig.world.set_first_aside();
        rig.world.follow(Script::Acknowledge);
        for _ in 0..200 {
            rig.offer().await.unwrap().unwrap();
        }
        assert!(rig.lane.borrow().in_flight.len() <= 6, "{}", rig.lane.borrow().in_flight.len());
        stuck_record.unwrap().deliver();
        stuck.await.unwrap().unwrap();
    })
    .await;
}
