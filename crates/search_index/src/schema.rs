//! The fields of an index, and how words are cut.
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer};

/// Handles to the fields.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// The key as it is, to answer with.
    pub stored_key: Field,
    /// Number of the document in key order.
    pub ordinal: Field,
    /// Words of everything that a bare word looks in.
    pub anything: Field,
    /// Words of the key.
    pub key: Field,
    /// Words of the texts.
    pub text: Field,
    /// Words of the metadata.
    pub metadata: Field,
    /// Whole values, lowercased: `label` US class, `label.<layer>` US class, `split` US name, …
    pub exact: Field,
}

/// Stands between a name and a value in the exact field. Names and values hold no control characters.
const BETWEEN: char = '\u{1f}';

/// Name of the word cutter.
const WORDS: &str = "words";

/// Teaches `index` the word cutter: letters and digits, lowercased. Words are long enough for
/// a hash in a file name.
pub fn register_words(index: &tantivy::Index) {
    const MAX_BYTES: usize = 256;
    let cutter = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(MAX_BYTES))
        .filter(LowerCaser)
        .build();
    index.tokenizers().register(WORDS, cutter);
}

/// The schema with its fields.
pub fn schema() -> (Schema, Fields) {
    let words = || {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(WORDS)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions),
        )
    };
    let mut builder = Schema::builder();
    let fields = Fields {
        stored_key: builder.add_text_field("stored_key", STORED),
        ordinal: builder.add_u64_field("ordinal", FAST),
        anything: builder.add_text_field("anything", words()),
        key: builder.add_text_field("key", words()),
        text: builder.add_text_field("text", words()),
        metadata: builder.add_text_field("metadata", words()),
        exact: builder.add_text_field("exact", STRING),
    };
    (builder.build(), fields)
}

/// The term of a whole value under a name. Very long values are cut: they are found by their start.
pub fn exact(name: &str, value: &str) -> String {
    const MAX_CHARS: usize = 1000;
    let value: String = value.to_lowercase().chars().take(MAX_CHARS).collect();
    format!("{name}{BETWEEN}{value}")
}

/// `text` with every Han, Hiragana, Katakana and Hangul character standing alone, so that the
/// word cutter, which knows spaces only, makes one token of each; phrases put them together again.
pub fn spread(text: &str) -> String {
    let mut spread = String::with_capacity(text.len());
    for character in text.chars() {
        if stands_alone(character) {
            spread.extend([' ', character, ' ']);
        } else {
            spread.push(character);
        }
    }
    spread
}

fn stands_alone(character: char) -> bool {
    matches!(u32::from(character),
        0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}
