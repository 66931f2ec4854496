//! Rules from text: words, then a tree by recursive descent, with a bound on length and depth. The bounds hold for the
//! text as it is read and as it is written: what is stored is always read again.

use std::fmt;
use std::iter::Peekable;
use std::str::FromStr;

use super::{Expression, Operator};
use crate::decimal::Decimal;

/// Longest rule, in characters.
const MOST_CHARACTERS: usize = 4_000;
/// Deepest nesting.
const MOST_DEPTH: usize = 32;

/// Why a text is no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpressionFault {
    /// It is longer than 4,000 characters, or would be as it is written.
    TooLong,
    /// It is nested more than 32 deep.
    TooDeep,
    /// It ends too early.
    Unfinished,
    /// This is not expected here.
    Unexpected(String),
    /// A function that rules do not have.
    UnknownFunction(String),
    /// A function has other operands than it takes.
    WrongOperands(String),
}

impl fmt::Display for ExpressionFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(out, "a rule has at most {MOST_CHARACTERS} characters"),
            Self::TooDeep => write!(out, "a rule is nested at most {MOST_DEPTH} deep"),
            Self::Unfinished => out.write_str("the rule ends too early"),
            Self::Unexpected(word) => write!(out, "{word} is not expected here"),
            Self::UnknownFunction(name) => write!(out, "rules have no function {name}"),
            Self::WrongOperands(name) => write!(out, "{name} has other operands than it takes"),
        }
    }
}

impl std::error::Error for ExpressionFault {}

/// A word of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Name(String),
    Answer(String),
    Text(String),
    Number(Decimal),
    Own,
    Open,
    Close,
    Comma,
    Sign(Operator),
}

impl fmt::Display for Word {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => out.write_str(name),
            Self::Answer(code) => write!(out, "${{{code}}}"),
            Self::Text(text) => write!(out, "'{text}'"),
            Self::Number(number) => write!(out, "{number}"),
            Self::Own => out.write_str("."),
            Self::Open => out.write_str("("),
            Self::Close => out.write_str(")"),
            Self::Comma => out.write_str(","),
            Self::Sign(operator) => out.write_str(operator.as_str()),
        }
    }
}

/// Whether a character can be inside the name of a function or operator.
fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

fn taken(characters: &mut Peekable<impl Iterator<Item = char>>, is_part: impl Fn(char) -> bool) -> String {
    let mut text = String::new();
    while let Some(c) = characters.next_if(|c| is_part(*c)) {
        text.push(c);
    }
    text
}

fn words(text: &str) -> Result<Vec<Word>, ExpressionFault> {
    // Office programs write typographic quotes.
    let straight = text.chars().map(|c| match c {
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201C}' | '\u{201D}' => '"',
        c => c,
    });
    let mut characters = straight.peekable();
    let mut found = Vec::new();
    while let Some(c) = characters.next() {
        let word = match c {
            c if c.is_whitespace() => continue,
            '(' => Word::Open,
            ')' => Word::Close,
            ',' => Word::Comma,
            '+' => Word::Sign(Operator::Plus),
            '-' => Word::Sign(Operator::Minus),
            '*' => Word::Sign(Operator::Times),
            '=' => Word::Sign(Operator::Equal),
            '!' if characters.next_if_eq(&'=').is_some() => Word::Sign(Operator::Unequal),
            '<' if characters.next_if_eq(&'=').is_some() => Word::Sign(Operator::AtMost),
            '<' => Word::Sign(Operator::Less),
            '>' if characters.next_if_eq(&'=').is_some() => Word::Sign(Operator::AtLeast),
            '>' => Word::Sign(Operator::More),
            '\'' | '"' => {
                let text = taken(&mut characters, |inside| inside != c);
                characters.next().ok_or(ExpressionFault::Unfinished)?;
                Word::Text(text)
            }
            '$' => {
                if characters.next_if_eq(&'{').is_none() {
                    return Err(ExpressionFault::Unexpected("$".to_owned()));
                }
                let code = taken(&mut characters, |inside| inside != '}');
                characters.next().ok_or(ExpressionFault::Unfinished)?;
                Word::Answer(code.trim().to_owned())
            }
            '.' if !characters.peek().is_some_and(char::is_ascii_digit) => Word::Own,
            c if c.is_ascii_digit() => {
                let number =
                    format!("{c}{}", taken(&mut characters, |inside| inside.is_ascii_digit() || inside == '.'));
                Word::Number(number.parse().map_err(|_| ExpressionFault::Unexpected(number))?)
            }
            c if c.is_ascii_alphabetic() => Word::Name(format!("{c}{}", taken(&mut characters, is_of_name))),
            c => return Err(ExpressionFault::Unexpected(c.to_string())),
        };
        found.push(word);
    }
    Ok(found)
}

impl FromStr for Expression {
    type Err = ExpressionFault;

    fn from_str(text: &str) -> Result<Self, ExpressionFault> {
        let rule = parsed(text)?;
        let canonical = rule.to_string();
        // Written, it has more blanks, and parentheses that it does not need are gone: chains can be longer.
        if canonical == text { Ok(rule) } else { parsed(&canonical) }
    }
}

fn parsed(text: &str) -> Result<Expression, ExpressionFault> {
    if text.chars().count() > MOST_CHARACTERS {
        return Err(ExpressionFault::TooLong);
    }
    let mut parser = Parser { words: words(text)?.into_iter().peekable(), depth: 0 };
    let rule = parser.any()?;
    match parser.words.next() {
        None => Ok(rule),
        Some(word) => Err(ExpressionFault::Unexpected(word.to_string())),
    }
}

struct Parser<I: Iterator<Item = Word>> {
    words: Peekable<I>,
    depth: usize,
}

impl<I: Iterator<Item = Word>> Parser<I> {
    fn any(&mut self) -> Result<Expression, ExpressionFault> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(ExpressionFault::TooDeep);
        }
        let mut parts = vec![self.all()?];
        while self.has_name("or") {
            parts.push(self.all()?);
        }
        self.depth -= 1;
        Ok(one_or(parts, Expression::Any))
    }

    fn all(&mut self) -> Result<Expression, ExpressionFault> {
        let mut parts = vec![self.comparison()?];
        while self.has_name("and") {
            parts.push(self.comparison()?);
        }
        Ok(one_or(parts, Expression::All))
    }

    fn comparison(&mut self) -> Result<Expression, ExpressionFault> {
        let left = self.chain(4)?;
        let Some(operator) = self.sign(3) else { return Ok(left) };
        let right = self.chain(4)?;
        Ok(Expression::Binary(Box::new(left), operator, Box::new(right)))
    }

    /// Sums (strength 4) of products (strength 5) of operands.
    fn chain(&mut self, strength: u8) -> Result<Expression, ExpressionFault> {
        let next = |parser: &mut Self| if strength == 4 { parser.chain(5) } else { parser.operand() };
        let mut left = next(self)?;
        let mut length = 0;
        while let Some(operator) = self.sign(strength) {
            length += 1;
            if length > MOST_DEPTH {
                return Err(ExpressionFault::TooDeep);
            }
            let right = next(self)?;
            left = Expression::Binary(Box::new(left), operator, Box::new(right));
        }
        Ok(left)
    }

    fn operand(&mut self) -> Result<Expression, ExpressionFault> {
        match self.words.next().ok_or(ExpressionFault::Unfinished)? {
            Word::Text(text) => Ok(Expression::Text(text)),
            Word::Number(number) => Ok(Expression::Number(number)),
            Word::Sign(Operator::Minus) => match self.words.next() {
                Some(Word::Number(number)) => {
                    let negative = Decimal::of_billionths(-number.billionths());
                    Ok(Expression::Number(negative.unwrap_or(number)))
                }
                _ => Err(ExpressionFault::Unexpected("-".to_owned())),
            },
            Word::Answer(code) => Ok(Expression::Answer(code)),
            Word::Own => Ok(Expression::Own),
            Word::Open => {
                let inside = self.any()?;
                self.expect(&Word::Close)?;
                Ok(inside)
            }
            Word::Name(name) => self.function(name),
            word => Err(ExpressionFault::Unexpected(word.to_string())),
        }
    }

    fn function(&mut self, name: String) -> Result<Expression, ExpressionFault> {
        if self.words.peek() != Some(&Word::Open) {
            return Err(ExpressionFault::Unexpected(name));
        }
        self.words.next();
        let is_answer = |part: &Expression| matches!(part, Expression::Answer(_) | Expression::Own);
        let found = match name.as_str() {
            "true" => Expression::Boolean(true),
            "false" => Expression::Boolean(false),
            "not" => Expression::Not(Box::new(self.any()?)),
            "string-length" => Expression::StringLength(Box::new(self.any()?)),
            "count-selected" => match self.any()? {
                part if is_answer(&part) => Expression::CountSelected(Box::new(part)),
                _ => return Err(ExpressionFault::WrongOperands(name)),
            },
            "selected" => {
                let part = self.any()?;
                self.expect(&Word::Comma)?;
                match self.any()? {
                    Expression::Text(code) if is_answer(&part) => Expression::Selected(Box::new(part), code),
                    _ => return Err(ExpressionFault::WrongOperands(name)),
                }
            }
            _ => return Err(ExpressionFault::UnknownFunction(name)),
        };
        self.expect(&Word::Close)?;
        Ok(found)
    }

    fn expect(&mut self, word: &Word) -> Result<(), ExpressionFault> {
        match self.words.next() {
            Some(found) if found == *word => Ok(()),
            Some(found) => Err(ExpressionFault::Unexpected(found.to_string())),
            None => Err(ExpressionFault::Unfinished),
        }
    }

    fn has_name(&mut self, name: &str) -> bool {
        self.words.next_if(|word| matches!(word, Word::Name(found) if found == name)).is_some()
    }

    /// The operator of this strength that comes next.
    fn sign(&mut self, strength: u8) -> Option<Operator> {
        let operator = match self.words.peek()? {
            Word::Sign(operator) => *operator,
            Word::Name(name) if name == "div" => Operator::Divided,
            Word::Name(name) if name == "mod" => Operator::Remainder,
            _ => return None,
        };
        (operator.strength() == strength).then(|| self.words.next()).flatten().map(|_| operator)
    }
}

fn one_or(mut parts: Vec<Expression>, many: impl Fn(Vec<Expression>) -> Expression) -> Expression {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            many(parts)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Result<String, ExpressionFault> {
        text.parse::<Expression>().map(|rule| rule.to_string())
    }

    #[test]
    fn rules_are_written_in_one_way() {
        for (text, canonical) in [
            ("${a}='x'", "${a} = 'x'"),
            ("selected( ${ a },\u{2018}x\u{2019})", "selected(${a}, 'x')"),
            ("${a} = 'x' and ${b}='y' or ${c}!=\"z\"", "${a} = 'x' and ${b} = 'y' or ${c} != 'z'"),
            ("${a} = 'x' and (${b}='y' or ${c}='z')", "${a} = 'x' and (${b} = 'y' or ${c} = 'z')"),
            ("((${n}))>=18", "${n} >= 18"),
            (
                "not(selected(.,'none')) and count-selected(.)<= 3",
                "not(selected(., 'none')) and count-selected(.) <= 3",
            ),
            ("${a} - (${b} - 1) * 2 < -0.5", "${a} - (${b} - 1) * 2 < -0.5"),
            ("${a} div 2 mod 3 = true()", "${a} div 2 mod 3 = true()"),
            ("string-length(.) > 0", "string-length(.) > 0"),
            ("${a} = \"d'Ivoire\"", "${a} = \"d'Ivoire\""),
            ("(${a} = 1) = (${b} = 2)", "(${a} = 1) = (${b} = 2)"),
        ] {
            assert_eq!(written(text).as_deref(), Ok(canonical), "{text}");
            assert_eq!(written(canonical).as_deref(), Ok(canonical), "written again");
        }
    }

    #[test]
    fn what_is_no_rule_is_told() {
        let unexpected = |word: &str| Err(ExpressionFault::Unexpected(word.to_owned()));
        assert_eq!(written(""), Err(ExpressionFault::Unfinished));
        assert_eq!(written("${a"), Err(ExpressionFault::Unfinished));
        assert_eq!(written("${a} = "), Err(ExpressionFault::Unfinished));
        assert_eq!(written("${a} == 'x'"), unexpected("="));
        assert_eq!(written("${a} = 'x' 'y'"), unexpected("'y'"));
        assert_eq!(written("a = 'x'"), unexpected("a"));
        assert_eq!(written("1 < 2 < 3"), unexpected("<"));
        assert_eq!(written("../a = 1"), unexpected("/"));
        assert_eq!(written("regex(., 'a')"), Err(ExpressionFault::UnknownFunction("regex".to_owned())));
        assert_eq!(written("selected('x', ${a})"), Err(ExpressionFault::WrongOperands("selected".to_owned())));
        assert_eq!(written(&"(".repeat(3_000)), Err(ExpressionFault::TooDeep));
        assert_eq!(written(&format!("1{}", " + 1".repeat(40))), Err(ExpressionFault::TooDeep));
        assert_eq!(written(&"1".repeat(5_000)), Err(ExpressionFault::TooLong));
        // What would be too long or too deep once it is written.
        let short = vec!["1=1"; 570].join("or ");
        assert!(short.len() < MOST_CHARACTERS);
        assert_eq!(written(&short), Err(ExpressionFault::TooLong));
        assert_eq!(written(&format!("(1{0}){0}", " + 1".repeat(20))), Err(ExpressionFault::TooDeep));
    }
}
