//! One tar file for an index folder, and back.
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Component, Path};

use crate::{Error, Result};

/// Most bytes an unpacked index may have.
const MAX_BYTES: u64 = 64 << 30;
/// Most files an index may have.
const MAX_FILES: usize = 100_000;

/// Writes the files of the index in `folder` to `out` as a tar. The same files make the same bytes.
///
/// # Errors
/// A folder that can't be read or an `out` that can't be written.
pub fn pack(folder: &Path, out: impl Write) -> Result<()> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_lock = Path::new(&name)
            .extension()
            .is_some_and(|extension| extension == "lock");
        if entry.file_type()?.is_file() && !is_lock {
            names.push(name);
        }
    }
    names.sort();
    let mut archive = tar::Builder::new(out);
    for name in names {
        let file = File::open(folder.join(&name))?;
        let mut header = tar::Header::new_gnu();
        header.set_size(file.metadata()?.len());
        header.set_mode(0o644);
        archive.append_data(&mut header, &name, file)?;
    }
    archive.into_inner()?.flush()?;
    Ok(())
}

/// Writes the files of the tar in `archive` to `folder`, which must be there.
///
/// # Errors
/// [`Error::Archive`] for anything but plain files with plain names, and for too much of them.
pub fn unpack(archive: impl Read, folder: &Path) -> Result<()> {
    let mut bytes = 0u64;
    for (number, entry) in tar::Archive::new(archive).entries()?.enumerate() {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        let mut parts = path.components();
        let plain = matches!(
            (parts.next(), parts.next()),
            (Some(Component::Normal(_)), None)
        );
        if !plain || !entry.header().entry_type().is_file() {
            return Err(Error::Archive(format!(
                "{} is no plain file name",
                path.display()
            )));
        }
        bytes = bytes.saturating_add(entry.size());
        if bytes > MAX_BYTES || number >= MAX_FILES {
            return Err(Error::Archive("it is too large".to_owned()));
        }
        let mut file = File::create_new(folder.join(&path))?;
        std::io::copy(&mut entry, &mut file)?;
    }
    Ok(())
}
