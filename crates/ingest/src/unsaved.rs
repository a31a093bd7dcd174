//! How much work would be lost if the import was killed now, where only records of it are written.

/// Objects after which records are written in any case, at first and at most.
const OBJECTS: (u64, u64) = (1 << 10, 1 << 18);
/// Bytes read after which they are.
const BYTES: (u64, u64) = (256 << 20, 64 << 30);

/// What was read and is recorded in no pack yet. The more is done, the more may be lost, so that packs do not
/// become too many.
#[derive(Debug, Default)]
pub(crate) struct Unsaved {
    objects: u64,
    bytes: u64,
    saved_objects: u64,
    saved_bytes: u64,
}

impl Unsaved {
    /// One more object of so many bytes was read.
    pub fn add(&mut self, bytes: u64) {
        self.objects += 1;
        self.bytes += bytes;
    }

    /// Whether it would be a pity.
    pub fn is_due(&self) -> bool {
        let limit = |saved: u64, (least, most): (u64, u64)| (saved / 4).clamp(least, most);
        self.objects >= limit(self.saved_objects, OBJECTS)
            || self.bytes >= limit(self.saved_bytes, BYTES)
    }

    /// Nothing would be lost now.
    pub fn saved(&mut self) {
        self.saved_objects += self.objects;
        self.saved_bytes += self.bytes;
        (self.objects, self.bytes) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_of_records_grow_with_the_import() {
        let mut unsaved = Unsaved::default();
        let mut packs = 0;
        for _ in 0..2_000_000 {
            unsaved.add(1000);
            if unsaved.is_due() {
                unsaved.saved();
                packs += 1;
            }
        }
        assert!((20..60).contains(&packs), "{packs}");
        unsaved.add(1 << 40);
        assert!(unsaved.is_due());
    }
}
