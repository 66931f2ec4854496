//! Grants of people who lost their rights, and contacts that others make or change (numbers 8, 12 and 13).

use crate::support::Story;

pub fn stories() -> Vec<Story> {
    Vec::new()
}
