//! A change segment over a small version in memory, for the fuzz target `overlay`: it is refused, or the tree that
//! comes of it is the one that its rows make, however they came there.

use std::collections::BTreeMap;

use blob_store::{ObjectRoot, StoreAccess};
use bytes::Bytes;

use crate::commit::Roots;
use crate::held::Held;
use crate::objects::Objects;
use crate::segment::{FolderMove, RowEdits, Segment};
use crate::tree::Edit;
use crate::{Result, StoreOptions};

/// A folder that is not there: nothing is read from it but that nothing is there.
const NOWHERE: &str = "/strata/fuzzing/nowhere";
/// Moves of many folders with many rows only take time.
const MAX_MOVES: usize = 8;

/// Rows of the three trees.
type Rows = [BTreeMap<Vec<u8>, Held>; 3];

/// Whether a segment can be applied.
pub(crate) fn applies(segment: Segment) -> bool {
    if segment.moves.len() > MAX_MOVES {
        return false;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.is_ok_and(|runtime| runtime.block_on(apply(segment)).is_ok())
}

async fn apply(segment: Segment) -> Result<()> {
    let root = ObjectRoot::open(NOWHERE, &StoreAccess::default())?;
    let objects = Objects::new(root, &StoreOptions::default());
    let apply = |roots, segment| objects.apply_segments(roots, vec![segment]);
    let (below, _nodes, _) = apply(Roots::empty(), example()).await?;
    let (roots, _more_nodes, _) = apply(below, segment.clone()).await?;
    let mut rows = Rows::default();
    for mut segment in [example(), segment] {
        move_rows(&mut rows, &segment.moves);
        for (rows, edits) in rows.iter_mut().zip(segment.rows.trees_mut()) {
            for edit in std::mem::take(edits) {
                match edit.value {
                    Some(held) => _ = rows.insert(edit.key, held),
                    None => _ = rows.remove(&edit.key),
                }
            }
        }
    }
    let [samples, labels, provenance] = rows.map(|rows| {
        let edit = |(key, held)| Edit {
            key,
            value: Some(held),
        };
        rows.into_iter().map(edit).collect()
    });
    let whole = Segment {
        moves: Vec::new(),
        rows: RowEdits {
            samples,
            labels,
            provenance,
        },
    };
    let (expected, ..) = apply(Roots::empty(), whole).await?;
    assert_eq!(roots, expected, "the same rows, another tree");
    Ok(())
}

/// What moving folders means.
fn move_rows(rows: &mut Rows, moves: &[FolderMove]) {
    for folder in moves {
        for rows in rows.iter_mut() {
            let moved = std::mem::take(rows).into_iter().map(|(key, held)| {
                match key.strip_prefix(folder.from.as_bytes()) {
                    Some(rest) => ([folder.to.as_bytes(), rest].concat(), held),
                    None => (key, held),
                }
            });
            *rows = moved.collect();
        }
    }
}

/// A few folders with samples, and labels of them.
pub(crate) fn example() -> Segment {
    let mut rows = RowEdits::default();
    for folder in ["a", "a/b", "c"] {
        for number in 0..30 {
            let key = format!("{folder}/{number:02}");
            let edit = |key: String| Edit {
                value: Some(Held::Value(Bytes::from(key.clone()))),
                key: key.into(),
            };
            rows.labels.push(edit(format!("{key}\0layer\0item")));
            rows.provenance.push(edit(format!("{key}\0layer\0item")));
            rows.samples.push(edit(key));
        }
    }
    for edits in rows.trees_mut() {
        edits.sort_by(|one, other| one.key.cmp(&other.key));
    }
    Segment {
        moves: Vec::new(),
        rows,
    }
}
