//! Which file of a folder a sample's field is written to: always inside, never two in one file.
//!
//! The name is the key, with `%` and two hexadecimal digits in place of each byte that must not stand in a
//! file's name as it is; [`key_of_file`] reads the key back.
use std::collections::HashSet;

use dataset::SampleKey;
use ids::Hash;
use unicode_normalization::UnicodeNormalization;

use crate::Refusal;

/// What a file's name may have in bytes, less what is put before it while it is written.
const MAX_PART_BYTES: usize = 240;
/// What a whole name may have in bytes, so that a folder's own path has room before it.
const MAX_BYTES: usize = 3072;
/// Stands for nothing: an empty part, as in `a//b`. A `%` before `-` in a key is escaped.
const EMPTY: &str = "%-";
/// Names that stand for devices somewhere, whatever follows a dot.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Gives names to files. Two names differ even for file systems that ignore case or Unicode's forms.
#[derive(Debug)]
pub struct FileNames {
    files: HashSet<[u8; 16]>,
    folders: HashSet<[u8; 16]>,
}

impl FileNames {
    /// Names for the files of a folder in which `taken` is there already.
    #[must_use]
    pub fn new(taken: &[&str]) -> Self {
        let mut names = Self {
            files: HashSet::new(),
            folders: HashSet::new(),
        };
        for name in taken {
            names.files.insert(folded(name));
        }
        names
    }

    /// The name of the file for what has this key; `ending` is put behind it.
    ///
    /// # Errors
    /// A [`Refusal`] with the code `name_too_long` where no file can have such a name.
    pub fn name(&mut self, key: &SampleKey, ending: &str) -> Result<String, Refusal> {
        let whole = format!("{}{ending}", key.as_str());
        let mut parts: Vec<&str> = whole.split('/').collect();
        let last = parts.pop().unwrap_or_default();
        let mut name = String::with_capacity(whole.len() + 1);
        for part in parts {
            let is_free = |name: &str| !self.files.contains(&folded(name));
            push_part(&mut name, part, is_free);
            self.folders.insert(folded(&name));
            name.push('/');
        }
        let is_free = |name: &str| {
            let name = folded(name);
            !self.files.contains(&name) && !self.folders.contains(&name)
        };
        push_part(&mut name, last, is_free);
        let too_long = name.split('/').any(|part| part.len() > MAX_PART_BYTES);
        if too_long || name.len() > MAX_BYTES {
            let message = "no file can have a name as long as this key";
            return Err(Refusal::file(key.as_str(), "name_too_long", message));
        }
        self.files.insert(folded(&name));
        Ok(name)
    }
}

/// The key that a name was made of.
#[must_use]
pub fn key_of_file(name: &str) -> String {
    let bytes = name.as_bytes();
    let mut key = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match escape_at(bytes, at) {
            Some(byte) => {
                key.push(byte);
                at += 3;
            }
            None if bytes[at..].starts_with(EMPTY.as_bytes()) => at += EMPTY.len(),
            None => {
                key.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&key).into_owned()
}

/// The byte that `%` and two digits at `at` stand for. Capital digits only: one spelling.
fn escape_at(bytes: &[u8], at: usize) -> Option<u8> {
    let [b'%', high, low] = *bytes.get(at..at + 3)? else {
        return None;
    };
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    };
    Some(digit(high)? << 4 | digit(low)?)
}

/// Appends a part of a key to a path: the first spelling of it that is free.
fn push_part(path: &mut String, part: &str, is_free: impl Fn(&str) -> bool) {
    let start = path.len();
    // Each further byte that is escaped is another spelling.
    for escaped in first_escapes(part)..=part.len() {
        path.truncate(start);
        spell(path, part, escaped);
        if is_free(path) {
            return;
        }
    }
    // With all escaped there is always one more.
    while !is_free(path) {
        path.push_str(EMPTY);
    }
}

/// How many bytes at the begin of a part must be escaped for the part to be a name at all.
fn first_escapes(part: &str) -> usize {
    let lower = part.to_ascii_lowercase();
    let stem = lower.split('.').next().unwrap_or_default().trim_end();
    let numbered = |name: &str| {
        stem.strip_prefix(name).is_some_and(|rest| {
            matches!(rest, "\u{b9}" | "\u{b2}" | "\u{b3}")
                || matches!(rest.as_bytes(), [b'0'..=b'9'])
        })
    };
    let is_device = DEVICES.contains(&stem) || numbered("com") || numbered("lpt");
    usize::from(part.starts_with('.') || is_device)
}

/// Appends a part with its first `escaped` bytes escaped, and all that must be.
fn spell(path: &mut String, part: &str, escaped: usize) {
    if part.is_empty() {
        path.push_str(EMPTY);
        return;
    }
    let bytes = part.as_bytes();
    // `C:` at the begin of a path is another drive somewhere.
    let is_drive =
        path.is_empty() && matches!(bytes, [letter, b':', ..] if letter.is_ascii_alphabetic());
    let end = part.trim_end_matches(['.', ' ']).len();
    for (at, character) in part.char_indices() {
        let must = at < escaped
            || at >= end
            || character == '\\'
            || (at == 1 && is_drive)
            || character.is_control()
            || escape_at(bytes, at).is_some()
            || part[at..].starts_with(EMPTY);
        if must {
            for byte in &bytes[at..at + character.len_utf8()] {
                path.push_str(&format!("%{byte:02X}"));
            }
        } else {
            path.push(character);
        }
    }
}

/// What file systems compare, at the least: without case and Unicode's forms. 128 bits of its hash.
fn folded(name: &str) -> [u8; 16] {
    let folded: String = if name.is_ascii() {
        name.to_ascii_lowercase()
    } else {
        name.nfd()
            .collect::<String>()
            .to_uppercase()
            .to_lowercase()
            .nfc()
            .collect()
    };
    let mut short = [0; 16];
    short.copy_from_slice(&Hash::of(folded.as_bytes()).as_bytes()[..16]);
    short
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(keys: &[&str]) -> Vec<String> {
        let mut names = FileNames::new(&["samples.jsonl"]);
        let name = |key: &&str| names.name(&SampleKey::new(*key).unwrap(), "").unwrap();
        keys.iter().map(name).collect()
    }

    #[test]
    fn plain_keys_are_their_own_names() {
        let plain = [
            "train/cat/1.png",
            "图 \"七\".png",
            "100%.txt",
            "a b",
            "%zz",
            "x/y:z",
        ];
        assert_eq!(names(&plain), plain);
    }

    #[test]
    fn what_would_leave_the_folder_stays_inside() {
        assert_eq!(
            names(&[
                "../../etc/passwd",
                "/etc/passwd",
                "a/./b",
                "a//b",
                "a/",
                ".git/hooks/x",
                "..\\x",
                "C\\x",
                "nul.txt",
                "COM1",
                "lpt\u{b2}.txt",
                "CONIN$",
                "C:/Windows/x",
                "c:x",
                "dot.",
                "%2E%2E/x",
                "samples.jsonl",
            ]),
            [
                "%2E%2E/%2E%2E/etc/passwd",
                "%-/etc/passwd",
                "a/%2E/b",
                "a/%-/b",
                // The folder before has the name that would come first.
                "a/%-%-",
                "%2Egit/hooks/x",
                "%2E.%5Cx",
                "C%5Cx",
                "%6Eul.txt",
                "%43OM1",
                "%6Cpt\u{b2}.txt",
                "%43ONIN$",
                "C%3A/Windows/x",
                "c%3Ax",
                "dot%2E",
                "%252E%252E/x",
                "%73amples.jsonl",
            ]
        );
    }

    #[test]
    fn names_that_some_file_systems_take_for_one_are_two() {
        assert_eq!(
            names(&[
                "AB", "Ab", "aB", "ab", "e\u{301}", "\u{e9}", "d", "d/x", "D/y", "f/x", "f"
            ]),
            [
                "AB", "%41b", "%61B", "%61%62", "e\u{301}", "%C3%A9", "d", "%64/x", "%44/y", "f/x",
                "%66"
            ]
        );
        assert_eq!(
            names(&["..", "../x", "a/", "a//b"]),
            ["%2E%2E", "%2E%2E%-/x", "a/%-", "a/%-%-/b"]
        );
    }

    #[test]
    fn a_name_that_no_file_can_have_is_refused() {
        let mut names = FileNames::new(&[]);
        let key = SampleKey::new("x".repeat(300)).unwrap();
        assert_eq!(names.name(&key, "").unwrap_err().code, "name_too_long");
    }

    proptest! {
        #[test]
        fn every_name_is_inside_and_tells_its_key(
            keys in proptest::collection::hash_set("[aA./%\\\\é-]{1,8}|[ -~]{1,12}|\\PC{1,6}", 1..40)
        ) {
            let mut names = FileNames::new(&[]);
            let mut seen = HashSet::new();
            for key in keys.iter().filter_map(|key| SampleKey::new(key.clone()).ok()) {
                let name = names.name(&key, "").unwrap();
                prop_assert_eq!(key_of_file(&name), key.as_str());
                for part in name.split('/') {
                    prop_assert!(!part.is_empty() && !part.starts_with('.') && !part.ends_with('.'));
                    prop_assert!(!part.contains('\\') && !part.chars().any(char::is_control));
                }
                prop_assert!(seen.insert(folded(&name)), "{} is there twice", name);
            }
        }
    }
}
