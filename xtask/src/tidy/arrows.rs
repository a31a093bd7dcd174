//! Arrows between crates point down, and each heavy dependency comes in through its own door.

use crate::house::{DOORS, PURE, STOREYS, TEST_ONLY};
use crate::tidy::manifests::Manifest;

/// One line for each arrow that points up or sideways, and each dependency outside its door.
pub fn check(manifests: &[Manifest]) -> Vec<String> {
    let mut wrong = Vec::new();
    for manifest in manifests {
        let Some(storey) = storey_of(&manifest.name) else {
            wrong.push(format!(
                "{}: no floor; give it one in xtask/src/house.rs",
                manifest.name
            ));
            continue;
        };
        if !manifest.workspace_lints {
            wrong.push(format!(
                "{}: lacks `[lints] workspace = true`",
                manifest.name
            ));
        }
        for dependency in &manifest.dependencies {
            wrong.extend(arrow(&manifest.name, storey, dependency));
            wrong.extend(outside_door(&manifest.name, dependency, false));
        }
        for dependency in &manifest.test_dependencies {
            if !TEST_ONLY.contains(&dependency.as_str()) {
                wrong.extend(arrow(&manifest.name, storey, dependency));
            }
            wrong.extend(outside_door(&manifest.name, dependency, true));
        }
    }
    wrong
}

fn storey_of(name: &str) -> Option<u32> {
    let entry = STOREYS.iter().find(|(known, _)| *known == name);
    entry.map(|(_, storey)| *storey)
}

fn arrow(from: &str, storey: u32, to: &str) -> Option<String> {
    let target = storey_of(to)?;
    let down = target < storey || (target == PURE && storey == PURE);
    (!down).then(|| format!("{from} -> {to}: the arrow does not point down"))
}

fn outside_door(from: &str, dependency: &str, for_tests: bool) -> Option<String> {
    let door = DOORS.iter().find(|door| door.dependency == dependency)?;
    let allowed = door.crates.contains(&from) || (for_tests && door.tests.contains(&from));
    (!allowed).then(|| {
        let doors = door.crates.join(", ");
        format!("{from} uses {dependency}, whose door is {doors}")
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::manifests::parse;

    fn findings(name: &str, rest: &str) -> Vec<String> {
        let text = format!("[package]\nname = \"{name}\"\n[lints]\nworkspace = true\n{rest}");
        check(&[parse(&text.parse().unwrap()).unwrap()])
    }

    #[test]
    fn down_is_allowed() {
        assert!(findings("db", "[dependencies]\nids = {}\nsea-orm = {}").is_empty());
        assert!(findings("standard", "[dependencies]\nannotation = {}").is_empty());
        assert!(findings("db", "[dev-dependencies]\ntestkit = {}").is_empty());
    }

    #[test]
    fn up_and_sideways_are_not() {
        assert_eq!(findings("ids", "[dependencies]\ndb = {}").len(), 1);
        assert_eq!(
            findings("blob_store", "[dependencies]\nmedia = {}").len(),
            1
        );
        assert_eq!(findings("backend", "[dependencies]\nworkers = {}").len(), 1);
        assert_eq!(findings("workers", "[dependencies]\nbackend = {}").len(), 1);
        assert_eq!(findings("db", "[dependencies]\ntestkit = {}").len(), 1);
        assert_eq!(findings("db", "[dev-dependencies]\nbackend = {}").len(), 1);
    }

    #[test]
    fn a_heavy_dependency_has_one_door() {
        assert_eq!(findings("backend", "[dependencies]\npolars = {}").len(), 1);
        assert_eq!(
            findings("version_store", "[dependencies]\nobject_store = {}").len(),
            1
        );
        assert!(findings("backend", "[dev-dependencies]\nreqwest = {}").is_empty());
        assert_eq!(findings("backend", "[dependencies]\nreqwest = {}").len(), 1);
    }

    #[test]
    fn an_unknown_crate_and_missing_lints_are_named() {
        assert!(findings("helpers", "")[0].contains("no floor"));
        let bare = parse(&"[package]\nname = \"ids\"".parse().unwrap()).unwrap();
        assert!(check(&[bare])[0].contains("lints"));
    }
}
