//! Columns of blobs: bytes, texts, records end to end, pictures.

use bytes::Bytes;
use media::{Area, Channels, Limits};
use streaming::Draws;

use super::making::{Bad, Making};
use super::{Picture, Values};
use crate::columns::BlobOutput;
use crate::crop::{Crop, Resize};
use crate::reader::Wanted;
use crate::{Error, Result};

/// How the pictures of a column come out.
#[derive(Debug, Clone, Copy)]
struct Shown {
    channels: Channels,
    resize: Option<Resize>,
    crop: Crop,
}

impl Making<'_> {
    /// The values of one column, as `output` says. `read` holds the bytes of each row, or nothing where they are
    /// copied straight from where they lie.
    pub(super) fn blobs(
        &self,
        wanted: &Wanted<'_>,
        output: BlobOutput,
        read: Option<Vec<Option<Bytes>>>,
        bad: &mut Bad,
    ) -> Result<Values> {
        let Some(read) = read else {
            return self.records(wanted, output, bad);
        };
        match output {
            BlobOutput::Bytes => {
                let bytes = read.into_iter().enumerate();
                let values = bytes.map(|(place, bytes)| {
                    bytes.or_else(|| Some(as_text(wanted.inline(place)?).into()))
                });
                Ok(Values::Bytes(values.collect()))
            }
            BlobOutput::Text => self.texts(wanted, read, bad),
            BlobOutput::Raw { length } => {
                let length = length as usize;
                let mut data = vec![0; length * read.len()];
                for (place, bytes) in read.iter().enumerate() {
                    let error = match bytes {
                        Some(bytes) if bytes.len() == length => {
                            data[place * length..][..length].copy_from_slice(bytes);
                            continue;
                        }
                        Some(bytes) => wanted.other_length(place, bytes.len(), length),
                        None => wanted.missing(place),
                    };
                    self.note(place, error, bad)?;
                }
                let shape = vec![read.len(), length];
                Ok(Values::Pixels { data, shape })
            }
            BlobOutput::Pixels {
                channels,
                resize,
                crop,
                size,
            } => {
                let shown = Shown {
                    channels,
                    resize,
                    crop,
                };
                match size {
                    Some(size) => self.stacked(wanted, &read, (shown, size), bad),
                    None => self.pictures(wanted, &read, shown, bad),
                }
            }
        }
    }

    fn texts(
        &self,
        wanted: &Wanted<'_>,
        read: Vec<Option<Bytes>>,
        bad: &mut Bad,
    ) -> Result<Values> {
        let mut texts = Vec::with_capacity(read.len());
        for (place, bytes) in read.into_iter().enumerate() {
            texts.push(match bytes.map(|bytes| String::from_utf8(bytes.into())) {
                None => wanted.inline(place).map(as_text),
                Some(Ok(text)) => Some(text),
                Some(Err(error)) => {
                    self.note(place, wanted.undecoded(place, error), bad)?;
                    None
                }
            });
        }
        Ok(Values::Texts(texts))
    }

    fn records(&self, wanted: &Wanted<'_>, output: BlobOutput, bad: &mut Bad) -> Result<Values> {
        let length = match output {
            BlobOutput::Raw { length } => length as usize,
            _ => 0,
        };
        let mut data = Vec::with_capacity(length * wanted.rows.len());
        for (place, error) in self.reader.stack(wanted, length, &mut data)? {
            self.note(place, error, bad)?;
        }
        Ok(Values::Pixels {
            data,
            shape: vec![wanted.rows.len(), length],
        })
    }

    fn stacked(
        &self,
        wanted: &Wanted<'_>,
        read: &[Option<Bytes>],
        (shown, size): (Shown, (u32, u32)),
        bad: &mut Bad,
    ) -> Result<Values> {
        let shape = shape(shown.channels, size);
        let length = shape.iter().product::<usize>();
        let mut data = vec![0; wanted.rows.len() * length];
        for (place, (bytes, out)) in read.iter().zip(data.chunks_exact_mut(length)).enumerate() {
            let picture = match bytes {
                Some(bytes) => self.picture_into(wanted, place, bytes, (shown, size, out)),
                None => Err(wanted.missing(place)),
            };
            if let Err(error) = picture {
                self.note(place, error, bad)?;
            }
        }
        Ok(Values::Pixels {
            data,
            shape: [&[wanted.rows.len()][..], &shape].concat(),
        })
    }

    fn picture_into(
        &self,
        wanted: &Wanted<'_>,
        place: usize,
        bytes: &Bytes,
        (shown, size, out): (Shown, (u32, u32), &mut [u8]),
    ) -> Result<()> {
        let undecoded = |error: media::Error| wanted.undecoded(place, error);
        let picture = media::Picture::open(bytes, &Limits::default()).map_err(undecoded)?;
        let found = picture.size();
        let becomes = shown.resize.map_or(found, |resize| resize.of(found));
        if becomes != size {
            let detail = format!(
                "it is {} x {} pixels, the version says otherwise",
                found.0, found.1
            );
            return Err(wanted.undecoded(place, detail));
        }
        let area = match shown.crop {
            Crop::Whole => Area::whole(found),
            // The same part of the same picture, wherever in the order and in whichever version it stands.
            crop => {
                let hash = wanted.hash(place);
                let sample = hash.map_or(0, |hash| {
                    let head = hash.as_bytes().first_chunk::<8>();
                    head.map_or(0, |head| u64::from_le_bytes(*head))
                });
                crop.area(found, size, &mut Draws::new(self.seed, self.epoch, sample))
            }
        };
        let decoded = picture.pixels_into(shown.channels, area, size, out);
        decoded.map_err(undecoded)
    }

    fn pictures(
        &self,
        wanted: &Wanted<'_>,
        read: &[Option<Bytes>],
        shown: Shown,
        bad: &mut Bad,
    ) -> Result<Values> {
        let mut pictures = Vec::with_capacity(read.len());
        for (place, bytes) in read.iter().enumerate() {
            let picture = match bytes {
                Some(bytes) => {
                    picture(bytes, shown).map_err(|error| wanted.undecoded(place, error))
                }
                None => Err(wanted.missing(place)),
            };
            pictures.push(match picture {
                Ok(picture) => picture,
                Err(error) => {
                    self.note(place, error, bad)?;
                    Picture {
                        data: Vec::new(),
                        shape: vec![0; 3],
                    }
                }
            });
        }
        Ok(Values::Pictures(pictures))
    }
}

/// A whole picture, in the size that it comes out with.
fn picture(bytes: &[u8], shown: Shown) -> media::Result<Picture> {
    let picture = media::Picture::open(bytes, &Limits::default())?;
    let found = picture.size();
    let size = shown.resize.map_or(found, |resize| resize.of(found));
    let shape = shape(shown.channels, size);
    let mut data = vec![0; shape.iter().product()];
    picture.pixels_into(shown.channels, Area::whole(found), size, &mut data)?;
    Ok(Picture { data, shape })
}

impl Wanted<'_> {
    pub(crate) fn missing(&self, place: usize) -> Error {
        Error::FieldMissing {
            key: self.key(place).to_owned(),
            field: self.field.to_owned(),
        }
    }

    pub(crate) fn undecoded(&self, place: usize, detail: impl ToString) -> Error {
        Error::Decode {
            key: self.key(place).to_owned(),
            field: self.field.to_owned(),
            detail: detail.to_string(),
        }
    }

    pub(crate) fn other_length(&self, place: usize, found: usize, length: usize) -> Error {
        self.undecoded(place, format!("it has {found} bytes, not {length}"))
    }

    /// The inline value of a sample that holds this field without a blob.
    fn inline(&self, place: usize) -> Option<serde_json::Value> {
        let field = self.table.fields.get(self.field)?;
        let value = field.inline.json(self.rows[place]);
        (!value.is_null()).then_some(value)
    }
}

fn as_text(value: serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    }
}

fn shape(channels: Channels, (width, height): (u32, u32)) -> Vec<usize> {
    let (width, height) = (width as usize, height as usize);
    match channels {
        Channels::Grey => vec![height, width],
        Channels::Rgb => vec![height, width, 3],
    }
}
