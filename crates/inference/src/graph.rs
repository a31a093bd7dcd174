//! A look into an ONNX file before any runtime touches it.
//!
//! A runtime would follow external data paths relative to the working directory, load custom
//! operators and run loops without end. The protobuf is walked here, without decoding weights,
//! and a graph that names one of them is refused.
use std::collections::BTreeSet;

use crate::names::check_names;
use crate::protobuf::{Value, field, utf8};
use crate::{Error, Result};

/// What a graph is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GraphFacts {
    /// Operators used, as `Gemm` or `com.microsoft.Gelu`.
    pub operators: BTreeSet<String>,
}

/// Most bytes of a model file.
const MAX_BYTES: usize = 2 << 30;
/// Deepest nesting of sub-graphs and messages.
const MAX_DEPTH: usize = 64;
/// Operator sets that runtimes bring along.
const DOMAINS: [&str; 4] = ["", "ai.onnx", "ai.onnx.ml", "com.microsoft"];
/// Operators that run a sub-graph as often as their input says.
const UNBOUNDED: [&str; 2] = ["Loop", "Scan"];

/// Walks the model in `bytes`.
///
/// # Errors
/// [`Error::NotOnnx`] for bytes that are no ONNX protobuf, [`Error::Refused`] for external
/// data, operators of foreign domains, loops, and files over 2 GiB.
pub fn inspect(bytes: &[u8]) -> Result<GraphFacts> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::Refused(format!(
            "it is larger than {MAX_BYTES} bytes"
        )));
    }
    let mut facts = GraphFacts::default();
    let mut graphs = 0;
    walk(bytes, Message::Model, 0, &mut |found| {
        match found {
            Found::Graph => graphs += 1,
            Found::External => {
                let reason = "it names external data; export it with its weights inside";
                return Err(Error::Refused(reason.to_owned()));
            }
            Found::Operator { domain, kind } => facts.take(domain, kind)?,
        }
        Ok(())
    })?;
    if graphs == 0 || facts.operators.is_empty() {
        return Err(Error::NotOnnx("it holds no graph".to_owned()));
    }
    check_names(bytes)?;
    Ok(facts)
}

impl GraphFacts {
    fn take(&mut self, domain: &str, kind: &str) -> Result<()> {
        if !DOMAINS.contains(&domain) {
            return Err(Error::Refused(format!(
                "operator {kind:?} is of the foreign domain {domain:?}"
            )));
        }
        if UNBOUNDED.contains(&kind) {
            return Err(Error::Refused(format!(
                "operator {kind} may run without end"
            )));
        }
        let name = if domain.is_empty() || domain == "ai.onnx" {
            kind.to_owned()
        } else {
            format!("{domain}.{kind}")
        };
        self.operators.insert(name);
        Ok(())
    }
}

/// The protobuf messages that can lead to an operator or a tensor.
#[derive(Clone, Copy, PartialEq)]
enum Message {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    SparseTensor,
    Function,
}

impl Message {
    /// The message in field `number`, where it matters here.
    fn child(self, number: u64) -> Option<Self> {
        Some(match (self, number) {
            (Self::Model, 7) | (Self::Attribute, 6 | 11) => Self::Graph,
            (Self::Model, 25) => Self::Function,
            (Self::Graph, 1) | (Self::Function, 7) => Self::Node,
            (Self::Graph, 5) | (Self::Attribute, 5 | 10) | (Self::SparseTensor, 1 | 2) => {
                Self::Tensor
            }
            (Self::Graph, 15) | (Self::Attribute, 22 | 23) => Self::SparseTensor,
            (Self::Node, 5) => Self::Attribute,
            _ => return None,
        })
    }
}

enum Found<'a> {
    Graph,
    External,
    Operator { domain: &'a str, kind: &'a str },
}

type Take<'f> = &'f mut dyn FnMut(Found<'_>) -> Result<()>;

fn walk(mut bytes: &[u8], message: Message, depth: usize, take: Take<'_>) -> Result<()> {
    if depth > MAX_DEPTH {
        return Err(Error::Refused(
            "its sub-graphs are nested too deep".to_owned(),
        ));
    }
    if message == Message::Graph {
        take(Found::Graph)?;
    }
    let (mut kind, mut domain) = ("", "");
    while !bytes.is_empty() {
        let (number, value) = field(&mut bytes)?;
        match (message, number, value) {
            // TensorProto: external_data, and data_location other than DEFAULT.
            (Message::Tensor, 13, _) => take(Found::External)?,
            (Message::Tensor, 14, Value::Number(1..)) => take(Found::External)?,
            (Message::Node, 4, Value::Bytes(text)) => kind = utf8(text)?,
            (Message::Node, 7, Value::Bytes(text)) => domain = utf8(text)?,
            (_, _, Value::Bytes(inner)) => {
                if let Some(child) = message.child(number) {
                    walk(inner, child, depth + 1, take)?;
                }
            }
            _ => {}
        }
    }
    if message == Message::Node {
        take(Found::Operator { domain, kind })?;
    }
    Ok(())
}
