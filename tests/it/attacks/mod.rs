//! What an attacker with the source tries: each story is named after the number of its kind.
//!
//! Numbers 1 to 6 are work done for strangers, 7 to 10 rights of earlier, 11 to 15 people who were not asked, 16 to 19
//! budgets, 20 to 23 traces and settings.

mod bodies;
mod budgets;
mod contacts;
mod heavy_work;
mod registration;
mod rendering;
mod sessions;
mod traces;

use crate::support::Story;

pub fn stories() -> Vec<Story> {
    [
        bodies::stories(),
        rendering::stories(),
        heavy_work::stories(),
        sessions::stories(),
        registration::stories(),
        contacts::stories(),
        budgets::stories(),
        traces::stories(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
