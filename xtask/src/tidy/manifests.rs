//! The manifests of the workspace's crates, as far as arrows need them.

use std::path::Path;

use anyhow::{Context, Result};
use toml::Table;

/// One crate: its name and what it names in its manifest.
pub struct Manifest {
    /// The package name.
    pub name: String,
    /// Names under `[dependencies]` and `[build-dependencies]`.
    pub dependencies: Vec<String>,
    /// Names under `[dev-dependencies]`.
    pub test_dependencies: Vec<String>,
    /// Whether the crate takes the workspace's lints.
    pub workspace_lints: bool,
}

/// Every member of the workspace at `root`.
///
/// # Errors
/// When a manifest cannot be read or parsed.
pub fn read_all(root: &Path) -> Result<Vec<Manifest>> {
    let workspace = read_table(&root.join("Cargo.toml"))?;
    let members = workspace["workspace"]["members"]
        .as_array()
        .context("[workspace] has members")?;
    let mut manifests = Vec::new();
    for member in members {
        let member = member.as_str().context("a member is a path")?;
        if let Some(folder) = member.strip_suffix("/*") {
            for entry in std::fs::read_dir(root.join(folder))? {
                let manifest = entry?.path().join("Cargo.toml");
                if manifest.exists() {
                    manifests.push(parse(&read_table(&manifest)?)?);
                }
            }
        } else {
            manifests.push(parse(&read_table(&root.join(member).join("Cargo.toml"))?)?);
        }
    }
    manifests.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(manifests)
}

fn read_table(path: &Path) -> Result<Table> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    text.parse().with_context(|| path.display().to_string())
}

/// Reads one manifest.
///
/// # Errors
/// When it names no package.
pub fn parse(table: &Table) -> Result<Manifest> {
    let name = table
        .get("package")
        .and_then(|package| package.get("name")?.as_str())
        .context("[package] has a name")?;
    let keys = |section: &str| -> Vec<String> {
        let names = table.get(section).and_then(|section| section.as_table());
        names
            .map(|names| names.keys().cloned().collect())
            .unwrap_or_default()
    };
    let mut dependencies = keys("dependencies");
    dependencies.extend(keys("build-dependencies"));
    let lints = table
        .get("lints")
        .and_then(|lints| lints.get("workspace")?.as_bool());
    Ok(Manifest {
        name: name.to_owned(),
        dependencies,
        test_dependencies: keys("dev-dependencies"),
        workspace_lints: lints == Some(true),
    })
}
