//! Checking the stored bytes of packs beyond what readers need.

use bytes::Bytes;

use super::build::{check_of, header};
use super::{Codec, FooterEntry, decode_entry};
use crate::{Error, Result, chunk_list, external};

/// Checks the stored bytes of an entry, each of them.
///
/// # Errors
/// [`Error::Damaged`] unless they are those that were written.
pub(crate) fn check_stored(entry: &FooterEntry, stored: &Bytes) -> Result<()> {
    let FooterEntry { hash, location, .. } = entry;
    let is_whole = stored.len() as u64 == location.stored_len;
    if !is_whole || check_of(location.codec, location.kind, stored) != entry.check {
        let what = format!("{} {hash} in pack {}", location.kind.name(), location.pack);
        return Err(Error::damaged(
            what,
            "its stored bytes are not those recorded",
        ));
    }
    match location.codec {
        Codec::Raw | Codec::Zstd => decode_entry(hash, location, stored.clone()).map(|_| ()),
        Codec::Cut => chunk_list::check_top(hash, location, stored),
        Codec::External => external::Record::decode(hash, location, stored).map(|_| ()),
    }
}

/// Checks what belongs to no entry of a whole pack: its header, and the zeros between entries.
/// `end` is where the footer begins; the pack is at least as long, and the entries fit into it.
///
/// # Errors
/// [`Error::Damaged`].
pub(crate) fn check_frame(whole: &[u8], end: u64, entries: &[FooterEntry]) -> Result<()> {
    let mut at = header().len();
    let mut is_sound = whole.starts_with(&header());
    for entry in entries {
        let range = entry.location.range();
        is_sound &= is_zero(&whole[at..range.start as usize]);
        at = range.end as usize;
    }
    is_sound &= is_zero(&whole[at..end as usize]);
    if is_sound {
        return Ok(());
    }
    let what = match entries.first() {
        Some(entry) => format!("pack {}", entry.location.pack),
        None => "a pack".to_owned(),
    };
    Err(Error::damaged(
        what,
        "its header or the space between its entries is not as it was written",
    ))
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}
