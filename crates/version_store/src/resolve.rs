//! From what a person types to a commit: `branch`, `tag`, a hash or its beginning, `…~n`.

use ids::Hash;

use crate::{Error, RefKind, Repository, Result, check_ref_name};

/// Fewer digits of a hash than this name no commit.
const MIN_DIGITS: usize = 6;

impl Repository {
    /// The commit that `text` names: a branch, a tag, a commit hash or at least its first six
    /// digits, each with `~n` for the n-th first parent. Branches win over tags, tags over hashes.
    ///
    /// # Errors
    /// [`Error::UnknownRef`], [`Error::AmbiguousCommit`], failures of the store.
    pub async fn resolve(&self, text: &str) -> Result<Hash> {
        let (name, steps) = match text.split_once('~') {
            None => (text, 0),
            Some((name, "")) => (name, 1),
            Some((name, steps)) => (name, steps.parse::<u32>().map_err(|_| self.unknown(text))?),
        };
        let mut commit = self
            .resolve_name(name)
            .await?
            .ok_or_else(|| self.unknown(text))?;
        for _ in 0..steps {
            let parents = self.store.commit(&commit).await?.parents;
            commit = *parents.first().ok_or_else(|| self.unknown(text))?;
        }
        Ok(commit)
    }

    async fn resolve_name(&self, name: &str) -> Result<Option<Hash>> {
        if let Ok(hash) = name.parse::<Hash>() {
            return match self.store.commit(&hash).await {
                Ok(_) => Ok(Some(hash)),
                Err(Error::Missing { .. }) => Ok(None),
                Err(error) => Err(error),
            };
        }
        if check_ref_name("ref", name).is_err() {
            return Ok(None);
        }
        for kind in [RefKind::Branch, RefKind::Tag] {
            if let Some(commit) = self.read_ref(kind, name).await? {
                return Ok(Some(commit));
            }
        }
        self.resolve_digits(name).await
    }

    async fn resolve_digits(&self, digits: &str) -> Result<Option<Hash>> {
        let hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if digits.len() < MIN_DIGITS || !digits.bytes().all(hexadecimal) {
            return Ok(None);
        }
        let folder = format!("{}/{}", crate::commit::PREFIX, &digits[..2]);
        let listed = self.store.root().list(&folder).await?;
        let names = listed
            .iter()
            .filter_map(|info| info.path.rsplit('/').next());
        let mut fitting = names
            .filter(|name| name.starts_with(digits))
            .filter_map(|name| name.parse().ok());
        match (fitting.next(), fitting.next()) {
            (Some(_), Some(_)) => Err(Error::AmbiguousCommit {
                name: digits.to_owned(),
            }),
            (first, _) => Ok(first),
        }
    }

    fn unknown(&self, name: &str) -> Error {
        Error::UnknownRef {
            dataset: self.dataset.to_string(),
            name: name.chars().take(200).collect(),
        }
    }
}
