//! The byte alphabet of stored rows: shortest varints, length-prefixed text, tagged values.
//!
//! There is one spelling for each value, and the decoder refuses every other: equal content has
//! equal bytes on every machine.

use serde_json::{Map, Number, Value};

/// What a decoder found wrong.
pub(crate) type Decoded<T> = std::result::Result<T, &'static str>;

/// How deep arrays and objects may nest.
const MAX_DEPTH: usize = 64;

pub(crate) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Writes a JSON value. Objects are sorted by name.
pub(crate) fn put_value(out: &mut Vec<u8>, value: &Value) -> Decoded<()> {
    match value {
        Value::Null => out.push(0),
        Value::Bool(false) => out.push(1),
        Value::Bool(true) => out.push(2),
        Value::Number(number) => put_number(out, number)?,
        Value::String(text) => {
            out.push(6);
            put_bytes(out, text.as_bytes());
        }
        Value::Array(items) => {
            out.push(7);
            put_varint(out, items.len() as u64);
            for item in items {
                put_value(out, item)?;
            }
        }
        Value::Object(members) => {
            out.push(8);
            put_varint(out, members.len() as u64);
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| name.as_bytes());
            for (name, member) in sorted {
                put_bytes(out, name.as_bytes());
                put_value(out, member)?;
            }
        }
    }
    Ok(())
}

fn put_number(out: &mut Vec<u8>, number: &Number) -> Decoded<()> {
    if let Some(natural) = number.as_u64() {
        out.push(3);
        put_varint(out, natural);
    } else if let Some(negative) = number.as_i64() {
        out.push(4);
        put_varint(out, negative.unsigned_abs());
    } else {
        let float = number.as_f64().filter(|float| float.is_finite());
        out.push(5);
        put_f64(out, float.ok_or("a number is out of range")?);
    }
    Ok(())
}

/// Writes a finite number; the two zeros are one.
pub(crate) fn put_f64(out: &mut Vec<u8>, float: f64) {
    let float = if float == 0.0 { 0.0 } else { float };
    out.extend_from_slice(&float.to_bits().to_le_bytes());
}

/// Reads what the `put_*` functions wrote; never panics, never allocates more than the input holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn take(&mut self, length: usize) -> Decoded<&'a [u8]> {
        let (head, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or("it ends too early")?;
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Decoded<[u8; N]> {
        let (head, rest) = self.rest.split_first_chunk().ok_or("it ends too early")?;
        self.rest = rest;
        Ok(*head)
    }

    pub(crate) fn byte(&mut self) -> Decoded<u8> {
        let [byte] = self.array()?;
        Ok(byte)
    }

    pub(crate) fn varint(&mut self) -> Decoded<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err("a number is too long");
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                if byte == 0 && shift > 0 {
                    return Err("a number is not in its shortest form");
                }
                return Ok(value);
            }
        }
        Err("a number is too long")
    }

    pub(crate) fn length(&mut self) -> Decoded<usize> {
        let length = usize::try_from(self.varint()?).map_err(|_| "a length is too long")?;
        // Every counted thing takes at least a byte, so a length beyond the rest is a lie.
        if length > self.rest.len() {
            Err("a length goes beyond the end")
        } else {
            Ok(length)
        }
    }

    pub(crate) fn bytes(&mut self) -> Decoded<&'a [u8]> {
        let length = self.length()?;
        self.take(length)
    }

    pub(crate) fn text(&mut self) -> Decoded<&'a str> {
        std::str::from_utf8(self.bytes()?).map_err(|_| "a text is not UTF-8")
    }

    pub(crate) fn f64(&mut self) -> Decoded<f64> {
        let float = f64::from_bits(u64::from_le_bytes(self.array()?));
        if !float.is_finite() || (float == 0.0 && float.is_sign_negative()) {
            return Err("a number is not finite, or a negative zero");
        }
        Ok(float)
    }

    pub(crate) fn value(&mut self) -> Decoded<Value> {
        self.value_at(0)
    }

    fn value_at(&mut self, depth: usize) -> Decoded<Value> {
        if depth > MAX_DEPTH {
            return Err("a value nests too deep");
        }
        Ok(match self.byte()? {
            0 => Value::Null,
            1 => Value::Bool(false),
            2 => Value::Bool(true),
            3 => Value::Number(self.varint()?.into()),
            4 => {
                let magnitude = self.varint()?;
                let negative = 0_i64
                    .checked_sub_unsigned(magnitude)
                    .filter(|negative| *negative < 0);
                Value::Number(negative.ok_or("a negative number is out of range")?.into())
            }
            5 => Value::Number(Number::from_f64(self.f64()?).ok_or("a number is not finite")?),
            6 => Value::String(self.text()?.to_owned()),
            7 => {
                let count = self.length()?;
                let mut items = Vec::with_capacity(count);
                for _ in 0..count {
                    items.push(self.value_at(depth + 1)?);
                }
                Value::Array(items)
            }
            8 => self.object_at(depth)?,
            _ => return Err("a value has an unknown tag"),
        })
    }

    fn object_at(&mut self, depth: usize) -> Decoded<Value> {
        let count = self.length()?;
        let mut members = Map::new();
        let mut previous: Option<&str> = None;
        for _ in 0..count {
            let name = self.text()?;
            if previous.is_some_and(|previous| previous.as_bytes() >= name.as_bytes()) {
                return Err("names of an object are not in order");
            }
            previous = Some(name);
            members.insert(name.to_owned(), self.value_at(depth + 1)?);
        }
        Ok(Value::Object(members))
    }

    /// Bytes not yet read.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn end(&self) -> Decoded<()> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err("bytes follow its end")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn encode(value: &Value) -> Vec<u8> {
        let mut out = Vec::new();
        put_value(&mut out, value).unwrap();
        out
    }

    #[test]
    fn values_come_back_and_objects_have_one_spelling() {
        let value = json!({"b": [1, -2, 0.5, null, true, "x"], "a": {"z": false}, "big": u64::MAX});
        let bytes = encode(&value);
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.value().unwrap(), value);
        reader.end().unwrap();
        assert_eq!(encode(&json!(-0.0)), encode(&json!(0.0)));
    }

    #[test]
    fn other_spellings_and_every_truncation_are_refused() {
        assert!(Reader::new(&[0x80, 0]).varint().is_err());
        assert!(Reader::new(&[0xff; 11]).varint().is_err());
        assert!(
            Reader::new(&[8, 2, 1, b'b', 0, 1, b'a', 0])
                .value()
                .is_err()
        );
        let bytes = encode(&json!({"a": [1, 2.5, "three"]}));
        for length in 0..bytes.len() {
            assert!(Reader::new(&bytes[..length]).value().is_err(), "{length}");
        }
    }
}
