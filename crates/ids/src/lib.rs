//! Names of things: content hashes, and the one place where bytes are hashed.
#![forbid(unsafe_code)]

use std::fmt;
use std::str::FromStr;

use blake3::hazmat::HasherExt;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A BLAKE3-256 hash. Written as 64 lowercase hexadecimal digits, everywhere.
///
/// The hash of a blob is the plain BLAKE3 of its bytes, so that `b3sum FILE` checks any sample.
/// Everything else that is hashed uses a derived context ([`Hash::derive`]), so that two kinds
/// of thing can never be taken for one another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash([u8; 32]);

impl Hash {
    /// Length of the binary form, in bytes.
    pub const LEN: usize = 32;

    /// The plain BLAKE3 of `bytes`: the identity of a blob.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The BLAKE3 of `bytes` under a context string that names the kind of thing hashed.
    #[must_use]
    pub fn derive(context: &str, bytes: &[u8]) -> Self {
        Self(blake3::derive_key(context, bytes))
    }

    /// A hash from its binary form.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The binary form.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first 12 hexadecimal digits: what people read and type.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string()[..12].to_owned()
    }
}

/// Hash tables see the first 64 bits only: they are spread evenly already, and tables of millions are asked often.
impl std::hash::Hash for Hash {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        state.write_u64(u64::from_le_bytes([a, b, c, d, e, f, g, h]));
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(blake3::Hash::from_bytes(self.0).to_hex().as_str())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// What was given as a hash is not 64 lowercase hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a hash is 64 lowercase hexadecimal digits, this is not: {0:?}")]
pub struct ParseHashError(String);

impl FromStr for Hash {
    type Err = ParseHashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || ParseHashError(text.chars().take(80).collect());
        // One spelling per hash: blake3's parser would take capitals too.
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(refuse());
        }
        blake3::Hash::from_hex(text)
            .map(|hash| Self(*hash.as_bytes()))
            .map_err(|_| refuse())
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for Hash {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^[0-9a-f]{64}$"))
            .description(Some("BLAKE3-256, 64 lowercase hexadecimal digits"))
            .into()
    }
}

impl utoipa::ToSchema for Hash {
    fn name() -> std::borrow::Cow<'static, str> {
        "Hash".into()
    }
}

/// Hashes bytes that come in pieces.
#[derive(Debug, Clone, Default)]
pub struct Hasher(blake3::Hasher);

impl Hasher {
    /// A hasher for a blob: [`Hash::of`] in pieces.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A hasher under a context: [`Hash::derive`] in pieces.
    #[must_use]
    pub fn derive(context: &str) -> Self {
        Self(blake3::Hasher::new_derive_key(context))
    }

    /// Takes the next piece.
    pub fn update(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update(bytes);
        self
    }

    /// The hash of all pieces so far.
    #[must_use]
    pub fn finish(&self) -> Hash {
        Hash(*self.0.finalize().as_bytes())
    }
}

/// A context string made ready once, for hashing many short things under it.
#[derive(Debug, Clone, Copy)]
pub struct Context(blake3::hazmat::ContextKey);

impl Context {
    /// Makes a context string ready.
    #[must_use]
    pub fn new(context: &str) -> Self {
        Self(blake3::hazmat::hash_derive_key_context(context))
    }

    /// [`Hash::derive`] under this context.
    #[must_use]
    pub fn hash(&self, bytes: &[u8]) -> Hash {
        let mut hasher = blake3::Hasher::new_from_context_key(&self.0);
        Hash(*hasher.update(bytes).finalize().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_agrees_with_b3sum() {
        // `printf '' | b3sum`
        let empty = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
        assert_eq!(Hash::of(b"").to_string(), empty);
        assert_eq!(empty.parse::<Hash>().unwrap(), Hash::of(b""));
    }

    #[test]
    fn pieces_make_the_same_hash() {
        assert_eq!(
            Hasher::new().update(b"ab").update(b"c").finish(),
            Hash::of(b"abc")
        );
        assert_eq!(
            Hasher::derive("k").update(b"a").finish(),
            Hash::derive("k", b"a")
        );
        assert_ne!(Hash::derive("k", b"a"), Hash::derive("l", b"a"));
        assert_eq!(Context::new("k").hash(b"a"), Hash::derive("k", b"a"));
    }

    #[test]
    fn only_one_spelling_is_taken() {
        let hash = Hash::of(b"x").to_string();
        assert!(hash.to_uppercase().parse::<Hash>().is_err());
        assert!(hash[1..].parse::<Hash>().is_err());
        assert!(serde_json::from_str::<Hash>("\"zz\"").is_err());
    }
}
