//! Budgets of mails, bytes, registrations and exports (numbers 16 to 19).

use crate::support::Story;

pub fn stories() -> Vec<Story> {
    Vec::new()
}
