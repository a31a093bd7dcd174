//! Checking what a commit names: its trees, their order and borders, and every row.

use std::collections::HashSet;
use std::sync::Arc;

use dataset::Field;
use ids::Hash;

use crate::fsck::{FsckReport, Place};
use crate::fsck_data::Sound;
use crate::held::Held;
use crate::node::Node;
use crate::overlay::Made;
use crate::rows::{decode_label, decode_provenance, decode_sample};
use crate::tree::{self, check_child, ends_node};
use crate::{Commit, Error, Result, Store};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum TreeKind {
    Samples,
    Labels,
    Provenance,
}

/// Nodes that were checked already, as which tree.
#[derive(Debug, Default)]
pub(crate) struct CheckedNodes(HashSet<(TreeKind, Hash)>);

/// One tree on the way to being checked.
struct Check<'a> {
    kind: TreeKind,
    place: &'a Place<'a>,
    sound: &'a Sound,
    report: &'a mut FsckReport,
    checked: &'a mut CheckedNodes,
}

impl Store {
    /// Checks the trees of a commit; with no sound entries given, only that the roots can be read.
    pub(crate) async fn check_commit(
        &self,
        commit: &Commit,
        place: &Place<'_>,
        report: &mut FsckReport,
        (sound, checked): (Option<&Sound>, &mut CheckedNodes),
    ) {
        if let Err(error) = self.objects.meta(&commit.meta).await {
            report.add(&error, place);
        }
        if let Err(error) = self.check_generation(commit, place).await {
            report.add(&error, place);
        }
        let _made = match self.check_segment(commit, place, sound.is_some()).await {
            Ok(made) => made,
            Err(error) => return report.add(&error, place),
        };
        let trees = [
            (
                TreeKind::Samples,
                commit.samples,
                Some(commit.counts.samples),
            ),
            (TreeKind::Labels, commit.labels, Some(commit.counts.labels)),
            (TreeKind::Provenance, commit.provenance, None),
        ];
        for (kind, root, count) in trees {
            let node = match self.objects.node(&root).await {
                Ok(node) => node,
                Err(error) => {
                    report.add(&error, place);
                    continue;
                }
            };
            if count.is_some_and(|count| count != node.total_rows()) {
                let what = format!("the root {root}");
                report.add(
                    &Error::damaged(what, "it has not as many rows as the commit says"),
                    place,
                );
            }
            if sound.is_none() {
                report.nodes += 1;
            }
            if let Some(sound) = sound {
                let mut check = Check {
                    kind,
                    place,
                    sound,
                    report,
                    checked,
                };
                self.check_tree(&mut check, root, node).await;
            }
        }
    }

    async fn check_generation(&self, commit: &Commit, place: &Place<'_>) -> Result<()> {
        let mut highest = 0;
        for parent in &commit.parents {
            // A parent that can't be read is named by itself.
            let Ok(parent) = self.objects.commit(parent).await else {
                return Ok(());
            };
            highest = parent.generation.max(highest);
        }
        if commit.generation == highest.saturating_add(1) {
            return Ok(());
        }
        let name = place.commit.unwrap_or(commit.tree);
        Err(Error::damaged(
            format!("commit {name}"),
            "its generation is not one more than that of its parents",
        ))
    }

    /// Checks that the change segment leads from the first parent to this commit; the nodes that
    /// are not in the store.
    async fn check_segment(
        &self,
        commit: &Commit,
        place: &Place<'_>,
        again: bool,
    ) -> Result<Option<Arc<Made>>> {
        let (Some(changes), Some(hash)) = (&commit.changes, &place.commit) else {
            return Ok(None);
        };
        let made = self.objects.made(hash).await?;
        let segment = self.objects.segment(changes).await?;
        if let (true, Some(parent)) = (again, commit.parents.first()) {
            let parent = self.objects.made(parent).await?;
            let roots = match segment.moves.is_empty() {
                true => {
                    let rows = segment.rows;
                    self.objects.roots_after(parent.roots, rows).await?
                }
                false => {
                    let segments = vec![segment];
                    self.objects.apply_segments(parent.roots, segments).await?.0
                }
            };
            if roots != commit.roots() {
                let what = format!("segment {changes}");
                return Err(Error::damaged(
                    what,
                    "it does not lead to the roots of its commit",
                ));
            }
        }
        Ok(Some(made))
    }

    async fn check_tree(&self, check: &mut Check<'_>, root: Hash, top: Arc<Node>) {
        // Whether nothing of the same level follows: only such a node may end before its border.
        let mut open = vec![(root, top, true)];
        while let Some((hash, node, is_last)) = open.pop() {
            let seen = !check.checked.0.insert((check.kind, hash));
            // On the right edge what follows is part of the check, so those are looked at again.
            if seen && !is_last {
                continue;
            }
            check.report.nodes += 1;
            if let Err(error) = check_borders(&hash, &node, is_last) {
                check.report.add(&error, check.place);
            }
            for row in 0..node.len() {
                if node.level == 0 {
                    if !seen {
                        self.check_row(check, &node, row).await;
                    }
                    continue;
                }
                let child = node.child(row);
                let below = match self.objects.node(&child.hash).await {
                    Ok(below) => below,
                    Err(error) => {
                        check.report.add(&error, check.place);
                        continue;
                    }
                };
                let fits = check_child(&node, row, &below)
                    .and_then(|()| check_rows_beneath(&child.hash, &below, child.rows));
                match fits {
                    Ok(()) => open.push((child.hash, below, is_last && row + 1 == node.len())),
                    Err(error) => check.report.add(&error, check.place),
                }
            }
        }
    }

    async fn check_row(&self, check: &mut Check<'_>, node: &Node, row: usize) {
        let key = node.key(row);
        if let Err(error) = self.read_row(check, key, node, row).await {
            let sample = crate::rows::sample_of_label(key);
            let key = Some(String::from_utf8_lossy(sample).into_owned());
            check.report.add(
                &error,
                &Place {
                    key,
                    ..check.place.clone()
                },
            );
        }
    }

    async fn read_row(&self, check: &Check<'_>, key: &[u8], node: &Node, row: usize) -> Result<()> {
        // Of what was erased only the hash is there, and the node was checked with it.
        let held = node.held(row);
        if matches!(held, Held::Erased(_)) {
            return Ok(());
        }
        let value = tree::value(&self.objects, key, held).await?;
        match check.kind {
            TreeKind::Labels => decode_label(key, &value).map(|_| ()),
            TreeKind::Provenance => decode_provenance(key, &value).map(|_| ()),
            TreeKind::Samples => {
                let sample = decode_sample(key, &value)?;
                for blob in sample.fields.values().filter_map(Field::blob) {
                    self.check_blob(check.sound, &blob.hash, blob.bytes).await?;
                }
                Ok(())
            }
        }
    }
}

fn check_rows_beneath(hash: &Hash, node: &Node, rows: u64) -> Result<()> {
    if node.total_rows() == rows {
        return Ok(());
    }
    Err(Error::damaged(
        format!("node {hash}"),
        "it has not as many rows as the node above it says",
    ))
}

fn check_borders(hash: &Hash, node: &Node, is_last: bool) -> Result<()> {
    for row in 0..node.len() {
        let ends = ends_node(node.level, row + 1, node.key(row));
        let is_end = row + 1 == node.len();
        if ends && !is_end || !ends && is_end && !is_last {
            return Err(Error::damaged(
                format!("node {hash}"),
                "it does not end where its keys say",
            ));
        }
    }
    Ok(())
}
