//! Every package we link has a licence that `deny.toml` allows, and none is banned there.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use toml::Table;

/// Adds one line to `wrong` for each package outside `deny.toml`; returns how many packages there are.
///
/// # Errors
/// When `deny.toml` or the answer of `cargo metadata` cannot be read.
pub fn check(root: &Path, wrong: &mut Vec<String>) -> Result<usize> {
    let rules: Table = std::fs::read_to_string(root.join("deny.toml"))?.parse()?;
    let allowed = strings(&rules["licenses"]["allow"], None);
    let banned = strings(&rules["bans"]["deny"], Some("crate"));
    let metadata = metadata(root)?;
    let packages = metadata["packages"].as_array().context("packages")?;
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        if banned.contains(name) {
            wrong.push(format!("{name}: banned in deny.toml"));
        }
        let ours = package["source"].is_null();
        let licence = package["license"].as_str().unwrap_or_default();
        if !ours && !satisfied(licence, &allowed) {
            wrong.push(format!(
                "{name}: licence {licence:?} is not allowed in deny.toml"
            ));
        }
    }
    Ok(packages.len())
}

fn strings(list: &toml::Value, key: Option<&str>) -> BTreeSet<String> {
    let items = list.as_array().into_iter().flatten();
    let texts = items.filter_map(|item| key.map_or(Some(item), |key| item.get(key))?.as_str());
    texts.map(str::to_owned).collect()
}

/// The resolved packages for this machine's target (other targets' packages are never downloaded).
fn metadata(root: &Path) -> Result<Value> {
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--offline"])
        .args(["--filter-platform", &target])
        .current_dir(root)
        .output()?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "cargo metadata: {complaint}");
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Whether an SPDX expression can be met with the allowed licences. `/` is the old spelling of `OR`.
fn satisfied(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Parser {
        words: &words,
        allowed,
    };
    !words.is_empty() && parser.any_of() && parser.words.is_empty()
}

struct Parser<'a> {
    words: &'a [&'a str],
    allowed: &'a BTreeSet<String>,
}

impl<'a> Parser<'a> {
    fn take(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn take_if(&mut self, word: &str) -> bool {
        let found = self.words.first() == Some(&word);
        if found {
            self.take();
        }
        found
    }

    fn any_of(&mut self) -> bool {
        let mut met = self.all_of();
        while self.take_if("OR") {
            met |= self.all_of();
        }
        met
    }

    fn all_of(&mut self) -> bool {
        let mut met = self.one();
        while self.take_if("AND") {
            met &= self.one();
        }
        met
    }

    fn one(&mut self) -> bool {
        if self.take_if("(") {
            let met = self.any_of();
            return self.take_if(")") && met;
        }
        let mut licence = self.take().unwrap_or_default().to_owned();
        if self.take_if("WITH") {
            licence = format!("{licence} WITH {}", self.take().unwrap_or_default());
        }
        self.allowed.contains(&licence)
    }
}

#[cfg(test)]
mod tests {
    use super::satisfied;

    #[test]
    fn expressions_are_met_as_spdx_says() {
        let allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "ISC"]
            .map(str::to_owned)
            .into();
        for met in [
            "MIT",
            "MIT OR GPL-3.0",
            "GPL-3.0 OR (MIT AND ISC)",
            "Apache-2.0/MIT",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(satisfied(met, &allowed), "{met}");
        }
        for unmet in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT", "MIT MIT"] {
            assert!(!satisfied(unmet, &allowed), "{unmet}");
        }
    }
}
