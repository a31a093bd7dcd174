//! Whether every name in a graph stands for something.
//!
//! ONNX Runtime says so itself; tract looks the name up and panics.
use std::collections::HashSet;

use crate::protobuf::{Value, field, utf8};
use crate::{Error, Result};

/// Checks that each node of the model's graph, and of graphs inside its nodes, takes only what the
/// graph is given or an earlier node made, and that the graph's outputs are made.
pub fn check_names(model: &[u8]) -> Result<()> {
    each(model, |number, bytes| {
        if number == 7 {
            graph(bytes, &HashSet::new())
        } else {
            Ok(())
        }
    })
}

/// Checks one graph, which also sees the names of `outer`.
fn graph<'a>(bytes: &'a [u8], outer: &HashSet<&'a str>) -> Result<()> {
    let mut known = outer.clone();
    // Inputs and initializers may stand after the nodes in the file.
    each(bytes, |number, part| {
        match number {
            // ValueInfoProto.name, TensorProto.name, SparseTensorProto.values.name
            11 => known.extend(text(part, 1)?),
            5 => known.extend(text(part, 8)?),
            15 => each(part, |number, values| {
                if number == 1 {
                    known.extend(text(values, 8)?);
                }
                Ok(())
            })?,
            _ => {}
        }
        Ok(())
    })?;
    each(bytes, |number, part| {
        if number == 1 {
            node(part, &mut known)
        } else {
            Ok(())
        }
    })?;
    each(bytes, |number, part| match (number, text(part, 1)) {
        (12, Ok(Some(name))) if !known.contains(name) => Err(unknown("the output", name)),
        (12, Err(error)) => Err(error),
        _ => Ok(()),
    })
}

fn node<'a>(bytes: &'a [u8], known: &mut HashSet<&'a str>) -> Result<()> {
    let mut made = Vec::new();
    each(bytes, |number, part| match number {
        1 => {
            let name = utf8(part)?;
            // An optional input that is left out has an empty name.
            if name.is_empty() || known.contains(name) {
                Ok(())
            } else {
                Err(unknown("a node's input", name))
            }
        }
        2 => {
            made.push(utf8(part)?);
            Ok(())
        }
        // AttributeProto.g and .graphs
        5 => each(part, |number, inner| {
            if matches!(number, 6 | 11) {
                graph(inner, known)
            } else {
                Ok(())
            }
        }),
        _ => Ok(()),
    })?;
    known.extend(made);
    Ok(())
}

/// The text in field `wanted` of a message.
fn text(bytes: &[u8], wanted: u64) -> Result<Option<&str>> {
    let mut found = None;
    each(bytes, |number, part| {
        if number == wanted {
            found = Some(utf8(part)?);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Calls `take` for each field that holds bytes.
fn each<'a>(mut bytes: &'a [u8], mut take: impl FnMut(u64, &'a [u8]) -> Result<()>) -> Result<()> {
    while !bytes.is_empty() {
        if let (number, Value::Bytes(part)) = field(&mut bytes)? {
            take(number, part)?;
        }
    }
    Ok(())
}

fn unknown(what: &str, name: &str) -> Error {
    Error::NotOnnx(format!("{what} {name:?} is made by nothing before it"))
}
