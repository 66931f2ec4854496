//! The time zones of a form: those of the database, by continent and ocean, so that one is found without a script.

use super::{Choice, Page};
use crate::time::Zone;

/// The zones of a continent or an ocean.
#[derive(Clone, Debug)]
pub struct ZoneGroup {
    /// Its name; empty for zones that belong to none.
    pub label: String,
    /// Its zones.
    pub zones: Vec<Choice>,
}

impl ZoneGroup {
    /// All zones. The one of the form is among them, also if it is another name of a zone.
    #[must_use]
    pub fn all(page: &Page, chosen: &str) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        let known = Zone::places().iter().map(String::as_str);
        let other = (!chosen.is_empty() && !known.clone().any(|name| name == chosen)).then_some(chosen);
        for name in other.into_iter().filter(|name| Zone::named(name).is_some()).chain(known) {
            let (part, place) = name.split_once('/').unwrap_or(("", name));
            let part = if other == Some(name) { "" } else { part };
            let label = page.words("zones", part);
            let zone = Choice::new(name, if part.is_empty() { name.to_owned() } else { place.replace('_', " ") });
            match groups.last_mut().filter(|group| group.label == label) {
                Some(group) => group.zones.push(zone),
                None => groups.push(Self { label, zones: vec![zone] }),
            }
        }
        groups
    }
}
