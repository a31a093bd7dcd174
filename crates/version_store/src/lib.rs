//! The version store: packs, trees, commits, refs, diff, merge, fsck.
