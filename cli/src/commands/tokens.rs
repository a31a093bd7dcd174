//! `strata tokens`: how a tokenizer cuts a text.

use std::io::Read;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use media::Tokenizer;
use serde_json::json;

/// Counts the tokens of a text, or lists them with their offsets in Unicode code points.
#[derive(clap::Args, Debug)]
pub struct TokensArguments {
    /// A Hugging Face tokenizer.json
    #[arg(long, value_name = "FILE")]
    tokenizer: PathBuf,
    /// List the tokens with their offsets
    #[arg(long)]
    offsets: bool,
    /// Read the text from a file; - is stdin
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    file: Option<PathBuf>,
    /// The text
    text: Option<String>,
}

/// Prints the count, or the tokens.
///
/// # Errors
/// When the tokenizer or the text can't be read.
pub fn run(arguments: &TokensArguments, json: bool) -> Result<()> {
    let text = text(arguments)?;
    let tokenizer = Tokenizer::from_file(&arguments.tokenizer)?;
    if !arguments.offsets {
        let count = tokenizer.count(&text)?;
        if json {
            println!("{}", json!({"tokens": count}));
        } else {
            println!("{count}");
        }
        return Ok(());
    }
    let tokens = tokenizer.encode(&text)?;
    if json {
        println!("{}", json!({"tokens": tokens.len(), "offsets": tokens}));
        return Ok(());
    }
    for token in &tokens {
        println!(
            "{:>6} {:>6}  {:>8}  {}",
            token.start,
            token.end,
            token.id,
            token.text.escape_debug()
        );
    }
    Ok(())
}

fn text(arguments: &TokensArguments) -> Result<String> {
    match (&arguments.text, &arguments.file) {
        (Some(text), _) => Ok(text.clone()),
        (None, Some(path)) if path.as_os_str() == "-" => {
            let mut text = String::new();
            std::io::stdin()
                .read_to_string(&mut text)
                .context("stdin")?;
            Ok(text)
        }
        (None, Some(path)) => {
            std::fs::read_to_string(path).with_context(|| path.display().to_string())
        }
        (None, None) => bail!("give a text, or a file with --file"),
    }
}
