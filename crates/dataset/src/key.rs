//! Sample keys.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// The stable name of a sample in its dataset: 1 to 1,024 bytes of UTF-8 without control characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(transparent)]
pub struct SampleKey(String);

/// Why a text can't be a sample key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No characters at all.
    #[error("a sample key can't be empty")]
    Empty,
    /// More than [`SampleKey::MAX_BYTES`].
    #[error("a sample key has at most 1024 bytes, this one has {0}")]
    TooLong(usize),
    /// A control character, U+0000 among them.
    #[error("a sample key can't hold control characters; this one has U+{0:04X}")]
    Control(u32),
}

impl SampleKey {
    /// The longest key, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 1024;

    /// Checks and takes a key.
    ///
    /// # Errors
    /// [`KeyError`] when the text is empty, too long, or holds a control character.
    pub fn new(text: impl Into<String>) -> Result<Self, KeyError> {
        let text = text.into();
        if text.is_empty() {
            return Err(KeyError::Empty);
        }
        if text.len() > Self::MAX_BYTES {
            return Err(KeyError::TooLong(text.len()));
        }
        // Nearly all keys are plain, and many are read: those need not be looked at as text.
        if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Ok(Self(text));
        }
        match text.chars().find(|c| c.is_control()) {
            Some(control) => Err(KeyError::Control(control.into())),
            None => Ok(Self(text)),
        }
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SampleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for SampleKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SampleKey {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        Self::new(text)
    }
}

impl<'de> Deserialize<'de> for SampleKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
