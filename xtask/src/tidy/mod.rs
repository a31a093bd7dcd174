//! `tidy`: arrows point down, each heavy dependency has one door, files keep their shape.

mod arrows;
mod files;
mod licences;
mod manifests;

use std::path::Path;

use anyhow::Result;

/// What a look through the house found.
pub struct Findings {
    /// One line for each thing out of place.
    pub wrong: Vec<String>,
    /// What was looked at.
    pub summary: String,
}

/// Looks at every manifest, source file and licence under `root`.
///
/// # Errors
/// When a file cannot be read or is not what its name says.
pub fn run(root: &Path) -> Result<Findings> {
    let manifests = manifests::read_all(root)?;
    let mut wrong = arrows::check(&manifests);
    let shapes = files::check(root)?;
    wrong.extend(shapes.wrong);
    let packages = licences::check(root, &mut wrong)?;
    let summary = format!(
        "tidy: {} crates, {} files (median {} lines), {packages} packages with allowed licences",
        manifests.len(),
        shapes.files,
        shapes.median_lines,
    );
    Ok(Findings { wrong, summary })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_house_is_tidy() {
        let findings = super::run(&crate::root()).unwrap();
        assert!(findings.wrong.is_empty(), "{}", findings.wrong.join("\n"));
    }
}
