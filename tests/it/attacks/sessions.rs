//! Credentials and rights that were revoked a moment ago (numbers 7, 9 and 10).

use crate::support::Story;

pub fn stories() -> Vec<Story> {
    Vec::new()
}
