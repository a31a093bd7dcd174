//! From the tree of a query to what the index runs.
use tantivy::Index;
use tantivy::query::{
    AllQuery, BooleanQuery, EmptyQuery, Occur, PhraseQuery, Query, RegexQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::tokenizer::TokenStream as _;

use crate::parse::{Term, Tree};
use crate::schema::{Fields, exact, spread};
use crate::{QueryError, Result};

/// Compiles trees for one index.
pub struct Compiler<'a> {
    pub index: &'a Index,
    pub fields: &'a Fields,
}

impl Compiler<'_> {
    /// The query of `tree`.
    pub fn compile(&self, tree: &Tree) -> Result<Box<dyn Query>> {
        Ok(match tree {
            Tree::All(terms) if terms.is_empty() => Box::new(AllQuery),
            Tree::All(terms) => self.all(terms)?,
            Tree::Any(terms) => {
                let inner: Result<Vec<_>> = terms.iter().map(|term| self.compile(term)).collect();
                Box::new(BooleanQuery::union(inner?))
            }
            Tree::Not(_) => self.all(std::slice::from_ref(tree))?,
            Tree::Term(term) => self.term(term)?,
        })
    }

    fn all(&self, terms: &[Tree]) -> Result<Box<dyn Query>> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for term in terms {
            match term {
                Tree::Not(inner) => clauses.push((Occur::MustNot, self.compile(inner)?)),
                other => clauses.push((Occur::Must, self.compile(other)?)),
            }
        }
        // Exclusions alone exclude from everything.
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, Box::new(AllQuery)));
        }
        Ok(Box::new(BooleanQuery::new(clauses)))
    }

    fn term(&self, term: &Term) -> Result<Box<dyn Query>> {
        let field = match term.field.as_deref() {
            None => self.fields.anything,
            Some("key") => self.fields.key,
            Some("text") => self.fields.text,
            Some("metadata") => self.fields.metadata,
            Some(name) if is_exact(name) => return self.exact(name, term),
            Some(name) => {
                let message = format!(
                    "unknown field {name:?}; there are key, text, label, label.<layer>, layer, split, annotator, metadata, metadata.<name> and has"
                );
                return Err(QueryError {
                    message,
                    position: term.position,
                }
                .into());
            }
        };
        self.words(field, term)
    }

    fn exact(&self, name: &str, term: &Term) -> Result<Box<dyn Query>> {
        if name == "has" && !matches!(term.value.as_str(), "label" | "no_label") {
            let message = format!(
                "has:{} is unknown; there are has:label and has:no_label",
                term.value
            );
            return Err(QueryError {
                message,
                position: term.position,
            }
            .into());
        }
        let value = exact(name, &term.value);
        if term.prefix {
            return self.starts_with(self.fields.exact, &value);
        }
        Ok(whole(self.fields.exact, &value))
    }

    /// All words of the value, side by side in their order.
    fn words(&self, field: Field, term: &Term) -> Result<Box<dyn Query>> {
        let mut cutter = self.index.tokenizer_for_field(field)?;
        let text = spread(&term.value);
        let mut stream = cutter.token_stream(&text);
        let mut words = Vec::new();
        while let Some(token) = stream.next() {
            words.push(token.text.clone());
        }
        if term.prefix && words.len() == 1 {
            return self.starts_with(field, &words[0]);
        }
        Ok(match words.as_slice() {
            // Only punctuation: nothing in the index can match it.
            [] => Box::new(EmptyQuery),
            [word] => whole(field, word),
            several => {
                let terms = several
                    .iter()
                    .map(|word| tantivy::Term::from_field_text(field, word))
                    .collect();
                Box::new(PhraseQuery::new(terms))
            }
        })
    }

    fn starts_with(&self, field: Field, start: &str) -> Result<Box<dyn Query>> {
        let mut pattern = String::with_capacity(start.len() + 2);
        for character in start.chars() {
            if character.is_ascii_punctuation() {
                pattern.push('\\');
            }
            pattern.push(character);
        }
        pattern.push_str(".*");
        Ok(Box::new(RegexQuery::from_pattern(&pattern, field)?))
    }
}

fn whole(field: Field, text: &str) -> Box<dyn Query> {
    let term = tantivy::Term::from_field_text(field, text);
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

fn is_exact(name: &str) -> bool {
    let named = |prefix: &str| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty())
    };
    matches!(name, "label" | "layer" | "split" | "annotator" | "has")
        || named("label.")
        || named("metadata.")
}
