//! Packs: objects of about 64 MiB that hold many blobs, nodes or values and a footer index.
//!
//! ```text
//! header  64 bytes: "STRATAPK", u32 version, zeros
//! entries each at a multiple of 64 bytes, zeros between
//! footer  64 bytes an entry, in the order of the entries
//! tail    64 bytes: u64 footer offset, u64 entries, 36 zeros, u32 version, "STRATAPE"
//! ```
//! All numbers are little-endian. A pack is named by the derived hash of its footer and tail, which
//! name every entry.

mod build;
mod check;
mod compress;
mod footer;
pub(crate) mod location;

pub(crate) use build::{PackBuilder, Prepared};
pub(crate) use check::{check_frame, check_stored};
pub(crate) use footer::{FooterEntry, TAIL_BYTES, footer_offset, parse_footer};
pub use location::{Codec, EntryKind, Location};
pub(crate) use location::{decode_entry, entry_hash, unpack_entry, unpack_into};

use ids::Hash;

/// Version of the pack format.
pub(crate) const VERSION: u32 = 2;
pub(crate) const HEADER_MAGIC: &[u8; 8] = b"STRATAPK";
pub(crate) const TAIL_MAGIC: &[u8; 8] = b"STRATAPE";
/// Entries begin at multiples of this, so that they can be mapped and sent to devices as they lie.
pub(crate) const ALIGNMENT: u64 = 64;
/// Bytes of one footer entry.
pub(crate) const FOOTER_ENTRY_BYTES: usize = 64;
/// Where packs lie within the store.
pub(crate) const PREFIX: &str = "packs";
/// Context of the hash that names a pack.
const NAME_CONTEXT: &str = "strata 2026 pack v2";

/// The name of the pack with these bytes of footer and tail.
pub(crate) fn pack_name(footer_and_tail: &[u8]) -> Hash {
    Hash::derive(NAME_CONTEXT, footer_and_tail)
}

/// Path of a pack within the store.
pub(crate) fn path(pack: &Hash) -> String {
    let name = pack.to_string();
    format!("{PREFIX}/{}/{name}.pack", &name[..2])
}

/// The pack at a path of the store, if one belongs there.
pub(crate) fn name_of(path: &str) -> Option<Hash> {
    let name = path.rsplit('/').next()?.strip_suffix(".pack")?;
    name.parse().ok()
}
