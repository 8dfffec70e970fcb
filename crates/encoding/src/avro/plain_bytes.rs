//! A schema that is nothing but `bytes`: Confluent's serializers write the bytes as they are, with no length before them.

use super::binary;

/// Lets `write` write Avro's bytes at the end of `out`, and takes their length away.
pub(super) fn without_length<E>(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Result<(), E> {
    let start = out.len();
    write(out)?;
    let mut rest = &out[start..];
    binary::read_long(&mut rest);
    let length = rest.len();
    out.drain(start..out.len() - length);
    Ok(())
}

/// Lets `read` read all of `payload` as Avro's bytes, and takes it off.
pub(super) fn with_length<T, E>(payload: &mut &[u8], read: impl FnOnce(&mut &[u8]) -> Result<T, E>) -> Result<T, E> {
    let mut bytes = Vec::with_capacity(payload.len() + 10);
    binary::write_bytes(payload, &mut bytes);
    let value = read(&mut bytes.as_slice())?;
    *payload = &[];
    Ok(value)
}
