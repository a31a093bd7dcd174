//! `strata standard`: standards as files, without a server.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use serde_json::json;
use standard::{ChangeKind, StandardContent, difference};

/// Reads, checks and compares standards.
#[derive(clap::Subcommand, Debug)]
pub enum StandardCommand {
    /// Make a standard of a file, check it, and print it as JSON
    Import(ImportArguments),
    /// Show a standard: its layers, classes and keys
    Show {
        /// A standard as JSON; - is stdin
        file: PathBuf,
    },
    /// List what changed from one standard to another
    Diff {
        /// The older standard, as JSON
        old: PathBuf,
        /// The newer standard, as JSON
        new: PathBuf,
    },
}

/// Where a standard comes from.
#[derive(clap::Args, Debug)]
pub struct ImportArguments {
    /// What the file is
    #[arg(long, value_enum)]
    format: StandardFormat,
    /// The standard's title, where the file has none
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Write the standard into this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The file; - is stdin
    file: PathBuf,
}

/// Files that say what is to be labelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StandardFormat {
    /// A labelling configuration of Label Studio
    Labelstudio,
    /// A standard as JSON
    Json,
}

/// Runs a command about standards.
///
/// # Errors
/// When a file can't be read, is no standard, or the standard breaks a rule.
pub fn run(command: &StandardCommand, json: bool) -> Result<()> {
    match command {
        StandardCommand::Import(arguments) => import(arguments, json),
        StandardCommand::Show { file } => show(&checked(file)?, json),
        StandardCommand::Diff { old, new } => diff(&checked(old)?, &checked(new)?, json),
    }
}

fn import(arguments: &ImportArguments, json: bool) -> Result<()> {
    let text = read(&arguments.file)?;
    let place = || arguments.file.display().to_string();
    let (mut content, notes) = match arguments.format {
        StandardFormat::Json => (parse(&text).with_context(place)?, Vec::new()),
        StandardFormat::Labelstudio => {
            let stem = arguments.file.file_stem().unwrap_or_default();
            let config = label_studio::read_config(&text, &stem.to_string_lossy())
                .map_err(|error| anyhow::anyhow!("{}: {error} ({})", place(), error.code()))?;
            (config.standard, config.notes)
        }
    };
    if let Some(title) = &arguments.title {
        content.title.clone_from(title);
    }
    check(&content).with_context(place)?;
    for note in &notes {
        eprintln!("note: {}: {note}", place());
    }
    let hash = content.hash();
    let pretty = serde_json::to_string_pretty(&content)?;
    if let Some(out) = &arguments.out {
        std::fs::write(out, format!("{pretty}\n")).with_context(|| out.display().to_string())?;
    }
    if json {
        println!(
            "{}",
            json!({"hash": hash, "standard": content, "notes": notes})
        );
    } else if let Some(out) = &arguments.out {
        println!("standard {} in {}", hash.short(), out.display());
    } else {
        println!("{pretty}");
    }
    Ok(())
}

fn show(content: &StandardContent, json: bool) -> Result<()> {
    if json {
        println!("{}", json!({"hash": content.hash(), "standard": content}));
        return Ok(());
    }
    println!("{}  {}", content.title, content.hash().short());
    for layer in &content.layers {
        let required = if layer.required { ", required" } else { "" };
        let multiple = if layer.multiple { ", several" } else { "" };
        println!(
            "\n{}: {} on {}{required}{multiple}",
            layer.name,
            layer.kind.as_str().replace('_', " "),
            layer.field
        );
        for class in &layer.classes {
            let key = class.hotkey.as_deref().unwrap_or(" ");
            let attributes: Vec<&str> = class.attributes.iter().map(|a| a.name.as_str()).collect();
            println!("  {key}  {}  {}", class.name, attributes.join(", "));
        }
    }
    Ok(())
}

fn diff(old: &StandardContent, new: &StandardContent, json: bool) -> Result<()> {
    let changes = difference(old, new);
    if json {
        println!(
            "{}",
            json!({"old": old.hash(), "new": new.hash(), "changes": changes})
        );
        return Ok(());
    }
    for change in &changes {
        let (old, new) = (&change.old, &change.new);
        match change.kind {
            ChangeKind::Added => println!("+ {}: {new}", change.path),
            ChangeKind::Removed => println!("- {}: {old}", change.path),
            ChangeKind::Changed | ChangeKind::Reordered => {
                println!("~ {}: {old} -> {new}", change.path);
            }
        }
    }
    if changes.is_empty() {
        println!("the two standards are the same: {}", old.hash().short());
    }
    Ok(())
}

/// Reads a standard that is a JSON file and must keep all rules.
fn checked(file: &Path) -> Result<StandardContent> {
    let place = || file.display().to_string();
    let content = parse(&read(file)?).with_context(place)?;
    check(&content).with_context(place)?;
    Ok(content)
}

/// The content, which may stand below `standard` as `--json` prints it.
fn parse(text: &str) -> Result<StandardContent> {
    let mut value: serde_json::Value = serde_json::from_str(text)?;
    if let Some(standard) = value.get_mut("standard") {
        value = standard.take();
    }
    Ok(serde_json::from_value(value)?)
}

fn check(content: &StandardContent) -> Result<()> {
    let found = content.check();
    if found.is_empty() {
        return Ok(());
    }
    let lines = found
        .iter()
        .map(|each| format!("{}: {} ({})", each.path, each.message, each.code));
    bail!("{}", lines.collect::<Vec<_>>().join("\n"))
}

fn read(file: &Path) -> Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        return Ok(text);
    }
    std::fs::read_to_string(file).with_context(|| file.display().to_string())
}
