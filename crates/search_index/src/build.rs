//! Writing an index.
use std::path::Path;

use tantivy::{IndexWriter, TantivyDocument};

use crate::schema::{Fields, exact, register_words, schema, spread};
use crate::{Document, Result};

/// Memory of the writer before it writes a segment, in bytes.
const WRITER_BYTES: usize = 64 << 20;

/// Builds an index in a folder, document by document, in key order.
pub struct Builder {
    writer: IndexWriter,
    fields: Fields,
    count: u64,
}

impl Builder {
    /// Starts an index in `folder`, which must be there and empty.
    ///
    /// # Errors
    /// A folder that can't be written or holds an index already.
    pub fn create(folder: &Path) -> Result<Self> {
        let (schema, fields) = schema();
        let index = tantivy::Index::create_in_dir(folder, schema)?;
        register_words(&index);
        // One thread keeps the documents in the order in which they come.
        let writer = index.writer_with_num_threads(1, WRITER_BYTES)?;
        Ok(Self {
            writer,
            fields,
            count: 0,
        })
    }

    /// Adds a document. Blocks while a segment is written.
    ///
    /// # Errors
    /// A folder that can't be written.
    pub fn add(&mut self, document: &Document) -> Result<()> {
        let fields = &self.fields;
        let mut row = TantivyDocument::default();
        row.add_text(fields.stored_key, &document.key);
        row.add_u64(fields.ordinal, self.count);
        let mut words = |field, text: &str| {
            let text = spread(text);
            row.add_text(field, &text);
            row.add_text(fields.anything, &text);
        };
        words(fields.key, &document.key);
        for text in &document.texts {
            words(fields.text, text);
        }
        for (_, value) in &document.metadata {
            words(fields.metadata, value);
        }
        for (_, class) in &document.labels {
            row.add_text(fields.anything, spread(class));
        }
        for term in exact_terms(document) {
            row.add_text(fields.exact, term);
        }
        self.writer.add_document(row)?;
        self.count += 1;
        Ok(())
    }

    /// Makes the index readable and answers how many documents it holds.
    ///
    /// # Errors
    /// A folder that can't be written.
    pub fn finish(mut self) -> Result<u64> {
        self.writer.commit()?;
        self.writer.wait_merging_threads()?;
        Ok(self.count)
    }
}

/// Builds an index of `documents`, which come in key order, in the empty folder `folder`.
///
/// # Errors
/// As [`Builder`].
pub fn build(folder: &Path, documents: impl IntoIterator<Item = Document>) -> Result<u64> {
    let mut builder = Builder::create(folder)?;
    for document in documents {
        builder.add(&document)?;
    }
    builder.finish()
}

fn exact_terms(document: &Document) -> Vec<String> {
    let mut terms = Vec::new();
    for (layer, class) in &document.labels {
        terms.push(exact("label", class));
        terms.push(exact(&format!("label.{layer}"), class));
        terms.push(exact("layer", layer));
    }
    terms.extend(document.split.iter().map(|split| exact("split", split)));
    for annotator in &document.annotators {
        terms.push(exact("annotator", annotator));
        // `annotator:ann` finds ann@example.org.
        if let Some((user, _)) = annotator.split_once('@') {
            terms.push(exact("annotator", user));
        }
    }
    for (name, value) in &document.metadata {
        terms.push(exact(&format!("metadata.{name}"), value));
    }
    terms.push(exact(
        "has",
        if document.labels.is_empty() {
            "no_label"
        } else {
            "label"
        },
    ));
    terms.sort();
    terms.dedup();
    terms
}
