use super::super::mock::{Listening, MockKafka, PATIENCE, answer, offer, send};
use super::super::{Librdkafka, native};
use super::*;
use crate::{ClientPool, Lane, LaneLimits, NackKind, NoObserver, ProducerClientFactory, Written};

#[tokio::test]
async fn a_callback_that_panics_keeps_no_later_record_from_its_acknowledgement() {
    let (kafka, topic) = MockKafka::with_topic("orders", 1);
    let observer = Listening::that_panics();
    let mut lane = kafka.lane(&topic, Librdkafka::new(Arc::clone(&observer) as Arc<dyn ClientObserver>));
    observer.statistics_came().await;
    send(&mut lane, OutgoingRecord::default()).await.unwrap();
}

#[tokio::test]
async fn an_error_of_the_client_is_reported_once() {
    let (kafka, _) = MockKafka::with_topic("orders", 1);
    let observer = Arc::new(Listening::default());
    let client = LibrdkafkaProducer::new(&kafka.client(), Arc::clone(&observer) as Arc<dyn ClientObserver>).unwrap();
    native::provoke_fatal_error(client.producer.client());
    while observer.errors.load(Ordering::SeqCst) == 0 {
        observer.statistics_came().await;
    }
    // Whatever the error called is over when statistics come that begin after it: one thread does both.
    for _ in 0..2 {
        observer.statistics_came().await;
    }
    assert_eq!(observer.errors.load(Ordering::SeqCst), 1);
}

/// What a client waits for its id when its first attempt fails is 500 ms; a busy machine may take its time once.
#[tokio::test]
async fn the_first_event_does_not_wait_for_librdkafkas_next_attempt_at_an_id() {
    const PAUSE_OF_LIBRDKAFKA: Duration = Duration::from_millis(500);
    let (kafka, topic) = MockKafka::with_topic("orders", 1);
    let mut waited = 0;
    for _ in 0..12 {
        let lease = ClientPool::new(Arc::new(Librdkafka::new(Arc::new(NoObserver)))).lease(&kafka.client()).unwrap();
        let (asked, topics) = (lease.clone(), vec![topic.clone()]);
        tokio::task::spawn_blocking(move || asked.partitions(&topics, PATIENCE)).await.unwrap().unwrap();
        let mut lane = Lane::new(topic.clone(), lease, LaneLimits::default(), PATIENCE);
        let ack = send(&mut lane, OutgoingRecord::default()).await.unwrap();
        waited += usize::from(ack.latency > PAUSE_OF_LIBRDKAFKA / 2);
    }
    assert!(waited <= 1, "{waited} of 12 clients");
}

/// Makes real clients and remembers them.
#[derive(Clone, Debug, Default)]
struct Remembering {
    made: Arc<Mutex<Vec<Arc<LibrdkafkaProducer>>>>,
}

impl Remembering {
    fn provoke_fatal_error(&self) {
        let made = self.made.lock().unwrap();
        native::provoke_fatal_error(made.last().unwrap().producer.client());
    }

    fn made(&self) -> usize {
        self.made.lock().unwrap().len()
    }
}

impl ProducerClientFactory for Remembering {
    fn create(&self, spec: &ClientSpec) -> Result<Arc<dyn ProducerClient>, ClientError> {
        let client = Arc::new(LibrdkafkaProducer::new(spec, Arc::new(NoObserver))?);
        self.made.lock().unwrap().push(Arc::clone(&client));
        Ok(client)
    }
}

#[tokio::test]
async fn after_a_fatal_error_the_next_event_on_the_lane_is_acknowledged_by_a_new_client() {
    let (kafka, topic) = MockKafka::with_topic("orders", 1);
    let clients = Remembering::default();
    let mut lane = kafka.lane(&topic, clients.clone());
    for made in 1..=5 {
        send(&mut lane, OutgoingRecord::default()).await.unwrap();
        assert_eq!(clients.made(), made);
        clients.provoke_fatal_error();
    }
}

#[tokio::test]
async fn an_event_that_is_lost_to_a_fatal_error_gets_a_nack_that_is_worth_a_retry() {
    let (kafka, topic) = MockKafka::with_topic("orders", 1);
    let clients = Remembering::default();
    let mut lane = kafka.lane(&topic, clients.clone());
    kafka.cluster.broker_down(-1).unwrap();
    let under_way = offer(&mut lane, OutgoingRecord::default());
    clients.provoke_fatal_error();
    let nack = answer(under_way).await.unwrap_err();
    assert_eq!((nack.kind, nack.written, nack.retry), (NackKind::Broker, Written::No, true), "{nack}");
    kafka.cluster.broker_up(-1).unwrap();
    send(&mut lane, OutgoingRecord::default()).await.unwrap();
}

#[tokio::test]
async fn an_event_that_a_close_gives_up_is_told_apart_from_one_that_is_lost_to_a_fatal_error() {
    let (kafka, topic) = MockKafka::with_topic("orders", 1);
    let clients = Remembering::default();
    let mut lane = kafka.lane(&topic, clients.clone());
    kafka.cluster.broker_down(-1).unwrap();
    let under_way = offer(&mut lane, OutgoingRecord::default());
    clients.made.lock().unwrap()[0].close(Duration::ZERO);
    assert_eq!(answer(under_way).await.unwrap_err().kind, NackKind::StreamClosed);
}
