//! The menu: the places that a person may use, the most used first, and which of them a page belongs to.
//!
//! A page belongs to the place below whose address it lies, or to which one comes back from it: a contact to the
//! directory, an appointment to the people. Left out: the pages of the own account and the privacy notice, which the
//! head and the foot of each page link to.

use crate::policy::{self, Action, Principal};

/// A place in the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The key of its text.
    pub text: &'static str,
    /// Its address.
    pub address: &'static str,
    /// The addresses below which other pages of it lie.
    others: &'static [&'static str],
}

/// The place at which the menu shows how many things wait.
pub(super) const TASKS: &str = "/tasks";

const fn place(text: &'static str, address: &'static str, others: &'static [&'static str]) -> Place {
    Place { text, address, others }
}

const HOME: Place = place("menu-home", "/", &[]);
const DIRECTORY: Place = place("menu-directory", "/directory", &["/contacts", "/help/address-book"]);
const MEMBERS: Place = place("menu-members", "/members", &["/partners"]);
const TECHNOLOGIES: Place = place("menu-technologies", "/technologies", &[]);
const ANNOUNCEMENTS: Place = place(
    "menu-announcements",
    "/announcements",
    &["/topics", "/sending-rate", "/suppressions", "/bounces", "/help/markdown"],
);
const SURVEYS: Place = place("menu-surveys", "/surveys", &["/rounds", "/responses", "/receipts"]);
const RESULTS: Place = place("menu-results", "/results", &["/releases", "/help/survey-method"]);
const TASK_LIST: Place = place("menu-tasks", TASKS, &["/applications"]);
const PEOPLE: Place = place("menu-people", "/people", &["/appointments", "/imports"]);
const ADMINISTRATION: Place =
    place("menu-administration", "/administration", &["/audit", "/statistics", "/users", "/webhooks"]);

/// For those who may read the log alone.
const LOG: Place = place("menu-audit", "/audit", &[]);

/// The places of this person. Nobody is asked for a right here that the page itself does not ask for again.
#[must_use]
pub fn places(viewer: Option<&Principal>) -> Vec<Place> {
    let Some(viewer) = viewer else { return Vec::new() };
    let may = |action| policy::check(viewer, action).is_ok();
    let mut places = vec![HOME];
    if may(Action::ReadCommunity) {
        places.extend([DIRECTORY, MEMBERS, TECHNOLOGIES, ANNOUNCEMENTS]);
    }
    if may(Action::ReadSurveys) {
        places.extend([SURVEYS, RESULTS]);
    }
    let manages = may(Action::ManageAppointments);
    if manages || may(Action::AnswerSurveys) {
        places.push(TASK_LIST);
    }
    if manages {
        places.push(PEOPLE);
    }
    if [Action::ManageAccounts, Action::ReadStatistics].into_iter().any(may) {
        places.push(ADMINISTRATION);
    } else if may(Action::ReadAudit) {
        places.push(LOG);
    }
    places
}

/// The value of `aria-current` of a link to an address on the page with this path: `page` on the page itself, `true`
/// on one below it; empty elsewhere.
#[must_use]
pub fn current(address: &str, path: &str) -> &'static str {
    match path.strip_prefix(address) {
        Some("") => "page",
        Some(rest) if address != "/" && rest.starts_with(['/', '.']) => "true",
        _ => "",
    }
}

impl Place {
    /// The value of `aria-current` of the place on the page with this path: `page` on the place itself, `true` on
    /// another page of it; empty elsewhere.
    #[must_use]
    pub fn current(&self, path: &str) -> &'static str {
        // Results over the rounds of a survey have an address below that of the survey.
        if path.starts_with("/surveys/") && path.ends_with("/trend") {
            return if *self == RESULTS { "true" } else { "" };
        }
        let is_other = || self.others.iter().any(|other| !current(other, path).is_empty());
        match current(self.address, path) {
            "" if is_other() => "true",
            own => own,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Place; 10] =
        [HOME, DIRECTORY, MEMBERS, TECHNOLOGIES, ANNOUNCEMENTS, SURVEYS, RESULTS, TASK_LIST, PEOPLE, ADMINISTRATION];
    /// The list of all pages.
    const PAGES: &str = include_str!("../../docs/web-portal.md");

    #[test]
    fn a_place_is_current_for_what_lies_below_it_alone() {
        assert_eq!((DIRECTORY.current("/directory"), DIRECTORY.current("/directory/x")), ("page", "true"));
        assert_eq!((DIRECTORY.current("/directories"), DIRECTORY.current("/")), ("", ""));
        assert_eq!((HOME.current("/"), HOME.current("/directory")), ("page", ""));
        assert_eq!((DIRECTORY.current("/contacts/7/edit"), PEOPLE.current("/appointments/7")), ("true", "true"));
    }

    /// The addresses of the pages of a section of the list: the first cell of each row.
    fn addresses(section: &str) -> Vec<&'static str> {
        let is_asked = |part: &&str| part.trim_start_matches(['#', ' ']).starts_with(section);
        let rows = PAGES.split("\n#").find(is_asked).unwrap().lines();
        let cells = rows.filter_map(|row| row.strip_prefix("| `")?.split(" | ").next());
        cells.flat_map(|cell| cell.split(['`', ' '])).filter(|part| part.starts_with('/')).collect()
    }

    #[test]
    fn every_page_behind_the_menu_belongs_to_one_place() {
        for section in ["For the community", "For coordinators and the Secretariat", "For the Secretariat"] {
            let pages = addresses(section);
            assert!(pages.len() > 5, "{section}: {pages:?}");
            for page in pages {
                let marked = ALL.iter().filter(|place| !place.current(page).is_empty()).count();
                assert_eq!(marked, 1, "{page}");
            }
        }
    }

    #[test]
    fn a_place_is_marked_as_the_page_itself_on_its_own_address() {
        for place in ALL.into_iter().chain([LOG]) {
            assert_eq!(place.current(place.address), "page", "{}", place.address);
        }
    }
}
