//! Documents made from the code are current. `UPDATE=1` writes them.

use std::path::{Path, PathBuf};

use backend::http::Policy;

#[allow(
    clippy::disallowed_methods,
    reason = "UPDATE=1 is for people at a terminal, not a setting"
)]
fn current(path: &str, text: &str) {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == text,
        "{} is not current: run UPDATE=1 cargo test -p backend documents",
        path.display()
    );
}

#[test]
fn errors_page() {
    current("../docs/errors.md", &api_types::error_code::as_markdown());
}

#[test]
fn openapi_document() {
    current("../frontend/openapi.json", &backend::openapi_json());
}

#[test]
fn open_routes() {
    let table = backend::table();
    let open = table
        .routes()
        .iter()
        .filter(|route| route.policy == Policy::Open);
    let mut lines: Vec<String> = open
        .flat_map(|route| {
            route
                .methods
                .iter()
                .map(move |method| format!("{method} {}\n", route.path))
        })
        .collect();
    lines.sort();
    current("tests/it/open_routes.txt", &lines.concat());
}

#[test]
fn operations_have_names_of_their_own() {
    let document: serde_json::Value = serde_json::from_str(&backend::openapi_json()).unwrap();
    let mut names = std::collections::HashSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap_or_default();
            assert!(!name.is_empty(), "{method} {path}");
            let head_of_get = method == "head";
            assert!(
                names.insert(name.to_owned()) || head_of_get,
                "{name} is there twice"
            );
            assert!(
                operation["tags"][0].is_string(),
                "{method} {path} has no room"
            );
        }
    }
}
