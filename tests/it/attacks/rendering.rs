//! Texts that cost more to render than to write (numbers 2 and 5).

use crate::support::Story;

pub fn stories() -> Vec<Story> {
    Vec::new()
}
