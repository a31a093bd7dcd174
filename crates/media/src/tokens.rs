//! Token counts and offsets with a Hugging Face `tokenizer.json`.
use std::path::Path;

use serde::Serialize;

use crate::{Error, Result};

/// One token of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Token {
    /// Number in the vocabulary.
    pub id: u32,
    /// The token as the vocabulary spells it.
    pub text: String,
    /// First Unicode code point of the source text that the token covers, from 0.
    pub start: usize,
    /// The code point after the last one.
    pub end: usize,
}

/// A tokenizer read from a file.
#[derive(Debug, Clone)]
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
}

impl Tokenizer {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    /// [`Error::TokenizerInvalid`] where the file is missing or no tokenizer.
    pub fn from_file(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path)
            .map_err(|error| Error::TokenizerInvalid(format!("{}: {error}", path.display())))?;
        Self::from_bytes(&bytes)
    }

    /// Reads the bytes of a `tokenizer.json`.
    ///
    /// # Errors
    /// [`Error::TokenizerInvalid`] where they are no tokenizer.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut inner = tokenizers::Tokenizer::from_bytes(bytes)
            .map_err(|error| Error::TokenizerInvalid(error.to_string()))?;
        // A file made for training cuts and pads; a count must not.
        inner
            .with_truncation(None)
            .map_err(|error| Error::TokenizerInvalid(error.to_string()))?;
        inner.with_padding(None);
        Ok(Self { inner })
    }

    /// The number of tokens in `text`, without the special tokens a model adds.
    ///
    /// # Errors
    /// [`Error::Tokenise`] where the tokenizer refuses the text.
    pub fn count(&self, text: &str) -> Result<usize> {
        self.inner
            .encode_fast(text, false)
            .map(|encoding| encoding.len())
            .map_err(|error| Error::Tokenise(error.to_string()))
    }

    /// The tokens of `text` with offsets in Unicode code points, without special tokens.
    ///
    /// # Errors
    /// [`Error::Tokenise`] where the tokenizer refuses the text.
    pub fn encode(&self, text: &str) -> Result<Vec<Token>> {
        let encoding = self
            .inner
            .encode_char_offsets(text, false)
            .map_err(|error| Error::Tokenise(error.to_string()))?;
        Ok(encoding
            .get_ids()
            .iter()
            .zip(encoding.get_tokens())
            .zip(encoding.get_offsets())
            .map(|((id, text), (start, end))| Token {
                id: *id,
                text: text.clone(),
                start: *start,
                end: *end,
            })
            .collect())
    }
}
