//! Personal names: changes, flags, and deletion of previous names.
//!
//! The previous name is shown with a changed one for [`NAME_SHOWN`]. Some names are reserved for the Secretariat's
//! people (`text::name`): for a person who bears one, the last unreserved name is stored as well, and becomes the name
//! again when the person leaves the Secretariat. A person without such a name is flagged, and not shown in the
//! directory (`life_cycle`).
//!
//! Names are judged before the unit of work that changes one ([`Renaming`]): no other write waits for that.
//!
//! Left out: which names are valid or reserved (`text::name`), and who is notified of a change (`profile`,
//! `life_cycle`).

mod store;

use std::time::Duration;

use super::types::Credentials;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::text;
use crate::time::Timestamp;

/// How long the previous name is shown with a changed one.
pub const NAME_SHOWN: Duration = Duration::from_hours(24 * 30);

/// Adds the keys of the names of some people that an older portal stored; returns whether there may be more.
pub fn key_names(conn: &mut Conn) -> Result<bool, Error> {
    store::key_names(conn)
}

/// The new name of a person, judged before the unit of work that stores it.
#[derive(Clone, Debug)]
pub struct Renaming {
    name: String,
    /// The name before, and whether it is reserved; none if the new name is not reserved, so that it does not matter.
    before: Option<(String, bool)>,
}

impl Renaming {
    /// To a name that anybody may have (`text::name::members`).
    #[must_use]
    pub fn free(name: &str) -> Self {
        Self { name: name.to_owned(), before: None }
    }

    /// To any name, from the one `before`. `community` is the name that no person may pose as.
    #[must_use]
    pub fn judged(name: &str, before: &str, community: &str) -> Self {
        let is_reserved = |name: &str| text::name::poses(name, community);
        Self { name: name.to_owned(), before: is_reserved(name).then(|| (before.to_owned(), is_reserved(before))) }
    }

    /// The new name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name to return to, if the new name is reserved.
    ///
    /// # Errors
    /// 412 if the name before is another one by now.
    fn own_name<'a>(&self, person: &'a Credentials) -> Result<Option<&'a str>, Error> {
        match &self.before {
            None => Ok(None),
            Some((before, _)) if *before != person.name => Err(Error::changed_meanwhile()),
            Some((_, true)) => Ok(person.own_name.as_deref()),
            Some((_, false)) => Ok(Some(&person.name)),
        }
    }
}

/// Changes the name of a person, whose row is locked. The previous name is shown for [`NAME_SHOWN`]; after several
/// changes it is the first of them, so that a second change hides nothing. If the new name is that first one, the last
/// name between is shown instead, so that a return to the old name is visible too.
///
/// # Errors
/// 412 if the name was changed since the new one was judged.
pub fn rename(conn: &mut Conn, person: &Credentials, new: &Renaming, now: Timestamp) -> Result<(), Error> {
    let name = new.name();
    let is_recent = person.name_changed_at.is_some_and(|at| now < at.plus(NAME_SHOWN));
    let known = person.oldest_name.as_deref().or(person.previous_name.as_deref());
    let oldest = known.filter(|_| is_recent).unwrap_or(&person.name);
    let shown = if oldest == name { person.name.as_str() } else { oldest };
    store::set(conn, person.id, name, (oldest, shown, new.own_name(person)?), now)
}

/// Flags the name of a person, whose row is locked, as reserved for others without a name to return to; or with false
/// removes the flag.
pub fn flag_name(conn: &mut Conn, person: Id, is_flagged: bool, now: Timestamp) -> Result<(), Error> {
    store::set_flagged(conn, person, is_flagged.then_some(now), now)
}

/// Deletes previous names that are no longer shown; returns how many.
pub(super) fn forget_names(conn: &mut Conn, now: Timestamp) -> Result<usize, Error> {
    store::forget(conn, now.minus(NAME_SHOWN))
}
