//! The tokens of a file without its unit tests, and what they alone show: paths, and tables that are written.
//!
//! Tokens show what a syntax tree hides: the arguments of macros and of attributes.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// How many names for names are followed.
const DEEPEST: usize = 8;

/// The tokens without code for unit tests; `dropped` gets the modules that are files of their own.
pub fn without_tests(tokens: TokenStream, dropped: &mut BTreeSet<String>) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let (mut kept, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        if attribute(&tokens, at).is_some_and(|text| text == "cfg(test)") {
            // Documentation and other attributes between the item and this belong to it, too.
            while kept.len() >= 2 && attribute(&kept, kept.len() - 2).is_some() {
                kept.truncate(kept.len() - 2);
            }
            let end = end_of_item(&tokens, at);
            let word = |token: &TokenTree| match token {
                TokenTree::Group(_) => String::new(),
                word => word.to_string(),
            };
            let words: Vec<String> = tokens[at..end].iter().map(word).collect();
            let module = words.windows(3).find(|three| three[0] == "mod" && three[2] == ";");
            dropped.extend(module.map(|three| three[1].clone()));
            at = end;
            continue;
        }
        kept.push(match &tokens[at] {
            TokenTree::Group(group) => {
                let mut stripped = Group::new(group.delimiter(), without_tests(group.stream(), dropped));
                stripped.set_span(group.span());
                TokenTree::Group(stripped)
            }
            token => token.clone(),
        });
        at += 1;
    }
    kept.into_iter().collect()
}

/// The text of the attribute that begins here, without spaces.
fn attribute(tokens: &[TokenTree], at: usize) -> Option<String> {
    match (tokens.get(at)?, tokens.get(at + 1)?) {
        (TokenTree::Punct(mark), TokenTree::Group(group))
            if mark.as_char() == '#' && group.delimiter() == Delimiter::Bracket =>
        {
            Some(group.stream().to_string().replace(' ', ""))
        }
        _ => None,
    }
}

/// Where the item ends that begins here with its attributes: after its braces, or after a semicolon.
fn end_of_item(tokens: &[TokenTree], from: usize) -> usize {
    let mut at = from;
    while attribute(tokens, at).is_some() {
        at += 2;
    }
    let is =
        |at: usize, words: &[&str]| tokens.get(at).is_some_and(|token| words.contains(&token.to_string().as_str()));
    if is(at, &["pub"]) {
        at += 1;
        let is_bounded =
            matches!(tokens.get(at), Some(TokenTree::Group(it)) if it.delimiter() == Delimiter::Parenthesis);
        at += usize::from(is_bounded);
    }
    let has_value = is(at, &["use", "static", "type", "let"])
        || (is(at, &["const"]) && !is(at + 1, &["fn", "unsafe", "async", "extern"]));
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && !has_value,
        TokenTree::Punct(mark) => mark.as_char() == ';',
        _ => false,
    };
    tokens[at..].iter().position(ends).map_or(tokens.len(), |length| at + length + 1)
}

/// A token, with groups flattened.
pub enum Token {
    Word(String),
    Mark(char),
    Text(String),
    Open,
    Close,
}

impl Token {
    pub fn word(&self) -> Option<&str> {
        if let Self::Word(word) = self { Some(word) } else { None }
    }

    fn is(&self, mark: char) -> bool {
        matches!(self, Self::Mark(it) if *it == mark)
    }
}

/// All tokens in their order; comments, which are attributes to a parser, are left out.
pub fn flatten(tokens: TokenStream, into: &mut Vec<Token>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        let is_inner = matches!(tokens.get(at + 1), Some(TokenTree::Punct(mark)) if mark.as_char() == '!');
        let text = if is_inner { inner_attribute(&tokens, at) } else { attribute(&tokens, at) };
        if text.is_some_and(|text| text.starts_with("doc=")) {
            at += if is_inner { 3 } else { 2 };
            continue;
        }
        match &tokens[at] {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => flatten(group.stream(), into),
            TokenTree::Group(group) => {
                into.push(Token::Open);
                flatten(group.stream(), into);
                into.push(Token::Close);
            }
            TokenTree::Ident(word) => into.push(Token::Word(word.to_string())),
            TokenTree::Punct(mark) => into.push(Token::Mark(mark.as_char())),
            TokenTree::Literal(text) => into.push(Token::Text(text.to_string())),
        }
        at += 1;
    }
}

/// The same for an inner attribute.
fn inner_attribute(tokens: &[TokenTree], at: usize) -> Option<String> {
    let is_mark = matches!(tokens.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == '#');
    match tokens.get(at + 2) {
        Some(TokenTree::Group(group)) if is_mark => Some(group.stream().to_string().replace(' ', "")),
        _ => None,
    }
}

/// Every path of several names that is no `use`.
pub fn paths(tokens: &[Token]) -> BTreeSet<Vec<String>> {
    let (mut found, mut at) = (BTreeSet::new(), 0);
    while at < tokens.len() {
        let Some(first) = tokens[at].word() else {
            at += 1;
            continue;
        };
        // `use<'a>` is a bound.
        if first == "use" && tokens.get(at + 1).is_none_or(|next| !next.is('<')) {
            at += tokens[at..].iter().position(|token| token.is(';')).unwrap_or(tokens.len() - at);
            continue;
        }
        let is_before = |back: usize, mark: char| at.checked_sub(back).is_some_and(|before| tokens[before].is(mark));
        let goes_on = is_before(1, '.') || is_before(1, '\'') || (is_before(1, ':') && is_before(2, ':'));
        let path = path_at(&tokens[at..]);
        at += 3 * path.len() - 2;
        if path.len() > 1 && !goes_on {
            found.insert(path);
        }
    }
    found
}

/// The names that are joined by `::` from here on, one at least.
fn path_at(tokens: &[Token]) -> Vec<String> {
    let mut path: Vec<String> = tokens.first().and_then(Token::word).map(str::to_owned).into_iter().collect();
    let mut rest = tokens.get(1..).unwrap_or_default();
    while let [first, second, name, ..] = rest
        && let (true, true, Some(name)) = (first.is(':'), second.is(':'), name.word())
    {
        path.push(name.to_owned());
        rest = &rest[3..];
    }
    path
}

/// The tables that these tokens write: by diesel's `insert_into`, `replace_into`, `update` and `delete`, and by SQL in texts.
pub fn writes(tokens: &[Token], is_diesels: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Text(text) => found.extend(written_by(text)),
            Token::Word(verb) if ["insert_into", "replace_into", "update", "delete"].contains(&verb.as_str()) => {
                let is_called = matches!(tokens.get(at + 1), Some(Token::Open));
                let is_named = at >= 3 && tokens[at - 3].word() == Some("diesel") && tokens[at - 1].is(':');
                if is_called && (is_named || is_diesels(verb)) {
                    found.insert(table_in(&tokens[at + 2..], &tokens[..at], 0));
                }
            }
            _ => {}
        }
    }
    found
}

/// The table at the beginning of an expression: `users::table.filter(…)`, or the value of a name that was bound before.
fn table_in(expression: &[Token], before: &[Token], depth: usize) -> String {
    let expression = &expression[..end_of_expression(expression)];
    let Some(first) = expression.iter().position(|token| token.word().is_some()) else { return "?".to_owned() };
    let path = path_at(&expression[first..]);
    if let [.., table, last] = path.as_slice()
        && last == "table"
    {
        return table.clone();
    }
    let given = before.windows(3).rposition(|three| {
        let ends = three[2].is('=') || three[2].is(':');
        three[0].word() == Some("let") && three[1].word() == path.first().map(String::as_str) && ends
    });
    if let Some(at) = given.filter(|_| depth < DEEPEST) {
        return table_in(&before[at + 3..], &before[..at], depth + 1);
    }
    let tables = expression.windows(4).find_map(|four| {
        let is_table = four[1].is(':') && four[2].is(':') && four[3].word() == Some("table");
        four[0].word().filter(|_| is_table)
    });
    tables.map_or_else(|| format!("?{}", path.join("::")), str::to_owned)
}

/// The end of an expression: at a semicolon, or with its group.
fn end_of_expression(tokens: &[Token]) -> usize {
    let mut open = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Open => open += 1,
            Token::Close if open > 0 => open -= 1,
            Token::Close => return at,
            Token::Mark(';') if open == 0 => return at,
            _ => {}
        }
    }
    tokens.len()
}

/// The words of a text in the position of a table that SQL writes.
fn written_by(text: &str) -> Vec<String> {
    let text = text.replace("\\n", " ");
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    let mut found = Vec::new();
    for two in words.windows(2) {
        if let ["UPDATE" | "INTO", name] = two {
            found.push((*name).to_owned());
        }
    }
    for three in words.windows(3) {
        if let ["DELETE", "FROM", name] = three {
            found.push((*name).to_owned());
        }
    }
    found
}
