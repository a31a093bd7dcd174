//! From the text of a query to its tree.
use crate::QueryError;

/// A parsed query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// All must match; an empty list matches everything.
    All(Vec<Tree>),
    /// One must match.
    Any(Vec<Tree>),
    /// Must not match.
    Not(Box<Tree>),
    /// A value, in one field or anywhere.
    Term(Term),
}

/// A value to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The field, or `None` for keys, texts, classes and metadata.
    pub field: Option<String>,
    /// What to look for.
    pub value: String,
    /// Written in quotes.
    pub quoted: bool,
    /// Ends with `*`.
    pub prefix: bool,
    /// Where it starts, in code points from 1.
    pub position: usize,
}

/// Longest query in code points.
const MAX_CHARS: usize = 2000;
/// Deepest nesting of parentheses.
const MAX_DEPTH: usize = 32;

/// Parses `text`. An empty text is a query that matches everything.
pub fn parse(text: &str) -> Result<Tree, QueryError> {
    let characters: Vec<char> = text.chars().collect();
    let mut parser = Parser {
        characters: &characters,
        at: 0,
        depth: 0,
    };
    if characters.len() > MAX_CHARS {
        parser.at = MAX_CHARS;
        return Err(parser.error(&format!("the query is longer than {MAX_CHARS} characters")));
    }
    if let Some(at) = characters
        .iter()
        .position(|c| c.is_control() && !c.is_whitespace())
    {
        parser.at = at;
        return Err(parser.error("a control character"));
    }
    let tree = parser.any()?;
    match parser.peek() {
        None => Ok(tree),
        Some(_) => Err(parser.error("a closing parenthesis without its opening one")),
    }
}

struct Parser<'a> {
    characters: &'a [char],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn any(&mut self) -> Result<Tree, QueryError> {
        let mut alternatives = vec![self.all()?];
        while self.takes_or() {
            alternatives.push(self.all()?);
        }
        let joined = alternatives.len() > 1;
        if joined && alternatives.contains(&Tree::All(Vec::new())) {
            return Err(self.error("OR needs a term on both sides"));
        }
        Ok(if joined {
            Tree::Any(alternatives)
        } else {
            alternatives.remove(0)
        })
    }

    fn all(&mut self) -> Result<Tree, QueryError> {
        let mut terms = Vec::new();
        while self.peek().is_some_and(|c| c != ')') && !self.at_or() {
            terms.push(self.one()?);
        }
        Ok(if terms.len() == 1 {
            terms.remove(0)
        } else {
            Tree::All(terms)
        })
    }

    fn one(&mut self) -> Result<Tree, QueryError> {
        match self.peek() {
            Some('-') => {
                self.at += 1;
                if self
                    .characters
                    .get(self.at)
                    .is_none_or(|c| c.is_whitespace() || *c == ')' || *c == '-')
                {
                    return Err(self.error("- needs a term right after it"));
                }
                Ok(Tree::Not(Box::new(self.one()?)))
            }
            Some('(') => {
                self.at += 1;
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(self.error("parentheses are nested too deep"));
                }
                let inner = self.any()?;
                if inner == Tree::All(Vec::new()) {
                    return Err(self.error("nothing between parentheses"));
                }
                if self.peek() != Some(')') {
                    return Err(self.error("a closing parenthesis is missing"));
                }
                self.at += 1;
                self.depth -= 1;
                Ok(inner)
            }
            _ => self.term().map(Tree::Term),
        }
    }

    fn term(&mut self) -> Result<Term, QueryError> {
        let position = self.at + 1;
        if self.characters[self.at] == '"' {
            let value = self.quoted()?;
            return Ok(Term {
                field: None,
                value,
                quoted: true,
                prefix: false,
                position,
            });
        }
        let start = self.at;
        while let Some(c) = self.characters.get(self.at) {
            if c.is_whitespace() || matches!(c, '(' | ')' | '"') {
                break;
            }
            self.at += 1;
            if *c == ':' {
                return self.field(start);
            }
        }
        let word = self.slice(start, self.at);
        Ok(word_term(None, &word, position))
    }

    /// The value after `name:`, which started at `start`.
    fn field(&mut self, start: usize) -> Result<Term, QueryError> {
        let name = self.slice(start, self.at - 1);
        let position = start + 1;
        if name.is_empty() {
            return Err(QueryError {
                message: "a field name is missing before the colon".into(),
                position,
            });
        }
        if self.characters.get(self.at) == Some(&'"') {
            let value = self.quoted()?;
            return Ok(Term {
                field: Some(name),
                value,
                quoted: true,
                prefix: false,
                position,
            });
        }
        let from = self.at;
        while self
            .characters
            .get(self.at)
            .is_some_and(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | '"'))
        {
            self.at += 1;
        }
        if from == self.at {
            return Err(self.error(&format!("a value is missing after {name}:")));
        }
        let word = self.slice(from, self.at);
        Ok(word_term(Some(name), &word, position))
    }

    fn quoted(&mut self) -> Result<String, QueryError> {
        let start = self.at;
        let mut value = String::new();
        self.at += 1;
        loop {
            match self.characters.get(self.at) {
                None => {
                    self.at = start;
                    return Err(self.error("a quote is not closed"));
                }
                Some('"') => break,
                Some('\\') if matches!(self.characters.get(self.at + 1), Some('"' | '\\')) => {
                    value.push(self.characters[self.at + 1]);
                    self.at += 2;
                }
                Some(c) => {
                    value.push(*c);
                    self.at += 1;
                }
            }
        }
        if value.trim().is_empty() {
            self.at = start;
            return Err(self.error("nothing between quotes"));
        }
        self.at += 1;
        Ok(value)
    }

    /// The next character that is no space, without taking it.
    fn peek(&mut self) -> Option<char> {
        while self
            .characters
            .get(self.at)
            .is_some_and(|c| c.is_whitespace())
        {
            self.at += 1;
        }
        self.characters.get(self.at).copied()
    }

    fn at_or(&mut self) -> bool {
        self.peek();
        self.characters[self.at..].starts_with(&['O', 'R'])
            && self
                .characters
                .get(self.at + 2)
                .is_none_or(|c| c.is_whitespace() || *c == '(')
    }

    fn takes_or(&mut self) -> bool {
        let there = self.at_or();
        if there {
            self.at += 2;
        }
        there
    }

    fn slice(&self, from: usize, to: usize) -> String {
        self.characters[from..to].iter().collect()
    }

    fn error(&self, message: &str) -> QueryError {
        QueryError {
            message: message.to_owned(),
            position: self.at + 1,
        }
    }
}

fn word_term(field: Option<String>, word: &str, position: usize) -> Term {
    let (value, prefix) = match word.strip_suffix('*') {
        Some(start) if !start.is_empty() => (start, true),
        _ => (word, false),
    };
    Term {
        field,
        value: value.to_owned(),
        quoted: false,
        prefix,
        position,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(text: &str) -> usize {
        parse(text).unwrap_err().position
    }

    #[test]
    fn the_example_of_the_language_parses() {
        let Tree::All(terms) = parse("label:cat split:train -annotator:ann \"red car\"").unwrap()
        else {
            panic!("terms side by side")
        };
        assert_eq!(terms.len(), 4);
        assert!(
            matches!(&terms[2], Tree::Not(inner) if matches!(&**inner, Tree::Term(term) if term.value == "ann"))
        );
        assert!(matches!(&terms[3], Tree::Term(term) if term.quoted && term.field.is_none()));
    }

    #[test]
    fn errors_say_where() {
        assert_eq!(position("cat \"red"), 5);
        assert_eq!(position("label:"), 7);
        assert_eq!(position(":cat"), 1);
        assert_eq!(position("猫 ) x"), 3);
        assert_eq!(position("(cat"), 5);
        assert_eq!(position("cat - dog"), 6);
        assert!(parse("cat OR").is_err());
        assert!(parse("OR cat").is_err());
        assert!(parse("()").is_err());
        assert!(parse("\"\"").is_err());
        assert!(parse("a\u{0}b").is_err());
        assert!(parse(&"(".repeat(500)).is_err());
    }

    #[test]
    fn an_empty_query_is_everything() {
        assert_eq!(parse("  ").unwrap(), Tree::All(Vec::new()));
    }
}
