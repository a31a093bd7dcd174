//! Lines of bytes, none longer than can be held.
use std::io::{BufRead, Read};

use super::row::Reason;

/// Longest line in bytes; a longer one is refused and skipped without being held.
const MAX_LINE_BYTES: u64 = 64 << 20;

/// Reads lines, the first without a byte order mark.
pub struct Lines<R> {
    reader: R,
    /// Number of the line read last, from 1.
    pub number: u64,
}

impl<R: BufRead> Lines<R> {
    pub fn new(reader: R) -> Self {
        Self { reader, number: 0 }
    }

    /// The next line, or why it is refused; none at the end.
    pub fn next(&mut self) -> std::io::Result<Option<Result<Vec<u8>, Reason>>> {
        let mut bytes = Vec::new();
        let read = self
            .reader
            .by_ref()
            .take(MAX_LINE_BYTES + 1)
            .read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        if bytes.len() as u64 > MAX_LINE_BYTES && bytes.last() != Some(&b'\n') {
            self.reader.skip_until(b'\n')?;
            return Ok(Some(Err((
                "line_too_long",
                format!("the line is longer than {MAX_LINE_BYTES} bytes"),
            ))));
        }
        if self.number == 1 && bytes.starts_with(b"\xEF\xBB\xBF") {
            bytes.drain(..3);
        }
        Ok(Some(Ok(bytes)))
    }
}
