//! Token counts and offsets.
use media::Tokenizer;

const WORDS: &str = r#"{"version":"1.0","truncation":{"direction":"Right","max_length":2,"strategy":"LongestFirst","stride":0},
"padding":null,"added_tokens":[],"normalizer":null,"pre_tokenizer":{"type":"Whitespace"},"post_processor":null,"decoder":null,
"model":{"type":"WordLevel","vocab":{"[UNK]":0,"café":1,"red":2,"car":3,"汽车":4},"unk_token":"[UNK]"}}"#;

#[test]
fn offsets_are_code_points() {
    let tokenizer = Tokenizer::from_bytes(WORDS.as_bytes()).unwrap();
    let tokens = tokenizer.encode("café 🚗 红 汽车").unwrap();
    let spans: Vec<_> = tokens.iter().map(|t| (t.id, t.start, t.end)).collect();
    assert_eq!(spans, [(1, 0, 4), (0, 5, 6), (0, 7, 8), (4, 9, 11)]);
}

#[test]
fn counts_ignore_the_truncation_in_the_file() {
    let tokenizer = Tokenizer::from_bytes(WORDS.as_bytes()).unwrap();
    assert_eq!(tokenizer.count("red car red car red").unwrap(), 5);
    assert_eq!(tokenizer.count("").unwrap(), 0);
}

#[test]
fn what_is_no_tokenizer_is_refused() {
    assert_eq!(
        Tokenizer::from_bytes(b"{}").unwrap_err().code(),
        "tokenizer_invalid"
    );
    let missing = Tokenizer::from_file(std::path::Path::new("/nonexistent/tokenizer.json"));
    assert_eq!(missing.unwrap_err().code(), "tokenizer_invalid");
}
