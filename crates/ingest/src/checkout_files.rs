//! Samples of a folder that a checkout wrote: lines that name files.
use std::path::{Component, Path, PathBuf};

use dataset::{BlobField, Field, Sample};
use interchange::{CHECKOUT_FILE, CheckoutBlob, CheckoutField, CheckoutLine, Refusal};
use media::Limits;
use version_store::{PreparedBlob, prepare_blob};

use crate::record::Labels;
use crate::texts::{RowSample, blob_field};

/// Gives the bytes of a file of a source that is not on this machine. Blocks.
pub(crate) type Ask<'a> = dyn Fn(&str) -> std::io::Result<bytes::Bytes> + 'a;

/// Reads the files that lines name.
pub(crate) struct CheckoutFiles<'a> {
    folder: Option<PathBuf>,
    ask: &'a Ask<'a>,
    limits: &'a Limits,
}

impl<'a> CheckoutFiles<'a> {
    /// Reads files below `folder`; without one they are asked for.
    pub fn new(folder: Option<&Path>, ask: &'a Ask<'a>, limits: &'a Limits) -> Self {
        Self {
            ask,
            folder: folder.and_then(|folder| folder.canonicalize().ok()),
            limits,
        }
    }

    /// The sample of a line.
    pub fn sample(&self, number: u64, line: CheckoutLine) -> Result<RowSample, Refusal> {
        let mut sample = Sample {
            key: line.key,
            fields: Default::default(),
            metadata: line.metadata,
            split: line.split,
        };
        let mut blobs = Vec::new();
        for (name, field) in line.fields {
            let field = match field {
                CheckoutField::Value { value } => Field::Inline(value),
                CheckoutField::File(named) => {
                    let read = self.blob(&named);
                    let (field, blob) = read.map_err(|(code, message)| {
                        let message = format!("{}: {message}", named.file);
                        Refusal::line(CHECKOUT_FILE, number, &code, message)
                    })?;
                    blobs.push(blob);
                    Field::Blob(field)
                }
            };
            sample.fields.insert(name, field);
        }
        Ok(RowSample {
            place: format!("line {number}"),
            sample,
            labels: Labels::Items(line.labels),
            blobs,
        })
    }

    fn blob(&self, named: &CheckoutBlob) -> Result<(BlobField, PreparedBlob), (String, String)> {
        let refuse = |code: &str, message: String| (code.to_owned(), message);
        let unreadable = |error: std::io::Error| refuse("file_unreadable", error.to_string());
        let relative = Path::new(&named.file);
        let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
        let outside = || refuse("link_outside", "it is not in the folder".to_owned());
        if !relative.components().all(is_plain) {
            return Err(outside());
        }
        let bytes = match self.folder.as_deref() {
            None => (self.ask)(&named.file).map_err(unreadable)?,
            Some(folder) => {
                let path = folder.join(relative).canonicalize().map_err(unreadable)?;
                if !path.starts_with(folder) {
                    return Err(outside());
                }
                std::fs::read(path).map_err(unreadable)?.into()
            }
        };
        if named.width.is_some() {
            // What was a picture must still be one.
            let made = blob_field(bytes, &named.media_type, self.limits);
            return made.map_err(|error| refuse(error.code(), error.to_string()));
        }
        let blob = prepare_blob(bytes, &named.media_type);
        let field = BlobField {
            hash: blob.hash(),
            media_type: named.media_type.clone(),
            bytes: blob.bytes(),
            width: None,
            height: None,
        };
        Ok((field, blob))
    }
}
