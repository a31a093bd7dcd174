//! Every code that the source writes is in the table of `api_types`, and every code of the table is written
//! somewhere. The source is read as text: the crates that make the codes stand on floors that know no table.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use api_types::{ErrorCode, REPORT_CODES};

/// Functions whose body names codes: every literal in it that looks like one.
const BODIES: [&str; 2] = ["fn code(", "fn to_job_error("];
/// Calls whose first literal is a code, where they have a literal.
const FIRST: [&str; 6] = [
    "Failure::refused(",
    "Failure::passing(",
    "Self::refused(",
    "Self::passing(",
    "raise_coded(",
    "\"code\": (",
];
/// Calls with a code among places and messages: the literal with an underscore.
const AMONG: [&str; 5] = [
    "Refusal::file(",
    "Refusal::line(",
    "Violation::new(",
    "self.say(",
    "numbers.say(",
];

#[test]
fn codes_of_the_source_are_in_the_table() {
    let mut written: BTreeMap<String, PathBuf> = BTreeMap::new();
    for file in sources() {
        let text = std::fs::read_to_string(&file).unwrap();
        // The one literal in a JSON object, or in one of Rust's, made to look like the calls.
        let text = text
            .replace("\"code\": \"", "\"code\": (\"")
            .replace(" code: \"", " \"code\": (\"");
        let text = text.split("#[cfg(test)]").next().unwrap();
        for code in codes(
            text,
            file.to_string_lossy().contains("interchange/src/import"),
        ) {
            written.entry(code).or_insert_with(|| file.clone());
        }
    }
    let reports: BTreeSet<&str> = REPORT_CODES.iter().map(|code| code.code).collect();
    let missing: Vec<_> = written
        .iter()
        .filter(|(code, _)| {
            !reports.contains(code.as_str()) && ErrorCode::from_code(code).is_none()
        })
        .collect();
    assert!(missing.is_empty(), "not in the table: {missing:#?}");
    let stale: Vec<_> = reports
        .iter()
        .filter(|code| !written.contains_key(**code))
        .collect();
    assert!(stale.is_empty(), "written nowhere: {stale:?}");
}

#[test]
fn codes_are_found_where_they_are_written() {
    let text = r#"
        fn code(&self) -> &'static str { match self { Self::A { .. } => "one", _ => "two_b" } }
        Err(Failure::refused("three", format!("(a) \"b\" {x}")));
        Violation::new("title", "four_d", "a title (of some length) is needed");
        raise_coded(py, error.code(), "not a code");"#;
    let found: Vec<String> = codes(text, false).into_iter().collect();
    assert_eq!(found, ["four_d", "one", "three", "two_b"]);
}

/// Every source file that may name a code.
fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root.join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().path().join("src"))
        .filter(|folder| folder.is_dir() && !folder.ends_with("api_types/src"))
        .collect();
    folders.extend(["backend", "workers", "cli", "python"].map(|room| root.join(room).join("src")));
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    files
}

fn codes(text: &str, rows_of_imports: bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for opener in BODIES {
        for body in after(text, opener) {
            let body = body.split_once('{').unwrap_or_default().1;
            found.extend(literals(body));
        }
    }
    for opener in FIRST {
        let calls = after(text, opener);
        found.extend(calls.filter_map(|call| literals(call).into_iter().next()));
    }
    let with_underscore = |literal: &String| literal.contains('_');
    for opener in AMONG {
        let calls = after(text, opener).flat_map(literals);
        found.extend(calls.filter(with_underscore));
    }
    if rows_of_imports {
        // Reasons are pairs there, made into refusals elsewhere; members of rows have no underscore.
        found.extend(literals(text).into_iter().filter(with_underscore));
    }
    found
}

fn after<'a>(text: &'a str, opener: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(opener)
        .map(move |(at, _)| &text[at + opener.len()..])
}

/// The literals that look like codes, up to where the bracket before `text` closes.
fn literals(text: &str) -> Vec<String> {
    let (mut found, mut depth) = (Vec::new(), 1_i32);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            // The literal of a quote or bracket.
            '\'' if matches!(chars.peek(), Some('"' | '(' | ')' | '{' | '}' | '[' | ']')) => {
                chars.next();
            }
            '/' if chars.peek() == Some(&'/') => {
                chars.by_ref().find(|c| *c == '\n');
            }
            '"' => {
                let literal = string(&mut chars);
                if is_code(&literal) {
                    found.push(literal);
                }
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    found
}

/// The rest of a string literal.
fn string(chars: &mut impl Iterator<Item = char>) -> String {
    let mut literal = String::new();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => {
                literal.push(c);
                literal.extend(chars.next());
            }
            _ => literal.push(c),
        }
    }
    literal
}

fn is_code(literal: &str) -> bool {
    literal.starts_with(|c: char| c.is_ascii_lowercase())
        && literal
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
