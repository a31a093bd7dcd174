//! From the tokens of a query to its condition, by recursive descent.

use super::lexer::{Token, TokenKind};
use super::{BlobFact, Column, Condition, Operator, QueryError, Value};

/// Deeper nesting than this is refused: it is nobody's query, and recursion has a price.
const MAX_DEPTH: usize = 64;

pub(super) fn parse(tokens: &[Token]) -> Result<Option<Condition>, QueryError> {
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
    };
    if parser.peek() == &TokenKind::End {
        return Ok(None);
    }
    let condition = parser.disjunction()?;
    match parser.peek() {
        TokenKind::End => Ok(Some(condition)),
        _ => Err(parser.refuse("expected AND, OR or the end of the query")),
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> &TokenKind {
        &self.tokens[self.at].kind
    }

    fn advance(&mut self) -> TokenKind {
        let kind = self.peek().clone();
        if kind != TokenKind::End {
            self.at += 1;
        }
        kind
    }

    fn refuse(&self, message: impl Into<String>) -> QueryError {
        QueryError {
            message: message.into(),
            position: self.tokens[self.at].position,
        }
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let there =
            matches!(self.peek(), TokenKind::Word(word) if word.eq_ignore_ascii_case(keyword));
        self.at += usize::from(there);
        there
    }

    fn take(&mut self, kind: &TokenKind) -> bool {
        let there = self.peek() == kind;
        self.at += usize::from(there);
        there
    }

    fn disjunction(&mut self) -> Result<Condition, QueryError> {
        let mut left = self.conjunction()?;
        while self.take_keyword("or") {
            left = Condition::Or(Box::new(left), Box::new(self.conjunction()?));
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Result<Condition, QueryError> {
        let mut left = self.negation()?;
        while self.take_keyword("and") {
            left = Condition::And(Box::new(left), Box::new(self.negation()?));
        }
        Ok(left)
    }

    fn negation(&mut self) -> Result<Condition, QueryError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.refuse(format!("a query nests at most {MAX_DEPTH} deep")));
        }
        let condition = if self.take_keyword("not") {
            Condition::Not(Box::new(self.negation()?))
        } else if self.take(&TokenKind::Open) {
            let inner = self.disjunction()?;
            if !self.take(&TokenKind::Close) {
                return Err(self.refuse("expected )"));
            }
            inner
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn comparison(&mut self) -> Result<Condition, QueryError> {
        let column = self.column()?;
        if let TokenKind::Operator(operator) = *self.peek() {
            self.at += 1;
            let value = self.value()?;
            return Ok(Condition::Compare {
                column,
                operator,
                value,
            });
        }
        if self.take_keyword("is") {
            let negated = self.take_keyword("not");
            if !self.take_keyword("null") {
                return Err(self.refuse("expected NULL"));
            }
            return Ok(negate_if(negated, Condition::IsNull(column)));
        }
        let negated = self.take_keyword("not");
        if self.take_keyword("in") {
            return Ok(negate_if(
                negated,
                Condition::In {
                    column,
                    values: self.list()?,
                },
            ));
        }
        if self.take_keyword("like") {
            return match self.advance() {
                TokenKind::Text(pattern) => {
                    Ok(negate_if(negated, Condition::Like { column, pattern }))
                }
                _ => Err(self.refuse("LIKE wants a text in single quotes")),
            };
        }
        if !negated && column == Column::HasLabel {
            let value = Value::Boolean(true);
            return Ok(Condition::Compare {
                column,
                operator: Operator::Equal,
                value,
            });
        }
        Err(self.refuse("expected =, !=, <, <=, >, >=, IN, LIKE or IS NULL"))
    }

    fn list(&mut self) -> Result<Vec<Value>, QueryError> {
        if !self.take(&TokenKind::Open) {
            return Err(self.refuse("expected ( after IN"));
        }
        let mut values = vec![self.value()?];
        while self.take(&TokenKind::Comma) {
            values.push(self.value()?);
        }
        if self.take(&TokenKind::Close) {
            Ok(values)
        } else {
            Err(self.refuse("expected , or )"))
        }
    }

    fn value(&mut self) -> Result<Value, QueryError> {
        let value = match self.peek() {
            TokenKind::Text(text) => Value::Text(text.clone()),
            TokenKind::Number(number) => Value::Number(*number),
            TokenKind::Word(word) if word.eq_ignore_ascii_case("true") => Value::Boolean(true),
            TokenKind::Word(word) if word.eq_ignore_ascii_case("false") => Value::Boolean(false),
            _ => {
                return Err(
                    self.refuse("expected 'text' in single quotes, a number, true or false")
                );
            }
        };
        self.at += 1;
        Ok(value)
    }

    fn column(&mut self) -> Result<Column, QueryError> {
        let TokenKind::Word(root) = self.peek().clone() else {
            return Err(
                self.refuse("expected a name: key, split, label, has_label, metadata or field")
            );
        };
        match root.to_ascii_lowercase().as_str() {
            "key" => self.bare(Column::Key),
            "split" => self.bare(Column::Split),
            "has_label" => self.bare(Column::HasLabel),
            "label" => {
                self.at += 1;
                let layer = if self.take(&TokenKind::Dot) { Some(self.name()?) } else { None };
                Ok(Column::Label { layer })
            }
            "metadata" => {
                self.at += 1;
                self.dot("metadata")?;
                self.name().map(Column::Metadata)
            }
            "field" => {
                self.at += 1;
                self.dot("field")?;
                let field = self.name()?;
                if !self.take(&TokenKind::Dot) {
                    return Ok(Column::Inline(field));
                }
                let fact = self.blob_fact()?;
                Ok(Column::Blob { field, fact })
            }
            _ => Err(self.refuse(format!(
                "unknown name {root:?}: the names are key, split, label, has_label, metadata.… and field.…"
            ))),
        }
    }

    fn bare(&mut self, column: Column) -> Result<Column, QueryError> {
        self.at += 1;
        Ok(column)
    }

    fn dot(&mut self, root: &str) -> Result<(), QueryError> {
        if self.take(&TokenKind::Dot) {
            Ok(())
        } else {
            Err(self.refuse(format!("expected . and a name after {root}")))
        }
    }

    fn name(&mut self) -> Result<String, QueryError> {
        match self.peek().clone() {
            TokenKind::Word(name) | TokenKind::QuotedName(name) => {
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.refuse("expected a name")),
        }
    }

    fn blob_fact(&mut self) -> Result<BlobFact, QueryError> {
        let fact = match self.peek() {
            TokenKind::Word(word) => match word.as_str() {
                "width" => BlobFact::Width,
                "height" => BlobFact::Height,
                "bytes" => BlobFact::Bytes,
                "media_type" => BlobFact::MediaType,
                _ => {
                    return Err(
                        self.refuse("of a field one can ask width, height, bytes, media_type")
                    );
                }
            },
            _ => return Err(self.refuse("expected width, height, bytes or media_type")),
        };
        self.at += 1;
        Ok(fact)
    }
}

fn negate_if(negated: bool, condition: Condition) -> Condition {
    if negated {
        Condition::Not(Box::new(condition))
    } else {
        condition
    }
}
