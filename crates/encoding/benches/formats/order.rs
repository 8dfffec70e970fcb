//! The record, for serde and for prost, and its schema in each format.

use prost::{Message, Name};
use serde::{Deserialize, Serialize};

pub(super) const TOPIC: &str = "orders";
pub(super) const RECORD: &str = "com.acme.Order";

pub(super) const AVRO: &str = r#"{"type":"record","name":"Order","namespace":"com.acme","fields":[
    {"name":"orderId","type":"string"},{"name":"customerId","type":"string"},{"name":"amount","type":"double"},
    {"name":"currency","type":"string"},{"name":"createdAt","type":"long"},{"name":"note","type":["null","string"]},
    {"name":"lines","type":{"type":"array","items":{"type":"record","name":"Line","fields":[
        {"name":"sku","type":"string"},{"name":"title","type":"string"},{"name":"quantity","type":"int"},
        {"name":"price","type":"double"}]}}}]}"#;

pub(super) const PROTOBUF: &str = r#"syntax = "proto3";
package com.acme;
message Order {
    string order_id = 1;
    string customer_id = 2;
    double amount = 3;
    string currency = 4;
    int64 created_at = 5;
    optional string note = 6;
    repeated Line lines = 7;
}
message Line {
    string sku = 1;
    string title = 2;
    int32 quantity = 3;
    double price = 4;
}
"#;

pub(super) const JSON: &str = r##"{"$schema":"http://json-schema.org/draft-07/schema#","title":"com.acme.Order",
    "type":"object","additionalProperties":false,
    "required":["orderId","customerId","amount","currency","createdAt","note","lines"],
    "properties":{
        "orderId":{"type":"string","minLength":1},"customerId":{"type":"string","minLength":1},
        "amount":{"type":"number","minimum":0},"currency":{"type":"string","pattern":"^[A-Z]{3}$"},
        "createdAt":{"type":"integer"},"note":{"type":["string","null"]},
        "lines":{"type":"array","items":{"$ref":"#/definitions/Line"}}},
    "definitions":{"Line":{"type":"object","additionalProperties":false,
        "required":["sku","title","quantity","price"],
        "properties":{"sku":{"type":"string","minLength":1},"title":{"type":"string"},
            "quantity":{"type":"integer","minimum":1},"price":{"type":"number","minimum":0}}}}}"##;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Order {
    order_id: String,
    customer_id: String,
    amount: f64,
    currency: String,
    created_at: i64,
    note: Option<String>,
    lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    sku: String,
    title: String,
    quantity: i32,
    price: f64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct OrderMessage {
    #[prost(string, tag = "1")]
    order_id: String,
    #[prost(string, tag = "2")]
    customer_id: String,
    #[prost(double, tag = "3")]
    amount: f64,
    #[prost(string, tag = "4")]
    currency: String,
    #[prost(int64, tag = "5")]
    created_at: i64,
    #[prost(string, optional, tag = "6")]
    note: Option<String>,
    #[prost(message, repeated, tag = "7")]
    lines: Vec<LineMessage>,
}

#[derive(Clone, PartialEq, Message)]
struct LineMessage {
    #[prost(string, tag = "1")]
    sku: String,
    #[prost(string, tag = "2")]
    title: String,
    #[prost(int32, tag = "3")]
    quantity: i32,
    #[prost(double, tag = "4")]
    price: f64,
}

impl Name for OrderMessage {
    const NAME: &'static str = "Order";
    const PACKAGE: &'static str = "com.acme";
}

impl Order {
    pub(super) fn with_lines(lines: i32) -> Self {
        Self {
            order_id: "3f2504e0-4f89-41d3-9a0c-0305e82c3301".into(),
            customer_id: "customer-000017".into(),
            amount: 129.95,
            currency: "EUR".into(),
            created_at: 1_769_846_400_250,
            note: Some("leave it with the neighbour".into()),
            lines: (1..=lines)
                .map(|number| Line {
                    sku: format!("SKU-{number:06}"),
                    title: "walnut, oiled, three shelves".into(),
                    quantity: number % 7 + 1,
                    price: f64::from(number) * 1.25,
                })
                .collect(),
        }
    }

    pub(super) fn message(&self) -> OrderMessage {
        let line = |line: &Line| LineMessage {
            sku: line.sku.clone(),
            title: line.title.clone(),
            quantity: line.quantity,
            price: line.price,
        };
        OrderMessage {
            order_id: self.order_id.clone(),
            customer_id: self.customer_id.clone(),
            amount: self.amount,
            currency: self.currency.clone(),
            created_at: self.created_at,
            note: self.note.clone(),
            lines: self.lines.iter().map(line).collect(),
        }
    }
}
