use std::sync::Arc;

use proptest::prelude::*;

use super::resolved;
use crate::hocon::{Scalar, Value, ValueKind};
use crate::{Origin, Place};

fn nowhere() -> Origin {
    Origin::Text(Place { source: Arc::from(""), line: 0, column: 0 })
}

fn without_origins(value: Value) -> Value {
    let kind = match value.kind {
        ValueKind::List(items) => ValueKind::List(items.into_iter().map(without_origins).collect()),
        ValueKind::Object(members) => {
            ValueKind::Object(members.into_iter().map(|(name, value)| (name, without_origins(value))).collect())
        }
        scalar => scalar,
    };
    Value { origin: nowhere(), kind }
}

fn any_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Scalar::Null),
        any::<bool>().prop_map(Scalar::Boolean),
        "-?[0-9]{1,8}(\\.[0-9]{1,4})?([eE][+-]?[0-9]{1,2})?".prop_map(Scalar::Number),
        any::<String>().prop_map(Scalar::Text),
        "[ \\t\\n\"\\\\$\\{\\}#/a-z]{0,12}".prop_map(Scalar::Text),
    ];
    let leaf = scalar.prop_map(ValueKind::Scalar);
    let kind = leaf.prop_recursive(4, 32, 5, |inner| {
        let value = inner.prop_map(|kind| Value { origin: nowhere(), kind });
        prop_oneof![
            proptest::collection::vec(value.clone(), 0..5).prop_map(ValueKind::List),
            proptest::collection::btree_map(any::<String>(), value, 0..5)
                .prop_map(|members| ValueKind::Object(members.into_iter().collect())),
        ]
    });
    kind.prop_map(|kind| Value { origin: nowhere(), kind })
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(value in any_value()) {
        let root = resolved(&[&format!("v = {value}")]).value.unwrap();
        let ValueKind::Object(members) = root.kind else { panic!("a root is an object") };
        let [(name, read)] = <[_; 1]>::try_from(members).unwrap();
        prop_assert_eq!(name, "v");
        prop_assert_eq!(without_origins(read), value);
    }
}
