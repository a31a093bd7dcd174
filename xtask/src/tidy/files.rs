//! The shape of source files: each says what it is for, none is too long, none pretends.

use std::path::Path;

use anyhow::{Context, Result};
use walkdir::{DirEntry, WalkDir};

use crate::house::{GENERATED, MAX_LINES, NOT_OURS};

/// What the files look like.
pub struct Shapes {
    /// One line for each file out of shape.
    pub wrong: Vec<String>,
    /// How many source files there are.
    pub files: usize,
    /// The median length in lines.
    pub median_lines: usize,
}

/// Looks at every Rust, TypeScript and Python file under `root`.
///
/// # Errors
/// When a folder or file cannot be read.
pub fn check(root: &Path) -> Result<Shapes> {
    let mut wrong = Vec::new();
    let mut lengths = Vec::new();
    let ours = |entry: &DirEntry| {
        let name = entry.file_name().to_string_lossy();
        !(entry.file_type().is_dir() && NOT_OURS.contains(&name.as_ref()))
    };
    for entry in WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(ours)
    {
        let entry = entry?;
        let extension = entry
            .path()
            .extension()
            .and_then(|extension| extension.to_str());
        let Some(extension @ ("rs" | "ts" | "tsx" | "py" | "pyi")) = extension else {
            continue;
        };
        let name = entry.path().strip_prefix(root).unwrap_or(entry.path());
        if GENERATED
            .iter()
            .any(|generated| name == Path::new(generated))
        {
            continue;
        }
        let text = std::fs::read_to_string(entry.path())
            .with_context(|| entry.path().display().to_string())?;
        wrong.extend(check_text(&name.to_string_lossy(), extension, &text));
        lengths.push(text.lines().count());
    }
    lengths.sort_unstable();
    let median_lines = lengths.get(lengths.len() / 2).copied().unwrap_or(0);
    Ok(Shapes {
        wrong,
        files: lengths.len(),
        median_lines,
    })
}

fn check_text(name: &str, extension: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let lines = text.lines().count();
    if lines > MAX_LINES {
        wrong.push(format!(
            "{name}: {lines} lines, {MAX_LINES} at most: split it by noun"
        ));
    }
    if extension == "rs" {
        if !text.starts_with("//!") {
            wrong.push(format!(
                "{name}: does not begin with //! and what it is for"
            ));
        }
        // Spelled in two halves, so that this file does not find itself.
        for stub in [concat!("todo", "!("), concat!("unimplemented", "!(")] {
            if text.contains(stub) {
                wrong.push(format!("{name}: contains {stub}...)"));
            }
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::check_text;

    #[test]
    fn a_good_file_is_left_alone() {
        assert!(check_text("a.rs", "rs", "//! What it is for.\n").is_empty());
        assert!(check_text("a.ts", "ts", "export {};\n").is_empty());
    }

    #[test]
    fn long_silent_and_pretending_files_are_named() {
        assert_eq!(check_text("a.ts", "ts", &"x\n".repeat(501)).len(), 1);
        assert_eq!(check_text("a.rs", "rs", "fn main() {}\n").len(), 1);
        let stub = format!("//! A.\nfn a() {{ {}) }}\n", concat!("todo", "!("));
        assert_eq!(check_text("a.rs", "rs", &stub).len(), 1);
    }
}
