//! Texts of a file: the readers are plain iterators, so they run on a thread of their own and
//! get their bytes through a channel.
use std::io::{self, BufReader, Read};

use bytes::{Buf, Bytes};
use dataset::{BlobField, Field, Sample};
use futures::StreamExt;
use interchange::{CsvRows, ImportRow, JsonLines, Refusal};
use serde_json::Value;
use tokio::sync::mpsc;
use version_store::{PreparedBlob, prepare_blob};

use crate::record::Labels;
use crate::{ByteStream, Format};

/// A row or why it is refused.
pub type Read1 = std::result::Result<ImportRow, Refusal>;

/// Reads the rows of one file; `on_bytes` is told how many bytes were taken.
pub fn rows(mut pieces: ByteStream, path: &str, format: Format) -> mpsc::Receiver<Taken> {
    const PIECES: usize = 8;
    const ROWS: usize = 1024;
    let (send_piece, receive_piece) = mpsc::channel::<io::Result<Bytes>>(PIECES);
    let (send_row, receive_row) = mpsc::channel(ROWS);
    let send_bytes = send_row.clone();
    tokio::spawn(async move {
        while let Some(piece) = pieces.next().await {
            let length = piece.as_ref().map_or(0, Bytes::len) as u64;
            if send_piece.send(piece).await.is_err()
                || send_bytes.send(Taken::Bytes(length)).await.is_err()
            {
                break;
            }
        }
    });
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || {
        let reader = BufReader::new(Pieces {
            receive: receive_piece,
            current: Bytes::new(),
        });
        let send = |row| send_row.blocking_send(Taken::Row(Box::new(row))).is_ok();
        match format {
            Format::Csv => CsvRows::new(reader, &path).all(send),
            _ => JsonLines::new(reader, &path).all(send),
        }
    });
    receive_row
}

/// What comes from a file that is being read.
pub enum Taken {
    /// So many bytes were read.
    Bytes(u64),
    /// A row, or why it is refused.
    Row(Box<Read1>),
}

/// The sample of a row, with its text as a blob where it is long.
pub fn sample(row: ImportRow) -> (Sample, Labels, Option<PreparedBlob>) {
    let (field, blob) = if row.text.len() <= Field::MAX_INLINE_BYTES {
        (Field::Inline(Value::String(row.text)), None)
    } else {
        let blob = prepare_blob(Bytes::from(row.text), "text/plain");
        let field = BlobField {
            hash: blob.hash(),
            media_type: "text/plain".to_owned(),
            bytes: blob.bytes(),
            width: None,
            height: None,
        };
        (Field::Blob(field), Some(blob))
    };
    let sample = Sample {
        key: row.key,
        fields: [("text".to_owned(), field)].into(),
        metadata: row.metadata,
        split: row.split,
    };
    (sample, row.label.map_or(Labels::None, Labels::Class), blob)
}

/// Pieces from a channel as one readable stream.
struct Pieces {
    receive: mpsc::Receiver<io::Result<Bytes>>,
    current: Bytes,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.receive.blocking_recv() {
                Some(piece) => self.current = piece?,
                None => return Ok(0),
            }
        }
        let length = buffer.len().min(self.current.len());
        self.current.copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}
