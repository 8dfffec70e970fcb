use apache_avro::schema::{Schema, UnionSchema};
use serde_json::{Number, Value};

use super::super::binary;
use super::super::describe::{describe, describe_union, name_of};
use super::Writer;
use super::scalar;
use crate::json::{JsonMismatch, JsonProblem, Segment};

/// One branch of a union.
#[derive(Clone, Copy)]
struct Branch<'a> {
    index: usize,
    schema: &'a Schema,
}

impl<'a> Writer<'a> {
    pub(super) fn union(&mut self, union: &'a UnionSchema, value: &'a Value) -> Result<(), JsonMismatch> {
        let branches: Vec<Branch<'a>> = union
            .variants()
            .iter()
            .enumerate()
            .map(|(index, schema)| Branch { index, schema: self.resolve(schema) })
            .collect();
        let start = self.out.len();
        let by_name = if self.defaults { None } else { named_branch(&branches, value) };
        let Some((branch, name, inner)) = by_name else {
            return self.by_type(union, &branches, value);
        };
        let named = self.branch(branch, |writer, schema| writer.inside(Segment::Name(name), schema, inner));
        named.or_else(|mismatch| {
            self.out.truncate(start);
            self.by_type(union, &branches, value).map_err(|_| mismatch)
        })
    }

    /// Plain JSON: the branch is found by the value's type.
    fn by_type(
        &mut self,
        union: &'a UnionSchema,
        branches: &[Branch<'a>],
        value: &'a Value,
    ) -> Result<(), JsonMismatch> {
        // A default is of the first branch that takes it, whatever the others are.
        let rank = |branch: &Branch<'a>| if self.defaults { Some(0) } else { rank(branch.schema, value) };
        let mut candidates: Vec<(u8, Branch<'a>)> =
            branches.iter().filter_map(|branch| Some((rank(branch)?, *branch))).collect();
        candidates.sort_by_key(|(rank, _)| *rank);
        match candidates.as_slice() {
            [] => Err(self.problem(JsonProblem::does_not_fit(value, describe_union(union)))),
            // The one branch of the value's kind says best what is wrong with it.
            [(_, only)] => self.branch(*only, |writer, schema| writer.write(schema, value)),
            _ => self.first_fit(&candidates, value),
        }
    }

    /// Writes the first candidate that takes the value. Two records that both take it are an error, since a guess
    /// between look-alikes would be a silent one.
    fn first_fit(&mut self, candidates: &[(u8, Branch<'a>)], value: &'a Value) -> Result<(), JsonMismatch> {
        let start = self.out.len();
        let mut fitting = None;
        let mut records = Vec::new();
        for (_, branch) in candidates {
            let is_rival = matches!(branch.schema, Schema::Record(_)) && !self.defaults;
            if fitting.is_some() && !is_rival {
                break;
            }
            let written = self.branch(*branch, |writer, schema| writer.write(schema, value));
            let bytes = self.out.split_off(start);
            if written.is_ok() {
                fitting = Some(bytes);
                if is_rival {
                    records.push(name_of(branch.schema));
                }
            }
        }
        match fitting {
            Some(_) if records.len() > 1 => Err(self.problem(JsonProblem::Ambiguous { branches: records })),
            Some(bytes) => {
                self.out.extend_from_slice(&bytes);
                Ok(())
            }
            None => {
                let wanted: Vec<String> = candidates.iter().map(|(_, branch)| describe(branch.schema)).collect();
                Err(self.problem(JsonProblem::does_not_fit(value, wanted.join(", or "))))
            }
        }
    }

    fn branch(
        &mut self,
        branch: Branch<'a>,
        write: impl FnOnce(&mut Self, &'a Schema) -> Result<(), JsonMismatch>,
    ) -> Result<(), JsonMismatch> {
        binary::write_long(i64::try_from(branch.index).unwrap_or(i64::MAX), self.out);
        write(self, branch.schema)
    }
}

/// The branch that `{"name": value}` names: a type's name, a full name, or a simple name that only one branch has.
fn named_branch<'a>(branches: &[Branch<'a>], value: &'a Value) -> Option<(Branch<'a>, &'a str, &'a Value)> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    let (name, inner) = members.iter().next()?;
    let full = branches.iter().find(|branch| name_of(branch.schema) == *name);
    let simple = || {
        let mut same = branches.iter().filter(|branch| branch.schema.name().is_some_and(|own| own.name() == name));
        same.next().filter(|_| same.next().is_none())
    };
    full.or_else(simple).map(|branch| (*branch, name.as_str(), inner))
}

/// How well a branch suits the value's type, the best first; nothing when it cannot.
fn rank(schema: &Schema, value: &Value) -> Option<u8> {
    const EXACT: u8 = 0;
    const BY_NUMBER: u8 = 1;
    const WIDER: u8 = 2;
    const BY_TEXT: u8 = 3;
    const AS_BYTES: u8 = 4;
    match (value, schema) {
        (Value::Object(_), Schema::Record(_)) => Some(EXACT),
        (Value::Object(_), Schema::Map(_) | Schema::Duration(_)) => Some(WIDER),
        (Value::Array(_), Schema::Array(_)) => Some(EXACT),
        (Value::Object(_) | Value::Array(_), _) => None,
        _ if scalar::read(schema, value, false).is_none() => None,
        (Value::Null | Value::Bool(_), _) => Some(EXACT),
        (Value::Number(number), Schema::Int | Schema::Long) if is_whole(number) => Some(EXACT),
        (Value::Number(number), Schema::Double) if !is_whole(number) => Some(EXACT),
        (Value::Number(_), Schema::Double | Schema::Float) => Some(WIDER),
        (Value::Number(_), Schema::Decimal(_) | Schema::BigDecimal) => Some(BY_TEXT),
        (Value::Number(_), _) => Some(BY_NUMBER),
        (Value::String(_), Schema::String | Schema::Enum(_) | Schema::Uuid(_)) => Some(EXACT),
        (Value::String(_), Schema::Bytes | Schema::Fixed(_)) => Some(AS_BYTES),
        (Value::String(_), _) => Some(BY_TEXT),
    }
}

fn is_whole(number: &Number) -> bool {
    number.is_i64() || number.is_u64()
}
