//! Accounts, names and sentences of strangers (numbers 11, 14 and 15).

use crate::support::Story;

pub fn stories() -> Vec<Story> {
    Vec::new()
}
