use serde_json::{Map, Value};

use super::super::scalar::Scalar;
use super::super::schema::{MessageId, Special};
use super::super::source::Source;
use super::super::wire::Raw;
use super::super::{base64, decimal, text_forms};
use super::Reader;
use crate::json::ReadError;

impl Reader<'_> {
    /// Reads a message that JSON writes in a form of its own. What the form cannot say stays an object of the message's
    /// own fields.
    pub(super) fn special(
        &self,
        special: Special,
        id: MessageId,
        source: Source<'_, '_>,
        depth: usize,
    ) -> Result<Value, ReadError> {
        if special == Special::Any {
            return self.any(id, source, depth);
        }
        let mut fields = self.fields(id, source, depth)?;
        let form = match special {
            Special::Timestamp => moment(&fields).and_then(|(s, n)| text_forms::timestamp(s, n)).map(Value::from),
            Special::Duration => moment(&fields).and_then(|(s, n)| text_forms::duration(s, n)).map(Value::from),
            Special::Wrapper => fields.shift_remove("value"),
            Special::Struct => fields.shift_remove("fields"),
            Special::ListValue => fields.shift_remove("values"),
            // A value that says nothing is null.
            Special::Value => return Ok(fields.into_iter().next().map_or(Value::Null, |(_, value)| value)),
            Special::FieldMask => field_mask(&fields).map(Value::from),
            Special::Decimal => decimal(&fields),
            Special::Any => None,
        };
        Ok(form.unwrap_or(Value::Object(fields)))
    }

    fn any(&self, id: MessageId, source: Source<'_, '_>, depth: usize) -> Result<Value, ReadError> {
        let message = self.payload.schema.message(id);
        let found = self.payload.gather(message, source, depth)?;
        let last = |position| found.iter().rfind(|found| found.position == position).map(|found| found.raw);
        let mut url = "";
        if let (Some(field), raw @ Some(_)) = (message.fields.first(), last(0))
            && let Scalar::Text(text) =
                self.payload.scalar(field.element.kind, raw).map_err(|error| error.inside(&field.name))?
        {
            url = text;
        }
        let content = match last(1) {
            Some(Raw::Bytes(bytes)) => bytes,
            _ => &[],
        };
        let Some(inner) = url.rsplit_once('/').and_then(|(_, name)| self.payload.schema.find(name)) else {
            let fields = message.fields.iter().map(|field| field.name.to_string());
            let values = [Value::from(url), Value::from(base64::encode(content))];
            return Ok(Value::Object(fields.zip(values).collect()));
        };
        let mut members = Map::new();
        members.insert("@type".to_owned(), Value::from(url));
        let source = Source::One(Raw::Bytes(content));
        match self.payload.schema.message(inner).special {
            Some(special) => {
                let value = self.special(special, inner, source, depth + 1).map_err(|error| error.inside("value"))?;
                members.insert("value".to_owned(), value);
            }
            None => members.extend(self.fields(inner, source, depth + 1)?),
        }
        Ok(Value::Object(members))
    }
}

fn moment(fields: &Map<String, Value>) -> Option<(i64, i64)> {
    Some((fields.get("seconds")?.as_i64()?, fields.get("nanos")?.as_i64()?))
}

fn field_mask(fields: &Map<String, Value>) -> Option<String> {
    let paths = fields.get("paths")?.as_array()?;
    let names: Option<Vec<String>> = paths.iter().map(|path| text_forms::path_to_json(path.as_str()?)).collect();
    names.filter(|names| !names.iter().any(String::is_empty)).map(|names| names.join(","))
}

fn decimal(fields: &Map<String, Value>) -> Option<Value> {
    let value = base64::decode(fields.get("value")?.as_str()?)?;
    Some(decimal::to_json(&value, fields.get("scale")?.as_i64()?))
}
