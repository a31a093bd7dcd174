//! Rows of a file: the readers are plain iterators, so they run on a thread of their own and
//! get their bytes through a channel.
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::path::PathBuf;

use bytes::{Buf, Bytes};
use dataset::{BlobField, Field, Sample};
use futures::StreamExt;
use interchange::{CheckoutLines, CsvRows, ImportRow, JsonLines, Refusal, parquet_rows};
use media::Limits;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use version_store::{PreparedBlob, prepare_blob};

use crate::checkout_files::{Ask, CheckoutFiles};
use crate::record::Labels;
use crate::{ByteStream, Format};

/// Rows that may wait to be written.
const ROWS: usize = 256;

/// A sample that a row or line says.
pub(crate) struct RowSample {
    /// Where it is, as in `line 3`.
    pub place: String,
    pub sample: Sample,
    pub labels: Labels,
    pub blobs: Vec<PreparedBlob>,
}

/// What comes from a file that is being read.
pub(crate) enum Taken {
    /// So many bytes were read.
    Bytes(u64),
    /// A row, or why it is refused.
    Row(Box<std::result::Result<RowSample, Refusal>>),
    /// A row needs the bytes of this file of the source.
    Wanted(String, oneshot::Sender<io::Result<Bytes>>),
}

/// How a file of rows is read.
pub(crate) struct RowFile {
    pub path: String,
    pub format: Format,
    pub limits: Limits,
    /// The folder that the files lie in which lines name, for a checkout; without one they are asked for.
    pub folder: Option<PathBuf>,
}

/// Reads the rows of one file.
pub(crate) fn rows(mut pieces: ByteStream, file: RowFile) -> mpsc::Receiver<Taken> {
    const PIECES: usize = 8;
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
    tokio::task::spawn_blocking(move || {
        let pieces = Pieces {
            receive: receive_piece,
            current: Bytes::new(),
        };
        let ask = |name: &str| {
            let (send, receive) = oneshot::channel();
            let asked = send_row.blocking_send(Taken::Wanted(name.to_owned(), send));
            asked.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
            receive.blocking_recv().map_err(io::Error::other)?
        };
        file.read(BufReader::new(pieces), &ask, |row| {
            send_row.blocking_send(Taken::Row(Box::new(row))).is_ok()
        });
    });
    receive_row
}

impl RowFile {
    fn read<F>(&self, mut reader: BufReader<Pieces>, ask: &Ask<'_>, mut take: F)
    where
        F: FnMut(std::result::Result<RowSample, Refusal>) -> bool,
    {
        let path = &self.path;
        let mut made = |row: std::result::Result<ImportRow, Refusal>| {
            take(row.and_then(|row| self.sample(row)))
        };
        // Whether all were wanted matters to nobody: who wants no more is gone.
        let _all: bool = match self.format {
            Format::Csv => CsvRows::new(reader, path).all(made),
            Format::Checkout => {
                let files = CheckoutFiles::new(self.folder.as_deref(), ask, &self.limits);
                let mut lines = CheckoutLines::new(reader);
                lines.all(|line| take(line.and_then(|(number, line)| files.sample(number, line))))
            }
            // The file's end says where its parts are: it has to be at hand as a whole.
            Format::Parquet => match spool(&mut reader) {
                Ok(file) => {
                    parquet_rows(&file, path, made);
                    true
                }
                Err(error) => {
                    let refusal = Refusal::file(path, "file_unreadable", error.to_string());
                    made(Err(refusal))
                }
            },
            Format::JsonLines | Format::Folder | Format::Files => {
                JsonLines::new(reader, path).all(made)
            }
        };
    }

    fn place(&self, number: u64) -> String {
        match self.format {
            Format::Parquet => format!("row {number}"),
            _ => format!("line {number}"),
        }
    }

    /// The sample of a row, with its text as a blob where it is long.
    fn sample(&self, row: ImportRow) -> std::result::Result<RowSample, Refusal> {
        let place = self.place(row.line);
        let mut sample = Sample {
            key: row.key,
            fields: Default::default(),
            metadata: row.metadata,
            split: row.split,
        };
        let mut blobs = Vec::with_capacity(row.blobs.len());
        for (name, bytes) in row.blobs {
            let (field, blob) = blob_field(bytes.into(), "application/octet-stream", &self.limits)
                .map_err(|error| Refusal {
                    place: Some(place.clone()),
                    ..Refusal::file(&self.path, error.code(), format!("{name}: {error}"))
                })?;
            blobs.push(blob);
            sample.fields.insert(name, Field::Blob(field));
        }
        if row.text.len() > Field::MAX_INLINE_BYTES {
            let blob = prepare_blob(Bytes::from(row.text), "text/plain");
            let field = BlobField {
                hash: blob.hash(),
                media_type: "text/plain".to_owned(),
                bytes: blob.bytes(),
                width: None,
                height: None,
            };
            blobs.push(blob);
            sample.fields.insert("text".to_owned(), Field::Blob(field));
        } else if !row.text.is_empty() {
            let text = Field::Inline(Value::String(row.text));
            sample.fields.insert("text".to_owned(), text);
        }
        Ok(RowSample {
            place,
            sample,
            labels: match (row.label, row.labels) {
                (Some(class), _) => Labels::Class(class),
                (None, Some(items)) => Labels::Items(items),
                (None, None) => Labels::None,
            },
            blobs,
        })
    }
}

/// The field and the blob of bytes: pictures are told by their bytes and checked, others are of the type given.
pub(crate) fn blob_field(
    bytes: Bytes,
    media_type: &str,
    limits: &Limits,
) -> media::Result<(BlobField, PreparedBlob)> {
    let facts = match media::sniff(&bytes) {
        Some(_) => Some(media::verify(&bytes, limits)?),
        None => None,
    };
    let media_type = facts.map_or(media_type, |facts| facts.format.media_type());
    let blob = prepare_blob(bytes, media_type);
    let field = BlobField {
        hash: blob.hash(),
        media_type: media_type.to_owned(),
        bytes: blob.bytes(),
        width: facts.map(|facts| facts.width),
        height: facts.map(|facts| facts.height),
    };
    Ok((field, blob))
}

/// The bytes of a reader as a file without a name.
fn spool(reader: &mut impl Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(reader, &mut file)?;
    file.flush()?;
    file.rewind()?;
    Ok(file)
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
