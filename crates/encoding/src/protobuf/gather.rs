use super::schema::{Field, Form, Framing, Kind, Message, Presence};
use super::wire::{Raw, take_field};

/// A value on the wire, and the place of its field in the message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    pub(super) position: usize,
    pub(super) raw: Raw<'a>,
}

/// Bytes that are no message, and what is left of them.
pub(super) struct Damage<'a> {
    pub(super) problem: String,
    pub(super) rest: &'a [u8],
}

/// The values of a message's known fields, in the order of the fields; those of one field in the order of the wire.
///
/// The contents may be more than one, since a message that is written twice is merged. Of a oneof only the field that
/// was written last is left.
pub(super) fn gather<'a>(
    message: &Message,
    contents: impl Iterator<Item = &'a [u8]>,
) -> Result<Vec<Found<'a>>, Damage<'a>> {
    let mut found: Vec<Found<'a>> = Vec::new();
    let mut sorted = true;
    let mut last = 0;
    for content in contents {
        let mut rest = content;
        // Two bytes a field are the fewest, so that nothing is kept by what the bytes claim.
        found.reserve(message.fields.len().min(content.len() / 2));
        while !rest.is_empty() {
            let before = rest;
            let damage = |problem| Damage { problem, rest: before };
            let (number, raw) = take_field(&mut rest).map_err(|problem| damage(problem.to_owned()))?;
            // The next field is the likely one, or the same again.
            let likely = match message.fields.get(last) {
                Some(field) if field.number == number => last,
                _ => last + 1,
            };
            let Some(position) = message.position_of_number(number, likely) else { continue };
            let field = &message.fields[position];
            if !fits(field, &raw) {
                return Err(damage(format!("field `{}` is written as {}", field.name, raw.wire_name())));
            }
            sorted &= position >= last;
            last = position;
            found.push(Found { position, raw });
        }
    }
    if !message.oneofs.is_empty() {
        keep_last_of_oneofs(message, &mut found);
    }
    if !sorted {
        found.sort_by_key(|found| found.position);
    }
    Ok(found)
}

/// Whether a value can be one of the field. Numbers may lie alone or in one block, whatever the schema says.
#[inline]
fn fits(field: &Field, raw: &Raw<'_>) -> bool {
    let kind = field.element.kind;
    match raw {
        Raw::Varint(_) => matches!(
            kind,
            Kind::Int32
                | Kind::Int64
                | Kind::Uint32
                | Kind::Uint64
                | Kind::Sint32
                | Kind::Sint64
                | Kind::Bool
                | Kind::Enum(_)
        ),
        Raw::Four(_) => matches!(kind, Kind::Float | Kind::Fixed32 | Kind::Sfixed32),
        Raw::Eight(_) => matches!(kind, Kind::Double | Kind::Fixed64 | Kind::Sfixed64),
        Raw::Bytes(_) => match kind {
            Kind::Message(_) => !matches!(field.element.framing, Framing::Group(_)),
            Kind::String | Kind::Bytes => true,
            _ => !matches!(field.form, Form::Single),
        },
        Raw::Group(_) => matches!(field.element.framing, Framing::Group(_)),
    }
}

/// How far back the field that a oneof holds was written.
#[derive(Clone, Copy, PartialEq)]
enum Holds {
    Unknown,
    Field(usize),
    /// The field of this place, and another one before it: what comes before that is gone.
    Ended,
}

fn keep_last_of_oneofs(message: &Message, found: &mut Vec<Found<'_>>) {
    let mut holds = vec![Holds::Unknown; message.oneofs.len()];
    let mut kept = vec![true; found.len()];
    for (found, kept) in found.iter().zip(&mut kept).rev() {
        let Presence::OneOf(oneof) = message.fields[found.position].presence else { continue };
        holds[oneof] = match holds[oneof] {
            Holds::Unknown => Holds::Field(found.position),
            Holds::Field(position) if position == found.position => continue,
            Holds::Field(_) | Holds::Ended => {
                *kept = false;
                Holds::Ended
            }
        };
    }
    let mut kept = kept.into_iter();
    found.retain(|_| kept.next().unwrap_or(true));
}
