//! Reads a JSON document once before it is taken: no key twice, no U+0000 anywhere.

use std::collections::HashSet;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// What is wrong with a document.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not JSON, or says a key twice.
    Syntax(String),
    /// A text holds U+0000; the JSON pointer says where.
    Nul(String),
}

/// Checks `bytes`.
///
/// # Errors
/// The first fault.
pub fn check(bytes: &[u8]) -> Result<(), Fault> {
    let mut nul = None;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let walk = Walk {
        place: String::new(),
        nul: &mut nul,
    };
    let outcome = walk.deserialize(&mut reader).and_then(|()| reader.end());
    outcome.map_err(|error| Fault::Syntax(error.to_string()))?;
    nul.map_or(Ok(()), |place| Err(Fault::Nul(place)))
}

struct Walk<'a> {
    place: String,
    nul: &'a mut Option<String>,
}

impl Walk<'_> {
    fn note(&mut self, text: &str) {
        if self.nul.is_none() && text.contains('\0') {
            *self.nul = Some(self.place.clone());
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(mut self, text: &str) -> Result<(), E> {
        self.note(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        for index in 0.. {
            let inner = Walk {
                place: format!("{}/{index}", self.place),
                nul: &mut *self.nul,
            };
            if items.next_element_seed(inner)?.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = entries.next_key::<String>()? {
            self.note(&key);
            let step = key.replace('~', "~0").replace('/', "~1");
            let inner = Walk {
                place: format!("{}/{step}", self.place),
                nul: &mut *self.nul,
            };
            if seen.contains(&key) {
                return Err(de::Error::custom(format_args!(
                    "the key {key:?} is there twice"
                )));
            }
            seen.insert(key);
            entries.next_value_seed(inner)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_documents_pass() {
        for text in [
            "null",
            "[1, 2.5, -3, true, \"a\"]",
            "{\"a\": {\"b\": []}, \"b\": 1}",
        ] {
            assert_eq!(check(text.as_bytes()), Ok(()));
        }
    }

    #[test]
    fn faults_are_found_and_placed() {
        assert!(matches!(
            check(b"{\"a\": 1, \"a\": 2}"),
            Err(Fault::Syntax(_))
        ));
        assert!(matches!(
            check(b"{\"a\": {\"b\": 1, \"b\": 2}}"),
            Err(Fault::Syntax(_))
        ));
        assert!(matches!(check(b"[1"), Err(Fault::Syntax(_))));
        assert!(matches!(check(b"[NaN]"), Err(Fault::Syntax(_))));
        assert!(matches!(check(b"1 2"), Err(Fault::Syntax(_))));
        assert!(matches!(check(b"\"\xff\""), Err(Fault::Syntax(_))));
        let nul = check(b"{\"a\": [\"x\", \"y\\u0000\"]}");
        assert_eq!(nul, Err(Fault::Nul("/a/1".to_owned())));
    }
}
