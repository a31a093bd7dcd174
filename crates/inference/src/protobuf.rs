//! Just enough protobuf: a message is a run of numbered fields.
use crate::{Error, Result};

/// The value of a field.
pub enum Value<'a> {
    /// A variable-length number.
    Number(u64),
    /// A text, bytes, or a message.
    Bytes(&'a [u8]),
    /// A number of fixed length.
    Fixed,
}

/// Takes the next field off `bytes`.
pub fn field<'a>(bytes: &mut &'a [u8]) -> Result<(u64, Value<'a>)> {
    let tag = varint(bytes)?;
    let value = match tag & 7 {
        0 => Value::Number(varint(bytes)?),
        1 => split(bytes, 8).map(|_| Value::Fixed)?,
        2 => {
            let length = varint(bytes)?;
            Value::Bytes(split(bytes, usize::try_from(length).unwrap_or(usize::MAX))?)
        }
        5 => split(bytes, 4).map(|_| Value::Fixed)?,
        other => return Err(Error::NotOnnx(format!("wire type {other} is none"))),
    };
    match tag >> 3 {
        0 => Err(Error::NotOnnx("field number 0".to_owned())),
        number => Ok((number, value)),
    }
}

fn varint(bytes: &mut &[u8]) -> Result<u64> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = split(bytes, 1)?[0];
        number |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(Error::NotOnnx("a number of more than 64 bits".to_owned()))
}

fn split<'a>(bytes: &mut &'a [u8], length: usize) -> Result<&'a [u8]> {
    let (head, tail) = bytes
        .split_at_checked(length)
        .ok_or_else(|| Error::NotOnnx("it ends in the middle of a field".to_owned()))?;
    *bytes = tail;
    Ok(head)
}

/// A name in the file.
pub fn utf8(bytes: &[u8]) -> Result<&str> {
    match std::str::from_utf8(bytes) {
        Ok(name) if !name.chars().any(char::is_control) => Ok(name),
        Ok(_) => Err(Error::NotOnnx("a name with a control character".to_owned())),
        Err(_) => Err(Error::NotOnnx("a name that is not UTF-8".to_owned())),
    }
}
