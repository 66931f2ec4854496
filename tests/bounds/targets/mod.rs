//! The parsers of untrusted bytes, and the worst known shapes of each.

mod address_books;
mod letters;
mod questionnaires;
mod reports;
mod requests;
mod sheets;
mod words;
mod workbooks;

/// A parser.
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// The maximum input from the portal, or a large one for a parser without a limit.
    pub most: usize,
    /// Parses bytes; the result is dropped.
    pub run: fn(&[u8]),
    /// The shapes of its input.
    pub shapes: Vec<Shape>,
    /// What its language is made of, for shapes by chance.
    pub pieces: &'static [&'static str],
}

/// A kind of input.
pub struct Shape {
    /// Its name.
    pub name: &'static str,
    /// Makes an input of about so many bytes.
    pub make: Box<dyn Fn(usize) -> Vec<u8>>,
}

/// Every target.
pub fn all() -> Vec<Target> {
    [
        address_books::targets(),
        letters::targets(),
        questionnaires::targets(),
        reports::targets(),
        sheets::targets(),
        workbooks::targets(),
        requests::targets(),
        words::targets(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn shape(name: &'static str, make: impl Fn(usize) -> Vec<u8> + 'static) -> Shape {
    Shape { name, make: Box::new(make) }
}

/// A piece again and again.
fn run_of(name: &'static str, piece: &'static str) -> Shape {
    between(name, "", piece, "")
}

/// A piece again and again, between a beginning and an end.
fn between(name: &'static str, head: &'static str, piece: &'static str, tail: &'static str) -> Shape {
    shape(name, move |size| {
        let room = size.saturating_sub(head.len() + tail.len());
        [head, &piece.repeat(room / piece.len()), tail].concat().into_bytes()
    })
}

/// A piece again and again, and as often another.
fn nested(name: &'static str, open: &'static str, close: &'static str) -> Shape {
    shape(name, move |size| {
        let count = size / (open.len() + close.len());
        [open.repeat(count), close.repeat(count)].concat().into_bytes()
    })
}

/// Pieces that each have their number in them, between a beginning and an end.
fn numbered(
    name: &'static str,
    head: &'static str,
    piece: impl Fn(usize) -> String + 'static,
    tail: &'static str,
) -> Shape {
    shape(name, move |size| {
        let mut text = head.to_owned();
        for number in 0.. {
            let next = piece(number);
            if text.len() + next.len() + tail.len() > size {
                break;
            }
            text.push_str(&next);
        }
        (text + tail).into_bytes()
    })
}

/// The bytes as a text, whatever they are.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
