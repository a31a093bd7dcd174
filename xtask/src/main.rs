//! Checks of the house that no compiler makes: `cargo xtask tidy`.

mod house;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["tidy"] => report(tidy::run(&root())),
        _ => {
            eprintln!("usage: cargo xtask tidy");
            ExitCode::from(2)
        }
    }
}

/// The root of the checkout this program was built from.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask is a folder of the workspace")
        .to_owned()
}

fn report(outcome: anyhow::Result<tidy::Findings>) -> ExitCode {
    match outcome {
        Ok(findings) if findings.wrong.is_empty() => {
            println!("{}", findings.summary);
            ExitCode::SUCCESS
        }
        Ok(findings) => {
            for line in &findings.wrong {
                eprintln!("{line}");
            }
            eprintln!("{} things are not in their place", findings.wrong.len());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("tidy could not look: {error:#}");
            ExitCode::FAILURE
        }
    }
}
