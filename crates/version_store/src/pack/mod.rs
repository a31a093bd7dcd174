//! Packs: objects of about 64 MiB that hold many blobs, nodes or values and a footer index.
//!
//! ```text
//! header  64 bytes: "STRATAPK", u32 version, u32 0 …
//! entries each at a multiple of 64 bytes, zeros between
//! footer  64 bytes an entry, in the order of the entries
//! tail    64 bytes: u64 footer offset, u64 entries, 32 bytes footer hash, u32 version, u32 0, "STRATAPE"
//! ```
//! All numbers are little-endian. A pack is named by the plain BLAKE3 of all its bytes.

mod build;
mod footer;
pub(crate) mod location;

pub(crate) use build::{PackBuilder, Prepared};
pub use build::{PreparedBlob, prepare_blob};
pub(crate) use footer::{TAIL_BYTES, parse_footer, parse_tail};
pub use location::{Codec, EntryKind, Location};
pub(crate) use location::{decode_entry, unpack_entry};

/// Version of the pack format.
pub(crate) const VERSION: u32 = 1;
pub(crate) const HEADER_MAGIC: &[u8; 8] = b"STRATAPK";
pub(crate) const TAIL_MAGIC: &[u8; 8] = b"STRATAPE";
/// Entries begin at multiples of this, so that they can be mapped and sent to devices as they lie.
pub(crate) const ALIGNMENT: u64 = 64;
/// Bytes of one footer entry.
pub(crate) const FOOTER_ENTRY_BYTES: usize = 64;

/// Path of a pack within the store.
pub(crate) fn path(pack: &ids::Hash) -> String {
    let name = pack.to_string();
    format!("packs/{}/{name}.pack", &name[..2])
}
