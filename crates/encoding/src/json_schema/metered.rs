//! JSON values that count how often a validator looks at them.
//!
//! A validator may look at a value as many times as there are ways through its schema, and those multiply: with each
//! level of a recursive schema, and with each definition that names another twice. It may also go as deep as there are
//! definitions that name one another. It cannot be stopped from outside, but it does nothing without asking the values,
//! and so they stop it.

use std::any::Any;
use std::borrow::Cow;
use std::cell::Cell;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, Node, NodeIdentity, Object, SerdeJson};
use serde_json::{Map, Number, Value};

/// How many steps a check of so many values may take; an ordinary schema takes some tens a value.
pub(super) fn steps_to_check(size: u64) -> u64 {
    size.saturating_mul(1_000).saturating_add(1_000_000)
}

/// How many steps it may take to find out what is wrong. Fewer, since the errors are kept meanwhile.
pub(super) fn steps_to_explain(size: u64) -> u64 {
    size.saturating_mul(50).saturating_add(200_000)
}

/// How many bytes of its thread's stack a check may take, of the two megabytes that a thread has at least.
const STACK: usize = 1_048_576;

/// Why a check was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spent {
    /// It took its number of steps.
    Steps(u64),
    /// It went as deep as the stack allows.
    Stack,
}

/// Does work that looks at metered values.
///
/// # Errors
/// [`Spent`], when the work took more than `steps` or went too deep. It is abandoned then.
pub(super) fn run<T>(steps: u64, work: impl FnOnce(&Meter) -> T) -> Result<T, Spent> {
    let meter = Meter::new(steps);
    // Nothing that the work could leave half done outlives it: validators do not change, and the rest is its own.
    catch_unwind(AssertUnwindSafe(|| work(&meter))).map_err(|reason: Box<dyn Any + Send>| match reason.downcast() {
        Ok(spent) => *spent,
        Err(panic) => resume_unwind(panic),
    })
}

pub(super) struct Meter {
    steps: u64,
    left: Cell<u64>,
    /// Where on the stack the work began.
    began_at: usize,
}

impl Meter {
    fn new(steps: u64) -> Self {
        Self { steps, left: Cell::new(steps), began_at: here() }
    }

    pub(super) fn node<'a>(&'a self, value: &'a Value) -> Metered<'a> {
        Metered { value, meter: self }
    }

    #[inline]
    fn step(&self, cost: u64) {
        match self.left.get().checked_sub(cost) {
            Some(left) if here().abs_diff(self.began_at) <= STACK => self.left.set(left),
            Some(_) => stop(Spent::Stack),
            None => stop(Spent::Steps(self.steps)),
        }
    }
}

/// An address on the stack at this point.
#[inline(always)]
fn here() -> usize {
    let local = 0_u8;
    std::ptr::from_ref(std::hint::black_box(&local)).addr()
}

/// Unwinds to [`run`], past the hook that reports panics.
#[cold]
fn stop(spent: Spent) {
    resume_unwind(Box::new(spent))
}

/// The representation of metered values.
pub(super) struct MeteredJson;

#[derive(Clone, Copy)]
pub(super) struct Metered<'a> {
    value: &'a Value,
    meter: &'a Meter,
}

impl Json for MeteredJson {
    type Node<'a> = Metered<'a>;
    type PreparedKey = String;
    type StringBuffer = Value;

    const KEYS_PER_LOOKUP: usize = SerdeJson::KEYS_PER_LOOKUP;
    const ACYCLIC: bool = SerdeJson::ACYCLIC;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>(buffer: &mut Value, string: &str, f: impl FnOnce(Metered<'_>) -> T) -> T {
        *buffer = Value::from(string);
        f(Meter::new(u64::MAX).node(buffer))
    }
}

impl<'a> Node<'a, MeteredJson> for Metered<'a> {
    type Object = Members<'a>;
    type Array = Items<'a>;
    type Number = &'a Number;

    fn as_object(&self) -> Option<Members<'a>> {
        self.meter.step(1);
        self.value.as_object().map(|members| Members { members, meter: self.meter })
    }

    fn as_array(&self) -> Option<Items<'a>> {
        self.meter.step(1);
        self.value.as_array().map(|items| Items { items, meter: self.meter })
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.meter.step(1);
        self.value.as_str().map(Cow::Borrowed)
    }

    fn as_number(&self) -> Option<&'a Number> {
        self.meter.step(1);
        self.value.as_number()
    }

    fn as_boolean(&self) -> Option<bool> {
        self.meter.step(1);
        self.value.as_bool()
    }

    fn is_null(&self) -> bool {
        self.meter.step(1);
        self.value.is_null()
    }

    fn json_type(&self) -> JsonType {
        self.meter.step(1);
        self.value.json_type()
    }

    fn string_length(&self) -> Option<u64> {
        self.meter.step(1);
        self.value.string_length()
    }

    fn string_length_within(&self, min: u64, max: u64) -> Option<bool> {
        self.meter.step(1);
        self.value.string_length_within(min, max)
    }

    fn equals_value(&self, expected: &Value) -> bool {
        self.meter.step(1);
        self.value.equals_value(expected)
    }

    /// For errors, which may keep a copy.
    fn to_value(&self) -> Cow<'a, Value> {
        self.meter.step(1);
        charge(self.value, self.meter);
        Cow::Borrowed(self.value)
    }

    fn identity(&self) -> Option<NodeIdentity> {
        self.meter.step(1);
        self.value.identity()
    }
}

/// Takes the steps of a copy.
fn charge(value: &Value, meter: &Meter) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| charge(item, meter)),
        Value::Object(members) => members.values().for_each(|member| charge(member, meter)),
        _ => {}
    }
    let bytes = value.as_str().map_or(0, str::len);
    meter.step(u64::try_from(bytes / 64).unwrap_or(u64::MAX).saturating_add(1));
}

pub(super) struct Members<'a> {
    members: &'a Map<String, Value>,
    meter: &'a Meter,
}

impl<'a> Object<'a, MeteredJson> for Members<'a> {
    type Node = Metered<'a>;
    type MemberName = &'a str;
    type MembersIter = MembersIter<'a>;

    fn len(&self) -> usize {
        self.members.len()
    }

    fn get(&self, key: &String) -> Option<Metered<'a>> {
        self.meter.step(1);
        Object::get(&self.members, key).map(|value| self.meter.node(value))
    }

    fn members(&self) -> MembersIter<'a> {
        MembersIter { members: self.members.iter(), meter: self.meter }
    }

    fn try_for_each_name_node<B>(
        &self,
        buffer: &mut Value,
        mut f: impl FnMut(Metered<'_>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        self.members.keys().try_for_each(|name| {
            *buffer = Value::from(name.as_str());
            f(self.meter.node(buffer))
        })
    }
}

pub(super) struct MembersIter<'a> {
    members: serde_json::map::Iter<'a>,
    meter: &'a Meter,
}

impl<'a> Iterator for MembersIter<'a> {
    type Item = (&'a str, Metered<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.meter.step(1);
        self.members.next().map(|(name, value)| (name.as_str(), self.meter.node(value)))
    }
}

pub(super) struct Items<'a> {
    items: &'a [Value],
    meter: &'a Meter,
}

impl<'a> Array<'a, MeteredJson> for Items<'a> {
    type Node = Metered<'a>;
    type ElementsIter = ItemsIter<'a>;

    fn len(&self) -> usize {
        self.items.len()
    }

    fn elements(&self) -> ItemsIter<'a> {
        ItemsIter { items: self.items.iter(), meter: self.meter }
    }

    fn is_unique(&self) -> bool {
        self.meter.step(1);
        Array::is_unique(&self.items)
    }
}

pub(super) struct ItemsIter<'a> {
    items: std::slice::Iter<'a, Value>,
    meter: &'a Meter,
}

impl<'a> Iterator for ItemsIter<'a> {
    type Item = Metered<'a>;

    fn next(&mut self) -> Option<Metered<'a>> {
        self.meter.step(1);
        self.items.next().map(|value| self.meter.node(value))
    }
}
