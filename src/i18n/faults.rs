//! What texts lacked when they were put into words: a value that was not handed over, or the text itself.
//!
//! Such a fault is one of the program, never of its user. It is logged once, with the key of the text and without any value, and counted
//! for `/metrics`; the harness of the tests fails a story in which one happened.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How many faults are told apart: a key may be made of data.
const MOST: usize = 200;

/// Something that a text lacked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextFault {
    /// The key of the text.
    pub key: String,
    /// Its catalogue: the code of a language, or `hints`.
    pub catalogue: &'static str,
    /// What it lacked: names of values and texts, no values.
    pub lack: String,
}

/// The faults since the start, each with how often it happened.
#[derive(Default)]
pub(super) struct TextFaults(Mutex<BTreeMap<TextFault, u64>>);

impl TextFaults {
    /// Counts a fault, and logs one that is new.
    pub(super) fn note(&self, key: &str, catalogue: &'static str, lack: String) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fault = TextFault { key: key.to_owned(), catalogue, lack };
        if let Some(times) = all.get_mut(&fault) {
            *times = times.saturating_add(1);
        } else if all.len() < MOST {
            tracing::error!(text = key, catalogue, lack = %fault.lack, "a text lacks something");
            all.insert(fault, 1);
        }
    }

    /// All that are known.
    pub(super) fn all(&self) -> Vec<(TextFault, u64)> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|(fault, times)| (fault.clone(), *times)).collect()
    }
}
