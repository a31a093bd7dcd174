//! From the names that a trainer asks for to what has to be read and how it comes out.

use media::Channels;

use crate::crop::{Crop, Resize};
use crate::selection::Selection;
use crate::table::{LayerKind, Table};
use crate::{Error, Result};

/// What becomes of the bytes of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Decode {
    /// Encoded bytes as they were imported.
    #[default]
    Bytes,
    /// Bytes as numbers: `(n, length)`; every sample must have the same length.
    Raw,
    /// Pictures as red, green, blue: `(n, height, width, 3)`.
    Rgb8,
    /// Pictures as luminance: `(n, height, width)`.
    Grey8,
}

/// How fields are decoded.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct DecodeOptions {
    /// What becomes of bytes.
    pub decode: Decode,
    /// What size pictures are brought to.
    pub resize: Option<Resize>,
    /// Which part of a picture fills an exact size.
    pub crop: Crop,
}

impl DecodeOptions {
    fn check(&self) -> Result<()> {
        if let Some(fault) = self.crop.fault() {
            return Err(Error::Invalid(fault.to_owned()));
        }
        if self.crop != Crop::Whole && !matches!(self.resize, Some(Resize::Exact(..))) {
            return Err(Error::Invalid(
                "a crop needs the exact size that it is to fill, as resize=(height, width)"
                    .to_owned(),
            ));
        }
        let is_decoded = matches!(self.decode, Decode::Rgb8 | Decode::Grey8);
        if self.resize.is_some() && !is_decoded {
            return Err(Error::Invalid(
                "resize needs decode=\"rgb8\" or \"grey8\"".to_owned(),
            ));
        }
        match self.resize {
            Some(Resize::Exact(0, _) | Resize::Exact(_, 0) | Resize::Short(0)) => Err(
                Error::Invalid("pictures can't be brought to a size of 0".to_owned()),
            ),
            _ => Ok(()),
        }
    }
}

/// One column of a batch.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Column {
    /// As it was asked for; the name in the batch.
    pub name: String,
    pub kind: ColumnKind,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ColumnKind {
    Key,
    Split,
    Metadata(String),
    Layer(String, LayerKind),
    /// A field without blobs.
    Inline(String),
    /// A field with blobs (and perhaps inline texts).
    Blob {
        field: String,
        output: BlobOutput,
    },
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum BlobOutput {
    Bytes,
    /// UTF-8, from blobs and inline values alike.
    Text,
    Raw {
        length: u64,
    },
    /// `size` is the (width, height) that all pictures come out with, if they do.
    Pixels {
        channels: Channels,
        resize: Option<Resize>,
        crop: Crop,
        size: Option<(u32, u32)>,
    },
}

impl Column {
    pub(crate) fn blob_field(&self) -> Option<&str> {
        match &self.kind {
            ColumnKind::Blob { field, .. } => Some(field),
            _ => None,
        }
    }
}

/// The columns that are read when none are named: all fields, then all layers.
pub(crate) fn default_names(table: &Table) -> Vec<String> {
    let fields = table.fields.keys().map(|name| {
        if table.layers.contains_key(name) {
            format!("field.{name}")
        } else {
            name.clone()
        }
    });
    fields.chain(table.layers.keys().cloned()).collect()
}

/// Plans the named columns, or all of them.
pub(crate) fn plan(
    table: &Table,
    selection: &Selection,
    names: Option<&[String]>,
    options: DecodeOptions,
) -> Result<Vec<Column>> {
    options.check()?;
    let names = names.map_or_else(|| default_names(table), <[String]>::to_vec);
    let mut columns: Vec<Column> = Vec::with_capacity(names.len());
    for name in names {
        if columns.iter().any(|column| column.name == name) {
            return Err(Error::Invalid(format!(
                "the column {name:?} is named twice"
            )));
        }
        let kind = find(table, selection, &name, options)?;
        columns.push(Column { name, kind });
    }
    Ok(columns)
}

/// A bare name is a layer, else a field, else `key` or `split`; a prefix says which.
fn find(
    table: &Table,
    selection: &Selection,
    name: &str,
    options: DecodeOptions,
) -> Result<ColumnKind> {
    let layer = |name: &str| {
        let layer = table.layers.get(name)?;
        Some(ColumnKind::Layer(name.to_owned(), layer.kind))
    };
    if let Some(found) = layer(name).or_else(|| layer(name.strip_prefix("label.")?)) {
        return Ok(found);
    }
    let field = if table.fields.contains_key(name) {
        Some(name)
    } else {
        name.strip_prefix("field.")
    };
    if let Some(field) = field.filter(|field| table.fields.contains_key(*field)) {
        return find_field(table, selection, field, options);
    }
    match (name, name.strip_prefix("metadata.")) {
        ("key", _) => Ok(ColumnKind::Key),
        ("split", _) => Ok(ColumnKind::Split),
        // A version without any labels still answers for the usual layer: every sample is unlabelled.
        ("label", _) => Ok(ColumnKind::Layer("label".to_owned(), LayerKind::Single)),
        (_, Some(metadata)) if table.metadata.contains_key(metadata) => {
            Ok(ColumnKind::Metadata(metadata.to_owned()))
        }
        _ => {
            let mut known = default_names(table);
            known.extend(["key".to_owned(), "split".to_owned()]);
            known.extend(table.metadata.keys().map(|name| format!("metadata.{name}")));
            Err(Error::UnknownColumn {
                column: name.to_owned(),
                known,
            })
        }
    }
}

fn find_field(
    table: &Table,
    selection: &Selection,
    field: &str,
    options: DecodeOptions,
) -> Result<ColumnKind> {
    let Some(blobs) = table
        .fields
        .get(field)
        .and_then(|column| column.blobs.as_ref())
    else {
        return Ok(ColumnKind::Inline(field.to_owned()));
    };
    let all_are = |kind: &str| {
        blobs
            .media_types()
            .iter()
            .all(|media_type| media_type.starts_with(kind))
    };
    let pixels = |channels: Channels| {
        let common = || blobs.common_size(selection.iter());
        let size = match options.resize {
            Some(Resize::Exact(width, height)) => Some((width, height)),
            Some(short) => common().map(|size| short.of(size)),
            None => common(),
        };
        BlobOutput::Pixels {
            channels,
            resize: options.resize,
            crop: options.crop,
            size,
        }
    };
    let output = match options.decode {
        Decode::Rgb8 if all_are("image/") => pixels(Channels::Rgb),
        Decode::Grey8 if all_are("image/") => pixels(Channels::Grey),
        _ if all_are("text/") => BlobOutput::Text,
        Decode::Raw => {
            let length = blobs
                .common_bytes(selection.iter())
                .or((selection.len() == 0).then_some(0));
            let length = length.ok_or_else(|| {
                Error::Invalid(format!(
                    "decode=\"raw\" needs samples of one length; {field:?} has several"
                ))
            })?;
            BlobOutput::Raw { length }
        }
        _ => BlobOutput::Bytes,
    };
    Ok(ColumnKind::Blob {
        field: field.to_owned(),
        output,
    })
}
