//! Looking through the page headers of a Parquet column chunk before anything believes them.
//!
//! A page says how many bytes it becomes when it is unpacked, and a reader makes room for them. Here each header is
//! read from its Thrift form and held against what the file's footer says and against a bound.
use std::io::{Read, Seek, SeekFrom};

/// Most bytes that a page may become.
pub const MAX_PAGE_BYTES: u64 = 128 << 20;
/// A page header is a few dozen bytes, and its statistics some more.
const MAX_HEADER_BYTES: u64 = 64 << 10;
const MAX_DEPTH: u32 = 16;

/// Checks the pages of a chunk that lies at `range` and becomes `unpacked` bytes.
///
/// # Errors
/// What is wrong, in words.
pub fn check_pages<R: Read + Seek>(
    file: &mut R,
    range: std::ops::Range<u64>,
    unpacked: u64,
) -> Result<(), String> {
    let mut at = range.start;
    let mut left = unpacked;
    while at < range.end {
        file.seek(SeekFrom::Start(at)).map_err(|e| e.to_string())?;
        let room = (range.end - at).min(MAX_HEADER_BYTES);
        let mut header = Thrift {
            from: file.by_ref().take(room),
            read: 0,
        };
        let page = header.page()?;
        let (small, large) = (positive(page.packed)?, positive(page.unpacked)?);
        if large > MAX_PAGE_BYTES {
            return Err(format!("a page says that it becomes {large} bytes"));
        }
        let taken = header.read + large;
        left = left
            .checked_sub(taken)
            .ok_or("its pages become more bytes than its footer says")?;
        at = at
            .checked_add(header.read + small)
            .filter(|at| *at <= range.end)
            .ok_or("a page goes beyond its column")?;
    }
    Ok(())
}

fn positive(number: Option<i64>) -> Result<u64, String> {
    let number = number.ok_or("a page does not say its length")?;
    u64::try_from(number).map_err(|_| "a page has a negative length".to_owned())
}

#[derive(Default)]
struct Page {
    unpacked: Option<i64>,
    packed: Option<i64>,
}

/// Thrift's compact protocol, as far as page headers go.
struct Thrift<R> {
    from: R,
    read: u64,
}

impl<R: Read> Thrift<R> {
    fn page(&mut self) -> Result<Page, String> {
        let mut page = Page::default();
        let mut field = 0;
        while let Some(kind) = self.field(&mut field)? {
            match (field, kind) {
                (2, 5) => page.unpacked = Some(self.zigzag()?),
                (3, 5) => page.packed = Some(self.zigzag()?),
                _ => self.skip(kind, 0)?,
            }
        }
        Ok(page)
    }

    /// The next field's type; none at the end of the struct.
    fn field(&mut self, number: &mut i64) -> Result<Option<u8>, String> {
        let head = self.byte()?;
        if head == 0 {
            return Ok(None);
        }
        *number = match head >> 4 {
            0 => self.zigzag()?,
            step => number.saturating_add(i64::from(step)),
        };
        Ok(Some(head & 0x0f))
    }

    fn skip(&mut self, kind: u8, depth: u32) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Err("a page header nests too deep".to_owned());
        }
        match kind {
            1 | 2 => Ok(()),
            3 => self.byte().map(drop),
            4..=6 => self.varint().map(drop),
            7 => self.skip_bytes(8),
            8 => {
                let length = self.varint()?;
                self.skip_bytes(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = match head >> 4 {
                    15 => self.varint()?,
                    count => u64::from(count),
                };
                for _ in 0..count {
                    // A truth value has a byte of its own in a list.
                    match head & 0x0f {
                        1 | 2 => self.byte().map(drop)?,
                        kind => self.skip(kind, depth + 1)?,
                    }
                }
                Ok(())
            }
            12 => {
                let mut field = 0;
                while let Some(kind) = self.field(&mut field)? {
                    self.skip(kind, depth + 1)?;
                }
                Ok(())
            }
            _ => Err("a page header has a part of an unknown type".to_owned()),
        }
    }

    fn byte(&mut self) -> Result<u8, String> {
        let mut byte = [0];
        let read = self.from.read_exact(&mut byte);
        read.map_err(|_| "a page header does not end".to_owned())?;
        self.read += 1;
        Ok(byte[0])
    }

    fn skip_bytes(&mut self, count: u64) -> Result<(), String> {
        for _ in 0..count {
            self.byte()?;
        }
        Ok(())
    }

    fn varint(&mut self) -> Result<u64, String> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err("a page header holds a number that is too long".to_owned())
    }

    fn zigzag(&mut self) -> Result<i64, String> {
        let number = self.varint()?;
        Ok((number >> 1).cast_signed() ^ -((number & 1).cast_signed()))
    }
}
