//! From the text of a query to its tokens.

use super::{Operator, QueryError};

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub kind: TokenKind,
    /// Counted in characters from 1.
    pub position: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    /// A name or keyword as written.
    Word(String),
    /// A name in double quotes: never a keyword.
    QuotedName(String),
    Text(String),
    Number(f64),
    Operator(Operator),
    Dot,
    Comma,
    Open,
    Close,
    End,
}

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, QueryError> {
    let mut lexer = Lexer {
        characters: text.chars().collect(),
        at: 0,
    };
    let mut found = Vec::new();
    loop {
        let token = lexer.next_token()?;
        let end = token.kind == TokenKind::End;
        found.push(token);
        if end {
            return Ok(found);
        }
    }
}

struct Lexer {
    characters: Vec<char>,
    at: usize,
}

impl Lexer {
    fn next_token(&mut self) -> Result<Token, QueryError> {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        let position = self.at + 1;
        let Some(first) = self.peek() else {
            return Ok(Token {
                kind: TokenKind::End,
                position,
            });
        };
        let kind = match first {
            '\'' => TokenKind::Text(self.quoted('\'')?),
            '"' => TokenKind::QuotedName(self.quoted('"')?),
            c if c.is_alphabetic() || c == '_' => TokenKind::Word(self.word()),
            c if c.is_ascii_digit() || c == '-' => TokenKind::Number(self.number()?),
            _ => self.symbol()?,
        };
        Ok(Token { kind, position })
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        self.at += usize::from(there);
        there
    }

    /// Text between quotes; a doubled quote stands for one.
    fn quoted(&mut self, quote: char) -> Result<String, QueryError> {
        let opened_at = self.at + 1;
        self.at += 1;
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.at += 1;
            if c != quote {
                text.push(c);
            } else if self.take(quote) {
                text.push(quote);
            } else {
                return Ok(text);
            }
        }
        let message = format!("the text that begins with {quote} never ends");
        Err(QueryError {
            message,
            position: opened_at,
        })
    }

    fn word(&mut self) -> String {
        let from = self.at;
        while self
            .peek()
            .is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-')
        {
            self.at += 1;
        }
        self.characters[from..self.at].iter().collect()
    }

    fn number(&mut self) -> Result<f64, QueryError> {
        let from = self.at;
        self.take('-');
        while self
            .peek()
            .is_some_and(|c| c.is_ascii_alphanumeric() || c == '.')
        {
            let exponent = matches!(self.peek(), Some('e' | 'E'));
            self.at += 1;
            if exponent && matches!(self.peek(), Some('+' | '-')) {
                self.at += 1;
            }
        }
        let text: String = self.characters[from..self.at].iter().collect();
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(QueryError {
                message: format!("{text:?} is not a number"),
                position: from + 1,
            }),
        }
    }

    fn symbol(&mut self) -> Result<TokenKind, QueryError> {
        let position = self.at + 1;
        let first = self.characters[self.at];
        self.at += 1;
        Ok(match first {
            '.' => TokenKind::Dot,
            ',' => TokenKind::Comma,
            '(' => TokenKind::Open,
            ')' => TokenKind::Close,
            '=' => {
                self.take('=');
                TokenKind::Operator(Operator::Equal)
            }
            '!' if self.take('=') => TokenKind::Operator(Operator::NotEqual),
            '<' if self.take('>') => TokenKind::Operator(Operator::NotEqual),
            '<' if self.take('=') => TokenKind::Operator(Operator::LessOrEqual),
            '<' => TokenKind::Operator(Operator::Less),
            '>' if self.take('=') => TokenKind::Operator(Operator::GreaterOrEqual),
            '>' => TokenKind::Operator(Operator::Greater),
            other => {
                let message = format!("{other:?} has no meaning in a query");
                return Err(QueryError { message, position });
            }
        })
    }
}
