//! What is measured: the same order in three sizes, written and read in each format by each library.

mod avro;
mod avro_key;
mod converter;
mod json;
mod mock_registry_server;
mod order;
mod ours;
mod protobuf;

use self::order::Order;

/// The libraries in the order of the tables' columns. The first is what the others are measured against.
pub const LIBRARIES: [&str; 7] = [BARE, OURS, OURS_SERDE, OURS_JSON, CONVERTER, CONVERTER_DYNAMIC, SERDE_AVRO_FAST];

pub const BARE: &str = "bare codec";
pub const OURS: &str = "ours";
pub const OURS_SERDE: &str = "ours, serde struct";
pub const OURS_JSON: &str = "ours, plain JSON";
pub const CONVERTER: &str = "converter";
pub const CONVERTER_DYNAMIC: &str = "converter, dynamic";
pub const SERDE_AVRO_FAST: &str = "serde_avro_fast";

/// One figure: what a call of one library costs.
pub struct Case {
    pub format: &'static str,
    /// The size of the record and what is done with it.
    pub row: String,
    pub library: &'static str,
    pub call: Box<dyn FnMut()>,
}

/// A record and its size, as the tables call it.
struct Size<'a> {
    name: &'static str,
    order: &'a Order,
}

/// The cases of one format under way.
struct Cases {
    format: &'static str,
    cases: Vec<Case>,
}

impl Cases {
    fn add(&mut self, row: &str, library: &'static str, mut call: impl FnMut() + 'static) {
        // So that a call which fails does so before anything is measured.
        call();
        self.cases.push(Case { format: self.format, row: row.to_owned(), library, call: Box::new(call) });
    }
}

/// All cases. Those to be compared with one another lie side by side.
pub async fn all() -> Vec<Case> {
    let orders = [("100 B", Order::with_lines(0)), ("1 KB", Order::with_lines(18)), ("10 KB", Order::with_lines(200))];
    let sizes = orders.each_ref().map(|(name, order)| Size { name, order });
    let mut all = avro::cases(&sizes).await;
    all.extend(avro_key::cases().await);
    all.extend(protobuf::cases(&sizes).await);
    all.extend(json::cases(&sizes).await);
    all
}
